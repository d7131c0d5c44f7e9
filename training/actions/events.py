"""Planning a face-to-face event, changing it, inviting, and calling it off."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from training.actions.refusals import Refused
from training.models import Attendance, TrainingEvent
from vein_care.accounts import audit


class IsOver(Refused):
    """Attendance was saved, or the event was called off."""


@transaction.atomic
def plan_event(*, event, modules, people, by):
    """Store a new event, and invite these people. modules: Module rows."""
    event.made_by = by
    event.save()
    event.modules.set(modules)
    Attendance.objects.bulk_create(Attendance(event=event, person=person) for person in people)
    details = {"modules": sorted(module.slug for module in modules), "people": len(people)}
    audit.record("event.planned", by=by, target=event, **details)
    return event


@transaction.atomic
def change_event(*, event, modules, changed, by):
    """Store changed facts. changed: names of the fields that differ.

    Raises IsOver: after attendance was saved, day and modules stay what they were.
    """
    if not changed:
        return
    held = hold(event)
    if held.is_cancelled or (held.is_marked and {"held_on", "modules"} & set(changed)):
        raise IsOver(_("This event was called off, or its attendance was saved, since you opened the page. Go back to see it as it is."))
    columns = [name for name in changed if name != "modules"]
    if columns:
        event.save(update_fields=columns)
    if "modules" in changed:
        event.modules.set(modules)
    audit.record("event.changed", by=by, target=event, changed=sorted(changed))


@transaction.atomic
def invite(*, event, people, by):
    """These people are invited and nobody else. Whoever was marked already stays on the list. Returns (how many came to it, how many left it).

    people: User rows of the event's organisation. Raises IsOver.
    """
    held = hold(event)
    if held.is_cancelled:
        raise IsOver(_("This event was called off."))
    wanted = {person.pk for person in people}
    listed = {attendance.person_id: attendance for attendance in held.attendances.all()}
    gone = [attendance.pk for pk, attendance in listed.items() if pk not in wanted and attendance.invited and not attendance.state]
    new = [Attendance(event=held, person_id=pk) for pk in sorted(wanted - listed.keys())]
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
