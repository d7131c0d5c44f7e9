"""Asking people to take modules, and taking that back."""

import datetime
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from training.actions.refusals import Refused
from training.audience import people_meant
from training.grid import current_modules, standings_of
from training.models import Assignment, AssignmentRound, Completion
from training.state import DONE
from vein_care.accounts import audit
from vein_care.accounts.models import User


class NobodyToAsk(Refused):
    """Everyone meant has all of it already, or nobody is meant."""


class DayHasPassed(Refused):
    """The day by which it should be done was before today."""


class AlreadyWithdrawn(Refused):
    """It was taken back, or done, before."""


@dataclass(frozen=True)
class Wanted:
    """What a trainer asks for. modules: current versions. again: also of those who have done it and for whom it is still good."""

    modules: list
    audience: str
    people: list = field(default_factory=list)
    site: object = None
    role: str = ""
    due_on: datetime.date | None = None
    note: str = ""
    again: bool = False
    also_newcomers: bool = False

    def meant(self, organisation):
        return people_meant(organisation, audience=self.audience, people=self.people, site=self.site, role=self.role)


@dataclass(frozen=True)
class Plan:
    """What comes of it: pairs of (person, current version) that are asked, asked already, done already; and people who cannot take training."""

    asked: list
    open: list
    done: list
    left_out: list

    @property
    def people(self):
        """Those who are asked for something, each once."""
        return list(dict.fromkeys(person for person, _version in self.asked))


def plan(wanted, *, organisation, today, meant=None):
    """The Plan of what is Wanted. Changes nothing. A constant number of statements."""
    meant = list(wanted.meant(organisation)) if meant is None else meant
    active = [person for person in meant if _can_take_training(person)]
    people = User.objects.filter(pk__in=[person.pk for person in active])
    open_pairs = set(Assignment.objects.open().filter(person__in=people).values_list("person", "module"))
    standings = standings_of(people, wanted.modules, organisation=organisation, today=today)
    asked, waiting, done = [], [], []
    for person in active:
        for version in wanted.modules:
            key = (person.pk, version.module_id)
            is_done = not wanted.again and key in standings and standings[key].state in DONE
            (waiting if key in open_pairs else done if is_done else asked).append((person, version))
    return Plan(asked, waiting, done, [person for person in meant if not _can_take_training(person)])


def _can_take_training(person):
    """Not somebody who has left, nor somebody without any role, who could not open it."""
    return person.has_perm("training.take_training")


@transaction.atomic
def assign_modules(wanted, *, organisation, by, today):
    """Ask everyone meant who has not got it already; returns (AssignmentRound, Plan). What they have already is left as it is.

    Raises NobodyToAsk or DayHasPassed, with a sentence for the page.
    """
    if wanted.due_on and wanted.due_on < today:
        raise DayHasPassed(_("That day has passed. Choose today or a later day."))
    # One at a time for each person: neither two trainers nor a completion that comes in meanwhile is overlooked.
    meant = list(wanted.meant(organisation).order_by("pk").select_for_update(no_key=True, of=("self",)))
    found = plan(wanted, organisation=organisation, today=today, meant=meant)
    if not found.asked and not wanted.also_newcomers:
        raise NobodyToAsk(_("Nobody is left to ask: everyone has been asked or has done it already."))
    if not found.asked and _goes_on_already(wanted, organisation):
        raise NobodyToAsk(_("Nobody is left to ask, and whoever joins later is asked already: see What was assigned."))
    made = AssignmentRound.objects.create(
        organisation=organisation,
        audience=wanted.audience,
        site=wanted.site,
        role=wanted.role,
        due_on=wanted.due_on,
        note=wanted.note,
        also_newcomers=wanted.also_newcomers,
        made_by=by,
    )
    made.modules.set([version.module_id for version in wanted.modules])
    Assignment.objects.bulk_create(_assignment(made, person, version, due_on=wanted.due_on) for person, version in found.asked)
    modules = [version.module.slug for version in wanted.modules]
    audit.record("module.assigned", by=by, target=made, modules=modules, people=len(found.people), kind=wanted.audience)
    return made, found


def _goes_on_already(wanted, organisation):
    """Whether a round asks all of this of those of this audience who join later, as after a second press of the button."""
    same = AssignmentRound.objects.filter(organisation=organisation, audience=wanted.audience, site=wanted.site, role=wanted.role)
    modules = {version.module_id for version in wanted.modules}
    going_on = same.filter(also_newcomers=True, withdrawn_at=None).prefetch_related("modules")
    return any(modules <= {module.pk for module in made.modules.all()} for made in going_on)


def _assignment(made, person, version, *, due_on):
    return Assignment(
        organisation_id=made.organisation_id, round=made, person=person, module_id=version.module_id, due_on=due_on, made_at=timezone.now()
    )


@transaction.atomic
def withdraw_assignment(*, assignment, by, reason):
    """Take back one module for one person. Raises AlreadyWithdrawn when it was, or when it is done by now."""
    taken_back = Assignment.objects.open().filter(pk=assignment.pk)
    if not taken_back.update(withdrawn_at=timezone.now(), withdrawn_by=by, withdrawn_reason=reason):
        raise AlreadyWithdrawn(_("Nothing to take back: it was taken back or done meanwhile."))
    audit.record("assignment.withdrawn", by=by, target=assignment.person, module=assignment.module.slug, reason=reason)


@transaction.atomic
def withdraw_round(*, round, by, reason):
    """Take back what is still open of a round, also for those who join later; returns how many assignments. Raises AlreadyWithdrawn."""
    now = timezone.now()
    locked = AssignmentRound.objects.select_for_update().get(pk=round.pk)
    if locked.withdrawn_at:
        raise AlreadyWithdrawn(_("This was taken back already."))
    AssignmentRound.objects.filter(pk=round.pk).update(withdrawn_at=now, withdrawn_by=by, withdrawn_reason=reason)
    count = Assignment.objects.open().filter(round=round).update(withdrawn_at=now, withdrawn_by=by, withdrawn_reason=reason)
    audit.record("assignment_round.withdrawn", by=by, target=round, open=count, reason=reason)
    return count


def assign_newcomers(*, now):
    """Ask those who joined after a round that said so, with as many days as the others had; returns how many assignments. Safe to repeat."""
    going_on = AssignmentRound.objects.filter(also_newcomers=True, withdrawn_at=None, organisation__is_active=True)
    return sum(_assign_newcomers(made, now=now) for made in going_on.select_related("organisation", "site").order_by("pk"))


@transaction.atomic
def _assign_newcomers(made, *, now):
    """Each is asked once for each module, and not for what they did before: whether a refresher is due is for a trainer to say."""
    if not AssignmentRound.objects.select_for_update().filter(pk=made.pk, withdrawn_at=None).exists():
        return 0  # taken back since the list was made
    today = timezone.localdate(now)
    meant = people_meant(made.organisation, audience=made.audience, site=made.site, role=made.role)
    new = meant.filter(is_active=True, created_at__gt=made.made_at, created_at__lte=now).exclude(assignments__round=made)
    people = list(new.order_by("pk").select_for_update(no_key=True, of=("self",)))
    if not people:
        return 0
    of_round = set(made.modules.values_list("pk", flat=True))
    modules = [version for version in current_modules() if version.module_id in of_round]
    wanted = Wanted(modules=modules, audience=AssignmentRound.Audience.PEOPLE)
    known = _known_to(people)
    found = plan(wanted, organisation=made.organisation, today=today, meant=people)
    asked = [(person, version) for person, version in found.asked if (person.pk, version.module_id) not in known]
    due_on = today + (made.due_on - timezone.localdate(made.made_at)) if made.due_on else None
    Assignment.objects.bulk_create(_assignment(made, person, version, due_on=due_on) for person, version in asked)
    if asked:
        count = len({person.pk for person, _version in asked})
        details = {"modules": [version.module.slug for version in modules], "people": count, "kind": "newcomers"}
        audit.record("module.assigned", target=made, organisation_id=made.organisation_id, **details)
    return len(asked)


def _known_to(people):
    """{(person id, module id)} of whatever they were asked for, by whomever, or have done."""
    asked = Assignment.objects.filter(person__in=people).values_list("person", "module")
    done = Completion.objects.standing().filter(person__in=people).values_list("person", "version__module")
    return {*asked, *done}
