"""What somebody sees of their own training: what is asked of them, where they are, what they have done, and what else there is."""

import datetime
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from training import certificates
from training.actions.noting import is_done
from training.days import today_of, zone_of
from training.events import events_of
from training.models import Assignment, ModuleVersion, OwnChoices
from training.reminders import EXPIRING_DAYS
from training.state import DUE_SOON_DAYS

PEERS = "peers"


@dataclass
class Row:
    """A module as its reader finds it. `lines` are sentences; `start` goes to a page, `again` to the button that begins it anew.

    earlier: where somebody was in an earlier version that they have not finished, "" without one.
    """

    slug: str
    number: int
    title: str
    summary: str
    minutes: int
    due_on: datetime.date | None = None
    tag: str = ""
    lines: list = field(default_factory=list)
    note: str = ""
    start: str = ""
    label: str = ""
    again: str = ""
    earlier: str = ""


@dataclass(frozen=True)
class DoneRow:
    """A completion as its owner finds it. again: the module's slug where it can be taken once more from here, else ""."""

    title: str
    line: str
    standing: str
    tag: str
    certificate: str
    again: str


def present_mine(person, *, now):
    """Template context of My training. A constant number of statements."""
    today = today_of(person, now=now)
    course = list(ModuleVersion.objects.current().select_related("module").prefetch_related("lessons", "checks"))
    mine = _Mine(person, today=today, course=course)
    return {
        "today": today,
        "coming_up": mine.coming_up(),
        "events": [_event_row(invitation) for invitation in events_of(person, today=today)],
        "asked": mine.asked(),
        "going_on": mine.going_on(),
        "offered": mine.offered(),
        "done": mine.done(),
        "choices": mine.choices,
        "has_course": bool(course),
    }


class _Mine:
    def __init__(self, person, *, today, course):
        self.today, self.course, self.zone = today, course, zone_of(person)
        self.choices = OwnChoices.objects.filter(person=person).first() or OwnChoices(person=person)
        assigned = Assignment.objects.open().filter(person=person).with_versions().select_related("round__made_by", "module")
        self.assignments = {row.module_id: row for row in assigned}
        places = person.learning_places.select_related("version__module").prefetch_related("version__lessons", "version__checks")
        self.places = {}
        for place in places.order_by("moved_at"):
            self.places.setdefault(place.version.module_id, {})[place.version_id] = place
        self.completions = list(person.completions.standing().select_related("version__module").order_by("-completed_on", "-pk"))
        self.newest = {}
        for completion in self.completions:
            self.newest.setdefault(completion.version.module_id, completion)

    # Sections

    def asked(self):
        """In the order in which they are to be done; those without a day last."""
        rows = [self._asked_row(version) for version in self.course if version.module_id in self.assignments]
        return sorted(rows, key=lambda row: (row.due_on is None, row.due_on or self.today)) + self._asked_but_gone()

    def _asked_row(self, version):
        assignment = self.assignments[version.module_id]
        row = self._row(version)
        row.due_on, row.note = assignment.due_on, assignment.round.note
        row.lines.insert(0, _asked_by(assignment))
        if row.due_on and row.due_on < self.today:
            row.tag = _("Not done yet")
        elif row.due_on and (row.due_on - self.today).days <= DUE_SOON_DAYS:
            row.tag = _("Soon")
        return row

    def _asked_but_gone(self):
        """Asked for, and taken out of the course since."""
        gone = [row for module, row in self.assignments.items() if module not in {version.module_id for version in self.course}]
        line = _("This module is not part of the course any more. Your trainer can take it off your list.")
        return [Row(row.module.slug, 0, row.module.slug.replace("-", " ").capitalize(), "", 0, lines=[line]) for row in gone]

    def going_on(self):
        return [self._row(version) for version in self.course if version.module_id not in self.assignments and self._is_begun(version)]

    def offered(self):
        """What else there is: neither asked for, begun nor done. The module for peers only to those who say they are."""
        rest = [
            version
            for version in self.course
            if version.module_id not in self.assignments and version.module_id not in self.newest and not self._is_begun(version)
        ]
        wanted = [version for version in rest if version.module.slug != PEERS or self.choices.is_peer]
        return [self._row(version) for version in sorted(wanted, key=lambda version: version.module.slug != PEERS)]

    def done(self):
        return [self._done_row(completion) for completion in self.completions]

    def coming_up(self):
        """What a reminder would say, for those who get none."""
        titles = {version.module_id: version.title for version in self.course}
        by_day = [
            (row.due_on, _due_line(titles[row.module_id], row.due_on, self.today))
            for row in self.assignments.values()
            if row.module_id in titles and row.due_on and (row.due_on - self.today).days <= DUE_SOON_DAYS
        ]
        soon = self.today + datetime.timedelta(days=EXPIRING_DAYS)
        by_day += [
            (done.expires_on, _("“%(title)s” is good until %(day)s.") % {"title": titles[module], "day": _last_day(done)})
            for module, done in self.newest.items()
            if module in titles and done.expires_on and self.today < done.expires_on <= soon
        ]
        return [line for _day_, line in sorted(by_day)]

    # One module

    def _row(self, version):
        place = self._place(version)
        row = Row(version.module.slug, version.number, version.title, version.summary, version.minutes)
        lessons = list(version.lessons.all())
        if place is None or not lessons:
            row.label, row.start = _("Start"), lesson_address(version, 1)
        elif is_done(place, version):
            row.label, row.again = _("Take it again"), version.module.slug
            row.lines.append(_("You have read all of it."))
        else:
            row.label, row.start = _("Go on"), place_address(place)
            row.lines.append(_progress(place, version))
        if earlier := self._earlier(version):
            row.lines.append(_("It has been rewritten since you began. What you read of the earlier version is kept."))
            row.earlier = place_address(earlier)
        return row

    def _earlier(self, version):
        """Their last place in an earlier wording that they may finish; None without one, or once they have begun this one.

        Nor when they were asked for this one since: to finish the earlier would not answer that.
        """
        if self._place(version):
            return None
        asked = self.assignments.get(version.module_id)
        done = self.newest.get(version.module_id)
        places = self.places.get(version.module_id, {}).values()
        since = [place for place in places if done is None or done.completed_on < self._day_of(place.moved_at)]
        unfinished = [place for place in since if place.version.number < version.number and not is_done(place, place.version)]
        unfinished = [place for place in unfinished if asked is None or asked.is_answered_by(place.version)]
        return unfinished[-1] if unfinished else None

    def _is_begun(self, version):
        return self._is_under_way(version) or self._earlier(version) is not None

    def _day_of(self, moment):
        """In the calendar of the person, as days of completions are."""
        return moment.astimezone(self.zone).date()

    def _place(self, version):
        return self.places.get(version.module_id, {}).get(version.pk)

    def _is_under_way(self, version):
        place, done = self._place(version), self.newest.get(version.module_id)
        if place is None or is_done(place, version):
            return False
        return done is None or bool(place.restarted_at and self._day_of(place.restarted_at) >= done.completed_on) or done.version_id != version.pk

    def _done_row(self, completion):
        version = completion.version
        standing = certificates.standing_of(completion, self.today)
        current = next((each for each in self.course if each.module_id == version.module_id), None)
        is_newest = self.newest[version.module_id] == completion
        open_already = version.module_id in self.assignments or (current and self._is_under_way(current))
        tags = {"over": _("Has run out"), "good": ""}
        rewritten = current and is_newest and current.number > version.number
        return DoneRow(
            title=version.title,
            line=_done_line(completion, standing),
            standing=standing,
            tag=tags[standing] or (_("Rewritten since") if rewritten else ""),
            certificate=reverse("training:certificate", args=[completion.pk]),
            again=version.module.slug if current and is_newest and not open_already else "",
        )


# Sentences


def _event_row(invitation):
    day = formats.date_format(invitation.held_on, "l j F Y")
    hour = formats.time_format(invitation.begins_at, "G:i") if invitation.begins_at else ""
    return {
        "title": invitation.title,
        "when": _("%(day)s at %(hour)s") % {"day": day, "hour": hour} if hour else day,
        "place": invitation.place,
        "modules": ", ".join(invitation.modules),
        "note": invitation.note,
        "cancelled": invitation.cancelled_reason if invitation.is_cancelled else "",
    }


def lesson_address(version, position):
    return reverse("lessons:lesson", args=[version.module.slug, version.number, position])


def place_address(place):
    return f"{lesson_address(place.version, place.lesson)}#step-{place.screen}"


def _day(day):
    return formats.date_format(day, "j F Y")


def _last_day(completion):
    return _day(completion.expires_on - datetime.timedelta(days=1))


def _asked_by(assignment):
    name = assignment.round.made_by.display_name
    if assignment.due_on:
        return _("%(name)s asked you to do it by %(day)s.") % {"name": name, "day": _day(assignment.due_on)}
    return _("%(name)s asked you to do it. No day was set.") % {"name": name}


def _due_line(title, due_on, today):
    if due_on < today:
        return _("“%(title)s” was to be done by %(day)s, and is not done yet.") % {"title": title, "day": _day(due_on)}
    if due_on == today:
        return _("“%(title)s” is to be done today.") % {"title": title}
    return _("“%(title)s” is to be done by %(day)s.") % {"title": title, "day": _day(due_on)}


def _progress(place, version):
    total, read = len(version.lessons.all()), len(place.lessons_done)
    line = ngettext("%(read)d of %(total)d lesson read.", "%(read)d of %(total)d lessons read.", total) % {"read": read, "total": total}
    if read < total:
        return line
    left = len({check.key for check in version.checks.all()} - set(place.checks_done))
    return line + " " + ngettext("%(left)d scene is still open.", "%(left)d scenes are still open.", left) % {"left": left}


def _done_line(completion, standing):
    said = {"day": _day(completion.completed_on), "mode": completion.get_mode_display().lower(), "number": completion.version.number}
    line = _("Done on %(day)s, %(mode)s, version %(number)d.") % said
    if not completion.expires_on:
        return line
    last = {"day": _last_day(completion)}
    return line + " " + (_("It was good until %(day)s.") % last if standing == "over" else _("Good until %(day)s.") % last)


# As data


def present_place(place):
    """A place as plain data. Needs `version__module`."""
    return {
        "module": place.version.module.slug,
        "version": place.version.number,
        "lesson": place.lesson,
        "screen": place.screen,
        "lessons_done": place.lessons_done,
        "checks_done": place.checks_done,
        "moved_at": place.moved_at,
    }


def gather(person, *, now):
    """Everything that is held about somebody's training, as plain data for them to take away. A constant number of statements."""
    choices = OwnChoices.objects.filter(person=person).first() or OwnChoices(person=person)
    mails = person.reminder_mails.prefetch_related("lines").order_by("pk")
    places = person.learning_places.select_related("version__module").order_by("pk")
    return {
        "taken_at": now,
        "name": person.display_name,
        "choices": {"is_peer": choices.is_peer, "reminders_muted_at": choices.reminders_muted_at},
        "asked": [_asked(row) for row in person.assignments.select_related("module", "round__made_by").order_by("pk")],
        "reminders": [{"day": mail.day, "sent_at": mail.sent_at, "about": [line.kind for line in mail.lines.all()]} for mail in mails],
        "places": [present_place(place) | {"started_at": place.started_at, "restarted_at": place.restarted_at} for place in places],
        "done": [
            _done(row) for row in person.completions.select_related("version__module", "organisation", "event", "recorded_by").order_by("pk")
        ],
        "events": [_attended(row) for row in person.attendances.select_related("event").order_by("pk")],
    }


def _asked(row):
    return {
        "module": row.module.slug,
        "asked_at": row.made_at,
        "asked_by": row.round.made_by.display_name,
        "note": row.round.note,
        "due_on": row.due_on,
        "done": row.completion_id is not None,
        "withdrawn_at": row.withdrawn_at,
        "withdrawn_reason": row.withdrawn_reason,
    }


def _done(row):
    return {
        "module": row.version.module.slug,
        "version": row.version.number,
        "mode": row.mode,
        "completed_on": row.completed_on,
        "expires_on": row.expires_on,
        "code": row.code,
        "organisation": row.organisation.name if row.organisation else None,
        "event": row.event.title if row.event else None,
        "recorded_at": row.recorded_at,
        "recorded_by": row.recorded_by.display_name,
        "after_withdrawal": row.after_withdrawal,
        "withdrawn_at": row.withdrawn_at,
        "withdrawn_reason": row.withdrawn_reason,
    }


def _attended(row):
    return {
        "title": row.event.title,
        "held_on": row.event.held_on,
        "place": row.event.place,
        "invited": row.invited,
        "state": row.state or None,
        "marked_at": row.marked_at,
    }
