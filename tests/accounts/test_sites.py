"""Services and sites on the screen: added, changed, closed, opened again."""

import pytest
from django.urls import reverse

from tests.accounts.conftest import browser_of
from tests.accounts.test_people import page
from tests.factories import OrganisationFactory, SiteFactory, TabletFactory, UserFactory
from vein_care.accounts import places
from vein_care.accounts.models import AuditEvent, Organisation, Site

pytestmark = pytest.mark.django_db

VAN = {"name": "Mill van", "kind": "van", "time_zone": "Europe/London", "support_contact": "Kim, 0123"}
CONTACTS = {"out_of_hours": "Call 111", "safeguarding_contact": "Pat", "needlestick_contact": "A&E, Mill Street"}


def event():
    return AuditEvent.objects.exclude(type__startswith="person.").values_list("type", "details").get()


def test_the_first_site_is_added_and_leads_back_to_getting_started(at_desk, organisation):
    response = at_desk.post(page("site-new", organisation), VAN)

    site = Site.objects.get()
    assert (site.organisation, site.name, site.kind, site.support_contact) == (organisation, "Mill van", "van", "Kim, 0123")
    assert response.url == page("getting-started", organisation)
    assert event() == ("site.created", {"kind": "van"})


def test_a_further_site_leads_to_what_it_offers(at_desk, site, organisation):
    response = at_desk.post(page("site-new", organisation), VAN)

    assert response.url == reverse("sessions:site-offer", args=[Site.objects.get(name=VAN["name"]).pk])


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "Enter a name."),
        ({"name": "HARBOUR VAN"}, "There is a site of this name already, maybe a closed one."),
        ({"kind": ""}, "Choose what it is."),
        ({"kind": "boat"}, "Select a valid choice"),
        ({"time_zone": ""}, "Choose a time zone from the list, such as Europe/London."),
        ({"time_zone": "Europe/Lundon"}, "Choose a time zone from the list, such as Europe/London."),
        ({"time_zone": "../etc/passwd"}, "Choose a time zone from the list, such as Europe/London."),
        ({"time_zone": "GMT+1"}, "Choose a time zone from the list, such as Europe/London."),
    ],
)
def test_a_site_that_cannot_be_is_refused_with_what_to_do(at_desk, organisation, site, changes, sentence):
    response = at_desk.post(page("site-new", organisation), VAN | changes)

    assert sentence in response.text
    assert Site.objects.count() == 1


def test_time_zones_of_the_own_country_come_first(at_desk):
    service = OrganisationFactory(country="PT")
    browser = browser_of(UserFactory(organisation=service, roles=["administrator"]))

    form = browser.get(page("site-new", service)).context["form"]

    assert form["time_zone"].value() == "Europe/Lisbon"
    assert form.fields["time_zone"].widget.choices[0] == (
        "In your country",
        [("Europe/Lisbon", "Europe/Lisbon"), ("Atlantic/Madeira", "Atlantic/Madeira"), ("Atlantic/Azores", "Atlantic/Azores")],
    )


def test_every_country_has_a_name_and_every_zone_offered_is_one_that_is_accepted():
    from vein_care.accounts.validators import known_time_zones

    offered = {zone for country, _name in places.countries() for _group, zones in places.time_zones(country) for zone, _label in zones}

    assert places.countries()[0] == ("GB", "Britain (UK)")
    assert len(places.countries()) > 240
    assert offered <= known_time_zones()


def test_a_stored_zone_that_is_no_longer_listed_stays_selectable(at_desk, site):
    Site.objects.update(time_zone="GB")

    form = at_desk.get(page("site-edit", site, site.pk)).context["form"]

    assert form.fields["time_zone"].widget.choices[0] == ("GB", "GB")


def test_a_changed_site_says_what_changed(at_desk, site):
    at_desk.post(page("site-edit", site, site.pk), VAN | {"name": "Harbour van"})
    at_desk.post(page("site-edit", site, site.pk), VAN | {"name": "Harbour van"})

    assert event() == ("site.changed", {"changed": ["support_contact"]})


def test_closing_says_what_still_uses_the_site(at_desk, site, worker):
    TabletFactory(organisation=site.organisation, site=site)
    UserFactory(organisation=site.organisation, usual_site=site)

    response = at_desk.get(page("site-close", site, site.pk))

    assert "2 people have it as their usual site." in response.text
    assert "1 tablet is used here. Records it has not sent yet will come to “Records to look at”." in response.text


def test_closing_needs_a_tick_and_takes_it_away_as_usual_site(at_desk, site, worker):
    untold = at_desk.post(page("site-close", site, site.pk))
    site.refresh_from_db()
    still_open = site.is_active
    at_desk.post(page("site-close", site, site.pk), {"understood": "on"})

    site.refresh_from_db()
    worker.refresh_from_db()
    assert "Tick this if you want to close the site, or go back." in untold.text
    assert (still_open, site.is_active, worker.usual_site) == (True, False, None)
    assert event() == ("site.closed", {"people": 1})


def test_a_site_with_a_counter_tablet_is_not_closed(at_desk, site):
    TabletFactory(organisation=site.organisation, site=site, is_counter=True)

    response = at_desk.post(page("site-close", site, site.pk), {"understood": "on"}, follow=True)

    site.refresh_from_db()
    assert site.is_active
    assert "This site cannot be closed yet. 1 counter tablet records here only. Revoke it first." in response.text


def test_a_revoked_tablet_does_not_keep_a_site_open(at_desk, site, administrator):
    from django.utils import timezone

    TabletFactory(organisation=site.organisation, site=site, is_counter=True, revoked_at=timezone.now(), revoked_by=administrator)

    at_desk.post(page("site-close", site, site.pk), {"understood": "on"})

    site.refresh_from_db()
    assert not site.is_active


def test_a_closed_site_is_opened_again_once(at_desk, site):
    Site.objects.update(is_active=False)

    for _ in range(2):
        at_desk.post(page("site-open", site, site.pk))

    site.refresh_from_db()
    assert site.is_active
    assert event()[0] == "site.opened"


@pytest.mark.parametrize("count", [1, 3])
def test_sites_cost_the_same_however_many(at_desk, organisation, django_assert_num_queries, count):
    for site in SiteFactory.create_batch(count, organisation=organisation):
        UserFactory(organisation=organisation, usual_site=site)

    with django_assert_num_queries(5):
        response = at_desk.get(page("site-list", organisation))

    assert response.text.count("usual site of 1 person") == count


def test_a_service_is_added_by_a_superuser_and_begins_its_list(superuser):
    response = browser_of(superuser).post(reverse("accounts:organisation-new"), {"name": "Harbour Outreach", "country": "IE"})

    organisation = Organisation.objects.get()
    assert (organisation.name, organisation.country) == ("Harbour Outreach", "IE")
    assert response.url == page("getting-started", organisation)
    assert AuditEvent.objects.get(type="organisation.created").organisation_id == organisation.pk


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": "", "country": "GB"}, "Enter the name of the service."),
        ({"name": "harbour outreach", "country": "GB"}, "There is a service of this name already."),
        ({"name": "New", "country": "XX"}, "Select a valid choice"),
    ],
)
def test_a_service_that_cannot_be_is_refused(superuser, organisation, fields, sentence):
    assert sentence in browser_of(superuser).post(reverse("accounts:organisation-new"), fields).text


def test_contacts_are_kept_and_the_change_written_down(at_desk, organisation):
    at_desk.post(page("service", organisation), {"name": organisation.name, "country": "GB"} | CONTACTS)

    organisation.refresh_from_db()
    assert organisation.out_of_hours == "Call 111"
    assert event() == ("organisation.changed", {"changed": sorted(CONTACTS)})


def test_a_blank_contact_asks_to_say_that_there_is_nobody(at_desk, organisation):
    response = at_desk.post(page("service", organisation), {"name": organisation.name, "country": "GB"} | CONTACTS | {"out_of_hours": ""})

    assert "Say whom to turn to, or that there is nobody." in response.text


@pytest.mark.parametrize("count", [1, 3])
def test_services_cost_the_same_however_many(superuser, django_assert_num_queries, count):
    OrganisationFactory.create_batch(count)
    browser = browser_of(superuser)

    with django_assert_num_queries(4):
        browser.get(reverse("accounts:organisation-list"))
