"""Who was at an event: what it completes, corrections with a reason, and two trainers who mark at once."""

import datetime
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from tests.factories import UserFactory
from tests.training.factories import AssignmentFactory, AttendanceFactory, CourseFactory, ModuleVersionFactory, TrainingEventFactory
from training.actions.attendance import Mark, NeedsReason, NothingMarked, NotYet, WasCancelled, change_coverage, save_attendance
from training.actions.events import cancel_event
from training.events import versions_of
from training.models import Assignment, Attendance, AttendanceChange, Completion, CourseRelease
from vein_care.accounts.models import AuditEvent

NOW = timezone.make_aware(datetime.datetime(2026, 11, 22, 12, 0))
TODAY = NOW.date()

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    """Two modules, published weeks ago."""
    release = CourseFactory()
    return published_on(release, datetime.date(2026, 10, 1))


def published_on(release, day):
    CourseRelease.objects.filter(pk=release.pk).update(published_at=timezone.make_aware(datetime.datetime.combine(day, datetime.time(12))))
    return release


@pytest.fixture
def event(course, organisation, trainer):
    event = TrainingEventFactory(organisation=organisation, held_on=TODAY, made_by=trainer)
    event.modules.set([version.module for version in course.versions.all()])
    return event


@pytest.fixture
def invited(event, worker, other_worker):
    """Jo and Sam."""
    for person in [worker, other_worker]:
        AttendanceFactory(event=event, person=person)
    return worker, other_worker


def save(event, by, *marks, others=(0, 0), reason="", now=NOW):
    """marks: (person, state) of an unmarked page, or (person, was, state)."""
    marks = [Mark(person=mark[0], was=mark[1] if len(mark) == 3 else "", state=mark[-1]) for mark in marks]
    return save_attendance(event=event, marks=marks, others=others, reason=reason, by=by, now=now)


def states(event):
    return {each.person.display_name: each.state for each in Attendance.objects.filter(event=event).select_related("person")}


def done(person):
    return sorted(Completion.objects.standing().filter(person=person).values_list("version__module__slug", flat=True))


# What it completes


def test_whoever_was_there_has_done_every_module_of_the_event_and_nobody_else(event, invited, trainer):
    jo, sam = invited
    late = UserFactory(organisation=event.organisation, display_name="Ann Late")

    saved = save(event, trainer, (jo, "attended"), (sam, "part"), (late, "absent"))

    assert (done(jo), done(sam), done(late)) == (["peers", "why-vein-care"], [], [])
    completion = Completion.objects.filter(person=jo).first()
    assert (completion.mode, completion.event, completion.completed_on, completion.recorded_by) == ("face_to_face", event, TODAY, trainer)
    assert (saved.marked, saved.completed) == (3, 1)


def test_an_open_assignment_is_done_by_being_there(event, invited, trainer):
    jo, _sam = invited
    assignment = AssignmentFactory(person=jo, module=event.modules.get(slug="peers"))

    save(event, trainer, (jo, "attended"))

    assert not Assignment.objects.open().filter(pk=assignment.pk).exists()


def test_what_is_done_is_the_version_that_was_current_when_the_event_began(event, invited, trainer):
    first = event.modules.get(slug="peers").versions.get()
    second = ModuleVersionFactory(module=first.module, number=2)
    published_on(CourseFactory(versions=[second]), datetime.date(2026, 11, 20))
    event.held_on = datetime.date(2026, 11, 19)
    event.save()

    save(event, trainer, (invited[0], "attended"))

    assert Completion.objects.get(version__module=first.module).version == first
    assert Completion.objects.get(version__module=first.module).completed_on == datetime.date(2026, 11, 19)


@pytest.mark.parametrize(("begins_at", "number"), [(None, 1), (datetime.time(9), 1), (datetime.time(14), 2)])
def test_a_version_published_at_noon_counts_for_what_begins_later_that_day(event, begins_at, number):
    first = event.modules.get(slug="peers").versions.get()
    published_on(CourseFactory(versions=[ModuleVersionFactory(module=first.module, number=2)]), TODAY)
    event.begins_at = begins_at

    versions = versions_of(event, now=NOW + datetime.timedelta(hours=6))

    assert [version.number for version in versions if version.module_id == first.module_id] == [number]


def test_an_event_before_the_first_release_counts_as_what_was_published_first(event, invited, trainer):
    event.held_on = datetime.date(2026, 9, 1)
    event.save()

    save(event, trainer, (invited[0], "attended"))

    assert done(invited[0]) == ["peers", "why-vein-care"]


def test_somebody_who_just_came_is_on_the_list_from_then_on(event, trainer, worker):
    save(event, trainer, (worker, "attended"))

    attendance = event.attendances.get()
    assert (attendance.person, attendance.invited, attendance.state, attendance.marked_by) == (worker, False, "attended", trainer)
    assert done(worker) == ["peers", "why-vein-care"]


def test_others_without_a_login_are_a_number(event, trainer):
    save(event, trainer, others=(0, 4))

    event.refresh_from_db()
    assert (event.others_came, event.is_marked) == (4, True)
    assert not Completion.objects.exists()


def test_some_may_stay_unmarked_and_be_marked_later_without_a_reason(event, invited, trainer):
    jo, sam = invited
    save(event, trainer, (jo, "attended"), (sam, ""))
    assert states(event) == {"Jo Marsh": "attended", "Sam Reed": ""}

    save(event, trainer, (jo, "attended", "attended"), (sam, "absent"))

    assert states(event) == {"Jo Marsh": "attended", "Sam Reed": "absent"}
    assert not AttendanceChange.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_saving_takes_the_same_statements_however_many_were_there(event, trainer, django_assert_num_queries, count):
    people = [AttendanceFactory(event=event).person for _each in range(count)]
    for person in people:
        AssignmentFactory(person=person, module=event.modules.first())

    with django_assert_num_queries(18):
        save(event, trainer, *[(person, "attended") for person in people])

    assert Completion.objects.count() == 2 * count
    assert not Assignment.objects.open().exists()
    assert AuditEvent.objects.filter(type="module.completed").count() == 2 * count


# What is refused


def test_an_event_of_a_later_day_cannot_be_marked(event, invited, trainer):
    event.held_on = TODAY + datetime.timedelta(days=1)
    event.save()

    with pytest.raises(NotYet):
        save(event, trainer, (invited[0], "attended"))
    assert states(event) == {"Jo Marsh": "", "Sam Reed": ""}


def test_an_event_called_off_cannot_be_marked(event, invited, trainer):
    cancel_event(event=event, by=trainer, reason="No room.")

    with pytest.raises(WasCancelled):
        save(event, trainer, (invited[0], "attended"))


def test_nothing_marked_is_nothing_to_save(event, invited, trainer):
    with pytest.raises(NothingMarked):
        save(event, trainer, (invited[0], ""))
    event.refresh_from_db()
    assert not event.is_marked


# Corrections


def test_a_saved_mark_changes_with_a_reason_only_and_nothing_else_is_saved_without(event, invited, trainer):
    jo, sam = invited
    save(event, trainer, (jo, "attended"))

    with pytest.raises(NeedsReason, match="Jo Marsh"):
        save(event, trainer, (jo, "attended", "absent"), (sam, "attended"))

    assert states(event) == {"Jo Marsh": "attended", "Sam Reed": ""}
    assert done(sam) == []


def test_a_correction_takes_back_what_was_done_and_says_why(event, invited, trainer):
    jo, _sam = invited
    assignment = AssignmentFactory(person=jo, module=event.modules.get(slug="peers"))
    save(event, trainer, (jo, "attended"))

    saved = save(event, trainer, (jo, "attended", "part"), reason="Left at noon.")

    change = AttendanceChange.objects.get()
    assert (change.state_before, change.state_after, change.reason, change.changed_by) == ("attended", "part", "Left at noon.", trainer)
    assert done(jo) == []
    assert set(Completion.objects.values_list("withdrawn_reason", flat=True)) == {"Left at noon."}
    assert list(Assignment.objects.open()) == [assignment]
    assert (saved.corrected, saved.taken_back) == (1, 1)


def test_a_correction_the_other_way_completes(event, invited, trainer):
    jo, _sam = invited
    save(event, trainer, (jo, "absent"))

    save(event, trainer, (jo, "absent", "attended"), reason="Sat at the back.")

    assert done(jo) == ["peers", "why-vein-care"]


def test_there_and_back_again_leaves_one_standing_completion_and_the_whole_story(event, invited, trainer):
    jo, _sam = invited
    save(event, trainer, (jo, "attended"))
    save(event, trainer, (jo, "attended", "absent"), reason="Another Jo.")
    save(event, trainer, (jo, "absent", "attended"), reason="It was this Jo.")

    assert done(jo) == ["peers", "why-vein-care"]
    assert Completion.objects.count() == 4
    assert [change.reason for change in AttendanceChange.objects.order_by("pk")] == ["Another Jo.", "It was this Jo."]


# What was covered, after all


def test_a_module_that_was_not_reached_is_taken_back_and_one_that_was_covered_besides_is_done(event, invited, trainer):
    jo, sam = invited
    besides = ModuleVersionFactory(slug="water")
    published_on(CourseFactory(versions=[besides]), datetime.date(2026, 11, 1))
    save(event, trainer, (jo, "attended"), (sam, "part"))
    modules = [event.modules.get(slug="peers"), besides.module]

    assert change_coverage(event=event, modules=modules, reason="No time for the first.", by=trainer, now=NOW)

    assert (done(jo), done(sam)) == (["peers", "water"], [])
    assert Completion.objects.get(version=besides).completed_on == TODAY
    change = event.coverage_changes.get()
    assert (change.added, change.taken_out, change.reason) == (["water"], ["why-vein-care"], "No time for the first.")
    assert Completion.objects.get(version__module__slug="why-vein-care").withdrawn_reason == "No time for the first."
    assert not change_coverage(event=event, modules=modules, reason="Again.", by=trainer, now=NOW)


def test_what_is_covered_changes_with_the_event_itself_before_anybody_was_marked(event, trainer):
    with pytest.raises(NothingMarked):
        change_coverage(event=event, modules=[], reason="Why not.", by=trainer, now=NOW)


# Two trainers, or the button pressed twice


def test_the_same_page_sent_twice_is_saved_once(event, invited, trainer):
    marks = [(person, "attended") for person in invited]
    save(event, trainer, *marks, others=(0, 2))

    again = save(event, trainer, *marks, others=(0, 2))

    assert (again.marked, again.corrected, again.theirs, again.differences, again.others_stand) == (0, 0, 0, [], None)
    assert Completion.objects.count() == 4
    assert AuditEvent.objects.filter(type="event.attendance_saved").count() == 1


def test_marks_of_two_trainers_for_different_people_both_stand(event, invited, trainer):
    jo, sam = invited
    second = UserFactory(organisation=event.organisation, roles=["trainer"])
    save(event, trainer, (jo, "attended"), (sam, ""))

    saved = save(event, second, (jo, ""), (sam, "part"))

    assert states(event) == {"Jo Marsh": "attended", "Sam Reed": "part"}
    assert (saved.theirs, saved.differences) == (1, [])


def test_of_two_different_marks_for_one_person_the_first_stands_and_the_second_trainer_is_told(event, invited, trainer):
    jo, sam = invited
    second = UserFactory(organisation=event.organisation, roles=["trainer"])
    save(event, trainer, (jo, "part"))

    saved = save(event, second, (jo, "attended"), (sam, "attended"))

    assert states(event) == {"Jo Marsh": "part", "Sam Reed": "attended"}
    [difference] = saved.differences
    assert (difference.person, difference.stands, difference.by, difference.yours) == (jo, "part", trainer, "attended")
    assert done(jo) == []


def test_two_corrections_at_once_keep_the_first(event, invited, trainer):
    jo, _sam = invited
    save(event, trainer, (jo, "attended"))
    save(event, trainer, (jo, "attended", "part"), reason="Left early.")

    saved = save(event, trainer, (jo, "attended", "absent"), reason="Was ill.")

    assert states(event)["Jo Marsh"] == "part"
    assert [difference.stands for difference in saved.differences] == ["part"]


def test_of_two_numbers_of_others_the_first_stands(event, trainer):
    save(event, trainer, others=(0, 3))

    assert save(event, trainer, others=(0, 5)).others_stand == 3
    assert save(event, trainer, others=(3, 5)).others_stand is None
    event.refresh_from_db()
    assert event.others_came == 5


@pytest.mark.django_db(transaction=True)
def test_two_trainers_who_save_in_the_same_moment_lose_nothing(course, organisation, trainer):
    event = TrainingEventFactory(organisation=organisation, held_on=TODAY, made_by=trainer)
    event.modules.set([version.module for version in course.versions.all()])
    people = [AttendanceFactory(event=event).person for _each in range(6)]
    second = UserFactory(organisation=organisation, roles=["trainer"])
    start = Barrier(2)

    def send(by, own):
        start.wait()
        try:
            return save(event, by, (people[0], "part"), *[(person, "attended" if person in own else "") for person in people[1:]])
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        saved = [each.result() for each in [pool.submit(send, trainer, people[1:3]), pool.submit(send, second, people[3:])]]

    assert sorted(states(event).values()) == ["attended"] * 5 + ["part"]
    assert Completion.objects.standing().count() == 10
    assert sum(each.marked for each in saved) == 6
