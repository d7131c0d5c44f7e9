"""What is local on the tablet and on the public page, and what is on neither."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import HelpPageFactory, LocalServiceFactory, NoticeFactory, OrganisationFactory, SiteFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def me(client, worker):
    def ask():
        client.force_login(worker)
        return client.get(reverse("deliver:me")).json()

    return ask


@pytest.fixture
def words(organisation):
    """An organisation with everything to say."""
    organisation.out_of_hours = "Ring the bell\nuntil midnight."
    organisation.safeguarding_contact = "Duty desk 0117 496 0110"
    organisation.needlestick_contact = "Occupational health 0117 496 0120"
    organisation.save()
    return organisation


def test_service_in_me_json_has_these_fields(me, organisation, site):
    checked_on = datetime.date(2026, 5, 1)
    service = LocalServiceFactory(
        organisation=organisation, site=site, name="Clinic", hours="9 to 5", walk_in=True, link="https://example.org", checked_on=checked_on
    )

    assert me()["services"] == [
        {
            "id": service.pk,
            "kind": "wound_care",
            "site": site.pk,
            "name": "Clinic",
            "phone": "0117 496 0000",
            "hours": "9 to 5",
            "walk_in": True,
            "link": "https://example.org",
            "checked_on": "2026-05-01",
            "stale_on": "2026-11-01",
        }
    ]


def test_services_that_are_not_shown_stay_off_the_tablet_and_the_public_page(me, client, organisation):
    closed = SiteFactory(organisation=organisation, is_active=False)
    LocalServiceFactory(organisation=organisation, name="Switched off", is_active=False)
    LocalServiceFactory(organisation=organisation, name="Of a closed site", site=closed)
    LocalServiceFactory(name="Elsewhere")
    HelpPageFactory(organisation=organisation, slug="harbour")

    public = client.get("/help/harbour/").text

    assert me()["services"] == []
    assert not any(name in public for name in ["Switched off", "Of a closed site", "Elsewhere"])


def test_services_come_in_the_order_of_their_kinds(me, organisation):
    for kind, name in [("gp", "A"), ("wound_care", "b"), ("wound_care", "A")]:
        LocalServiceFactory(organisation=organisation, kind_id=kind, name=name)

    assert [(service["kind"], service["name"]) for service in me()["services"]] == [("wound_care", "A"), ("wound_care", "b"), ("gp", "A")]


@pytest.mark.parametrize(
    ("first", "last", "sent", "public"),
    [(0, 3, True, True), (2, 5, True, False), (-5, 0, True, True), (-5, -1, True, False), (-5, -2, False, False)],
    ids=["today", "to come", "last day", "over since yesterday", "over"],
)
def test_notice_is_sent_with_its_days_and_public_on_them_only(me, client, organisation, first, last, sent, public):
    today = timezone.localdate()
    days = [today + datetime.timedelta(days=first), today + datetime.timedelta(days=last)]
    notice = NoticeFactory(organisation=organisation, text="Strong stuff", starts_on=days[0], ends_on=days[1])
    HelpPageFactory(organisation=organisation, slug="harbour")
    expected = {"id": notice.pk, "text": "Strong stuff", "starts_on": days[0].isoformat(), "ends_on": days[1].isoformat()}

    assert me()["notices"] == ([expected] if sent else [])
    assert ("Strong stuff" in client.get("/help/harbour/").text) is public


def test_notice_that_was_taken_down_or_belongs_elsewhere_is_not_sent(me, organisation, worker):
    NoticeFactory(organisation=organisation, withdrawn_at=timezone.now(), withdrawn_by=worker)
    NoticeFactory()

    assert me()["notices"] == []


def test_worker_gets_numbers_words_and_contacts(me, words):
    assert me()["help"] == {
        "emergency_number": "999",
        "advice_number": "111",
        "out_of_hours": "Ring the bell\nuntil midnight.",
        "safeguarding_contact": "Duty desk 0117 496 0110",
        "needlestick_contact": "Occupational health 0117 496 0120",
    }


def test_somebody_programme_wide_gets_the_numbers_and_nothing_local(client, editor):
    client.force_login(editor)

    found = client.get(reverse("deliver:me")).json()

    assert (found["services"], found["notices"]) == ([], [])
    assert found["help"]["emergency_number"] == "999"
    assert found["help"]["safeguarding_contact"] == ""


@pytest.mark.parametrize("count", [1, 3])
def test_me_json_query_count_does_not_grow_with_services(me, organisation, count, django_assert_max_num_queries):
    LocalServiceFactory.create_batch(count, organisation=organisation)
    me()

    with django_assert_max_num_queries(16):
        found = me()

    assert len(found["services"]) == count


def test_numbers_are_those_of_the_country_where_they_are_set(me, client, settings):
    settings.EMERGENCY_NUMBERS = {"IE": ("112", "")}
    HelpPageFactory(organisation=OrganisationFactory(name="Liffey Project", country="IE"), slug="liffey")

    page = client.get("/help/liffey/").text

    assert 'href="tel:112"' in page
    assert "999" not in page
    assert me()["help"]["emergency_number"] == "999"


def test_public_page_says_what_is_public_and_no_contact_of_workers(client, words):
    LocalServiceFactory(organisation=words, name="Wound clinic", walk_in=False)
    HelpPageFactory(organisation=words, slug="harbour")

    page = client.get("/help/harbour/")

    assert all(text in page.text for text in ["Ring the bell", "Wound clinic", 'href="tel:01174960000"', "By appointment"])
    assert not any(text in page.text for text in ["0117 496 0110", "0117 496 0120", "Duty desk"])
    assert "Set-Cookie" not in page.headers


def test_first_thing_on_every_help_page_is_not_waking_up(client, words):
    NoticeFactory(organisation=words)
    HelpPageFactory(organisation=words, slug="harbour")

    for address in ["/help/", "/help/harbour/"]:
        headings = client.get(address).text.split("<h2>")
        assert headings[1].startswith("Not waking up, turning blue, or not breathing")
        assert "Notice, until" not in headings[0]


@pytest.mark.parametrize("slug", ["nobody", "Harbour", "closed"])
def test_address_that_nobody_opened_is_not_found(client, slug):
    HelpPageFactory(organisation=OrganisationFactory(is_active=False), slug="closed")
    HelpPageFactory(slug="harbour")

    assert client.get(f"/help/{slug}/").status_code == 404
