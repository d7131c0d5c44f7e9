"""The public page: what it counts, what it never counts, and what it leaves behind."""

import datetime
import re
from concurrent.futures import ThreadPoolExecutor
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sessions.feedback import forms_once
from sessions.feedback.counting import Outcome, add_answer
from sessions.models import AnsweredForm, FeedbackPage, PersonFeedback
from tests.factories import FeedbackPageFactory, SiteFactory

pytestmark = pytest.mark.django_db
ADDRESS = "203.0.113.77"


@pytest.fixture
def open_page(site):
    return FeedbackPageFactory(site=site)


@pytest.fixture
def phone():
    """Somebody's own phone, with its address."""
    return Client(REMOTE_ADDR=ADDRESS)


def url_of(page, query=""):
    return reverse("say", args=[page.code]) + query


def answer_url_of(page, query=""):
    return reverse("say-tapped", args=[page.code]) + query


def number_in(response):
    return re.search(r'name="once" value="([^"]+)"', response.text)[1]


def tap(phone, page, answer, *, query="", once=None):
    once = once or number_in(phone.get(url_of(page, query)))
    return phone.post(answer_url_of(page, query), {"answer": answer, "once": once})


def counted():
    return list(PersonFeedback.objects.values_list("site__name", "month", "answer", "count"))


def test_answers_are_added_up_by_site_month_and_answer(phone, open_page):
    for answer in ["no", "yes", "no"]:
        assert "Thank you" in tap(phone, open_page, answer).text

    month = timezone.localdate().replace(day=1)
    assert counted() == [("Harbour van", month, "no", 2), ("Harbour van", month, "yes", 1)]


def test_answer_is_one_statement(phone, open_page, django_assert_num_queries):
    once = number_in(phone.get(url_of(open_page)))

    with django_assert_num_queries(1):
        tap(phone, open_page, "a_bit", once=once)


def test_skip_counts_nothing_and_asks_the_database_nothing(phone, open_page, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = phone.post(answer_url_of(open_page), {"answer": "skip"})

    assert "Nothing was counted" in response.text
    assert counted() == []


def test_second_tap_on_one_form_counts_once_whatever_it_says(phone, open_page):
    once = number_in(phone.get(url_of(open_page)))

    responses = [tap(phone, open_page, answer, once=once) for answer in ["no", "no", "yes"]]

    assert [row[2:] for row in counted()] == [("no", 1)]
    assert ["already" in response.text for response in responses] == [False, True, True]


@pytest.mark.django_db(transaction=True)
def test_two_taps_at_the_same_moment_count_once(open_page):
    once = forms_once.new_number(open_page.code)

    def tap_at_once(_number):
        digest = forms_once.digest_of(once, code=open_page.code)
        try:
            return add_answer(code=open_page.code, answer="yes", digest=digest, now=timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        outcomes = list(threads.map(tap_at_once, range(4)))

    assert sorted(outcome.name for outcome in outcomes) == ["BEFORE"] * 3 + ["COUNTED"]
    assert [row[3] for row in counted()] == [1]


@pytest.mark.parametrize(
    ("answer", "once", "words"),
    [
        ("yes", "made-up", "open for a long time"),
        ("yes", "", "open for a long time"),
        ("brilliant", None, "tap one of the three"),
        ("", None, "tap one of the three"),
        ("yes' OR 1=1", None, "tap one of the three"),
    ],
)
def test_what_cannot_be_counted_is_asked_once_more_with_a_form_that_works(phone, open_page, answer, once, words):
    once = number_in(phone.get(url_of(open_page))) if once is None else once

    again = phone.post(answer_url_of(open_page), {"answer": answer, "once": once})

    assert again.status_code == 400
    assert words in again.text
    assert counted() == []
    assert "Thank you" in tap(phone, open_page, "yes", once=number_in(again)).text


def test_form_of_another_site_or_of_hours_ago_does_not_count(phone, open_page, monkeypatch):
    others = forms_once.new_number(FeedbackPageFactory().code)
    with monkeypatch.context() as earlier:
        hours_ago = (timezone.now() - forms_once.ANSWERABLE_FOR - datetime.timedelta(minutes=1)).timestamp()
        earlier.setattr("django.core.signing.time.time", lambda: hours_ago)
        old = forms_once.new_number(open_page.code)

    assert [tap(phone, open_page, "yes", once=once).status_code for once in [others, old]] == [400, 400]
    assert counted() == []


def test_month_is_that_of_the_site(phone):
    page = FeedbackPageFactory(site=SiteFactory(time_zone="Pacific/Auckland"))
    digest = forms_once.digest_of(forms_once.new_number(page.code), code=page.code)

    add_answer(code=page.code, answer="yes", digest=digest, now=datetime.datetime(2026, 9, 30, 20, tzinfo=datetime.UTC))

    assert PersonFeedback.objects.get().month == datetime.date(2026, 10, 1)


@pytest.mark.parametrize("shut", ["unknown", "switched off", "site closed", "service closed"])
def test_page_that_is_not_open_says_so_kindly_and_counts_nothing(phone, open_page, shut):
    once = number_in(phone.get(url_of(open_page)))
    if shut == "unknown":
        open_page.delete()
    elif shut == "switched off":
        FeedbackPage.objects.update(is_open=False)
    else:
        row = open_page.site if shut == "site closed" else open_page.site.organisation
        row.is_active = False
        row.save()

    responses = [phone.get(url_of(open_page)), tap(phone, open_page, "yes", once=once), phone.post(answer_url_of(open_page), {"answer": "yes"})]

    assert [response.status_code for response in responses] == [404] * 3
    assert all("This page is not open" in response.text for response in responses)
    assert counted() == []


def test_flood_is_stopped_for_that_site_and_that_hour_only(phone, open_page, settings):
    settings.FEEDBACK_PER_HOUR = 2
    once = number_in(phone.get(url_of(open_page)))
    tap(phone, open_page, "no", once=once)
    tap(phone, open_page, "no")

    refused = tap(phone, open_page, "no")

    assert refused.status_code == 429
    assert "Yours was not counted" in refused.text
    assert "already" in tap(phone, open_page, "no", once=once).text
    assert [row[2:] for row in counted()] == [("no", 2)]
    assert "Thank you" in tap(phone, FeedbackPageFactory(), "no").text
    AnsweredForm.objects.update(hour=timezone.now() - datetime.timedelta(hours=1))
    assert "Thank you" in tap(phone, open_page, "no").text


def test_forms_are_forgotten_by_the_next_answer_or_by_clear_times(phone, open_page):
    tap(phone, open_page, "yes")
    long_ago = timezone.now() - datetime.timedelta(hours=6)
    AnsweredForm.objects.update(hour=long_ago)
    with transaction.atomic():
        call_command("clear_times", yes=True, stdout=StringIO())
        assert AnsweredForm.objects.count() == 0
        transaction.set_rollback(True)

    tap(phone, FeedbackPageFactory(), "yes")

    assert AnsweredForm.objects.filter(hour=long_ago).count() == 0
    assert AnsweredForm.objects.count() == 1


def test_nothing_of_whoever_taps_stays_anywhere(phone, open_page, caplog):
    """No cookie, no address in a log or a table, no answer in an address, and no word on the link that says what it is about."""
    caplog.set_level("DEBUG")
    first = phone.get(url_of(open_page))
    answered = tap(phone, open_page, "no", once=number_in(first))
    responses = [first, answered, phone.post(answer_url_of(open_page), {"answer": "yes"}), phone.get("/say/nothing-here/")]

    assert not phone.cookies
    assert all("Cookie" not in response.get("Vary", "") and "Set-Cookie" not in response for response in responses)
    assert ADDRESS not in caplog.text
    assert not list(tables_that_hold(ADDRESS))
    head = first.text.split("</head>")[0]
    assert not re.search(r"drug|inject|vein|needle|care|harbour|<script", head, re.IGNORECASE)
    assert "<script" not in first.text
    assert "<title>One question</title>" in first.text


def tables_that_hold(text):
    """Every table of the product whose rows, as words, hold the text."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*) FROM "{table}" AS held WHERE held::text LIKE %s', [f"%{text}%"])
            if cursor.fetchone()[0]:
                yield table


def test_answers_look_alike_and_change_places(phone, open_page):
    """Nothing but the words tells the three apart, and each end of the row comes first on half of the pages."""
    orders = {tuple(re.findall(r'<button name="answer" value="(yes|a_bit|no)">', phone.get(url_of(open_page)).text)) for _page in range(60)}

    assert orders == {("yes", "a_bit", "no"), ("no", "a_bit", "yes")}


def test_on_a_tablet_the_answer_is_not_shown_and_a_way_leads_back(phone, open_page):
    on_phone, on_tablet = tap(phone, open_page, "no"), tap(phone, open_page, "no", query="?tablet")

    assert "“No”" in on_phone.text and reverse("deliver:shell") not in on_phone.text
    assert "“No”" not in on_tablet.text and reverse("deliver:shell") in on_tablet.text


def test_who_is_signed_in_on_the_tablet_changes_nothing(worker, open_page, django_assert_num_queries):
    """Not even looked at: the cookie goes along, and no statement asks whose it is."""
    tablet = Client()
    tablet.force_login(worker)
    once = number_in(tablet.get(url_of(open_page, "?tablet")))

    with django_assert_num_queries(1):
        tap(tablet, open_page, "yes", query="?tablet", once=once)


def test_outcome_has_words_on_the_page():
    assert {outcome.value for outcome in Outcome} == {"counted", "before", "too many", "not here"}
