"""Who was at an event: marks of one page put together with those that others saved meanwhile, and what they complete.

docs/decisions/0043-attendance.md says why.
"""

from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from training.actions.completing import complete_at_event, withdraw_completion
from training.actions.events import hold
from training.actions.refusals import ChangedMeanwhile, Refused
from training.events import versions_covered, versions_of
from training.models import Attendance, AttendanceChange, Completion, CoverageChange
from vein_care.accounts import audit
from vein_care.accounts.models import User


class NotYet(Refused):
    """The day of the event has not come."""


class WasCancelled(Refused):
    """The event was called off."""


class NothingMarked(Refused):
    """Nobody is marked, and no number was entered."""


class NeedsReason(Refused):
    """Marks that were saved are to change, and nobody says why. `people`: whose."""

    def __init__(self, people):
        one, several = "Say in a few words why the saved mark of %(names)s changes.", "Say in a few words why the saved marks of %(names)s change."
        super().__init__(ngettext(one, several, len(people)) % {"names": ", ".join(str(person) for person in people)})
        self.people = people


@dataclass(frozen=True)
class Mark:
    """What a page holds for one person. was: what the page was opened with; state: what it says now; "" for not marked."""

    person: object
    was: str
    state: str

    @property
    def is_new(self):
        return self.state != self.was


@dataclass(frozen=True)
class Difference:
    """Two trainers marked one person differently: `stands` was saved first, `yours` was not saved."""

    person: object
    stands: str
    by: object
    yours: str

    @property
    def stands_label(self):
        return Attendance.State(self.stands).label

    @property
    def yours_label(self):
        return Attendance.State(self.yours).label


@dataclass
class Saved:
    """What came of a saving. theirs: how many marks of others the page did not know, and that stand beside its own."""

    marked: int = 0
    corrected: int = 0
    theirs: int = 0
    completed: int = 0
    taken_back: int = 0
    differences: list = field(default_factory=list)
    others_stand: int | None = None


@transaction.atomic
def save_attendance(*, event, marks, others, reason, by, now):
    """Store the marks of a page that differ from what it was opened with, and complete or take back the covered modules accordingly.

    marks: [Mark], of people of the event's organisation; who is not on the list yet just came. others: (was, is), the number of those
    without a login. reason: needed when a mark that was saved changes. The same page sent twice is saved once.
    Where another trainer saved a different mark for the same person meanwhile, theirs stands and Saved.differences says so.
    Raises NotYet, WasCancelled, NothingMarked, NeedsReason; then nothing is stored.
    """
    event = hold(event)
    _check_time(event, now=now)
    listed = {attendance.person_id: attendance for attendance in event.attendances.select_related("person", "marked_by")}
    saved = Saved()
    fresh, corrections = _sort(marks, listed, saved)
    others = _merge_others(event, others, saved)
    if not (event.is_marked or fresh or corrections or others):
        raise NothingMarked(_("Nobody is marked yet. Mark at least one person, or enter how many others came."))
    if corrections and not reason:
        raise NeedsReason([attendance.person for attendance, _state in corrections])
    if fresh or corrections or others is not None:
        _store(event, fresh, corrections, others, reason=reason, by=by, now=now)
        _complete(event, fresh, corrections, saved, reason=reason, by=by, now=now)
        _trace(event, saved, by=by)
    return saved


@transaction.atomic
def change_coverage(*, event, modules, reason, by, now, revision=None):
    """Other modules were covered than the event says: done or taken back for whoever was there for all of it. Returns whether anything changed.

    modules: those that were covered after all; reason: not empty. revision: of the event when the page was opened, if it said.
    Raises NothingMarked before attendance was saved: then the event itself changes; and ChangedMeanwhile.
    """
    event = hold(event)
    if not event.is_marked:
        raise NothingMarked(_("Attendance of this event is not saved yet. Change the event itself."))
    before, after = {module.pk: module.slug for module in event.modules.all()}, {module.pk: module.slug for module in modules}
    added, gone = after.keys() - before.keys(), before.keys() - after.keys()
    if not added and not gone:
        return False
    if revision not in (None, event.revision):
        raise ChangedMeanwhile(_("Somebody else saved this event after you opened the page. Look through it, and save once more if it is right."))
    event.modules.set(modules)
    event.revision += 1
    event.save(update_fields=["revision"])
    there = [each.person for each in event.attendances.filter(state=Attendance.State.ATTENDED).select_related("person")]
    complete_at_event(event=event, people=there, versions=versions_covered(event, added, now=now), by=by)
    for completion in _done_at(event).filter(version__module__in=gone):
        withdraw_completion(completion=completion, by=by, reason=reason)
    slugs = {"added": sorted(after[pk] for pk in added), "taken_out": sorted(before[pk] for pk in gone)}
    CoverageChange.objects.create(event=event, reason=reason, changed_at=now, changed_by=by, **slugs)
    audit.record("event.coverage_changed", by=by, target=event, reason=reason, **slugs)
    return True


def _check_time(event, *, now):
    if event.is_cancelled:
        raise WasCancelled(_("This event was called off, so nobody can be marked. If it did take place, plan it once more with its day."))
    if event.held_on > timezone.localdate(now):
        raise NotYet(_("The day of this event has not come. You can mark who was there from that day on."))


def _sort(marks, listed, saved):
    """([(Attendance, state)] of those not marked so far, the same of those whose saved mark changes); counts others' marks into `saved`."""
    fresh, corrections = [], []
    for mark in marks:
        attendance = listed.get(mark.person.pk)
        stands = attendance.state if attendance else ""
        if not mark.is_new:
            saved.theirs += stands != mark.was
        elif stands == mark.state or not mark.state:
            continue  # saved already, by this page or another; and nobody is un-marked
        elif stands != mark.was:
            saved.differences.append(Difference(person=mark.person, stands=stands, by=attendance.marked_by, yours=mark.state))
        elif stands:
            corrections.append((attendance, mark.state))
        else:
            fresh.append((attendance or Attendance(person=mark.person, invited=False), mark.state))
    known = {mark.person.pk for mark in marks}
    saved.theirs += sum(1 for pk, attendance in listed.items() if attendance.state and pk not in known)
    return fresh, corrections


def _merge_others(event, others, saved):
    """The number to store, or None where it stays. Another trainer's stands."""
    was, wanted = others
    if wanted in (was, event.others_came):
        return None
    if event.others_came != was:
        saved.others_stand = event.others_came
        return None
    return wanted


def _store(event, fresh, corrections, others, *, reason, by, now):
    AttendanceChange.objects.bulk_create(
        AttendanceChange(
            attendance=attendance, state_before=attendance.state, state_after=state, reason=reason, changed_at=now, changed_by=by
        )
        for attendance, state in corrections
    )
    for attendance, state in [*fresh, *corrections]:
        attendance.event, attendance.state, attendance.marked_at, attendance.marked_by = event, state, now, by
    new = [attendance for attendance, _state in fresh if attendance.pk is None]
    known = [attendance for attendance, _state in [*fresh, *corrections] if attendance.pk is not None]
    Attendance.objects.bulk_create(new)
    Attendance.objects.bulk_update(known, ["state", "marked_at", "marked_by"])
    if others is not None:
        event.others_came = others
    if not event.is_marked:
        event.attendance_at, event.attendance_by = now, by
    event.revision += 1
    event.save(update_fields=["others_came", "attendance_at", "attendance_by", "revision"])


def _complete(event, fresh, corrections, saved, *, reason, by, now):
    """What was done by whoever was there for all of it; and taken back from whoever was not, after all."""
    if corrections:  # what is taken back waits its turn too: in one order, so that no two events wait for each other in a ring
        named = [attendance.person_id for attendance, _state in [*fresh, *corrections]]
        list(User.objects.select_for_update(no_key=True).filter(pk__in=named).order_by("pk"))
    there = [attendance.person for attendance, state in [*fresh, *corrections] if state == Attendance.State.ATTENDED]
    if there:
        complete_at_event(event=event, people=there, versions=versions_of(event, now=now), by=by)
    saved.completed = len(there)
    for attendance, state in corrections:
        if state != Attendance.State.ATTENDED:
            saved.taken_back += _take_back(event, attendance.person, by=by, reason=reason)
    saved.marked, saved.corrected = len(fresh), len(corrections)


def _take_back(event, person, *, by, reason):
    """Whether this person had done anything at the event."""
    standing = list(_done_at(event).filter(person=person))
    for completion in standing:
        withdraw_completion(completion=completion, by=by, reason=reason)
    return bool(standing)


def _done_at(event):
    return Completion.objects.standing().filter(event=event).select_related("version__module", "person")


def _trace(event, saved, *, by):
    details = {"marked": saved.marked, "corrected": saved.corrected, "others": event.others_came}
    audit.record("event.attendance_saved", by=by, target=event, **details)
