"""What a site has to hand over: said, changed, written down."""

import pytest
from django.urls import reverse

from sessions.models import SiteResource, SiteSignpost
from sessions.site_offer import offer_of
from tests.accounts.conftest import browser_of
from tests.factories import SiteFactory, SiteResourceFactory
from vein_care.accounts.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(site):
    return reverse("sessions:site-offer", args=[site.pk])


@pytest.fixture
def at_desk(administrator):
    return browser_of(administrator)


def changes():
    return AuditEvent.objects.filter(type="site.offer_changed")


def test_what_is_ticked_is_kept_and_written_down(at_desk, site, address, administrator):
    at_desk.post(address, {"resources": ["water_ampoules", "dry_pads"], "signposts": ["wound_care"]})

    offer = {kind: sorted(codes) for kind, codes in offer_of(site).items()}
    assert offer == {"resources": ["dry_pads", "water_ampoules"], "signposts": ["wound_care"]}
    event = changes().get()
    assert (event.actor_id, event.target_id) == (administrator.pk, str(site.pk))
    assert sorted(event.details["resources"]) == ["dry_pads", "water_ampoules"]


def test_the_same_again_changes_and_writes_nothing(at_desk, address):
    for _ in range(2):
        at_desk.post(address, {"resources": ["water_ampoules"]})

    assert (SiteResource.objects.count(), changes().count()) == (1, 1)


def test_ticking_nothing_goes_back_to_offering_everything(at_desk, site, address):
    SiteResourceFactory(site=site)

    at_desk.post(address, {})

    assert offer_of(site) == {"resources": [], "signposts": []}


def test_another_site_keeps_what_it_has(at_desk, site, address):
    other = SiteFactory(organisation=site.organisation)
    SiteResourceFactory(site=other)

    at_desk.post(address, {"resources": ["dry_pads"]})

    assert offer_of(other)["resources"] == ["water_ampoules"]


def test_an_unknown_code_is_refused(at_desk, address):
    response = at_desk.post(address, {"resources": ["nonsense"], "signposts": ["wound_care"]})

    assert "Select a valid choice" in response.text
    assert not SiteSignpost.objects.exists()


@pytest.mark.parametrize("ticked", [[], ["water_ampoules", "dry_pads", "hand_wipes"]])
def test_the_page_costs_the_same_however_much_is_ticked(at_desk, site, address, django_assert_num_queries, ticked):
    for code in ticked:
        SiteResourceFactory(site=site, resource_id=code)

    with django_assert_num_queries(9):
        response = at_desk.get(address)

    assert response.text.count(" checked") == len(ticked)


def test_a_worker_changes_nothing(worker, address):
    assert browser_of(worker).post(address, {"resources": ["dry_pads"]}).status_code == 403
