"""Who is to be reminded of what on a day. What goes out, and that it goes once: training/actions/reminding.py.

Of an assignment with a day: within seven days before it, on it, and then weekly at most three times while it is not done. Of a completion: once,
within 30 days before it expires, unless a later one is there. A run that was missed is made up for as long as its words are true.
"""

import datetime
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from training.grid import current_modules
from training.models import Assignment, Completion, Reminder
from training.state import DUE_SOON_DAYS
from vein_care.accounts.models import User

Kind = Reminder.Kind
AFTER = [Kind.AFTER_1, Kind.AFTER_2, Kind.AFTER_3]
WEEK = 7
EXPIRING_DAYS = 30


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to be reminded of. day: to be done by, or expires on. minutes: about how long the module takes."""

    kind: Kind
    title: str
    minutes: int
    day: datetime.date
    assignment_id: int | None = None
    completion_id: int | None = None


def kind_due(due_on, today):
    """Which reminder of an assignment belongs to this day, or None. due_on: the day by which it should be done."""
    after = (today - due_on).days
    if after == 0:
        return Kind.DUE_TODAY
    if -DUE_SOON_DAYS <= after < 0:
        return Kind.DUE_SOON
    weeks = after // WEEK
    return AFTER[weeks - 1] if 1 <= weeks <= len(AFTER) else None


def reached_by_mail():
    """People who get e-mails of reminders: active, with an address and a role (without one they could not open it), and not muted."""
    people = User.objects.filter(is_active=True, training_choices__reminders_muted_at=None).exclude(email="").exclude(roles=[])
    return people.filter(Q(organisation=None) | Q(organisation__is_active=True))


def due_mails(*, now):
    """{person id: [Line]} of what has not been said yet, of everybody whom an e-mail reaches. Four statements, however many people."""
    today = timezone.localdate(now)
    people = reached_by_mail().order_by().values("pk")
    modules = {version.module_id: version for version in current_modules()}
    found = defaultdict(list)
    for person, line in [*_assigned(people, modules, today), *_expiring(people, modules, today)]:
        found[person].append(line)
    return found


def _assigned(people, modules, today):
    first, last = today - datetime.timedelta(days=WEEK * (len(AFTER) + 1) - 1), today + datetime.timedelta(days=DUE_SOON_DAYS)
    wanted = Assignment.objects.open().filter(person__in=people, due_on__range=(first, last))
    said = defaultdict(dict)
    reminders = Reminder.objects.filter(assignment__in=wanted.order_by().values("pk"))
    for assignment, kind, day in reminders.values_list("assignment", "kind", "mail__day"):
        said[assignment][kind] = day
    for pk, person, module, due_on in wanted.order_by("due_on", "pk").values_list("pk", "person", "module", "due_on"):
        kind = kind_due(due_on, today)
        if kind and kind not in said[pk] and module in modules and not _said_this_week(kind, said[pk], today):
            yield person, Line(kind, modules[module].title, modules[module].minutes, due_on, assignment_id=pk)


def _said_this_week(kind, said, today):
    """After a run that was missed, the weekly ones still keep a week between them."""
    return kind in AFTER and any((today - said[each]).days < WEEK for each in AFTER if each in said)


def _expiring(people, modules, today):
    lasting = Q(expires_on=None) | Q(expires_on__gt=OuterRef("expires_on")) | Q(expires_on=OuterRef("expires_on"), pk__gt=OuterRef("pk"))
    later = Completion.objects.standing().filter(lasting, person=OuterRef("person"), version__module=OuterRef("version__module"))
    until = today + datetime.timedelta(days=EXPIRING_DAYS)
    rows = Completion.objects.standing().filter(person__in=people, expires_on__gt=today, expires_on__lte=until)
    rows = rows.filter(~Exists(later), ~Exists(Reminder.objects.filter(completion=OuterRef("pk"))))
    for pk, person, module, day in rows.order_by("expires_on", "pk").values_list("pk", "person", "version__module", "expires_on"):
        if module in modules:
            yield person, Line(Kind.EXPIRING, modules[module].title, modules[module].minutes, day, completion_id=pk)
