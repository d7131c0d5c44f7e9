"""Two people who save the same name at the same moment: one does, and the other is told instead of meeting an error page."""

import threading
import time

import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from sessions.models import HelpPage, LocalService
from tests.accounts.conftest import browser_of
from tests.factories import OrganisationFactory, UserFactory
from vein_care.accounts.models import Organisation, Site, User

pytestmark = pytest.mark.django_db(transaction=True)

SAID = "somebody saved the same a moment ago"
PERSON = {"display_name": "Jo Marsh", "initials": "JM", "email": "", "roles": ["worker"]}
SERVICE = {"kind": "wound_care", "name": "Mill clinic", "phone": "0117 496 0000", "checked_on": "2026-11-20", "is_active": "on"}


class SavedMeanwhile(threading.Thread):
    """Somebody else's transaction, which ends as soon as another one waits for it."""

    def __init__(self, save):
        super().__init__()
        self.save, self.is_saved = save, threading.Event()

    def run(self):
        try:
            with transaction.atomic():
                self.save()
                self.is_saved.set()
                self._wait_for_the_other()
        finally:
            self.is_saved.set()
            connection.close()

    def _wait_for_the_other(self):
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))")
                if cursor.fetchone()[0]:
                    return
            time.sleep(0.02)


def told(client, address, data, save):
    meanwhile = SavedMeanwhile(save)
    meanwhile.start()
    meanwhile.is_saved.wait(60)
    response = client.post(address, data)
    meanwhile.join()
    return response


def test_two_sites_of_one_name(administrator, organisation):
    address = reverse("accounts:site-new", args=[organisation.pk])
    data = {"name": "Mill van", "kind": "van", "time_zone": "Europe/London"}

    response = told(browser_of(administrator), address, data, lambda: Site.objects.create(organisation=organisation, name="mill van", kind="van"))

    assert SAID in response.text
    assert Site.objects.count() == 1


def test_a_site_renamed_to_what_another_becomes(administrator, organisation, site):
    address = reverse("accounts:site-edit", args=[organisation.pk, site.pk])
    data = {"name": "Mill van", "kind": "van", "time_zone": "Europe/London"}

    response = told(browser_of(administrator), address, data, lambda: Site.objects.create(organisation=organisation, name="Mill van", kind="van"))

    assert SAID in response.text


def test_two_services_of_one_name():
    superuser = UserFactory(is_superuser=True, organisation=None)
    data = {"name": "Mill Outreach", "country": "GB"}

    response = told(browser_of(superuser), reverse("accounts:organisation-new"), data, lambda: Organisation.objects.create(name="Mill Outreach"))

    assert SAID in response.text


def test_a_service_renamed_to_what_another_becomes(administrator, organisation):
    data = {"name": "Mill Outreach", "country": "GB", "out_of_hours": "None", "safeguarding_contact": "Pat", "needlestick_contact": "Pat"}
    address = reverse("accounts:service", args=[organisation.pk])

    response = told(browser_of(administrator), address, data, lambda: Organisation.objects.create(name="Mill Outreach"))

    assert SAID in response.text


def test_two_people_of_one_login_name(administrator, organisation, worker, other_worker):
    address = reverse("accounts:person-detail", args=[organisation.pk, worker.pk])

    response = told(
        browser_of(administrator),
        address,
        PERSON | {"login_name": "jo"},
        lambda: User.objects.filter(pk=other_worker.pk).update(login_name="jo"),
    )

    assert SAID in response.text
    assert User.objects.get(login_name="jo") == other_worker


def test_one_local_service_twice(administrator, organisation):
    address = reverse("sessions:service-new", args=[organisation.pk])
    fields = SERVICE | {"organisation": organisation, "kind_id": SERVICE["kind"], "is_active": True, "checked_on": timezone.localdate()}
    del fields["kind"]

    response = told(browser_of(administrator), address, SERVICE, lambda: LocalService.objects.create(**fields))

    assert SAID in response.text
    assert LocalService.objects.count() == 1


def test_one_public_address_for_two_services(administrator, organisation):
    address, other = reverse("sessions:help-page", args=[organisation.pk]), OrganisationFactory()

    response = told(browser_of(administrator), address, {"slug": "mill"}, lambda: HelpPage.objects.create(organisation=other, slug="mill"))

    assert SAID in response.text
    assert HelpPage.objects.get().organisation == other
