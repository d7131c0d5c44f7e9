"""Who opens, renews and switches off a site's page, and what hangs on the wall."""

import pytest
from django.urls import reverse

from sessions.models import FeedbackPage
from tests.factories import FeedbackPageFactory, SiteFactory
from vein_care.accounts.models import AuditEvent

pytestmark = pytest.mark.django_db


def press(client, person, name, site, **posted):
    client.force_login(person)
    return client.post(reverse(f"sessions:{name}", args=[site.organisation_id, site.pk]), posted, follow=True)


def events():
    return list(AuditEvent.objects.filter(type__startswith="feedback_page").order_by("pk").values_list("type", flat=True))


def test_administrator_opens_switches_off_and_on_again_under_the_same_address_each_press_noted_once(client, administrator, site):
    for name in ["say-open", "say-open", "say-close", "say-close", "say-open"]:
        response = press(client, administrator, name, site)
    code = FeedbackPage.objects.get().code

    assert reverse("say", args=[code]) in response.text
    assert events() == ["feedback_page.opened", "feedback_page.closed", "feedback_page.opened"]


def test_new_address_shuts_the_old_one_and_two_presses_are_one(client, administrator, site):
    page = FeedbackPageFactory(site=site)
    for code in [page.code, page.code, "", "\0"]:
        press(client, administrator, "say-renew", site, code=code)

    new = FeedbackPage.objects.get().code
    assert [client.get(reverse("say", args=[code])).status_code for code in [page.code, new]] == [404, 200]
    assert events() == ["feedback_page.renewed"]


@pytest.mark.parametrize("name", ["say-open", "say-renew", "say-close", "say-poster"])
def test_site_of_another_service_does_not_exist(client, administrator, organisation, name):
    other = FeedbackPageFactory().site
    client.force_login(administrator)
    url = reverse(f"sessions:{name}", args=[organisation.pk, other.pk])

    assert (client.get(url) if name == "say-poster" else client.post(url)).status_code == 404
    assert events() == []


def test_coordinator_prints_but_does_not_switch(client, coordinator, site):
    FeedbackPageFactory(site=site)
    SiteFactory(organisation=site.organisation, name="Annexe")
    client.force_login(coordinator)
    pages = client.get(reverse("sessions:say-pages", args=[site.organisation_id])).text

    assert reverse("sessions:say-poster", args=[site.organisation_id, site.pk]) in pages
    assert "Your administrator can open the page" in pages
    assert "Switch off" not in pages


def test_poster_shows_the_whole_address_and_only_of_a_page_that_is_open(client, coordinator, site):
    page = FeedbackPageFactory(site=site)
    client.force_login(coordinator)
    url = reverse("sessions:say-poster", args=[site.organisation_id, site.pk])

    assert f"testserver/say/{page.code}/" in client.get(url).text
    FeedbackPage.objects.update(is_open=False)
    assert client.get(url).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_as_many_statements_for_three_sites_as_for_one(client, administrator, organisation, count, django_assert_num_queries):
    for _site in range(count):
        FeedbackPageFactory(site=SiteFactory(organisation=organisation))
    client.force_login(administrator)

    with django_assert_num_queries(5):
        client.get(reverse("sessions:say-pages", args=[organisation.pk]))


def test_tablet_is_told_where_people_say_how_it_was_at_each_site_that_is_open_for_it(client, worker, organisation, site):
    page = FeedbackPageFactory(site=site)
    FeedbackPageFactory(site=SiteFactory(organisation=organisation, name="Shut"), is_open=False)
    SiteFactory(organisation=organisation, name="Without")
    client.force_login(worker)

    told = {each["name"]: each.get("say") for each in client.get(reverse("deliver:me")).json()["sites"]}

    assert told == {"Harbour van": f"/say/{page.code}/?tablet", "Shut": None, "Without": None}
