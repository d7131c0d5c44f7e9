"""Many hand-ins at once, over real connections: what is stored is stored once, and nobody is told otherwise."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import Error, connection, transaction
from django.test import Client

from sessions.models import AreaDiscussed, CardSession, HandIn, QuarantinedRecord, Tablet
from tests.factories import CardSessionFactory
from tests.sessions.tablet import changed, seal

pytestmark = pytest.mark.django_db(transaction=True)

CONNECTIONS = 8


def all_at_once(tablet, bodies):
    """Hand in every body over eight connections, beginning together. Returns the answers in the order of the bodies."""
    start = Barrier(min(CONNECTIONS, len(bodies)))

    def send(numbered):
        number, sealed = numbered
        if number < start.parties:
            start.wait()
        try:
            return tablet.send(sealed, client=Client())
        finally:
            connection.close()

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        return list(pool.map(send, enumerate(bodies)))


def fates(answers):
    return sorted((answer.status_code, answer.json()["receipt"]["fate"]) for answer in answers)


def test_fifty_times_the_same_leaves_one_row(tablet):
    sealed = seal(tablet.record())

    answers = all_at_once(tablet, [sealed] * 50)

    assert fates(answers) == [(200, "stored")] * 49 + [(201, "stored")]
    assert (CardSession.objects.count(), AreaDiscussed.objects.count(), HandIn.objects.count()) == (1, 3, 1)
    assert QuarantinedRecord.objects.count() == 0
    assert Tablet.objects.get().window_records == 50


def test_two_contents_under_one_number_leave_one_stored_and_one_quarantined(tablet):
    for _round in range(5):
        record = tablet.record()
        bodies = [seal(record), seal(changed(record, "session.moment", "after_hospital"))] * 4

        answers = all_at_once(tablet, bodies)

        found = HandIn.objects.filter(record_id=record["record_id"])
        assert sorted(found.values_list("fate", flat=True)) == ["quarantined", "stored"]
        assert sum(answer.status_code == 201 for answer in answers) == 1
        assert {answer.status_code for answer in answers} <= {200, 201, 202}

    assert (CardSession.objects.count(), QuarantinedRecord.objects.count()) == (5, 5)


def test_fifty_times_the_same_unacceptable_one_leaves_one_quarantined(tablet):
    sealed = seal(tablet.record(session={"setting": "spaceship"}))

    answers = all_at_once(tablet, [sealed] * 50)

    assert fates(answers) == [(202, "quarantined")] * 50
    assert (QuarantinedRecord.objects.count(), HandIn.objects.count(), CardSession.objects.count()) == (1, 1, 0)


def test_many_different_records_of_one_tablet_are_all_stored(tablet):
    records = [tablet.record() for _number in range(40)]

    answers = all_at_once(tablet, [seal(record) for record in records])

    assert fates(answers) == [(201, "stored")] * 40
    assert {str(record_id) for record_id in HandIn.objects.values_list("record_id", flat=True)} == {record["record_id"] for record in records}
    assert CardSession.objects.count() == 40


def test_flag_cannot_be_taken_back_while_a_part_is_being_added(tablet):
    """The triggers wait for each other: whichever comes second sees what the first did."""
    session = CardSessionFactory(areas_recorded=True, site=tablet.site)
    added = Barrier(2)

    def take_back():
        added.wait()
        try:
            CardSession.objects.filter(pk=session.pk).update(areas_recorded=False)
        except Error as refusal:
            return refusal.__cause__.diag.constraint_name
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            AreaDiscussed.objects.create(session=session, area_id="water")
            refused = pool.submit(take_back)
            added.wait()
        name = refused.result()

    assert name == "care_sessions_cardsession_recorded_while_parts"
