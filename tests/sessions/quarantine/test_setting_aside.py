"""A record that is not taken in: other content under a known number, and what is set aside with a reason."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from sessions.models import QuarantinedRecord
from tests.factories import UserFactory
from tests.sessions.quarantine.desk import LIST, Desk, quarantined, said
from tests.sessions.tablet import StandInTablet, changed, rows
from vein_care.accounts.models import AuditEvent
from vein_care.accounts.roles import Role

pytestmark = pytest.mark.django_db


def test_other_content_of_a_stored_record_cannot_be_taken_in_only_set_aside(tablet, desk):
    record = tablet.record()
    tablet.hand_in(record)
    _record, found = quarantined(tablet, changed(record, "session.moment", "after_hospital"))

    page = desk.open(found)
    refused = desk.client.post(f"{LIST}{found.pk}/accept/", {"held_on": timezone.localdate().isoformat()})

    assert page.context["form"] is None
    assert "A session with the same number counts already." in page.text
    assert "Nothing in particular" in page.text and "Back from hospital" in page.text
    assert refused.status_code == 200
    assert rows() == (1, 1)
    assert desk.set_aside(found, "double").status_code == 302


def test_session_of_another_organisation_under_the_same_number_is_not_shown(client, tablet, desk, stranger):
    away = StandInTablet(client, stranger, stranger.usual_site)
    theirs = away.record(session={"moment": "after_hospital"})
    away.hand_in(theirs)
    _record, found = quarantined(tablet, tablet.record(record_id=theirs["record_id"]))

    page = desk.open(found).text

    assert "A session with the same number counts already." in page
    assert "or is another service" in page and "Back from hospital" not in page


def test_form_sent_for_a_number_that_counts_already_stores_nothing(tablet, desk, coordinator):
    """The other one was taken in while this page was open."""
    record, first = quarantined(tablet, session={"setting": "spaceship"})
    tablet.hand_in(changed(record, "session.moment", "after_hospital"))
    second = QuarantinedRecord.objects.exclude(pk=first.pk).get()
    sent = desk.as_it_stands(second) | {"setting": "van"}
    page = desk.open(second).text
    desk.accept(first, setting="van")

    response = desk.client.post(f"{LIST}{second.pk}/accept/", sent)

    assert "Another record with the same number" in page
    assert (response.status_code, response.url) == (302, f"{LIST}{second.pk}/")
    assert said(response)[-1] == "A session with the same number was stored already. Set this one aside."
    assert rows() == (1, 2)
    second.refresh_from_db()
    assert second.resolved_at is None
    assert AuditEvent.objects.filter(type="record.taken_in").count() == 1


def test_repeat_of_the_content_that_was_not_taken_in_is_still_answered_as_kept(tablet, desk):
    record, first = quarantined(tablet, session={"setting": "spaceship"})
    other = changed(record, "session.moment", "after_hospital")
    tablet.hand_in(other)
    desk.accept(first, setting="van")

    answers = [tablet.hand_in(each).status_code for each in [record, other]]

    assert answers == [200, 202]
    assert rows() == (1, 2)


@pytest.mark.parametrize("why", QuarantinedRecord.SetAsideReason.values)
def test_set_aside_with_a_reason_it_is_kept_and_counts_nowhere(tablet, desk, coordinator, why):
    record, found = quarantined(tablet, session={"setting": "spaceship"})
    before = bytes(found.payload)

    desk.set_aside(found, why)

    found.refresh_from_db()
    assert (found.resolution, found.set_aside_reason, found.resolved_by, bytes(found.payload)) == ("set_aside", why, coordinator, before)
    assert tablet.hand_in(record).status_code == 202
    assert rows() == (0, 1)
    event = AuditEvent.objects.get(type="record.set_aside")
    assert (event.actor_id, event.details) == (coordinator.pk, {"rule": "unknown_code", "why": why})


@pytest.mark.parametrize("why", ["", "because Jo said so"])
def test_setting_aside_asks_for_one_of_the_reasons(tablet, desk, why):
    _record, found = quarantined(tablet, session={"setting": "spaceship"})

    response = desk.set_aside(found, why)

    assert response.status_code == 200
    assert list(response.context["aside"].errors) == ["why"]
    found.refresh_from_db()
    assert found.resolved_at is None


@pytest.mark.parametrize("first", ["accept", "set_aside"])
@pytest.mark.parametrize("second", ["accept", "set_aside"])
def test_dealing_with_it_twice_counts_once_and_the_second_is_told(tablet, desk, first, second):
    _record, found = quarantined(tablet, session={"setting": "spaceship"})
    sent = {"accept": desk.as_it_stands(found) | {"setting": "van"}, "set_aside": {"why": "trial"}}
    addresses = {"accept": f"{LIST}{found.pk}/accept/", "set_aside": f"{LIST}{found.pk}/set-aside/"}
    desk.client.post(addresses[first], sent[first])
    after_first = rows()

    response = desk.client.post(addresses[second], sent[second])

    assert (response.status_code, response.url) == (302, f"{LIST}{found.pk}/")
    assert said(response)[-1] == "Somebody has dealt with this already."
    assert rows() == after_first
    assert AuditEvent.objects.filter(type__startswith="record.").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_coordinators_at_once_make_one_session(tablet, desk, organisation):
    _record, found = quarantined(tablet, session={"setting": "spaceship"})
    sent = desk.as_it_stands(found) | {"setting": "van"}
    desks = [desk, Desk(UserFactory(organisation=organisation, roles=[Role.COORDINATOR]))] * 3
    start = Barrier(len(desks))

    def press(each):
        start.wait()
        try:
            return each.client.post(f"{LIST}{found.pk}/accept/", sent).url
        finally:
            connection.close()

    with ThreadPoolExecutor(len(desks)) as pool:
        went_to = sorted(pool.map(press, desks))

    assert went_to == [LIST] + [f"{LIST}{found.pk}/"] * 5
    assert rows() == (1, 1)
    assert AuditEvent.objects.filter(type="record.taken_in").count() == 1
