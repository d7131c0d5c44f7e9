"""Completing a module, and taking that back."""

import datetime

import pytest

from tests.factories import OrganisationFactory
from tests.training.factories import AssignmentFactory, AssignmentRoundFactory, CourseFactory, ModuleVersionFactory, TrainingEventFactory
from training.actions.completing import LETTERS, add_months, complete_at_event, complete_module, new_code, withdraw_completion
from training.models import Assignment, Completion
from vein_care.accounts.models import AuditEvent

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 11, 22)


@pytest.fixture
def version():
    return ModuleVersionFactory(slug="peers", expires_after_months=24)


def online(person, version, **changed):
    return complete_module(person=person, version=version, by=person, **{"mode": "online", "completed_on": TODAY} | changed)


def test_a_completion_keeps_version_mode_day_and_service_and_when_it_runs_out(worker, version):
    done = online(worker, version)

    assert (done.version, done.mode, done.completed_on, done.organisation) == (version, "online", TODAY, worker.organisation)
    assert done.expires_on == datetime.date(2028, 11, 22)
    assert AuditEvent.objects.get(type="module.completed").details == {"module": "peers", "version": 1, "mode": "online"}


def test_a_version_that_never_expires_gives_no_last_day(worker):
    assert online(worker, ModuleVersionFactory(expires_after_months=0)).expires_on is None


def test_the_open_assignment_is_done_and_no_other(worker, other_worker, version):
    own = AssignmentFactory(person=worker, module=version.module)
    of_somebody_else = AssignmentFactory(person=other_worker, module=version.module)
    of_another_module = AssignmentFactory(person=worker)

    done = online(worker, version)

    assert list(Assignment.objects.filter(completion=done)) == [own]
    assert set(Assignment.objects.open()) == {of_somebody_else, of_another_module}


def test_the_same_again_on_the_same_day_is_one_completion(worker, version):
    assert online(worker, version) == online(worker, version)
    assert Completion.objects.count() == 1


def test_online_and_face_to_face_on_one_day_are_two(worker, trainer, version):
    event = TrainingEventFactory(organisation=worker.organisation)

    online(worker, version)
    complete_module(person=worker, version=version, by=trainer, mode="face_to_face", completed_on=TODAY, event=event)
    complete_module(person=worker, version=version, by=trainer, mode="face_to_face", completed_on=TODAY, event=event)

    assert sorted(Completion.objects.values_list("mode", flat=True)) == ["face_to_face", "online"]


def test_taking_a_completion_back_opens_what_it_had_settled(worker, trainer, version):
    assignment = AssignmentFactory(person=worker, module=version.module)
    done = online(worker, version)

    withdraw_completion(completion=done, by=trainer, reason="Another person was meant.")

    assert list(Assignment.objects.open()) == [assignment]
    assert list(Completion.objects.standing()) == []
    assert AuditEvent.objects.get(type="completion.withdrawn").details["reason"] == "Another person was meant."


def test_taking_it_back_twice_keeps_the_first_reason(worker, trainer, version):
    done = online(worker, version)

    for reason in ["The first.", "The second."]:
        withdraw_completion(completion=done, by=trainer, reason=reason)

    done.refresh_from_db()
    assert done.withdrawn_reason == "The first."


def test_what_was_assigned_anew_meanwhile_stays_the_only_open_one(worker, trainer, version):
    AssignmentFactory(person=worker, module=version.module)
    done = online(worker, version)
    anew = AssignmentFactory(person=worker, module=version.module, round=AssignmentRoundFactory(organisation=worker.organisation, made_by=trainer))

    withdraw_completion(completion=done, by=trainer, reason="Another person was meant.")

    assert list(Assignment.objects.open()) == [anew]


def at_event(person, version, *, by):
    event = TrainingEventFactory(organisation=person.organisation, made_by=by, held_on=TODAY)
    complete_at_event(event=event, people=[person], versions=[version], by=by)
    return event.completions.get()


def test_what_was_done_in_another_way_too_is_not_asked_for_again_when_one_is_taken_back(worker, trainer, version):
    assignment = AssignmentFactory(person=worker, module=version.module)
    done = online(worker, version)
    besides = at_event(worker, version, by=trainer)

    withdraw_completion(completion=done, by=trainer, reason="Another person was meant.")

    assignment.refresh_from_db()
    assert assignment.completion == besides


def test_what_was_done_before_it_was_asked_for_once_more_does_not_answer_it(worker, trainer, version):
    at_event(worker, version, by=trainer)
    assignment = AssignmentFactory(person=worker, module=version.module)
    done = online(worker, version)

    withdraw_completion(completion=done, by=trainer, reason="Another person was meant.")

    assert list(Assignment.objects.open()) == [assignment]


@pytest.mark.parametrize("do", [online, lambda person, version: at_event(person, version, by=person)])
def test_an_earlier_version_does_not_answer_a_refresher(worker, do):
    first, second = [ModuleVersionFactory(slug="peers", number=number) for number in (1, 2)]
    CourseFactory(versions=[first])
    CourseFactory(versions=[second])
    asked = AssignmentFactory(person=worker, module=first.module)

    do(worker, first)
    assert list(Assignment.objects.open()) == [asked]

    do(worker, second)
    assert list(Assignment.objects.open()) == []


def test_whoever_was_in_the_middle_when_the_module_changed_has_done_what_was_asked(worker):
    first, second = [ModuleVersionFactory(slug="peers", number=number) for number in (1, 2)]
    CourseFactory(versions=[first])
    AssignmentFactory(person=worker, module=first.module)
    CourseFactory(versions=[second])

    online(worker, first)

    assert list(Assignment.objects.open()) == []


def test_after_a_release_was_taken_back_the_version_that_is_current_again_will_do(worker):
    first, second = [ModuleVersionFactory(slug="peers", number=number) for number in (1, 2)]
    for version in (first, second):
        CourseFactory(versions=[version])
    AssignmentFactory(person=worker, module=first.module)
    CourseFactory(versions=[first])

    online(worker, first)

    assert list(Assignment.objects.open()) == []


def test_asked_for_once_more_and_done_once_more_on_one_day_is_done(worker, version):
    done = online(worker, version)
    asked = AssignmentFactory(person=worker, module=version.module)

    online(worker, version)

    asked.refresh_from_db()
    assert asked.completion == done


def test_what_was_done_at_an_event_counts_for_the_service_that_held_it(worker, trainer, version):
    event = TrainingEventFactory(organisation=worker.organisation, made_by=trainer, held_on=TODAY)
    worker.organisation, worker.usual_site = OrganisationFactory(name="Milltown"), None
    worker.save()

    complete_at_event(event=event, people=[worker], versions=[version], by=trainer)

    assert Completion.objects.get().organisation == event.organisation


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [("2026-11-22", 24, "2028-11-22"), ("2028-02-29", 12, "2029-02-28"), ("2026-10-31", 1, "2026-11-30"), ("2026-12-01", 1, "2027-01-01")],
)
def test_months_end_on_the_same_day_or_the_last_of_the_month(day, months, later):
    assert add_months(datetime.date.fromisoformat(day), months) == datetime.date.fromisoformat(later)


def test_a_code_is_sixteen_letters_that_cannot_be_taken_for_one_another():
    codes = {new_code() for _ in range(200)}

    assert len(codes) == 200
    assert all(len(code) == 16 and set(code) <= set(LETTERS) for code in codes)
    assert not set("01OILU") & set(LETTERS)
