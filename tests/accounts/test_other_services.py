"""An administrator reaches nothing of another service, whatever number is put into an address."""

import pytest
from django.urls import reverse

from tests.access import ROWS
from tests.accounts.conftest import browser_of
from tests.factories import InvitationFactory, SiteFactory, UserFactory
from vein_care.accounts.models import AuditEvent

pytestmark = pytest.mark.django_db

SCOPED = sorted(name for name, row in ROWS.items() if row.arguments in {"service", "site", "person", "invitation"})


@pytest.fixture
def numbers(organisation):
    """{kind: number} of things that belong to `organisation`."""
    return {
        "site": SiteFactory(organisation=organisation).pk,
        "person": UserFactory(organisation=organisation, roles=["worker"]).pk,
        "invitation": InvitationFactory(organisation=organisation).pk,
    }


@pytest.mark.parametrize("name", SCOPED)
def test_pages_of_another_service_are_not_found(elsewhere_administrator, organisation, numbers, name):
    row = ROWS[name]
    thing = [numbers[row.arguments]] if row.arguments in numbers else []
    browser = browser_of(elsewhere_administrator)
    before = AuditEvent.objects.count()

    foreign = reverse(name, args=[str(organisation.pk), *thing])
    mixed = reverse(name, args=[str(elsewhere_administrator.organisation_id), *thing])
    addresses = [foreign, mixed] if thing else [foreign]

    for address in addresses:
        if row.everyone != 405:
            assert browser.get(address).status_code == 404
        if row.post:
            assert browser.post(address).status_code == 404
    assert AuditEvent.objects.count() == before


@pytest.mark.parametrize("name", SCOPED)
def test_a_service_that_does_not_exist_is_not_found(at_desk, numbers, name):
    row = ROWS[name]
    thing = [numbers[row.arguments]] if row.arguments in numbers else []
    method = at_desk.post if row.everyone == 405 else at_desk.get

    assert method(reverse(name, args=["999999999999999999", *thing])).status_code == 404


@pytest.mark.parametrize("address", ["/organisations/0/people/", "/organisations/x/people/", "/organisations/99999999999999999999/people/"])
def test_nonsense_is_not_found(at_desk, address):
    assert at_desk.get(address).status_code == 404


def test_what_a_site_of_another_service_offers_is_not_found(elsewhere_administrator, site):
    assert browser_of(elsewhere_administrator).get(reverse("sessions:site-offer", args=[site.pk])).status_code == 404
