"""What is known of face-to-face events: which versions of the course one covers, and to what somebody is invited."""

import datetime
from dataclasses import dataclass

from django.utils import timezone

from training.models import CourseReleaseModule, ModuleVersion, TrainingEvent


@dataclass(frozen=True)
class Invitation:
    """An event as those who are invited see it."""

    title: str
    held_on: datetime.date
    begins_at: datetime.time | None
    place: str
    note: str
    modules: list[str]
    is_cancelled: bool
    cancelled_reason: str


def events_of(person, *, today):
    """[Invitation] of somebody, from today on, the next one first; cancelled ones too, so that nobody comes in vain. Four queries."""
    events = TrainingEvent.objects.filter(attendances__person=person, attendances__invited=True, held_on__gte=today, attendance_at=None)
    events = list(events.order_by("held_on", "begins_at", "id").prefetch_related("modules"))
    titles = titles_of({module.pk for event in events for module in event.modules.all()})
    return [
        Invitation(
            title=event.title,
            held_on=event.held_on,
            begins_at=event.begins_at,
            place=event.place,
            note=event.note,
            modules=[titles[module.pk] for module in in_course_order(event.modules.all(), titles)],
            is_cancelled=event.is_cancelled,
            cancelled_reason=event.cancelled_reason,
        )
        for event in events
    ]


def titles_of(module_ids):
    """{module id: title} in the order of the course, as the newest version calls it that was ever published. Two queries."""
    return {module_id: version.title for module_id, version in versions_at(module_ids, timezone.now()).items()}


def in_course_order(modules, titles):
    """These modules in the order of the keys of `titles`."""
    places = list(titles)
    return sorted((module for module in modules if module.pk in titles), key=lambda module: places.index(module.pk))


def versions_of(event, *, now):
    """The versions that this event covers, in the order of the course: those that were current when it began, or are now before it begins.

    So the pack that a trainer prints holds what people will have done. Three queries.
    """
    return versions_covered(event, set(event.modules.values_list("pk", flat=True)), now=now)


def versions_covered(event, module_ids, *, now):
    """The same for these modules. Two queries."""
    return list(versions_at(module_ids, min(beginning_of(event), now)).values())


def versions_at(module_ids, moment):
    """{module id: ModuleVersion} in the order of the course: the newest that was published by then; else the first that was published at all.

    A day may be written down that lies before the first release, and what was covered then is best said by what came next. Two queries.
    """
    published = CourseReleaseModule.objects.filter(release__published_at__isnull=False, version__module__in=module_ids)
    columns = ["version__module", "position", "version", "release__published_at"]
    chosen = {}
    for module_id, position, version_id, published_at in published.order_by("release__number").values_list(*columns):
        if module_id not in chosen or published_at <= moment:
            chosen[module_id] = (position, module_id, version_id)
    versions = ModuleVersion.objects.select_related("module").in_bulk([version_id for _position, _module_id, version_id in chosen.values()])
    return {module_id: versions[version_id] for _place, module_id, version_id in sorted(chosen.values())}


def beginning_of(event):
    """When it begins; where no time was told, when its day begins."""
    return timezone.make_aware(datetime.datetime.combine(event.held_on, event.begins_at or datetime.time.min))


def modules_on_offer():
    """[ModuleVersion] that an event can cover: the course as it is now."""
    return ModuleVersion.objects.current().select_related("module")
