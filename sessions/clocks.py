"""When a record was really made, whatever the tablet's clock said, and what that means at a site. Pure: the moment is passed in.

A tablet's wall clock may be wrong by years, and may be put right while records wait. Its counter of elapsed time cannot be set, but
begins anew with every page (`boot`), and on many devices stands still while they sleep. So the counter proves only how old a record is
at least; it overrules the clock where the clock claims less, or an age that cannot be.
"""

import datetime
import re
from dataclasses import dataclass

from sessions.rules import Problem

TOLERANCE = datetime.timedelta(minutes=10)
LONGEST_COUNT_MS = 10 * 365 * 24 * 60 * 60 * 1000
BOOT = re.compile(r"[A-Za-z0-9.-]{1,64}", re.ASCII)
FROM_HOUR = [(5, "night"), (12, "morning"), (17, "afternoon"), (22, "evening"), (24, "night")]


@dataclass(frozen=True)
class Made:
    """The tablet's clock and counter when the record was saved."""

    wall: datetime.datetime
    boot: str
    elapsed_ms: int


@dataclass(frozen=True)
class Reading:
    """The tablet's clock and counter when it handed in; None where it did not say."""

    wall: datetime.datetime | None = None
    boot: str | None = None
    elapsed_ms: int | None = None


@dataclass(frozen=True)
class Moment:
    """When a record was made. flag: "" the tablet was right, "corrected", or "unchecked" when nothing could be compared."""

    at: datetime.datetime
    flag: str

    @property
    def is_corrected(self):
        return self.flag == "corrected"


def moment_of(made, reading, *, now, longest):
    """The true time of a record made at `made` and handed in at `reading`, as a Moment.

    now: the server's time. longest: a timedelta; a record that claims to be older was made under a wrong clock.
    """
    age = _age(made, reading, longest=longest)
    if age is None:
        return Moment(made.wall, "unchecked")
    true = now - age
    return Moment(true, "corrected") if abs(true - made.wall) > TOLERANCE else Moment(made.wall, "")


def _age(made, reading, *, longest):
    """How long before the hand-in the record was made, or None if nothing that was said can be true."""
    by_clock = reading.wall - made.wall if reading.wall else None
    by_counter = _counted(made, reading)
    if by_counter is None:
        return by_clock if by_clock is not None and -TOLERANCE <= by_clock <= longest else None
    if by_clock is None or not by_counter - TOLERANCE <= by_clock <= longest:
        return by_counter
    return by_clock


def _counted(made, reading):
    if reading.boot != made.boot or reading.elapsed_ms is None or reading.elapsed_ms < made.elapsed_ms:
        return None
    return datetime.timedelta(milliseconds=reading.elapsed_ms - made.elapsed_ms)


def held_at(moment, zone):
    """(date, part of day) of a moment in a site's zone. After midnight, night belongs to the new date."""
    local = moment.astimezone(zone)
    return local.date(), next(part for hour, part in FROM_HOUR if local.hour < hour)


def read_made(value):
    """(Made, None) of a record's "made", or (None, Problem)."""
    if not isinstance(value, dict):
        return None, Problem("made", "type")
    if value.keys() - {"wall", "boot", "elapsed_ms"}:
        return None, Problem("made", "unknown_field")
    wall, boot, elapsed = read_time(value.get("wall")), value.get("boot"), value.get("elapsed_ms")
    if wall is None:
        return None, Problem("made.wall", "not_a_time")
    if not isinstance(boot, str) or not BOOT.fullmatch(boot):
        return None, Problem("made.boot", "type")
    if not is_count(elapsed):
        return None, Problem("made.elapsed_ms", "type")
    return Made(wall, boot, elapsed), None


def read_reading(now_text, elapsed_text):
    """The Reading in the headers Tablet-Now and Tablet-Elapsed. What is missing or unreadable is None, never an error."""
    boot, _colon, count = (elapsed_text or "").rpartition(":")
    if not BOOT.fullmatch(boot) or not re.fullmatch(r"[0-9]{1,15}", count) or not is_count(int(count)):
        return Reading(wall=read_time(now_text))
    return Reading(wall=read_time(now_text), boot=boot, elapsed_ms=int(count))


def read_time(value):
    """An aware datetime from ISO text with its offset, between 1970 and 2200, or None."""
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        moment = datetime.datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo and 1970 <= moment.year < 2200 else None


def is_count(value):
    return type(value) is int and 0 <= value <= LONGEST_COUNT_MS
