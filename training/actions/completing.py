"""A module done, however it was done; and taking that back."""

import calendar
import secrets

from django.db import transaction
from django.utils import timezone

from training.models import Assignment, Completion
from vein_care.accounts import audit
from vein_care.accounts.models import User

# Digits and capitals that cannot be taken for one another, read out or by hand.
LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LETTERS = 16


@transaction.atomic
def complete_module(*, person, version, mode, completed_on, by, event=None, after_withdrawal=False):
    """Return the Completion of this version by this person, made unless the same is there already; an open assignment of the module is done.

    completed_on: the day in the person's own calendar. by: who recorded it; the person themself online. event: for face to face.
    """
    User.objects.select_for_update(no_key=True).get(pk=person.pk)  # one at a time for one person: two devices may finish at once
    same = Completion.objects.standing().filter(person=person, version=version, mode=mode)
    same = same.filter(event=event) if event else same.filter(completed_on=completed_on, event=None)
    known = same.first()
    if known:
        return known
    completion = Completion.objects.create(
        organisation_id=person.organisation_id,
        person=person,
        version=version,
        mode=mode,
        event=event,
        completed_on=completed_on,
        expires_on=add_months(completed_on, version.expires_after_months) if version.expires_after_months else None,
        code=new_code(),
        recorded_by=by,
        after_withdrawal=after_withdrawal,
    )
    Assignment.objects.open().filter(person=person, module=version.module_id).update(completion=completion)
    details = {"module": version.module.slug, "version": version.number, "mode": mode}
    audit.record("module.completed", by=by, target=person, organisation_id=person.organisation_id, **details)
    return completion


@transaction.atomic
def withdraw_completion(*, completion, by, reason):
    """Take a completion back; what it had settled is open again, unless it was assigned anew meanwhile. reason: not empty."""
    standing = Completion.objects.standing().filter(pk=completion.pk)
    if not standing.update(withdrawn_at=timezone.now(), withdrawn_by=by, withdrawn_reason=reason):
        return
    settled = Assignment.objects.filter(completion=completion, withdrawn_at=None).order_by("-pk")
    newest = settled.first()
    is_open = newest and Assignment.objects.open().filter(person=newest.person_id, module=newest.module_id).exists()
    if newest and not is_open:
        Assignment.objects.filter(pk=newest.pk).update(completion=None)
    details = {"module": completion.version.module.slug, "version": completion.version.number, "reason": reason}
    audit.record("completion.withdrawn", by=by, target=completion.person, organisation_id=completion.organisation_id, **details)


def new_code():
    """Sixteen letters drawn at random: 78 bits, more than can be guessed over a network."""
    return "".join(secrets.choice(LETTERS) for _place in range(CODE_LETTERS))


def add_months(day, months):
    """The same day of the month so many months later; the last one where that month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return day.replace(year=year, month=month + 1, day=min(day.day, calendar.monthrange(year, month + 1)[1]))
