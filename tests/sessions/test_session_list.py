"""Coordinators look through the sessions of their organisation, and void one at any time."""

import datetime
import re

import pytest
from django.urls import reverse

from sessions.models import CardSession
from tests.factories import (
    AreaDiscussedFactory,
    CardSessionFactory,
    CardShownFactory,
    HandInFactory,
    ResourceGivenFactory,
    SignpostGivenFactory,
    SiteFactory,
)
from vein_care.accounts.models import AuditEvent

pytestmark = pytest.mark.django_db
URL = "/sessions/all/"


@pytest.fixture
def desk(client, coordinator):
    client.force_login(coordinator)
    return client


@pytest.fixture
def whole(site, worker):
    """A session of years ago about which everything was written down."""
    session = CardSessionFactory(
        site=site,
        delivered_by=worker,
        held_on=datetime.date(2024, 3, 5),
        outcome="cut_short",
        reason_id="illness",
        private_space=False,
        areas_recorded=True,
        resources_recorded=True,
        signposts_recorded=True,
    )
    AreaDiscussedFactory(session=session, mattered_most=True)
    ResourceGivenFactory(session=session, quantity=10)
    SignpostGivenFactory(session=session)
    CardShownFactory(session=session)
    return session


def days_in(response):
    return re.findall(r'<b><time datetime="([\d-]+)">', response.text)


def void(client, session, **query):
    return client.post(reverse("sessions:session-void-any", args=[session.pk], query=query), {"reason": "twice"}, follow=True)


def test_everything_that_was_written_down_is_told_but_for_who_wrote_it(desk, whole, worker):
    text = desk.get(URL).text

    for words in ["5 March 2024", "Harbour van", "Stopped early", "Ill today", "Water ampoules × 10 (given)", "Wound care", "Cards shown"]:
        assert words in text
    assert worker.display_name not in text and worker.login_name not in text and worker.initials + "<" not in text


def test_not_recorded_and_none_are_told_apart(desk, site):
    CardSessionFactory(site=site, areas_recorded=True, resources_recorded=True)

    text = desk.get(URL).text

    assert all(f"<dt>{label}</dt><dd>{said}</dd>" in text for label, said in [("Handed over", "Nothing"), ("Told about", "Not recorded")])


def test_list_begins_with_the_latest_day_and_goes_on_below_the_last_one_shown(desk, site, monkeypatch):
    monkeypatch.setattr("sessions.session_list.PER_PAGE", 2)
    for day in [3, 1, 2, 2, 2]:
        CardSessionFactory(site=site, held_on=datetime.date(2026, 3, day))
    address, seen, shown = "", [], []
    while True:
        response = desk.get(URL + address)
        seen.append(days_in(response))
        shown += [session["pk"] for session in response.context["sessions"]]
        if not response.context["older"]:
            break
        address = "?" + response.context["older"]

    assert seen == [["2026-03-03", "2026-03-02"], ["2026-03-02", "2026-03-02"], ["2026-03-01"]]
    assert len(set(shown)) == 5


def test_filters_go_by_site_and_days_and_stay_on_the_next_page(desk, organisation, site, monkeypatch):
    monkeypatch.setattr("sessions.session_list.PER_PAGE", 1)
    other = SiteFactory(organisation=organisation)
    for place, day in [(site, 1), (site, 2), (site, 3), (other, 2)]:
        CardSessionFactory(site=place, held_on=datetime.date(2026, 3, day))

    first = desk.get(f"{URL}?site={site.pk}&until=2026-03-02")
    second = desk.get(f"{URL}?{first.context['older']}")

    assert (days_in(first), days_in(second)) == (["2026-03-02"], ["2026-03-01"])
    assert second.context["older"] == ""


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("site=999999", "There is no such site here"),
        ("site=1' OR 1=1--", "There is no such site here"),
        ("since=soon", "Enter a day, such as"),
        ("since=2026-03-02&until=2026-03-01", "The last day is before the first"),
        ("since=0001-01-01&until=9999-12-31", "Sessions"),
        ("before=9999-99-99.1", "Sessions"),
        ("before=2026-01-01.99999999999999999999", "Sessions"),
    ],
)
def test_what_is_wrong_in_the_address_is_said_and_the_rest_shown(desk, site, query, words):
    CardSessionFactory(site=site)

    response = desk.get(f"{URL}?{query}")

    assert response.status_code == 200
    assert words in response.text
    assert len(days_in(response)) == 1


def test_site_of_another_organisation_is_no_site_here(desk):
    other = SiteFactory()

    assert "There is no such site here" in desk.get(f"{URL}?site={other.pk}").text


def test_session_is_voided_years_later_and_of_two_presses_one_counts(desk, coordinator, whole):
    response = void(desk, whole, site=whole.site_id)
    void(desk, whole)

    whole.refresh_from_db()
    assert (whole.voided_by, whole.voided_reason) == (coordinator, "twice")
    assert "Voided: Written down twice" in response.text
    assert response.redirect_chain == [(f"{URL}?site={whole.site_id}", 302)]
    assert list(AuditEvent.objects.filter(type="session.voided").values_list("target_id", "details")) == [(str(whole.pk), {"why": "twice"})]


def test_session_of_another_organisation_is_neither_shown_nor_voided(desk):
    theirs = CardSessionFactory()
    url = reverse("sessions:session-void-any", args=[theirs.pk])

    assert days_in(desk.get(URL)) == []
    assert desk.get(url).status_code == desk.post(url, {"reason": "twice"}).status_code == 404
    assert CardSession.objects.counted().count() == 1


def test_no_reason_is_asked_for_once_more(desk, whole):
    response = desk.post(reverse("sessions:session-void-any", args=[whole.pk]))

    assert "Choose why it should not count." in response.text
    assert CardSession.objects.counted().count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_statements_are_the_same_for_three_sessions_as_for_one(desk, site, count, django_assert_num_queries):
    for _session in range(count):
        session = HandInFactory(session=CardSessionFactory(site=site, areas_recorded=True, resources_recorded=True)).session
        AreaDiscussedFactory(session=session)
        ResourceGivenFactory(session=session)
        CardShownFactory(session=session)
    desk.get(URL)

    with django_assert_num_queries(12):
        desk.get(URL)
