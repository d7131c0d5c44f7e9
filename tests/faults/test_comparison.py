"""`make faults` proves nothing unless its comparison sees what is lost and what is doubled."""

import dataclasses
import datetime
import json
import uuid

import pytest
from django.utils import timezone

from sessions.models import AreaDiscussed, CardSession, HandIn, QuarantinedRecord
from tests.faults import facts
from tests.faults.comparison import Kept, Saved, Stored, compare
from tests.faults.table import Row, printed
from tests.sessions.tablet import StandInTablet, seal

NOON = datetime.datetime(2026, 11, 22, 12, 30, tzinfo=datetime.UTC)
FACTS = {"outcome": "held", "held_on": "2026-11-22", "part_of_day": "afternoon", "areas": ["water"]}


def saved(record_id="a", **changed):
    content = {**FACTS, **changed}
    return Saved(record_id, json.dumps([record_id, content]).encode(), content, after=NOON, before=NOON, zone=datetime.UTC)


def stored(record_id="a", clock_flag="", **changed):
    return Stored(record_id, {**FACTS, **changed}, clock_flag)


def counts(*given, **named):
    result = compare(*given, **named)
    return len(result.lost), len(result.doubled)


def test_the_same_records_once_each_are_neither_lost_nor_doubled():
    assert counts([saved("a"), saved("b")], found=[stored("b"), stored("a")], held=[]) == (0, 0)


def test_a_record_that_is_nowhere_is_lost():
    assert counts([saved("a"), saved("b")], found=[stored("a")], held=[]) == (1, 0)


def test_a_record_that_is_still_on_a_tablet_is_not_lost():
    assert counts([saved("a")], found=[], held=[saved("a").opened]) == (0, 0)


def test_a_record_that_is_there_twice_is_doubled():
    assert counts([saved("a")], found=[stored("a"), stored("a")], held=[]) == (0, 1)


def test_a_record_that_is_stored_and_kept_for_a_look_is_doubled():
    assert counts([saved("a")], found=[stored("a"), Kept("a", saved("a").opened)], held=[]) == (0, 1)


@pytest.mark.parametrize("row", [stored("x"), stored(None), Kept("x", b"?"), Kept(None, b"")])
def test_a_row_that_nobody_saved_is_one_too_many(row):
    assert counts([saved("a")], found=[stored("a"), row], held=[]) == (0, 1)


def test_a_record_whose_content_changed_is_lost_and_what_is_there_is_one_too_many():
    assert counts([saved("a")], found=[stored("a", areas=["hygiene"])], held=[]) == (1, 1)
    assert counts([saved("a")], found=[Kept("a", b"other bytes")], held=[]) == (1, 1)


def test_a_record_that_is_kept_for_a_look_is_found_but_has_to_be_declared():
    found = [Kept("a", saved("a").opened)]

    surprising, declared = (compare([saved("a")], found=found, held=[], for_a_look=count) for count in (0, 1))

    assert not surprising.lost and not surprising.doubled
    assert (surprising.is_clean, declared.is_clean) == (False, True)
    assert not compare([saved("a")], found=[stored("a")], held=[], for_a_look=1).is_clean


def test_a_record_that_another_organisation_gets_to_see_is_lost_and_one_too_many():
    ours = dataclasses.replace(saved("a"), organisation=1)

    assert counts([ours], found=[Kept("a", ours.opened, organisation=1)], held=[]) == (0, 0)
    assert counts([ours], found=[Kept("a", ours.opened, organisation=2)], held=[]) == (1, 1)


def test_two_records_under_one_number_both_have_to_be_there():
    both = [saved("a"), saved("a", areas=["hygiene"])]

    assert counts(both, found=[stored("a"), Kept("a", both[1].opened)], held=[]) == (0, 0)
    assert counts(both, found=[stored("a")], held=[]) == (1, 0)


def test_a_corrected_day_has_to_be_the_day_on_which_it_was_saved():
    wrong = saved("a", held_on="2016-11-22", part_of_day="night")

    assert counts([wrong], found=[stored("a", "corrected")], held=[]) == (0, 0)
    assert counts([wrong], found=[stored("a", "corrected", held_on="2026-11-23")], held=[]) == (1, 1)
    assert counts([wrong], found=[stored("a")], held=[]) == (1, 1)


def test_a_row_of_the_table_is_not_ok_when_something_is_lost_doubled_waits_unexpectedly_or_was_never_tried():
    assert Row("fine", compare([saved("a")], found=[stored("a")], held=[])).is_ok
    assert not Row("lost", compare([saved("a")], found=[], held=[])).is_ok
    assert not Row("doubled", compare([saved("a")], found=[stored("a")] * 2, held=[])).is_ok
    assert not Row("kept for a look", compare([saved("a")], found=[Kept("a", saved("a").opened)], held=[])).is_ok
    assert not Row("nothing was saved", compare([], found=[], held=[])).is_ok
    assert not Row("failed", compare([saved("a")], found=[stored("a")], held=[]), trouble="no").is_ok
    assert printed([Row("lost", compare([saved("a")], found=[], held=[]))]).splitlines()[-2].replace(" ", "") == "|lost|1|0|0|0|1|0|"


# The same with real rows.


@pytest.fixture
def tablet(client, worker, site, release):
    facts.zones.cache_clear()
    yield StandInTablet(client, worker, site)
    facts.zones.cache_clear()


def found_against(records, since, *, organisation=None):
    now = timezone.now()
    opened = [facts.opened_record(seal(record).decode(), after=now, before=now, organisation=organisation) for record in records]
    return counts(opened, found=facts.rows_since(since), held=[])


@pytest.mark.django_db
def test_records_that_were_handed_in_are_found_as_they_were_saved(tablet):
    since = facts.mark()
    good, forged = tablet.record(), tablet.record(ticket="made up")
    assert [tablet.hand_in(record).status_code for record in [good, forged, good]] == [201, 202, 200]

    ours = tablet.worker.organisation_id
    assert found_against([good, forged], since, organisation=ours) == (0, 0)
    assert found_against([good, forged, tablet.record()], since, organisation=ours) == (1, 0)
    assert found_against([good], since, organisation=ours) == (0, 1)
    assert found_against([good, forged], since, organisation=ours + 1) == (1, 1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("harm", "expected"),
    [
        (lambda: CardSession.objects.all().delete(), (1, 0)),
        (lambda: HandIn.objects.all().delete(), (1, 1)),
        (lambda: AreaDiscussed.objects.filter(area="acids").delete(), (1, 1)),
        (lambda: CardSession.objects.update(delivered_by=None), (1, 1)),
        (lambda: CardSession.objects.update(length_band="under_5"), (1, 1)),
    ],
    ids=["session deleted", "number forgotten", "a part lost", "the worker lost", "another answer"],
)
def test_harm_to_a_stored_session_is_seen(harm, expected, tablet):
    since = facts.mark()
    record = tablet.record()
    tablet.hand_in(record)
    assert found_against([record], since) == (0, 0)

    harm()

    assert found_against([record], since) == expected


@pytest.mark.django_db
def test_a_second_row_of_the_same_record_is_seen(tablet):
    since = facts.mark()
    record = tablet.record()
    tablet.hand_in(record)
    [row] = facts.rows_since(since)
    QuarantinedRecord.objects.create(
        organisation=tablet.worker.organisation, received_at=timezone.now(), payload=json.dumps(record).encode(), field="record", rule="required"
    )

    assert found_against([record], since) == (0, 1)
    assert dataclasses.replace(row, record_id=str(uuid.uuid4())) != row
