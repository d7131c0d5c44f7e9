"""sessions/afterwards*.py and the page: what is typed afterwards ends in the same row as what is tapped on a tablet."""

import datetime
import threading
import uuid
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from sessions import afterwards, clocks, paper, reference
from sessions.afterwards_form import AfterwardsForm
from sessions.models import CardSession, HandIn, Resource
from tests.browser.facts import facts_of, nothing_but
from tests.factories import SiteFactory, SiteResourceFactory

pytestmark = pytest.mark.django_db

ADDRESS = "/sessions/new/"


def today():
    return timezone.localdate()


@pytest.fixture
def typed(site):
    """The least that can be sent; a test adds what it is about."""
    return {
        "record_id": str(uuid.uuid4()),
        "held_on": today().isoformat(),
        "part_of_day": "evening",
        "site": str(site.pk),
        "setting": "van",
        "outcome": "held",
    }


@pytest.fixture
def signed_in(client, worker):
    client.force_login(worker)
    return client


def sentences(response):
    """What the page says is wrong, {field: [sentence]}."""
    return dict(response.context["form"].errors)


class Controls(HTMLParser):
    """Every value of a page's form as a browser without scripts would send it back."""

    def __init__(self, response):
        super().__init__()
        self.sent = []
        self.select = None
        self.feed(response.text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "select":
            self.select = given["name"]
        elif tag == "option" and "selected" in given:
            self.sent.append((self.select, given["value"]))
        elif tag == "input" and given.get("name") and (given.get("type") not in {"radio", "checkbox"} or "checked" in given):
            self.sent.append((given["name"], given.get("value", "on")))

    def values(self, *leave_out):
        return {(name, value) for name, value in self.sent if value and name not in {"csrfmiddlewaretoken", *leave_out}}


# What is stored


def test_outcome_alone_is_enough_and_everything_else_stays_unrecorded(signed_in, typed, worker, site):
    response = signed_in.post(ADDRESS, typed)

    assert (response.status_code, response.url) == (302, reverse("sessions:my-work"))
    session = CardSession.objects.get()
    assert facts_of(session) == nothing_but()
    assert (session.site, session.setting_id, session.held_on, session.part_of_day) == (site, "van", today(), "evening")
    assert (session.delivered_by, session.submitted_by, session.entry) == (worker, worker, "afterwards")
    assert (session.deck_release, session.clock_flag) == (None, "")


def test_every_answer_of_the_form_is_in_the_database(signed_in, typed):
    typed |= {"outcome": "cut_short", "areas": ["water", "hygiene"], "mattered_most": "water", "signposts": ["wound_care", "gp"]}
    typed |= {"moment": "routine_visit", "private_space": "False", "length_band": "under_5", "reason": "no_time_today"}
    typed |= {"resources-water_ampoules-quantity": "10", "resources-filters-status": "given"}
    typed |= {"resources-foil-status": "none_left", "resources-cookers-status": "offered_not_wanted"}

    signed_in.post(ADDRESS, typed)

    assert facts_of(CardSession.objects.get()) == {
        "outcome": "cut_short",
        "reason": "no_time_today",
        "moment": "routine_visit",
        "private_space": False,
        "length_band": "under_5",
        "areas": ["hygiene", "water"],
        "mattered_most": "water",
        "resources": [
            ("cookers", "offered_not_wanted", None),
            ("filters", "given", None),
            ("foil", "none_left", None),
            ("water_ampoules", "given", 10),
        ],
        "signposts": ["gp", "wound_care"],
        "cards": [],
    }


def test_none_of_these_is_stored_as_none_and_not_as_blank(signed_in, typed):
    signed_in.post(ADDRESS, typed | {"areas": "none", "resources-none": "on", "signposts": "none"})

    assert facts_of(CardSession.objects.get()) == nothing_but(areas=[], resources=[], signposts=[])


@pytest.mark.parametrize("outcome", ["declined", "did_not_attend", "not_offered"])
def test_offer_not_taken_up_needs_no_reason(signed_in, typed, outcome):
    signed_in.post(ADDRESS, typed | {"outcome": outcome})

    assert facts_of(CardSession.objects.get()) == nothing_but(outcome=outcome)


def test_oldest_day_is_taken_and_the_day_before_is_not(signed_in, typed, site, settings):
    # The form reckons with a clock that is some minutes ahead, so the count of days begins anew a little before midnight.
    oldest = (timezone.now() + clocks.TOLERANCE).astimezone(site.zone).date() - datetime.timedelta(days=settings.OLDEST_RECORD_DAYS)

    too_old = signed_in.post(ADDRESS, typed | {"held_on": (oldest - datetime.timedelta(days=1)).isoformat()})
    signed_in.post(ADDRESS, typed | {"held_on": oldest.isoformat()})

    assert sentences(too_old) == {"held_on": ["This was too long ago to be written down here. Ask your coordinator."]}
    assert CardSession.objects.get().held_on == oldest


def test_british_date_is_understood_where_there_is_no_date_picker(signed_in, typed):
    signed_in.post(ADDRESS, typed | {"held_on": today().strftime("%d/%m/%Y")})

    assert CardSession.objects.get().held_on == today()


# Once, and only once


def test_same_form_sent_twice_is_one_row(signed_in, typed):
    first = signed_in.post(ADDRESS, typed)
    second = signed_in.post(ADDRESS, typed)

    assert (first.status_code, second.status_code) == (302, 302)
    assert (CardSession.objects.count(), HandIn.objects.count()) == (1, 1)
    assert "This was written down already, once." in signed_in.get(second.url).text


def test_same_form_with_other_answers_is_not_lost_and_can_be_saved_as_another(signed_in, typed):
    signed_in.post(ADDRESS, typed)

    refused = signed_in.post(ADDRESS, typed | {"areas": "water"})
    signed_in.post(ADDRESS, typed | {"areas": "water", "record_id": str(refused.context["record_id"])})

    assert "saved before, with other answers" in refused.text
    assert [facts_of(session)["areas"] for session in CardSession.objects.order_by("pk")] == ["not recorded", ["water"]]


def test_two_workers_with_the_same_form_number_each_get_an_answer(client, typed, worker, other_worker):
    client.force_login(worker)
    client.post(ADDRESS, typed)
    client.force_login(other_worker)

    response = client.post(ADDRESS, typed)

    assert response.status_code == 200
    assert "saved before, with other answers" in response.text


@pytest.mark.parametrize("broken", ["", "not a number", "\x00"])
def test_broken_form_number_is_not_the_fault_of_who_typed(signed_in, typed, broken):
    assert signed_in.post(ADDRESS, typed | {"record_id": broken}).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_of_many_presses_at_once_one_stores(worker, site, typed):
    now, record_id, outcomes = timezone.now(), uuid.uuid4(), []
    ready = threading.Barrier(4)

    def press():
        form = AfterwardsForm(query(typed), person=worker, sites=[site], today=today(), now=now)
        assert form.is_valid()
        ready.wait()
        outcomes.append(afterwards.record_afterwards(form, record_id=record_id, by=worker, now=now))
        connection.close()

    threads = [threading.Thread(target=press) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == [False, False, False, True]
    assert CardSession.objects.count() == 1


def query(values):
    data = QueryDict(mutable=True)
    for name, value in values.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data


# Save and add another


def test_another_form_keeps_date_site_and_kind_of_place_and_nothing_else(signed_in, typed, organisation):
    quay = SiteFactory(organisation=organisation, name="Quay Street")
    yesterday = (today() - datetime.timedelta(days=1)).isoformat()

    saved = signed_in.post(ADDRESS, typed | {"held_on": yesterday, "site": quay.pk, "setting": "hostel", "areas": "water", "another": "1"})
    form = signed_in.get(saved.url)

    assert Controls(form).values("record_id") == {("held_on", yesterday), ("site", str(quay.pk)), ("setting", "hostel"), ("moment", "not_asked")}
    assert str(form.context["record_id"]) != typed["record_id"]


@pytest.mark.parametrize("handed_on", ["site=999999", "site=x&setting=%00&held_on=%00", "site=%F0%9F%98%80&setting=nowhere&held_on=soon"])
def test_nonsense_in_the_address_is_left_aside(signed_in, handed_on):
    assert signed_in.get(f"{ADDRESS}?{handed_on}").status_code == 200


def test_first_form_begins_with_today_and_the_usual_site(signed_in, site):
    expected = {("held_on", today().isoformat()), ("site", str(site.pk)), ("setting", "van"), ("moment", "not_asked")}

    assert Controls(signed_in.get(ADDRESS)).values("record_id") == expected


# Refused


def test_empty_form_is_answered_in_sentences(signed_in):
    response = signed_in.post(ADDRESS, {})

    assert sentences(response) == {
        "site": ["Choose the site."],
        "setting": ["Choose the kind of place."],
        "held_on": ["Enter the date."],
        "part_of_day": ["Choose the part of the day."],
        "outcome": ["Choose what came of it."],
    }
    assert "<title>Error: Write down afterwards" in response.text
    assert 'href="#div_id_outcome"' in response.text
    assert not CardSession.objects.exists()


GONE = "This can no longer be chosen. Choose something else."
NOTHING_HERE = "Nothing can be noted here when it did not take place. Clear this, or choose Held or Stopped early."


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"held_on": "soon"}, "held_on", "Enter the date as day/month/year, such as 20/11/2026."),
        ({"held_on": "2026-02-30"}, "held_on", "Enter the date as day/month/year, such as 20/11/2026."),
        ({"held_on": "2999-01-01"}, "held_on", "This day has not come yet. Enter today or an earlier day."),
        ({"site": "999999"}, "site", GONE),
        ({"site": "harbour"}, "site", GONE),
        ({"setting": "castle"}, "setting", GONE),
        ({"outcome": "\x00"}, "outcome", GONE),
        ({"areas": ["water", "weather"]}, "areas", GONE),
        ({"private_space": "maybe"}, "private_space", GONE),
        ({"areas": ["water", "none"]}, "areas", "Choose “None of these”, or what it was, but not both."),
        ({"signposts": ["gp", "none"]}, "signposts", "Choose “Nowhere this time”, or what it was, but not both."),
        ({"mattered_most": "water"}, "mattered_most", "Tick this under Talked about as well, or leave it blank."),
        ({"reason": "language"}, "reason", "A session that was held needs no reason. Clear this, or choose another outcome."),
        ({"outcome": "declined", "areas": ["water"]}, "areas", NOTHING_HERE),
        ({"outcome": "declined", "resources-none": "on"}, "resources", NOTHING_HERE),
        ({"setting": "phone", "private_space": "True"}, "private_space", "Leave this blank for a phone call or a chat."),
        ({"resources-filters-quantity": "many"}, "resources", "Filters: enter a whole number from 1 to 10,000, or no number."),
        ({"resources-filters-quantity": "0"}, "resources", "Filters: enter a whole number from 1 to 10,000, or no number."),
        ({"resources-filters-quantity": "10001"}, "resources", "Filters: enter a whole number from 1 to 10,000, or no number."),
        (
            {"resources-filters-status": "none_left", "resources-filters-quantity": "3"},
            "resources",
            "Filters: a number goes with what was given. Clear the number, or choose Given.",
        ),
        ({"resources-dragons-status": "given"}, "resources", "dragons: this is no longer in use. Clear it."),
        (
            {"resources-filters-status": "given", "resources-none": "on"},
            "resources",
            "Choose “Nothing handed over”, or what it was, but not both.",
        ),
    ],
)
def test_what_is_wrong_is_said_at_the_field(signed_in, typed, changes, field, sentence):
    response = signed_in.post(ADDRESS, typed | changes)

    assert sentences(response) == {field: [sentence]}
    assert not CardSession.objects.exists()


def test_nothing_typed_is_lost_when_the_form_is_refused(signed_in, typed):
    sent = typed | {"outcome": "", "areas": ["water", "none"], "mattered_most": "acids", "signposts": "none", "resources-none": "on"}
    sent |= {"moment": "after_hospital", "private_space": "True", "length_band": "from_20", "reason": "other"}
    sent |= {"resources-filters-status": "given", "resources-filters-quantity": "lots", "resources-other-status": "none_left"}

    response = signed_in.post(ADDRESS, sent)

    expected = {(name, each) for name, value in sent.items() for each in (value if isinstance(value, list) else [value]) if each}
    assert Controls(response).values() == expected


def test_site_of_another_organisation_cannot_be_named(signed_in, typed, stranger):
    response = signed_in.post(ADDRESS, typed | {"site": stranger.usual_site_id})

    assert sentences(response) == {"site": [GONE]}
    assert "Elsewhere site" not in response.text


def test_site_closed_while_the_page_was_open_is_refused(signed_in, typed, site):
    signed_in.get(ADDRESS)
    site.is_active = False
    site.save()

    assert sentences(signed_in.post(ADDRESS, typed)) == {"site": ["This site is closed now. Choose another."]}


def test_thing_retired_while_the_page_was_open_is_refused_and_shown(signed_in, typed):
    Resource.objects.filter(code="foil").update(is_retired=True)

    response = signed_in.post(ADDRESS, typed | {"resources-foil-status": "given"})

    assert sentences(response) == {"resources": ["Foil: this is no longer in use. Clear it."]}
    assert ("resources-foil-status", "given") in Controls(response).values()


def test_service_without_an_open_site_says_so(signed_in, site):
    site.is_active = False
    site.save()

    assert "Your service has no open site." in signed_in.get(ADDRESS).text


# What the site has


def test_what_the_site_has_comes_first_and_the_rest_is_folded_away(signed_in, site):
    SiteResourceFactory(site=site, resource_id="foil")

    text = signed_in.get(ADDRESS).text

    shown, folded = text.split("<details", 1)
    assert ("resources-foil-status" in shown, "resources-foil-status" in folded) == (True, False)
    assert ("resources-filters-status" in shown, "resources-filters-status" in folded) == (False, True)


@pytest.mark.parametrize("site_count", [1, 3])
def test_form_query_count_is_constant(signed_in, organisation, site, site_count, django_assert_num_queries):
    SiteFactory.create_batch(site_count, organisation=organisation)

    with django_assert_num_queries(7):
        response = signed_in.get(ADDRESS)

    assert response.status_code == 200


def test_letters_stay_when_another_answer_is_retired():
    before = {answer.code: answer.letter for answer in paper.answers("resources")}
    Resource.objects.filter(code="hand_wipes").update(is_retired=True)
    reference.forget()

    after = {answer.code: answer.letter for answer in paper.answers("resources")}

    assert after == {code: letter for code, letter in before.items() if code != "hand_wipes"}
