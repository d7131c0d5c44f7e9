"""Where somebody is in a module, as their devices say it: at once, or days later when there is a connection again."""

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max

from training.actions.completing import complete_module
from training.days import today_of, zone_of
from training.models import Assignment, Completion, LearningPlace, ModuleVersion
from vein_care.accounts.models import User

MOST_STEPS = 40


@dataclass(frozen=True)
class Said:
    """What a device says of one version. Nothing of it has to be true.

    ago: how long before the request the reader moved; the clock of the device may be years off, the time between two looks at it is not.
    done_on: the day of the device on which the last of it was read, or None.
    """

    lesson: int = 1
    screen: int = 1
    lessons_done: frozenset = frozenset()
    checks_done: frozenset = frozenset()
    ago: datetime.timedelta = datetime.timedelta()
    done_on: datetime.date | None = None


def published(slug, number):
    """The version of a module under this number that was in a published release, or None."""
    found = ModuleVersion.objects.filter(module__slug=slug, number=number, releases__published_at__isnull=False)
    return found.select_related("module").prefetch_related("lessons", "checks").distinct().first()


@transaction.atomic
def note_place(*, person, version, said, now):
    """Return (place, completion or None) after what a device said of this version was taken up.

    Lessons read and checks answered only ever become more; of two places the later one stands. What was before the module was begun again
    counts no more; asked for anew, a module that was read begins again by itself, once the reader moves in it. It is complete once every
    lesson and every check is behind the reader, and only at that moment: a completion that was taken back does not come again by itself.
    """
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    said_at = now - max(said.ago, datetime.timedelta())
    # No device was there before the version was: one that says so has found out the time since.
    moved_at = max(said_at, version.created_at)
    place, is_new = LearningPlace.objects.get_or_create(person=person, version=version, defaults={"started_at": moved_at, "moved_at": moved_at})
    if place.restarted_at and version.created_at <= said_at < place.restarted_at:
        return place, None
    if is_done(place, version) and _asked_since(place, moved_at):
        place.lessons_done, place.checks_done, place.restarted_at = [], [], moved_at
    was_done = is_done(place, version)
    lessons, checks = parts_of(version)
    if is_new or moved_at >= place.moved_at:
        place.lesson = said.lesson if said.lesson in lessons else 1
        place.screen = min(max(said.screen, 1), MOST_STEPS)
        place.moved_at = moved_at
    place.started_at = min(place.started_at, moved_at)
    place.lessons_done = sorted(set(place.lessons_done) | (said.lessons_done & lessons))
    place.checks_done = sorted(set(place.checks_done) | (said.checks_done & checks))
    place.save()
    if was_done or not is_done(place, version):
        return place, None
    return place, _complete(place, said.done_on, now=now)


def _asked_since(place, moved_at):
    """Was it asked for, or what had answered that taken back, between the reader's last move and this one?"""
    person, module = place.person_id, place.version.module_id
    asked = Assignment.objects.open().filter(person=person, module=module).with_versions().first()
    if asked is None or not asked.is_answered_by(place.version):
        return False
    taken_back = Completion.objects.filter(person=person, version__module=module).aggregate(last=Max("withdrawn_at"))["last"]
    return place.moved_at <= max(asked.made_at, taken_back or asked.made_at) < moved_at


def _complete(place, done_on, *, now):
    begun_on = max(place.started_at, place.restarted_at or place.started_at).astimezone(zone_of(place.person)).date()
    today = today_of(place.person, now=now)
    return complete_module(
        person=place.person,
        version=place.version,
        mode="online",
        completed_on=done_on if done_on and begun_on <= done_on <= today else today,
        by=place.person,
        after_withdrawal=_was_withdrawn(place),
    )


def _was_withdrawn(place):
    """Had this module been asked for, and is it no longer? Then the trainer wants to know that it was finished all the same."""
    newest = Assignment.objects.filter(person=place.person, module=place.version.module_id).order_by("-pk").first()
    return bool(newest and newest.withdrawn_at)


@transaction.atomic
def begin_again(*, person, version, now):
    """Start this version from its first screen, with nothing behind the reader."""
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    fresh = {"lesson": 1, "screen": 1, "lessons_done": [], "checks_done": [], "moved_at": now, "restarted_at": now}
    LearningPlace.objects.update_or_create(person=person, version=version, defaults=fresh)


def parts_of(version):
    """(positions of lessons, keys of checks), as sets."""
    return {lesson.position for lesson in version.lessons.all()}, {check.key for check in version.checks.all()}


def is_done(place, version):
    lessons, checks = parts_of(version)
    return bool(lessons) and lessons <= set(place.lessons_done) and checks <= set(place.checks_done)
