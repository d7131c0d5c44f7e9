"""Under whose name a record is taken in."""

import pytest
from django.utils import timezone

from sessions import tickets
from sessions.models import CardSession, Tablet, WorkerTicket
from tests.factories import UserFactory
from tests.sessions.quarantine.desk import quarantined
from tests.sessions.tablet import tampered
from tests.sessions.test_afterwards import sentences
from vein_care.accounts.roles import Role

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("chosen", ["worker", "other_worker", "nobody"])
def test_ticket_that_proves_nothing_makes_the_coordinator_say_who_delivered(tablet, desk, worker, other_worker, chosen):
    record = tablet.record(ticket=tampered(tablet.ticket_value))
    _record, found = quarantined(tablet, record)
    person = {"worker": worker, "other_worker": other_worker}.get(chosen)

    unsaid = desk.accept(found, delivered_by="")
    desk.accept(found, delivered_by=str(person.pk) if person else "not_known")

    assert sentences(unsaid) == {"delivered_by": ["Choose who delivered it, or “Not known”."]}
    assert CardSession.objects.get().delivered_by == person


def test_ticket_that_was_withdrawn_is_a_hint_and_not_a_proof(tablet, desk, worker):
    WorkerTicket.objects.update(revoked_at=timezone.now())
    _record, found = quarantined(tablet)

    page = desk.open(found)
    desk.accept(found)

    assert page.context["form"]["delivered_by"].value() == str(worker.pk)
    assert CardSession.objects.get().delivered_by == worker


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.WORKER])
def test_only_workers_of_the_own_organisation_can_be_named(tablet, desk, stranger, organisation, role):
    outsider = stranger if role == Role.WORKER else UserFactory(organisation=organisation, roles=[role])
    _record, found = quarantined(tablet, tablet.record(ticket="forged"))

    response = desk.accept(found, delivered_by=str(outsider.pk))

    assert list(sentences(response)) == ["delivered_by"]
    assert outsider.display_name not in desk.open(found).text.partition("<main")[2]


def test_ticket_that_was_good_is_not_asked_about_after_the_worker_left(tablet, desk, worker):
    _record, found = quarantined(tablet, session={"setting": "spaceship"})
    worker.is_active, worker.deactivated_at = False, timezone.now()
    worker.save()

    desk.accept(found, setting="van", delivered_by="not_known")

    assert CardSession.objects.get().delivered_by == worker


def test_record_of_a_counter_tablet_names_nobody_and_nobody_is_asked_for(tablet, desk):
    Tablet.objects.update(is_counter=True, site=tablet.site)
    _ticket, value = tickets.issue(user=None, tablet=tablet.row, now=timezone.now())
    _record, found = quarantined(tablet, tablet.record(ticket=value, session={"setting": "spaceship"}))

    desk.accept(found, setting="van")

    assert CardSession.objects.get().delivered_by is None


def test_newer_record_with_a_revoked_ticket_does_not_slip_through_unasked(tablet, desk):
    WorkerTicket.objects.update(revoked_at=timezone.now())
    _record, found = quarantined(tablet, tablet.record(schema=2))

    assert "delivered_by" in desk.open(found).context["form"].fields


def test_newer_record_with_a_good_ticket_is_under_its_workers_name(tablet, desk, worker):
    _record, found = quarantined(tablet, tablet.record(schema=2))

    desk.accept(found)

    assert CardSession.objects.get().delivered_by == worker
