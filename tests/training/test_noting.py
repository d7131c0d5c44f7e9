"""Places in a module: from several devices, out of order, twice, late, and with clocks that are wrong."""

import datetime

import pytest
from django.utils import timezone

from tests.training.factories import AssignmentFactory, CourseFactory, ModuleVersionFactory
from training.actions.completing import withdraw_completion
from training.actions.noting import Said, begin_again, note_place, published
from training.models import Completion, LearningPlace, ModuleVersion

pytestmark = pytest.mark.django_db

NOW = datetime.datetime(2026, 12, 10, 15, 0, tzinfo=datetime.UTC)
AN_HOUR = datetime.timedelta(hours=1)
ALL = {"lessons_done": frozenset({1, 2}), "checks_done": frozenset({"ask-first"})}


@pytest.fixture
def version():
    made = ModuleVersionFactory(slug="why-vein-care", created_at=NOW - datetime.timedelta(days=20))
    CourseFactory(versions=[made])
    return made


def note(person, version, *, now=NOW, **said):
    place, completion = note_place(person=person, version=version, said=Said(**said), now=now)
    place.refresh_from_db()
    return place, completion


def test_what_two_devices_say_is_put_together_and_the_later_place_stands(worker, version):
    note(worker, version, lesson=2, screen=1, checks_done=frozenset({"ask-first"}), ago=AN_HOUR)
    place, _none = note(worker, version, lesson=1, screen=2, lessons_done=frozenset({1}), ago=3 * AN_HOUR)

    assert (place.lesson, place.screen, place.lessons_done, place.checks_done) == (2, 1, [1], ["ask-first"])
    assert (place.started_at, place.moved_at) == (NOW - 3 * AN_HOUR, NOW - AN_HOUR)


def test_the_module_is_done_once_every_lesson_and_every_check_is_behind_the_reader(worker, version):
    _place, first = note(worker, version, lessons_done=frozenset({1, 2}))
    _place, second = note(worker, version, checks_done=frozenset({"ask-first"}))
    _place, third = note(worker, version, **ALL)

    assert (first, third) == (None, None)
    assert (second.mode, second.completed_on, second.after_withdrawal) == ("online", NOW.date(), False)


@pytest.mark.parametrize(
    ("done_on", "kept"),
    [
        ("2026-12-09", "2026-12-09"),
        ("2026-12-10", "2026-12-10"),
        ("2026-12-11", "2026-12-10"),
        ("2026-12-07", "2026-12-10"),
        ("1970-01-01", "2026-12-10"),
        (None, "2026-12-10"),
    ],
    ids=["yesterday, offline", "today", "a day that has not come", "before it was opened", "a clock that was never set", "not said"],
)
def test_the_day_is_that_of_the_device_if_a_clock_could_mean_it(worker, version, done_on, kept):
    two_days_ago = datetime.timedelta(days=2)
    note(worker, version, ago=two_days_ago)

    _place, done = note(worker, version, done_on=done_on and datetime.date.fromisoformat(done_on), **ALL)

    assert done.completed_on == datetime.date.fromisoformat(kept)


def test_a_device_whose_clock_is_years_off_neither_moves_into_the_future_nor_before_the_version(worker, version):
    ahead, _none = note(worker, version, ago=datetime.timedelta(days=-900))
    assert ahead.moved_at == NOW

    behind, _none = note(worker, version, lesson=2, ago=datetime.timedelta(days=9000))
    assert behind.started_at == version.created_at
    assert (behind.lesson, behind.moved_at) == (1, NOW)


def test_what_is_not_part_of_the_version_is_left_out(worker, version):
    place, done = note(worker, version, lesson=9, screen=900, lessons_done=frozenset({1, 7}), checks_done=frozenset({"made-up"}))

    assert (place.lesson, place.screen, place.lessons_done, place.checks_done, done) == (1, 40, [1], [], None)


def test_finished_offline_after_the_assignment_was_withdrawn_is_kept_and_marked(worker, trainer, version):
    withdrawn = {"withdrawn_at": timezone.now(), "withdrawn_by": trainer, "withdrawn_reason": "Another round."}
    AssignmentFactory(person=worker, module=version.module, **withdrawn)

    _place, done = note(worker, version, **ALL)

    assert done.after_withdrawal


def test_asked_for_again_after_a_withdrawal_it_counts_as_usual(worker, trainer, version):
    withdrawn = {"withdrawn_at": timezone.now(), "withdrawn_by": trainer, "withdrawn_reason": "Another round."}
    AssignmentFactory(person=worker, module=version.module, **withdrawn)
    again = AssignmentFactory(person=worker, module=version.module)

    _place, done = note(worker, version, **ALL)
    again.refresh_from_db()

    assert (done.after_withdrawal, again.completion) == (False, done)


def test_a_completion_that_was_taken_back_does_not_come_again_by_itself(worker, trainer, version):
    _place, done = note(worker, version, **ALL)
    withdraw_completion(completion=done, by=trainer, reason="Another person was meant.")

    _place, again = note(worker, version, now=NOW + datetime.timedelta(days=1), **ALL)

    assert again is None
    assert list(Completion.objects.standing()) == []


def test_begun_again_it_can_be_done_again_and_what_an_old_device_says_counts_no_more(worker, version):
    note(worker, version, **ALL)
    later = NOW + datetime.timedelta(days=700)
    begin_again(person=worker, version=version, now=later)

    from_before, nothing = note(worker, version, now=later + AN_HOUR, ago=2 * AN_HOUR, **ALL)
    assert (from_before.lessons_done, nothing) == ([], None)

    _place, done = note(worker, version, now=later + AN_HOUR, **ALL)
    assert done.completed_on == later.date()
    assert Completion.objects.count() == 2


def test_asked_for_anew_a_module_that_was_read_is_read_anew_and_done_once_more(worker, version):
    note(worker, version, **ALL)
    asked = AssignmentFactory(person=worker, module=version.module, made_at=NOW + AN_HOUR)

    late, nothing = note(worker, version, now=NOW + 3 * AN_HOUR, ago=datetime.timedelta(hours=2, minutes=30), **ALL)
    assert (late.lessons_done, nothing) == ([1, 2], None)

    place, nothing = note(worker, version, now=NOW + 2 * AN_HOUR, lessons_done=frozenset({1}))
    assert (place.lessons_done, place.checks_done, nothing) == ([1], [], None)
    _place, done = note(worker, version, now=NOW + 3 * AN_HOUR, lessons_done=frozenset({2}), checks_done=frozenset({"ask-first"}))
    asked.refresh_from_db()
    assert asked.completion == done


def test_asked_for_a_newer_version_what_was_read_of_the_earlier_one_stays(worker, version):
    note(worker, version, **ALL)
    CourseFactory(versions=[ModuleVersionFactory(slug="why-vein-care", number=2)])
    AssignmentFactory(person=worker, module=version.module, made_at=NOW + AN_HOUR)

    place, nothing = note(worker, version, now=NOW + 2 * AN_HOUR, lessons_done=frozenset({1}))

    assert (place.lessons_done, place.restarted_at, nothing) == ([1, 2], None, None)


def test_read_anew_without_a_network_it_is_done_on_the_day_of_the_device(worker, version):
    note(worker, version, **ALL)
    AssignmentFactory(person=worker, module=version.module, made_at=NOW + AN_HOUR)
    day = datetime.timedelta(days=1)

    _place, done = note(worker, version, now=NOW + 4 * day, ago=2 * day, done_on=(NOW + 2 * day).date(), **ALL)

    assert done.completed_on == (NOW + 2 * day).date()


def test_what_was_taken_back_and_is_still_asked_for_is_done_by_reading_it_again(worker, trainer, version):
    asked = AssignmentFactory(person=worker, module=version.module, made_at=NOW - AN_HOUR)
    _place, done = note(worker, version, **ALL)
    withdraw_completion(completion=done, by=trainer, reason="Another person was meant.")
    Completion.objects.update(withdrawn_at=NOW + AN_HOUR)

    _place, nothing = note(worker, version, now=NOW + 2 * AN_HOUR, lessons_done=frozenset({1}))
    _place, again = note(worker, version, now=NOW + 3 * AN_HOUR, lessons_done=frozenset({2}), checks_done=frozenset({"ask-first"}))

    asked.refresh_from_db()
    assert (nothing, asked.completion) == (None, again)


def test_what_was_read_after_beginning_again_counts_although_the_device_had_no_idea_of_the_time(worker, version):
    note(worker, version, **ALL)
    begin_again(person=worker, version=version, now=NOW)

    place, _none = note(worker, version, now=NOW + AN_HOUR, lessons_done=frozenset({1}), ago=datetime.timedelta(days=56 * 365))

    assert (place.lessons_done, place.moved_at) == ([1], NOW)


def test_only_versions_that_were_published_can_be_learned(version):
    draft = ModuleVersionFactory(slug="not-yet")

    assert published("why-vein-care", 1) == version
    assert published("not-yet", draft.number) is None
    assert published("why-vein-care", 2) is None


def test_somebody_without_an_organisation_learns_too(editor, version):
    _place, done = note(editor, version, **ALL)

    assert (done.organisation, done.person) == (None, editor)
    assert LearningPlace.objects.get().version == ModuleVersion.objects.get()
