"""A module done, however it was done; and taking that back."""

import calendar
import secrets

from django.db import transaction
from django.utils import timezone

from training.models import Assignment, Completion
from vein_care.accounts import audit
from vein_care.accounts.models import AuditEvent, User

# Digits and capitals that cannot be taken for one another, read out or by hand.
LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LETTERS = 16


@transaction.atomic
def complete_module(*, person, version, mode, completed_on, by, event=None, after_withdrawal=False):
    """Return the Completion of this version by this person, made unless the same is there already; an open assignment that it answers is done.

    completed_on: the day in the person's own calendar. by: who recorded it; the person themself online. event: for face to face.
    """
    User.objects.select_for_update(no_key=True).get(pk=person.pk)  # one at a time for one person: two devices may finish at once
    same = Completion.objects.standing().filter(person=person, version=version, mode=mode)
    same = same.filter(event=event) if event else same.filter(completed_on=completed_on, event=None)
    known = same.first()
    if known:
        _settle([known])  # asked for once more on the day on which it was done: done once more
        return known
    facts = {"mode": mode, "event": event, "completed_on": completed_on, "recorded_by": by, "after_withdrawal": after_withdrawal}
    completion = _completion(person, version, **facts)
    completion.save(force_insert=True)
    _settle([completion])
    _trace(completion, by=by).save(force_insert=True)
    return completion


@transaction.atomic
def complete_at_event(*, event, people, versions, by):
    """What `complete_module` does, face to face, for each of these people and each of these versions. Eight statements, however many."""
    people = sorted(people, key=lambda person: person.pk)
    list(User.objects.select_for_update(no_key=True).filter(pk__in=[person.pk for person in people]).order_by("pk"))  # one at a time for one person
    standing = Completion.objects.standing().filter(event=event, person__in=people, version__in=versions)
    known = set(standing.values_list("person_id", "version_id"))
    facts = {"mode": Completion.Mode.FACE_TO_FACE, "event": event, "completed_on": event.held_on, "recorded_by": by}
    new = [_completion(person, version, **facts) for person in people for version in versions if (person.pk, version.pk) not in known]
    _settle(Completion.objects.bulk_create(new))
    AuditEvent.objects.bulk_create(_trace(each, by=by) for each in new)


def _settle(completions):
    """The open assignments that these answer are done. A constant number of statements."""
    made = {(each.person_id, each.version.module_id): each for each in completions}
    people, modules = {person for person, _module in made}, {module for _person, module in made}
    # Held, so that one taken back at this moment stays taken back.
    open_ones = Assignment.objects.open().filter(person__in=people, module__in=modules).with_versions().select_for_update(of=("self",))
    settled = []
    for assignment in open_ones:
        completion = made.get((assignment.person_id, assignment.module_id))
        if completion and assignment.is_answered_by(completion.version):
            assignment.completion = completion
            settled.append(assignment)
    Assignment.objects.bulk_update(settled, ["completion"])


def _completion(person, version, *, completed_on, event, **facts):
    """Not stored yet. Of the service that held the event, else of the person's."""
    return Completion(
        organisation_id=event.organisation_id if event else person.organisation_id,
        event=event,
        person=person,
        version=version,
        completed_on=completed_on,
        expires_on=add_months(completed_on, version.expires_after_months) if version.expires_after_months else None,
        code=new_code(),
        **facts,
    )


def _trace(completion, *, by):
    """Its event of the audit trail, not stored yet."""
    version = completion.version
    details = {"module": version.module.slug, "version": version.number, "mode": completion.mode}
    return audit.about("module.completed", by=by, target=completion.person, organisation_id=completion.organisation_id, **details)


@transaction.atomic
def withdraw_completion(*, completion, by, reason):
    """Take a completion back; what it had settled is open again, unless it was done in another way too or assigned anew. reason: not empty."""
    User.objects.select_for_update(no_key=True).get(pk=completion.person_id)
    standing = Completion.objects.standing().filter(pk=completion.pk)
    if not standing.update(withdrawn_at=timezone.now(), withdrawn_by=by, withdrawn_reason=reason):
        return
    newest = Assignment.objects.filter(completion=completion, withdrawn_at=None).with_versions().order_by("-pk").first()
    is_open = newest and Assignment.objects.open().filter(person=newest.person_id, module=newest.module_id).exists()
    if newest and not is_open:
        Assignment.objects.filter(pk=newest.pk).update(completion=_done_besides(newest))
    details = {"module": completion.version.module.slug, "version": completion.version.number, "reason": reason}
    audit.record("completion.withdrawn", by=by, target=completion.person, organisation_id=completion.organisation_id, **details)


def _done_besides(assignment):
    """The latest completion entered since this was asked for that answers it too, or None."""
    found = Completion.objects.standing().filter(person=assignment.person_id, version__module=assignment.module_id)
    found = found.filter(recorded_at__gte=assignment.made_at).select_related("version").order_by("-completed_on", "-pk")
    return next((each for each in found if assignment.is_answered_by(each.version)), None)


def new_code():
    """Sixteen letters drawn at random: 78 bits, more than can be guessed over a network."""
    return "".join(secrets.choice(LETTERS) for _place in range(CODE_LETTERS))


def add_months(day, months):
    """The same day of the month so many months later; the last one where that month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return day.replace(year=year, month=month + 1, day=min(day.day, calendar.monthrange(year, month + 1)[1]))
