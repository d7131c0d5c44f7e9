"""What the pages about events show."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from training.events import titles_of, versions_of
from training.models import Attendance, AttendanceChange, Completion, Module
from vein_care.accounts.models import User

State = Attendance.State
ON_CHIPS = [(State.ATTENDED, _("There")), (State.PART, _("Part")), (State.ABSENT, _("Not there"))]
# In the order in which a list of who was there reads well.
ORDER = [State.ATTENDED, State.PART, State.ABSENT, State.NOT_MARKED]
LEVELS = {State.ATTENDED: "ok", State.PART: "warning"}


@dataclass(frozen=True)
class Row:
    """One person on the page where attendance is marked. state: what the page shows; stands: what is saved; was: what the page was opened with."""

    person: User
    state: str
    stands: str
    was: str
    is_invited: bool = True

    @property
    def choices(self):
        """[(state, words on its chip, whether it is on)]"""
        return [(state.value, words, self.state == state) for state, words in ON_CHIPS]


def present_event(event, *, now):
    """Context of an event's page. Six queries, however many people; one more when the template shows corrections."""
    attendances = list(event.attendances.select_related("person__usual_site", "marked_by"))
    versions = versions_of(event, now=now)
    done = set(Completion.objects.standing().filter(event=event).values_list("person_id", flat=True))
    by_state = {state: [each for each in attendances if each.state == state] for state in ORDER}
    groups = [
        {
            "label": state.label,
            "level": LEVELS.get(state, ""),
            "people": by_name(by_state[state]),
        }
        for state in ORDER
        if by_state[state]
    ]
    return {
        "event": event,
        "versions": versions,
        "minutes": sum(version.minutes for version in versions),
        "groups": groups,
        "invited_count": sum(each.invited for each in attendances),
        "not_marked_count": len(by_state[State.NOT_MARKED]),
        "done_count": len(done),
        "changes": AttendanceChange.objects.filter(attendance__event=event).select_related("attendance__person", "changed_by"),
        "coverage_changes": present_coverage_changes(event) if event.is_marked else [],
        "can_be_marked": event.can_be_marked(today=timezone.localdate(now)),
        "is_today": event.held_on == timezone.localdate(now),
    }


def present_coverage_changes(event):
    """[{"change", "added", "taken_out"}] with the titles that the modules have now."""
    changes = list(event.coverage_changes.select_related("changed_by"))
    if not changes:
        return []
    slugs = {slug for change in changes for slug in [*change.added, *change.taken_out]}
    modules = dict(Module.objects.filter(slug__in=slugs).values_list("slug", "pk"))
    titles = titles_of(modules.values())
    return [
        {
            "change": change,
            "added": [titles[modules[slug]] for slug in change.added],
            "taken_out": [titles[modules[slug]] for slug in change.taken_out],
        }
        for change in changes
    ]


def can_be_invited(event, people):
    """A queryset of those active, and of those on the list already, whatever became of them."""
    return User.objects.filter(Q(pk__in=people.values("pk")) | Q(pk__in=event.attendances.values("person")), organisation=event.organisation_id)


def present_people(event, people, *, chosen=None):
    """[(site or words for none, [row])] to tick. chosen: as sent, what was ticked on a page that could not be saved; else those on the list are."""
    listed = {attendance.person_id: attendance for attendance in event.attendances.all()}
    groups = {}
    for person in people.select_related("usual_site").order_by("usual_site__name", "display_name", "pk"):
        attendance = listed.get(person.pk)
        is_fixed = bool(attendance and (attendance.state or not attendance.invited))
        row = {
            "person": person,
            "is_listed": bool(attendance),
            "is_fixed": is_fixed,
            "is_ticked": is_fixed or (bool(attendance) if chosen is None else str(person.pk) in chosen),
            "why": _why_fixed(attendance) if is_fixed else "",
        }
        groups.setdefault(str(person.usual_site or _t("No usual site")), []).append(row)
    return list(groups.items())


def _why_fixed(attendance):
    return _t("Just came") if not attendance.invited else _t("Marked already")


def rows_of(event, *, mine=None, came=(), fill=""):
    """[Row] of everyone on the list, then of those who came besides.

    mine: {pk: Mark} that this page changed and that are not saved yet; all else shows as it is saved. came: User rows. fill: the state of
    everyone on the list who has none.
    """
    mine = mine or {}
    listed = list(event.attendances.select_related("person__usual_site"))
    rows = [_row(each, mine.get(each.person_id), fill) for each in by_name(listed)]
    known = {each.person_id for each in listed}
    new = [person for person in came if person.pk not in known]
    return rows + [
        Row(person=person, state=mine[person.pk].state if person.pk in mine else "", stands="", was="", is_invited=False) for person in new
    ]


def _row(attendance, mark, fill):
    state, was = (mark.state, mark.was) if mark else (attendance.state or fill, attendance.state)
    return Row(person=attendance.person, state=state, stands=attendance.state, was=was, is_invited=attendance.invited)


def by_name(attendances):
    return sorted(attendances, key=lambda each: (each.person.display_name.lower(), each.person_id))


def opened_with(rows):
    """What the page was opened with, for its hidden field."""
    return " ".join(f"{row.person.pk}:{row.was}" for row in rows)
