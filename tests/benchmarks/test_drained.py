"""The line "drained" proves nothing unless it sees what is lost and what is doubled."""

import pytest

from tests.benchmarks.drained import problems
from tests.benchmarks.hand_in import ROWS_OF_A_RECORD
from tests.benchmarks.tablets import SealedRecord

SENT = ["a", "b"]
ROWS = {table: each * len(SENT) for table, each in ROWS_OF_A_RECORD.items()}


def answered(*statuses):
    return [(SealedRecord(record_id, b""), status, b"") for record_id, status in zip(SENT, statuses, strict=False)]


def test_records_that_were_each_answered_with_201_and_are_there_once_are_fine():
    assert problems(SENT, answered(201, 201), ["b", "a"], ROWS) == []


@pytest.mark.parametrize(
    ("answers", "stored", "rows"),
    [
        (answered(201, 201), ["a"], ROWS),
        (answered(201, 201), ["a", "b", "b"], ROWS),
        (answered(201, 200), ["a", "b"], ROWS),
        (answered(201), ["a", "b"], ROWS),
        (answered(201, 201), ["a", "b"], ROWS | {"cardsession": 3}),
        (answered(201, 201), ["a", "b"], ROWS | {"areadiscussed": 3}),
    ],
    ids=["lost", "doubled", "another answer", "no answer", "a session too many", "a part lost"],
)
def test_what_is_lost_doubled_or_answered_otherwise_is_said(answers, stored, rows):
    assert len(problems(SENT, answers, stored, rows)) == 1
