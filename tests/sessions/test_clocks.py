"""sessions/clocks.py: when a record was really made."""

import datetime
from zoneinfo import ZoneInfo

import pytest

from sessions import clocks
from sessions.clocks import Made, Moment, Reading

NOW = datetime.datetime(2026, 11, 21, 20, 0, tzinfo=datetime.UTC)
LONDON = ZoneInfo("Europe/London")


def hours(number):
    return datetime.timedelta(hours=number)


def minutes(number):
    return datetime.timedelta(minutes=number)


def ms(delta):
    return int(delta / datetime.timedelta(milliseconds=1))


NEW_YEAR_1970 = datetime.datetime(1970, 1, 1, 0, 30, tzinfo=datetime.UTC)

# What the tablet's clock said when the record was made and at hand-in, what its counter counted between the two (None: another page
# meanwhile), and when the record was really made.
CASES = {
    "clock right, sent at once": (NOW, NOW, hours(0), NOW, ""),
    "clock right, sent a day later by the same page": (NOW - hours(24), NOW, hours(24), NOW - hours(24), ""),
    "clock right, sent a day later by another page": (NOW - hours(24), NOW, None, NOW - hours(24), ""),
    "clock right, the tablet slept most of the day": (NOW - hours(24), NOW, minutes(5), NOW - hours(24), ""),
    "nine minutes fast is as good as right": (NOW + minutes(9), NOW + minutes(9), hours(0), NOW + minutes(9), ""),
    "eleven minutes fast": (NOW + minutes(11), NOW + minutes(11), hours(0), NOW, "corrected"),
    "eleven minutes slow": (NOW - minutes(11), NOW - minutes(11), hours(0), NOW, "corrected"),
    "three hours slow, sent two hours later": (NOW - hours(5), NOW - hours(3), hours(2), NOW - hours(2), "corrected"),
    "three hours slow, by another page": (NOW - hours(5), NOW - hours(3), None, NOW - hours(2), "corrected"),
    "a year fast": (NOW + hours(8760), NOW + hours(8760), None, NOW, "corrected"),
    "in 1970, still": (NEW_YEAR_1970, NEW_YEAR_1970 + hours(1), None, NOW - hours(1), "corrected"),
    "in 1970, then put right": (NEW_YEAR_1970, NOW, hours(2), NOW - hours(2), "corrected"),
    "in 1970, then put right, by another page": (NEW_YEAR_1970, NOW, None, NEW_YEAR_1970, "unchecked"),
    "a day fast, then put right": (NOW + hours(23), NOW, hours(1), NOW - hours(1), "corrected"),
    "a day fast, then put right, by another page": (NOW + hours(23), NOW, None, NOW + hours(23), "unchecked"),
    "put back across the hand-in": (NOW - hours(1), NOW - hours(3), hours(2), NOW - hours(2), "corrected"),
}


@pytest.mark.parametrize("case", CASES)
def test_true_time_of_a_record(case):
    wall_then, wall_now, counted, true, flag = CASES[case]
    made = Made(wall_then, "page-1", 5000)
    reading = Reading(wall_now, "page-2", 700) if counted is None else Reading(wall_now, "page-1", 5000 + ms(counted))

    assert clocks.moment_of(made, reading, now=NOW, longest=datetime.timedelta(days=400)) == Moment(true, flag)


def test_without_a_word_from_the_tablet_nothing_is_checked():
    moment = clocks.moment_of(Made(NOW - hours(2), "page-1", 0), Reading(), now=NOW, longest=hours(24))

    assert moment == Moment(NOW - hours(2), "unchecked")


def test_counter_alone_is_enough():
    reading = Reading(None, "page-1", ms(hours(2)))

    moment = clocks.moment_of(Made(NOW + hours(5), "page-1", 0), reading, now=NOW, longest=hours(24))

    assert moment == Moment(NOW - hours(2), "corrected")


def test_counter_that_runs_backwards_is_not_believed():
    reading = Reading(NOW, "page-1", 10)

    moment = clocks.moment_of(Made(NOW - hours(2), "page-1", 5000), reading, now=NOW, longest=hours(24))

    assert moment == Moment(NOW - hours(2), "")


@pytest.mark.parametrize(
    ("local", "day", "part"),
    [
        ("2026-11-21 04:59", 21, "night"),
        ("2026-11-21 05:00", 21, "morning"),
        ("2026-11-21 11:59", 21, "morning"),
        ("2026-11-21 12:00", 21, "afternoon"),
        ("2026-11-21 16:59", 21, "afternoon"),
        ("2026-11-21 17:00", 21, "evening"),
        ("2026-11-21 21:59", 21, "evening"),
        ("2026-11-21 22:00", 21, "night"),
        ("2026-11-22 00:30", 22, "night"),
    ],
)
def test_day_and_part_of_day_at_the_site(local, day, part):
    moment = datetime.datetime.fromisoformat(local).replace(tzinfo=LONDON).astimezone(datetime.UTC)

    assert clocks.held_at(moment, LONDON) == (datetime.date(2026, 11, day), part)


def test_summer_time_is_the_sites_own():
    moment = datetime.datetime(2026, 7, 1, 23, 30, tzinfo=datetime.UTC)

    assert clocks.held_at(moment, LONDON) == (datetime.date(2026, 7, 2), "night")
    assert clocks.held_at(moment, ZoneInfo("America/New_York")) == (datetime.date(2026, 7, 1), "evening")


@pytest.mark.parametrize("text", ["2026-11-21T20:00:00.000Z", "2026-11-21T20:00:00+00:00", "2026-11-21T21:00:00+01:00"])
def test_time_is_read_with_its_offset(text):
    assert clocks.read_time(text) == NOW


@pytest.mark.parametrize(
    "value",
    [None, 7, "", "now", "2026-11-21", "2026-11-21T20:00:00", "1969-12-31T23:59:59Z", "2200-01-01T00:00:00Z", "2026-13-01T00:00Z", "2" * 9, "\ud800"],
    ids=ascii,
)
def test_anything_else_is_no_time(value):
    assert clocks.read_time(value) is None


@pytest.mark.parametrize(
    ("header", "boot", "count"),
    [("b00t:5000", "b00t", 5000), ("9b2f-8f36:0", "9b2f-8f36", 0), ("b00t:-1", None, None), ("b00t", None, None), (":5", None, None),
     ("b00t:" + "9" * 400, None, None), ("b 00:5", None, None), (None, None, None), ("b00t:٣", None, None)],
    ids=ascii,
)  # fmt: skip
def test_elapsed_header_is_read_or_left_alone(header, boot, count):
    assert clocks.read_reading(None, header) == Reading(None, boot, count)
