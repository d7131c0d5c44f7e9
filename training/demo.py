"""Made-up training to try the product with: what was asked, begun and done, and two events. Comes after the made-up people of sessions/demo.py."""

import datetime

from django.db import transaction
from django.utils import timezone

from training.actions.assigning import Wanted, assign_modules
from training.actions.attendance import Mark, save_attendance
from training.actions.completing import complete_module
from training.actions.events import plan_event
from training.grid import current_modules
from training.models import Assignment, AssignmentRound, Attendance, Completion, LearningPlace, TrainingEvent
from vein_care.accounts import audit
from vein_care.accounts.models import User

FACE_TO_FACE, ONLINE = Completion.Mode.FACE_TO_FACE, Completion.Mode.ONLINE
PEOPLE = ["jo", "sam", "toni", "cass", "robin"]


class NothingToShow(Exception):
    """The made-up people or the course are missing, or there is training already."""


@transaction.atomic
def seed(*, now):
    """Rounds, completions of both kinds, places and events. Raises NothingToShow."""
    people = {person.login_name: person for person in User.objects.filter(login_name__in=PEOPLE).select_related("organisation")}
    modules = {version.module.slug: version for version in current_modules()}
    if len(people) < len(PEOPLE) or not modules or AssignmentRound.objects.exists():
        raise NothingToShow
    days = Days(now)
    _past_event(people, modules, days)
    _rounds(people, modules, days)
    _own_ways(people, modules, days)
    _coming_event(people, modules, days)
    audit.record("demo.seeded", people=len(people), modules=sorted(modules))


class Days:
    """Days and moments told from now."""

    def __init__(self, now):
        self.now, self.today = now, timezone.localdate(now)

    def day(self, number):
        return self.today + datetime.timedelta(days=number)

    def moment(self, number):
        return self.now + datetime.timedelta(days=number)


def _round(people, modules, slugs, days, *, made, due, **more):
    """What Toni asked for so many days ago."""
    toni = people["toni"]
    wanted = Wanted([modules[slug] for slug in slugs if slug in modules], due_on=days.day(due), **more)
    made_up, _plan = assign_modules(wanted, organisation=toni.organisation, by=toni, today=days.day(made))
    AssignmentRound.objects.filter(pk=made_up.pk).update(made_at=days.moment(made))
    Assignment.objects.filter(round=made_up).update(made_at=days.moment(made))


def _rounds(people, modules, days):
    first = ["why-vein-care", "the-person-in-front-of-you"]
    _round(people, modules, first, days, made=-30, due=-9, audience="everyone", note="A good beginning for all of us.")
    second = ["when-to-get-help", "recording-without-naming"]
    note = "Before the van goes out in winter."
    _round(people, modules, second, days, made=-4, due=5, audience="role", role="worker", note=note, also_newcomers=True)


def _own_ways(people, modules, days):
    """What they did on a screen, and where they stopped."""
    _done_online(people["jo"], modules.get("why-vein-care"), days.day(-12))
    _done_online(people["cass"], modules.get("why-vein-care"), days.day(-20))
    _done_online(people["toni"], modules.get("five-minutes-and-up"), days.day(-900))
    _done_online(people["robin"], modules.get("opening-with-a-picture"), days.day(-40))
    _begun(people["jo"], modules.get("when-to-get-help"), days)
    _begun(people["robin"], modules.get("outreach-by-chat"), days)


def _done_online(person, version, day):
    if version:
        complete_module(person=person, version=version, mode=ONLINE, completed_on=day, by=person)


def _begun(person, version, days):
    if version:
        lesson = min(2, version.lessons.count())
        at = days.moment(-1)
        LearningPlace.objects.create(person=person, version=version, lesson=lesson, lessons_done=[1], started_at=days.moment(-2), moved_at=at)


def _past_event(people, modules, days):
    """Three weeks ago, on hands and water: Sam and Toni were there, Jo for part of it."""
    event = TrainingEvent(title="Hands, skin and water", held_on=days.day(-21), begins_at=datetime.time(14), place="Mill Street, first floor")
    covered = [modules[slug] for slug in ["place-hands-and-water"] if slug in modules]
    if not covered:
        return
    _plan(event, covered, [people[name] for name in ["jo", "sam", "toni"]], by=people["toni"])
    states = {"jo": Attendance.State.PART, "sam": Attendance.State.ATTENDED, "toni": Attendance.State.ATTENDED}
    marks = [Mark(person=people[name], was="", state=state) for name, state in states.items()]
    save_attendance(event=event, marks=marks, others=(0, 2), reason="", by=people["toni"], now=days.now)


def _coming_event(people, modules, days):
    event = TrainingEvent(
        title="Acids and whose is whose",
        held_on=days.day(10),
        begins_at=datetime.time(10),
        place="Mill Street, first floor",
        note="Tea from half past nine.",
    )
    covered = [modules[slug] for slug in ["acids-equipment-sharing", "veins-places-and-misses"] if slug in modules]
    if covered:
        _plan(event, covered, [people[name] for name in ["jo", "sam", "cass"]], by=people["toni"])


def _plan(event, versions, people, *, by):
    event.organisation = by.organisation
    plan_event(event=event, modules=[version.module for version in versions], people=people, by=by)
