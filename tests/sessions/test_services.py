"""Local services: what an administrator enters, checks and makes public."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from sessions.models import HelpPage, LocalService
from tests.factories import HelpPageFactory, LocalServiceFactory, OrganisationFactory, SiteFactory, UserFactory
from vein_care.accounts.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, administrator):
    """The administrator's browser: desk("service-list", …) opens a page, desk.post("service-new", data, …) sends a form."""
    client.force_login(administrator)

    def get(name, /, *parts, organisation=administrator.organisation):
        return client.get(reverse(f"sessions:{name}", args=[organisation.pk, *parts]))

    def post(name, /, *parts, organisation=administrator.organisation, **data):
        return client.post(reverse(f"sessions:{name}", args=[organisation.pk, *parts]), data)

    get.post = post
    return get


def entered(**changes):
    return {
        "kind": "wound_care",
        "name": "Wound clinic",
        "phone": "0117 496 0201",
        "hours": "Monday to Friday, 10 to 4",
        "walk_in": "yes",
        "link": "https://example.org/wounds",
        "site": "",
        "checked_on": timezone.localdate().isoformat(),
        "is_active": "on",
    } | changes


def audited():
    return list(AuditEvent.objects.order_by("pk").exclude(type__startswith="person.").values_list("type", flat=True))


def test_service_that_is_entered_is_kept_as_entered_and_audited(desk, organisation, site):
    response = desk.post("service-new", **entered(site=site.pk))

    assert response.status_code == 302
    service = LocalService.objects.get()
    assert (service.organisation, service.site, service.kind_id, service.name) == (organisation, site, "wound_care", "Wound clinic")
    assert (service.phone, service.hours, service.walk_in) == ("0117 496 0201", "Monday to Friday, 10 to 4", True)
    assert (service.link, service.checked_on, service.is_active) == ("https://example.org/wounds", timezone.localdate(), True)
    assert audited() == ["local_service.added"]


@pytest.mark.parametrize(("said", "kept"), [("", None), ("yes", True), ("no", False)])
def test_walking_in_is_yes_no_or_not_known(desk, said, kept):
    desk.post("service-new", **entered(walk_in=said))

    assert LocalService.objects.get().walk_in is kept


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": " "}, "Enter a name."),
        ({"kind": ""}, "Choose what it offers."),
        ({"kind": "pub"}, "Select a valid choice"),
        ({"phone": "ask for Ann"}, "Enter a number to call"),
        ({"link": "javascript:alert(1)"}, "Enter a whole address"),
        ({"checked_on": ""}, "Enter the day on which it was last checked."),
        ({"checked_on": "2999-01-01"}, "This day is still to come."),
        ({"phone": "", "hours": "", "link": ""}, "so that people can get there."),
    ],
)
def test_service_is_refused_with_a_sentence(desk, changes, sentence):
    response = desk.post("service-new", **entered(**changes))

    assert sentence in response.text
    assert not LocalService.objects.exists()


def test_site_of_another_organisation_cannot_be_chosen(desk):
    desk.post("service-new", **entered(site=SiteFactory().pk))

    assert not LocalService.objects.exists()


def test_the_same_service_twice_is_refused_whatever_the_letters(desk, organisation):
    LocalServiceFactory(organisation=organisation, name="Wound Clinic")

    response = desk.post("service-new", **entered(name="wound clinic"))

    assert "This service is on the list already." in response.text


def test_change_saves_and_audits_only_what_changed(desk, organisation):
    service = LocalServiceFactory(organisation=organisation, **{key: entered()[key] for key in ["name", "phone", "hours", "link"]}, walk_in=True)

    desk.post("service-edit", service.pk, **entered(phone="111"))

    service.refresh_from_db()
    assert service.phone == "111"
    assert AuditEvent.objects.get(type="local_service.changed").details == {"changed": ["phone"]}


def test_one_tap_says_checked_today_and_a_second_says_nothing_more(desk, organisation):
    service = LocalServiceFactory(organisation=organisation, checked_on=datetime.date(2026, 1, 1))

    desk.post("service-checked", service.pk)
    desk.post("service-checked", service.pk)

    service.refresh_from_db()
    assert service.checked_on == timezone.localdate()
    assert audited() == ["local_service.checked"]


@pytest.mark.parametrize(("days", "is_flagged"), [(183, False), (184, True)])
def test_service_is_flagged_when_nobody_checked_it_for_half_a_year(desk, organisation, days, is_flagged):
    LocalServiceFactory(organisation=organisation, checked_on=timezone.localdate() - datetime.timedelta(days=days))

    response = desk("service-list")

    assert ("Not checked since" in response.text) is is_flagged


@pytest.mark.parametrize("count", [1, 3])
def test_service_list_query_count_is_constant(desk, organisation, count, django_assert_num_queries):
    LocalServiceFactory.create_batch(count, organisation=organisation, site=SiteFactory(organisation=organisation))
    desk("service-list")

    with django_assert_num_queries(6):
        response = desk("service-list")

    assert response.text.count("Checked today") == count


def test_another_organisations_services_do_not_exist_for_an_administrator(desk):
    elsewhere = LocalServiceFactory(name="Elsewhere clinic")

    answers = [
        desk("service-list", organisation=elsewhere.organisation),
        desk("service-edit", elsewhere.pk),
        desk("service-edit", elsewhere.pk, organisation=elsewhere.organisation),
        desk.post("service-checked", elsewhere.pk),
        desk.post("service-new", organisation=elsewhere.organisation, **entered()),
        desk("help-page", organisation=elsewhere.organisation),
    ]

    assert [answer.status_code for answer in answers] == [404] * 6
    assert LocalService.objects.count() == 1
    assert "Elsewhere clinic" not in desk("service-list").text


def test_superuser_looks_after_the_services_of_any_organisation(client, organisation):
    client.force_login(UserFactory(is_superuser=True, organisation=None, roles=[]))

    client.post(reverse("sessions:service-new", args=[organisation.pk]), entered())

    assert LocalService.objects.get().organisation == organisation


def test_help_page_becomes_public_changes_its_address_and_is_closed(desk, client, organisation):
    desk.post("help-page", slug="harbour")
    assert client.get("/help/harbour/").status_code == 200
    desk.post("help-page", slug="quay")
    answers = [client.get(f"/help/{slug}/").status_code for slug in ["harbour", "quay"]]
    desk.post("help-page-close")

    assert answers == [404, 200]
    assert client.get("/help/quay/").status_code == 404
    assert audited() == ["help_page.opened", "help_page.changed", "help_page.closed"]


@pytest.mark.parametrize("slug", ["", "Harbour", "a/b", "taken", "x" * 41])
def test_address_that_cannot_be_used_is_refused(desk, slug):
    HelpPageFactory(slug="taken", organisation=OrganisationFactory())

    response = desk.post("help-page", slug=slug)

    assert response.status_code == 200
    assert HelpPage.objects.count() == 1
