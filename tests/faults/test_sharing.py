"""Of the cases that worlds share, each is tried once, and none is forgotten."""

import threading

import pytest

from tests.faults.__main__ import all_cases
from tests.faults.sharing import Share
from tests.faults.table import Row
from vein_care.problems import Problem


@pytest.fixture
def share(tmp_path):
    share = Share(tmp_path)
    share.write_down([f"case {number}" for number in range(30)])
    return share


def test_worlds_at_once_take_each_case_once_and_the_rows_come_in_the_order_of_the_list(share):
    def world():
        for name, _count in share.taken():
            share.is_done(Row(name))

    worlds = [threading.Thread(target=world) for _ in range(3)]
    for each in worlds:
        each.start()
    for each in worlds:
        each.join()

    assert [row.name for row in share.rows()] == share.names


def test_a_case_that_nobody_tried_is_no_success(share):
    share.is_done(Row("case 3"))

    with pytest.raises(Problem, match="Not every case was tried"):
        share.rows()


def test_cases_are_told_apart_by_their_names():
    names = [each.name for each in all_cases()]

    assert len(names) == len(set(names))
