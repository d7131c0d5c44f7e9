"""Planning a face-to-face event, changing it, inviting, and calling it off."""

import datetime

from django.db import transaction
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from training.actions.refusals import ChangedMeanwhile, Refused
from training.models import Attendance, TrainingEvent
from vein_care.accounts import audit
from vein_care.accounts.models import User

A_MOMENT = datetime.timedelta(minutes=2)


class IsOver(Refused):
    """Attendance was saved, or the event was called off."""


class PlannedAlready(Refused):
    """The same was sent a moment ago, as by a second press of the button. `event`: what that made."""

    def __init__(self, event):
        super().__init__(_("%(event)s is on the list already: it was saved a moment ago.") % {"event": event})
        self.event = event


@transaction.atomic
def plan_event(*, event, modules, people, by):
    """Store a new event, and invite these people. modules: Module rows. Raises PlannedAlready."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    same = {name: getattr(event, name) for name in ["organisation", "title", "held_on", "begins_at", "place", "note"]}
    for known in TrainingEvent.objects.standing().filter(**same, made_by=by, made_at__gt=timezone.now() - A_MOMENT):
        if set(known.modules.all()) == set(modules):
            raise PlannedAlready(known)
    event.made_by = by
    event.save()
    event.modules.set(modules)
    Attendance.objects.bulk_create(Attendance(event=event, person=person) for person in people)
    details = {"modules": sorted(module.slug for module in modules), "people": len(people)}
    audit.record("event.planned", by=by, target=event, **details)
    return event


@transaction.atomic
def change_event(*, event, modules, changed, by, revision=None):
    """Store changed facts. changed: names of the fields that differ. revision: of the event when the page was opened, if it said.

    Raises IsOver: after attendance was saved, day and modules stay what they were; and ChangedMeanwhile.
    """
    if not changed:
        return
    held = hold(event)
    if held.is_cancelled or (held.is_marked and {"held_on", "modules"} & set(changed)):
        raise IsOver(_("This event was called off, or its attendance was saved, since you opened the page. Go back to see it as it is."))
    if revision not in (None, held.revision):
        raise ChangedMeanwhile(_said_of(held))
    event.revision = held.revision + 1
    event.save(update_fields=[*[name for name in changed if name != "modules"], "revision"])
    if "modules" in changed:
        event.modules.set(modules)
    audit.record("event.changed", by=by, target=event, changed=sorted(changed))


def _said_of(held):
    """What to tell whoever opened the page before somebody else saved it."""
    day = formats.date_format(held.held_on, "l j F Y")
    when = f"{day}, {formats.time_format(held.begins_at, 'H:i')}" if held.begins_at else day
    facts = {"event": held, "when": when, "place": held.place}
    said = _("Somebody else saved this event after you opened the page. It now says: %(event)s, %(when)s, %(place)s.") % facts
    return said + " " + _("What you typed is still here. Look through it, and save once more if it is right.")


@transaction.atomic
def invite(*, event, people, by, listed_then=None):
    """These people are invited. Whoever was marked already stays on the list. Returns (how many came to it, how many left it).

    people: User rows of the event's organisation. listed_then: pks on the list when the page was opened; whom another trainer put on
    it or took off since stays so. None: these people and nobody else. Raises IsOver.
    """
    held = hold(event)
    if held.is_cancelled:
        raise IsOver(_("This event was called off."))
    wanted = {person.pk for person in people}
    listed = {attendance.person_id: attendance for attendance in held.attendances.all()}
    then = listed.keys() if listed_then is None else listed_then
    gone = [attendance.pk for pk, attendance in listed.items() if pk in then - wanted and attendance.invited and not attendance.state]
    new = [Attendance(event=held, person_id=pk) for pk in sorted(wanted - listed.keys() - then)]
    Attendance.objects.filter(pk__in=gone).delete()
    Attendance.objects.bulk_create(new)
    if new or gone:
        audit.record("event.invited", by=by, target=held, people=len(new), taken_off=len(gone))
    return len(new), len(gone)


@transaction.atomic
def cancel_event(*, event, by, reason):
    """Call it off; those invited read why. Raises IsOver when attendance was saved. Twice keeps the first reason."""
    held = hold(event)
    if held.is_marked:
        raise IsOver(_("Attendance of this event was saved, so it did take place. Correct the attendance instead."))
    if held.is_cancelled:
        return
    held.cancelled_at, held.cancelled_by, held.cancelled_reason = timezone.now(), by, reason
    held.save(update_fields=["cancelled_at", "cancelled_by", "cancelled_reason"])
    audit.record("event.cancelled", by=by, target=held, reason=reason)


def hold(event):
    """The event's row as it is now, locked: two trainers wait for each other."""
    return TrainingEvent.objects.select_for_update(no_key=True).get(pk=event.pk)
