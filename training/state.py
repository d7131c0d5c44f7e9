"""Where one person is with one module on a day: the one rule, used by the grid, the pages, the exports and the reminders.

What is asked comes before what was done: somebody asked to take a module once more is shown with the new request until it is answered.
Why, and every case: docs/decisions/0042-training-states.md and the table in tests/training/test_state.py.
"""

import datetime
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from training.models import Completion

DUE_SOON_DAYS = 7


class State(models.TextChoices):
    """In the order of the legend: what is open first."""

    NOT_DONE_YET = "not_done_yet", _("Not done yet")
    DUE_SOON = "due_soon", _("Due soon")
    STARTED = "started", _("Started")
    ASSIGNED = "assigned", _("Assigned")
    EXPIRED = "expired", _("Expired")
    OLDER_VERSION = "older_version", _("Older version")
    DONE_ONLINE = "done_online", _("Done online")
    DONE_FACE_TO_FACE = "done_face_to_face", _("Face to face")
    NOT_ASSIGNED = "not_assigned", _("Not assigned")


DONE = frozenset({State.DONE_ONLINE, State.DONE_FACE_TO_FACE})

# A sign for each beside its word, so that colour is never alone.
SIGNS = {
    State.NOT_DONE_YET: "!",
    State.DUE_SOON: "→",
    State.STARTED: "◐",
    State.ASSIGNED: "○",
    State.EXPIRED: "↻",
    State.OLDER_VERSION: "△",
    State.DONE_ONLINE: "✓",
    State.DONE_FACE_TO_FACE: "✓",
    State.NOT_ASSIGNED: "–",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """An open assignment. due_on: None when no day was set."""

    due_on: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """A completion that was not taken back. version: its number. expires_on: the first day on which it is no longer good."""

    version: int
    mode: str
    completed_on: datetime.date
    expires_on: datetime.date | None = None

    def is_good(self, *, today, least_version):
        return self.version >= least_version and self.is_in_force(today)

    def is_in_force(self, today):
        return self.expires_on is None or self.expires_on > today


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody was last in a module. begun_on: or begun again; None when that was the same day."""

    version: int
    moved_on: datetime.date
    begun_on: datetime.date | None = None

    def is_left_behind_by(self, done):
        """Whether this completion is its end. Looking something up in lessons that were read to the end is no new beginning."""
        since = self.moved_on if done.mode == Completion.Mode.FACE_TO_FACE else self.begun_on or self.moved_on
        return done.version >= self.version and done.completed_on >= since


@dataclass(frozen=True, slots=True)
class Standing:
    """A state and the day that goes with it: to be done by while it is open, done on, or expired on; None where there is none."""

    state: State
    day: datetime.date | None = None


NOT_ASSIGNED = Standing(State.NOT_ASSIGNED)
STARTED = Standing(State.STARTED)


def standing_of(*, asked, done, place, least_version, today):
    """The Standing of one person in one module.

    asked: Asked or None. done: every Done, oldest first. place: the last Place or None.
    least_version: the lowest version that counts here without a refresher. Runs no queries.
    """
    good = [each for each in done if each.is_good(today=today, least_version=least_version)]
    if asked:
        return _open(asked, is_started=_is_under_way(place, done), today=today)
    if good:
        return Standing(State.DONE_FACE_TO_FACE if good[-1].mode == Completion.Mode.FACE_TO_FACE else State.DONE_ONLINE, good[-1].completed_on)
    if in_force := [each for each in done if each.is_in_force(today)]:
        return Standing(State.OLDER_VERSION, in_force[-1].completed_on)
    if done:
        return Standing(State.EXPIRED, max(each.expires_on for each in done))
    return STARTED if place else NOT_ASSIGNED


def _open(asked, *, is_started, today):
    if asked.due_on and asked.due_on < today:
        return Standing(State.NOT_DONE_YET, asked.due_on)
    if asked.due_on and (asked.due_on - today).days <= DUE_SOON_DAYS:
        return Standing(State.DUE_SOON, asked.due_on)
    return Standing(State.STARTED if is_started else State.ASSIGNED, asked.due_on)


def _is_under_way(place, done):
    """Begun, and not finished since: a place that was left behind by a completion is not a new beginning."""
    return place is not None and not any(place.is_left_behind_by(each) for each in done)
