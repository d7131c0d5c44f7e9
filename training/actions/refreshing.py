"""What a service makes of a new version of a module: a refresher for those who did an earlier one, or none."""

from django.db import transaction
from django.utils import timezone

from training.actions.assigning import Wanted, assign_modules
from training.grid import on_older_versions, people_of
from training.models import AssignmentRound, RefresherDecision
from vein_care.accounts import audit
from vein_care.accounts.models import User


@transaction.atomic
def ask_for_refresher(*, version, organisation, by, today, due_on=None, note=""):
    """Ask everybody who did an earlier version to take this one; returns (AssignmentRound, Plan).

    Raises NobodyToAsk or DayHasPassed, with a sentence for the page, and then nothing is decided either.
    """
    ids = on_older_versions(people_of(organisation), [version], today=today)[version.module_id]
    people = list(User.objects.filter(pk__in=ids))
    wanted = Wanted([version], AssignmentRound.Audience.PEOPLE, people=people, due_on=due_on, note=note, again=True)
    made = assign_modules(wanted, organisation=organisation, by=by, today=today)
    _decide(version, organisation, by=by, is_needed=True)
    return made


@transaction.atomic
def say_none_is_needed(*, version, organisation, by):
    """What was done with an earlier version counts from now on."""
    _decide(version, organisation, by=by, is_needed=False)


def _decide(version, organisation, *, by, is_needed):
    decided = {"is_needed": is_needed, "decided_at": timezone.now(), "decided_by": by}
    RefresherDecision.objects.update_or_create(organisation=organisation, version=version, defaults=decided)
    details = {"module": version.module.slug, "version": version.number, "needed": is_needed}
    audit.record("refresher.decided", by=by, target=organisation, organisation_id=organisation.pk, **details)
