"""What was saved on tablets against what is in PostgreSQL: the same records, the same content, each exactly once. Pure."""

from dataclasses import dataclass, field
from datetime import datetime

from sessions import clocks


@dataclass(frozen=True)
class Saved:
    """A record as a tablet saved it, read before it was sent.

    opened: its bytes, out of the seal. facts: what they say, as `tests.faults.facts` puts it; None if it is no record that could be stored.
    after, before: the true time lies between them. zone: of its site.
    organisation: the number of the one whose coordinators would get to see it.
    """

    record_id: str
    opened: bytes
    facts: dict | None
    after: datetime
    before: datetime
    zone: object = None
    organisation: int | None = None

    def days(self):
        """(date, part of day) at which it may really have been made: two around midnight or noon."""
        held = (clocks.held_at(moment, self.zone) for moment in (self.after, self.before))
        return {(day.isoformat(), part) for day, part in held}


@dataclass(frozen=True)
class Stored:
    """A session in PostgreSQL that came from a tablet. record_id: None when nothing says which record it was."""

    record_id: str | None
    facts: dict
    clock_flag: str = ""

    def is_of(self, saved):
        if self.record_id != saved.record_id or saved.facts is None:
            return False
        if self.clock_flag != "corrected":
            return self.facts == saved.facts
        day = {"held_on", "part_of_day"}
        same = {name: value for name, value in self.facts.items() if name not in day} == {
            name: value for name, value in saved.facts.items() if name not in day
        }
        return same and (self.facts["held_on"], self.facts["part_of_day"]) in saved.days()


@dataclass(frozen=True)
class Kept:
    """A record in PostgreSQL that waits for a coordinator's look. organisation: whose coordinators see it."""

    record_id: str | None
    opened: bytes
    organisation: int | None = None

    def is_of(self, saved):
        return (self.record_id, self.opened, self.organisation) == (saved.record_id, saved.opened, saved.organisation)


@dataclass
class Comparison:
    """lost: saved, and neither in PostgreSQL nor on a tablet. doubled: rows beyond the one that each saved record may have.

    A row that nobody saved in this form, or that was taken back, is counted among the doubled: it is one too many.
    for_a_look: how many of the rows found wait for a coordinator; declared: how many of them there have to be.
    """

    saved: int = 0
    found: int = 0
    held: int = 0
    for_a_look: int = 0
    declared: int = 0
    lost: list = field(default_factory=list)
    doubled: list = field(default_factory=list)

    @property
    def is_clean(self):
        return not self.lost and not self.doubled and self.for_a_look == self.declared


def compare(saved, *, found, held, for_a_look=0):
    """saved: list of Saved. found: list of Stored and Kept, all rows there are. held: opened bytes of what lies on tablets now.

    for_a_look: how many records have to wait for a coordinator.
    """
    held = set(held)
    result = Comparison(saved=len(saved), found=len(found), held=sum(each.opened in held for each in saved), declared=for_a_look)
    result.for_a_look = sum(isinstance(row, Kept) for row in found)
    by_id = {}
    for row in found:
        by_id.setdefault(row.record_id, []).append(row)
    for each in saved:
        rows = [row for row in by_id.get(each.record_id, []) if row.is_of(each)]
        if not rows and each.opened not in held:
            result.lost.append(each)
        result.doubled += rows[1:]
    known = {}
    for each in saved:
        known.setdefault(each.record_id, []).append(each)
    result.doubled += [row for row in found if not any(row.is_of(each) for each in known.get(row.record_id, []))]
    return result
