import datetime

import pytest

from sessions import periods
from sessions.periods import MONTH, QUARTER, YEAR, Period, Span

TODAY = datetime.date(2026, 11, 22)


def day(text):
    return datetime.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("code", "first", "last", "words"),
    [
        ("2025", "2025-01-01", "2025-12-31", "2025"),
        ("2026-q1", "2026-01-01", "2026-03-31", "January to March 2026"),
        ("2026-q4", "2026-10-01", "2026-12-31", "October to December 2026"),
        ("2024-02", "2024-02-01", "2024-02-29", "February 2024"),
        ("2026-12", "2026-12-01", "2026-12-31", "December 2026"),
    ],
)
def test_a_period_is_read_and_said_as_it_was_written(code, first, last, words):
    period = periods.read_period(code)

    assert (period.span, str(period), period.code) == (Span(day(first), day(last)), words, code)


@pytest.mark.parametrize("code", ["", "26", "0001", "9999", "2026-q5", "2026-13", "2026-00", "2026-q1 ", "2026-q1\n", "٢٠٢٦", "2026-Q1"])
def test_what_is_no_period_is_refused(code):
    with pytest.raises(ValueError):
        periods.read_period(code)


def test_a_period_is_over_on_the_day_after_its_last():
    assert not Period(QUARTER, 2026, 3).is_over(today=day("2026-09-30"))
    assert Period(QUARTER, 2026, 3).is_over(today=day("2026-10-01"))


@pytest.mark.parametrize(("kind", "code"), [(MONTH, "2026-10"), (QUARTER, "2026-q3"), (YEAR, "2025")])
def test_the_last_period_that_is_over(kind, code):
    assert periods.last_over(kind, today=TODAY).code == code


def test_periods_that_are_over_are_listed_latest_first():
    found = periods.periods_over(QUARTER, since=day("2026-01-01"), today=TODAY)

    assert [period.code for period in found] == ["2026-q3", "2026-q2", "2026-q1"]


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2026-09-01", "2026-09-30", "1 to 30 September 2026"),
        ("2026-07-01", "2026-09-30", "1 July to 30 September 2026"),
        ("2025-12-01", "2026-01-31", "1 December 2025 to 31 January 2026"),
        ("2026-09-01", "2026-09-01", "1 September 2026"),
    ],
)
def test_days_are_said_without_saying_anything_twice(first, last, words):
    assert str(Span(day(first), day(last))) == words
