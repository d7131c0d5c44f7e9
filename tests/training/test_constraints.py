"""Every named rule of the training tables has a case here that breaks it; a rule without a case fails the first test."""

import datetime

import pytest
from django.db import Error, connection, transaction
from django.utils import timezone

from tests.factories import SiteFactory, UserFactory
from tests.training.factories import (
    AssignmentFactory,
    AssignmentRoundFactory,
    AttendanceFactory,
    CompletionFactory,
    CourseFactory,
    LearningPlaceFactory,
    ModuleFactory,
    ModuleVersionFactory,
    RefresherDecisionFactory,
    ReminderFactory,
    ReminderMailFactory,
    TrainingEventFactory,
)
from training.models import AttendanceChange, Check, CourseRelease, CourseReleaseModule, CoverageChange, Lesson, ModuleDraft, ModuleVersion

pytestmark = pytest.mark.django_db

# What Django names by itself is tested in general: foreign keys and pairs of many-to-many by Django, codes that are unique below.
NAMED = """
SELECT conname FROM pg_constraint
WHERE conrelid::regclass::text LIKE 'training_%' AND contype IN ('c', 'u', 'x', 'f') AND conname !~ '(_fk_|_check$|_uniq$|_key$)'
UNION
SELECT indexrelid::regclass::text FROM pg_index
WHERE indrelid::regclass::text LIKE 'training_%' AND indisunique AND NOT indisprimary AND indexrelid::regclass::text !~ '(_uniq$|_key$)'
UNION
SELECT tgname FROM pg_trigger WHERE tgrelid::regclass::text LIKE 'training_%' AND NOT tgisinternal
"""
A_DAY = datetime.date(2026, 11, 22)
NOW = timezone.now()


def twice(factory, *fields, **values):
    """Make a row, and another with the same values in these fields."""

    def broken():
        first = factory(**values)
        factory(**values | {field: getattr(first, field) for field in fields})

    return broken


def pieces_of(complete, factory):
    """A case for each of the columns that go together, with that one alone left out."""
    return [lambda left_out=left_out: factory(**{name: make() for name, make in complete.items() if name != left_out}) for left_out in complete]


WITHDRAWN = {"withdrawn_at": lambda: NOW, "withdrawn_by": UserFactory, "withdrawn_reason": lambda: "A slip."}
CANCELLED = {"cancelled_at": lambda: NOW, "cancelled_by": UserFactory, "cancelled_reason": lambda: "The room is gone."}
MARKED = {"state": lambda: "attended", "marked_at": lambda: NOW, "marked_by": UserFactory}


def in_a_draft(model, **values):
    """Two rows of one draft release that are the same in `values`."""

    def broken():
        release = CourseRelease.objects.create()
        shared = {name: make() for name, make in values.items()}
        for number in [1, 2]:
            own = {"version": ModuleVersionFactory, "position": lambda number=number: number}
            model.objects.create(release=release, **{name: make() for name, make in own.items() if name not in shared} | shared)

    return broken


def draft(**changed):
    version = ModuleVersionFactory()
    values = {"release": CourseRelease.objects.create(), "module": version.module, "base": version, "contents": {}, "changed_by": UserFactory()}
    return ModuleDraft.objects.create(**values | changed)


def two_drafts():
    first = draft()
    draft(release=first.release, module=first.module, base=first.base)


def coverage_changed(**changed):
    facts = {"event": TrainingEventFactory(), "added": ["peers"], "reason": "We had time.", "changed_by": UserFactory()}
    return CoverageChange.objects.create(**facts | changed)


def a_lesson(**changed):
    return Lesson.objects.create(**{"version": ModuleVersionFactory(), "position": 9, "title": "A lesson", "body": "## One"} | changed)


def a_check(**changed):
    facts = {"version": ModuleVersionFactory(), "position": 9, "key": "another", "after_lesson": 1, "scenario": "Someone.", "question": "What?"}
    return Check.objects.create(**facts | {"sources": [], "answers": []} | changed)


def lesson_changed():
    Lesson.objects.filter(version=ModuleVersionFactory()).update(title="Another")


def check_thrown_away():
    Check.objects.filter(version=ModuleVersionFactory()).delete()


def version_changed():
    ModuleVersion.objects.filter(pk=ModuleVersionFactory().pk).update(title="Another")


def reminded_twice():
    first = ReminderFactory()
    ReminderFactory(assignment=first.assignment, mail=ReminderMailFactory())


def expiring_twice():
    completion = CompletionFactory()
    for _time in "12":
        ReminderFactory(kind="expiring", assignment=None, completion=completion, mail=ReminderMailFactory())


CASES = {
    "training_moduleversion_number_unique": [twice(ModuleVersionFactory, "module", "number")],
    "training_moduleversion_number_from_one": [lambda: ModuleVersionFactory(number=0)],
    "training_moduleversion_takes_time": [lambda: ModuleVersionFactory(minutes=0)],
    "training_moduleversion_has_outcome": [lambda: ModuleVersionFactory(outcomes=[])],
    "training_moduleversion_immutable": [version_changed],
    "training_lesson_position_unique": [lambda: a_lesson(position=1)],
    "training_lesson_position_from_one": [lambda: a_lesson(position=0)],
    "training_lesson_immutable": [lesson_changed],
    "training_check_position_unique": [lambda: a_check(position=1)],
    "training_check_key_unique": [lambda: a_check(key="ask-first")],
    "training_check_immutable": [check_thrown_away],
    "training_courserelease_number_and_published_at_together": [
        lambda: CourseRelease.objects.create(number=1),
        lambda: CourseRelease.objects.create(published_at=NOW),
        lambda: CourseRelease.objects.create(number=0, published_at=NOW),
    ],
    "training_courserelease_review_asked_at_and_by_together": [
        lambda: CourseRelease.objects.create(review_asked_at=NOW),
        lambda: CourseRelease.objects.create(review_asked_by=UserFactory()),
    ],
    "training_courserelease_reviewed_at_and_by_together": [
        lambda: CourseRelease.objects.create(reviewed_at=NOW),
        lambda: CourseRelease.objects.create(reviewed_by=UserFactory()),
    ],
    "training_courserelease_reviewer_and_date_together": [
        lambda: CourseRelease.objects.create(clinician="Dr A"),
        lambda: CourseRelease.objects.create(lived_experience_on=A_DAY),
    ],
    "training_coursereleasemodule_version_once": [in_a_draft(CourseReleaseModule, version=ModuleVersionFactory)],
    "training_coursereleasemodule_position_unique": [in_a_draft(CourseReleaseModule, position=lambda: 1)],
    "training_coursereleasemodule_published_fixed": [
        lambda: CourseFactory().places.first().delete(),
        lambda: CourseReleaseModule.objects.create(release=CourseFactory(), version=ModuleVersionFactory(), position=3),
    ],
    "training_moduledraft_module_once": [two_drafts],
    "training_moduledraft_revision_from_one": [lambda: draft(revision=0)],
    "training_assignmentround_audience_complete": [
        lambda: AssignmentRoundFactory(audience="site"),
        lambda: AssignmentRoundFactory(audience="role"),
        lambda: AssignmentRoundFactory(audience="everyone", site=SiteFactory()),
        lambda: AssignmentRoundFactory(audience="people", role="worker"),
    ],
    "training_assignmentround_newcomers_of_a_group": [lambda: AssignmentRoundFactory(audience="people", also_newcomers=True)],
    "training_assignmentround_withdrawn_at_by_and_reason_together": pieces_of(WITHDRAWN, AssignmentRoundFactory),
    "training_refresherdecision_once": [twice(RefresherDecisionFactory, "organisation", "version")],
    "training_remindermail_once_a_day": [twice(ReminderMailFactory, "person", "day")],
    "training_reminder_once_for_an_assignment": [reminded_twice],
    "training_reminder_once_for_a_completion": [expiring_twice],
    "training_reminder_about_one_thing": [
        lambda: ReminderFactory(kind="expiring"),
        lambda: ReminderFactory(kind="after_4"),
        lambda: ReminderFactory(completion=CompletionFactory()),
        lambda: ReminderFactory(assignment=None, mail=ReminderMailFactory()),
    ],
    "training_assignment_open_once": [twice(AssignmentFactory, "person", "module")],
    "training_assignment_withdrawn_at_by_and_reason_together": pieces_of(WITHDRAWN, AssignmentFactory),
    "training_assignment_withdrawn_or_done": [
        lambda: AssignmentFactory(completion=CompletionFactory(), **{name: make() for name, make in WITHDRAWN.items()})
    ],
    "training_learningplace_once": [twice(LearningPlaceFactory, "person", "version")],
    "training_completion_once_an_event": [
        lambda: twice(CompletionFactory, "person", "version", mode="face_to_face", event=TrainingEventFactory())()
    ],
    "training_completion_online_once_a_day": [twice(CompletionFactory, "person", "version", "completed_on")],
    "training_completion_mode_known_and_event_face_to_face": [
        lambda: CompletionFactory(mode="by_post"),
        lambda: CompletionFactory(mode="online", event=TrainingEventFactory()),
    ],
    "training_completion_expires_after_done": [lambda: CompletionFactory(completed_on=A_DAY, expires_on=A_DAY)],
    "training_completion_withdrawn_at_by_and_reason_together": pieces_of(WITHDRAWN, CompletionFactory),
    "training_trainingevent_attendance_at_and_by_together": [
        lambda: TrainingEventFactory(attendance_at=NOW),
        lambda: TrainingEventFactory(attendance_by=UserFactory()),
    ],
    "training_trainingevent_cancelled_at_by_and_reason_together": pieces_of(CANCELLED, TrainingEventFactory),
    "training_trainingevent_cancelled_or_held": [
        lambda: TrainingEventFactory(attendance_at=NOW, attendance_by=UserFactory(), **{name: make() for name, make in CANCELLED.items()})
    ],
    "training_attendance_person_once": [twice(AttendanceFactory, "event", "person")],
    "training_attendance_state_known": [lambda: AttendanceFactory(state="late", marked_at=NOW, marked_by=UserFactory())],
    "training_attendance_marked_at_and_by_with_state": pieces_of(MARKED, AttendanceFactory),
    "training_coveragechange_has_reason": [lambda: coverage_changed(reason="")],
    "training_coveragechange_changes_something": [lambda: coverage_changed(added=[])],
    "training_attendancechange_has_reason": [
        lambda: AttendanceChange.objects.create(attendance=AttendanceFactory(), state_after="part", reason="", changed_by=UserFactory())
    ],
}


def run(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else None


def test_every_named_rule_has_a_case():
    assert {name for (name,) in run(NAMED)} == set(CASES)


@pytest.mark.parametrize(("rule", "number"), [(rule, number) for rule, cases in CASES.items() for number in range(len(cases))])
def test_database_refuses_what_breaks_the_rule(rule, number):
    with pytest.raises(Error) as refusal, transaction.atomic():
        CASES[rule][number]()
        run("SET CONSTRAINTS ALL IMMEDIATE")

    assert refusal.value.__cause__.diag.constraint_name == rule


@pytest.mark.parametrize(
    ("make", "column"),
    [
        (lambda: [CompletionFactory(code="ABCDEFGHJKMNPQRS") for _time in "12"], "training_completion_code"),
        (lambda: [ModuleFactory._meta.model.objects.create(slug="peers") for _time in "12"], "training_module_slug"),
        (lambda: [CourseRelease.objects.create(number=1, published_at=NOW) for _time in "12"], "training_courserelease_number"),
    ],
)
def test_codes_slugs_and_numbers_are_there_once(make, column):
    with pytest.raises(Error) as refusal, transaction.atomic():
        make()

    assert refusal.value.__cause__.diag.constraint_name.startswith(column)


def test_a_person_withdrawn_from_a_module_can_be_asked_again():
    withdrawn = AssignmentFactory(**{name: make() for name, make in WITHDRAWN.items()})

    AssignmentFactory(person=withdrawn.person, module=withdrawn.module)


def test_a_completion_taken_back_leaves_room_for_another_on_the_same_day():
    first = CompletionFactory(**{name: make() for name, make in WITHDRAWN.items()})

    CompletionFactory(person=first.person, version=first.version, completed_on=first.completed_on)
