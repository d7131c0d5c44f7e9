"""Where somebody is with a module, as a table: docs/decisions/0042-training-states.md tells the reasons."""

import datetime

import pytest

from training.state import DONE, SIGNS, Asked, Done, Place, Standing, State, standing_of

TODAY = datetime.date(2026, 11, 22)


def day(ago):
    return TODAY - datetime.timedelta(days=ago)


def asked(due_in=None):
    return Asked(None if due_in is None else day(-due_in))


def online(ago, *, version=2, ends_in=700):
    return Done(version, "online", day(ago), None if ends_in is None else day(-ends_in))


def in_the_room(ago, *, version=2, ends_in=700):
    return Done(version, "face_to_face", day(ago), day(-ends_in))


def place(ago, *, version=2, begun=None):
    return Place(version, day(ago), None if begun is None else day(begun))


# what was asked, what was done, the last place, the least version that counts → state, and how many days ago its day is
CASES = [
    ("nothing at all", None, [], None, 2, "not_assigned", None),
    ("begun by oneself", None, [], place(3), 2, "started", None),
    ("asked without a day", asked(), [], None, 2, "assigned", None),
    ("asked for a day far off", asked(20), [], None, 2, "assigned", -20),
    ("eight days before it", asked(8), [], None, 2, "assigned", -8),
    ("seven days before it", asked(7), [], None, 2, "due_soon", -7),
    ("on the day", asked(0), [], None, 2, "due_soon", 0),
    ("the day after", asked(-1), [], None, 2, "not_done_yet", 1),
    ("asked and begun", asked(20), [], place(1), 2, "started", -20),
    ("begun without a day", asked(), [], place(1), 2, "started", None),
    ("begun before it was asked", asked(20), [], place(9), 2, "started", -20),
    ("begun, and due soon", asked(5), [], place(1), 2, "due_soon", -5),
    ("begun, and the day has passed", asked(-2), [], place(1), 2, "not_done_yet", 2),
    ("done online", None, [online(10)], None, 2, "done_online", 10),
    ("done online, with the place it left", None, [online(10)], place(10), 2, "done_online", 10),
    ("done, and looked at again", None, [online(10)], place(1), 2, "done_online", 10),
    ("done in the room", None, [in_the_room(10)], None, 2, "done_face_to_face", 10),
    ("both: the later says how", None, [online(20), in_the_room(10)], None, 2, "done_face_to_face", 10),
    ("both, the other way round", None, [in_the_room(20), online(10)], None, 2, "done_online", 10),
    ("never expires", None, [online(3000, ends_in=None)], None, 2, "done_online", 3000),
    ("the last good day", None, [online(10, ends_in=1)], None, 2, "done_online", 10),
    ("the first day on which it is over", None, [online(10, ends_in=0)], None, 2, "expired", 0),
    ("expired long ago", None, [online(900, ends_in=-170)], None, 2, "expired", 170),
    ("expired twice: since the later", None, [online(1500, ends_in=-800), online(900, ends_in=-170)], None, 2, "expired", 170),
    ("expired, and another is good", None, [online(900, ends_in=-170), in_the_room(100)], None, 2, "done_face_to_face", 100),
    ("expired, and begun again", None, [online(900, ends_in=-170)], place(1), 2, "expired", 170),
    ("an older version", None, [online(10, version=1)], None, 2, "older_version", 10),
    ("an older version, and no refresher needed", None, [online(10, version=1)], None, 1, "done_online", 10),
    ("a newer version, after a release was taken back", None, [online(10, version=3)], None, 2, "done_online", 10),
    ("an older version that expired", None, [online(900, version=1, ends_in=-170)], None, 2, "expired", 170),
    ("the newer expired, the older did not", None, [online(900, version=1, ends_in=None), online(800, ends_in=-70)], None, 2, "older_version", 900),
    ("an older version, then this one", None, [online(400, version=1), online(10)], None, 2, "done_online", 10),
    ("this one, then an older one late from a tablet", None, [online(10), online(5, version=1)], None, 2, "done_online", 10),
    ("asked for a refresher", asked(20), [online(400, version=1)], None, 2, "assigned", -20),
    ("a refresher, with the place of the first time", asked(20), [online(400, version=1)], place(400, version=1), 2, "assigned", -20),
    ("a refresher, begun", asked(20), [online(400, version=1)], place(1), 2, "started", -20),
    ("a refresher, and the day has passed", asked(-2), [online(400, version=1)], None, 2, "not_done_yet", 2),
    ("asked again, though it is good", asked(20), [online(400)], None, 2, "assigned", -20),
    ("asked again on the day it was done", asked(20), [online(10)], None, 2, "assigned", -20),
    ("answered with an older version", asked(20), [online(10, version=1)], None, 2, "assigned", -20),
    ("asked again, and something looked up in what was read", asked(20), [online(10)], place(1, begun=12), 2, "assigned", -20),
    ("asked again, and begun again", asked(20), [online(10)], place(1, begun=2), 2, "started", -20),
    ("asked again, and read on where a training day had come between", asked(20), [in_the_room(10)], place(1, begun=12), 2, "started", -20),
    ("expired, and asked again", asked(20), [online(900, ends_in=-170)], None, 2, "assigned", -20),
]


@pytest.mark.parametrize(("ask", "done", "last", "least", "state", "ago"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_state_is_as_the_table_says(ask, done, last, least, state, ago):
    found = standing_of(asked=ask, done=done, place=last, least_version=least, today=TODAY)

    assert found == Standing(State(state), None if ago is None else day(ago))


def test_the_table_has_a_case_for_every_state():
    assert {case[5] for case in CASES} == set(State.values)


def test_every_state_has_a_sign_and_only_the_two_ways_of_being_done_share_one():
    assert set(SIGNS) == set(State)
    assert len(set(SIGNS.values())) == len(SIGNS) - 1
    assert {SIGNS[state] for state in DONE} == {"✓"}
