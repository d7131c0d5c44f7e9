"""The grid: standings of many people at once, what a decision about refreshers does, and the two numbers."""

import datetime

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.factories import UserFactory
from tests.training.factories import (
    AssignmentFactory,
    CompletionFactory,
    CourseFactory,
    LearningPlaceFactory,
    ModuleVersionFactory,
    RefresherDecisionFactory,
)
from training.grid import grid_of, people_of
from training.models import ModuleVersion
from training.numbers import trained

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture(autouse=True)
def today_of_this_test(monkeypatch):
    """A run may begin before midnight and end after it."""
    monkeypatch.setitem(globals(), "TODAY", timezone.localdate())


def days(number):
    return datetime.timedelta(days=number)


def states(organisation):
    """{name: states in the order of the course} of the workers."""
    grid = grid_of(people_of(organisation).filter(roles=["worker"]), organisation=organisation, today=TODAY)
    return {person.display_name: [standing.state.value for standing in standings] for person, standings in grid.rows}


def test_everybody_active_has_a_state_for_every_module(organisation, worker, other_worker, why, peers):
    CompletionFactory(person=worker, version=why, mode="face_to_face")
    AssignmentFactory(person=worker, module=peers.module, due_on=TODAY - days(1))
    LearningPlaceFactory(person=other_worker, version=why)
    UserFactory(organisation=organisation, roles=["worker"], is_active=False, deactivated_at=timezone.now())

    assert states(organisation) == {"Jo Marsh": ["done_face_to_face", "not_done_yet"], "Sam Reed": ["started", "not_assigned"]}


def test_what_was_taken_back_does_not_show(organisation, worker, trainer, why, peers):
    gone = {"withdrawn_at": timezone.now(), "withdrawn_by": trainer, "withdrawn_reason": "A slip."}
    CompletionFactory(person=worker, version=why, **gone)
    AssignmentFactory(person=worker, module=peers.module, **gone)

    assert states(organisation)["Jo Marsh"] == ["not_assigned", "not_assigned"]


def test_training_goes_with_a_person_who_moved_here(organisation, worker, stranger, why, peers):
    CompletionFactory(person=worker, organisation=stranger.organisation, version=why)

    assert states(organisation)["Jo Marsh"][0] == "done_online"


@pytest.mark.parametrize("people", [1, 3])
def test_the_number_of_statements_does_not_grow(organisation, course, people, django_assert_num_queries):
    for person in UserFactory.create_batch(people, organisation=organisation):
        for version in ModuleVersion.objects.current():
            CompletionFactory(person=person, version=version)
            AssignmentFactory(person=person, module=version.module)
            LearningPlaceFactory(person=person, version=version)

    with django_assert_num_queries(6):
        grid_of(people_of(organisation), organisation=organisation, today=TODAY)


# Refreshers


@pytest.fixture
def third(why):
    """The current version of Why vein care, after a first and a second."""
    for number in [2, 3]:
        CourseFactory(versions=[ModuleVersionFactory(slug="why-vein-care", number=number)])
    return ModuleVersion.objects.current().get()


def version(number):
    return ModuleVersion.objects.get(module__slug="why-vein-care", number=number)


def test_until_somebody_decides_an_older_version_is_an_older_version(organisation, worker, why, third):
    CompletionFactory(person=worker, version=why)

    assert states(organisation)["Jo Marsh"] == ["older_version"]


def test_no_refresher_needed_reaches_back_over_versions_nobody_decided_on(organisation, worker, why, third):
    CompletionFactory(person=worker, version=why)
    RefresherDecisionFactory(organisation=organisation, version=third)

    assert states(organisation)["Jo Marsh"] == ["done_online"]


def test_no_refresher_needed_reaches_no_further_than_the_last_one_that_was(organisation, worker, other_worker, why, third):
    CompletionFactory(person=worker, version=why)
    CompletionFactory(person=other_worker, version=version(2))
    RefresherDecisionFactory(organisation=organisation, version=version(2), is_needed=True)
    RefresherDecisionFactory(organisation=organisation, version=third)

    assert states(organisation) == {"Jo Marsh": ["older_version"], "Sam Reed": ["done_online"]}


def test_another_service_decides_for_itself(organisation, worker, stranger, why, third):
    CompletionFactory(person=worker, version=why)
    RefresherDecisionFactory(organisation=stranger.organisation, version=third)

    assert states(organisation)["Jo Marsh"] == ["older_version"]


# Two numbers


def test_organisations_and_individuals_are_two_numbers(worker, other_worker, stranger, editor, why, peers):
    for person, module in [(worker, why), (worker, peers), (other_worker, why), (stranger, why), (editor, why)]:
        CompletionFactory(person=person, version=module)

    found = trained(on=TODAY)

    assert (found.organisations, found.individuals) == (2, 4)


def test_somebody_who_moved_is_one_person_and_counts_for_both_services(worker, stranger, why, peers):
    CompletionFactory(person=worker, version=why)
    CompletionFactory(person=worker, organisation=stranger.organisation, version=peers)

    assert (trained(on=TODAY).organisations, trained(on=TODAY).individuals) == (2, 1)


def test_the_numbers_are_those_of_a_day(worker, other_worker, why):
    CompletionFactory(person=worker, version=why, completed_on=TODAY - days(100), expires_on=TODAY - days(10))
    CompletionFactory(person=other_worker, version=why, completed_on=TODAY - days(20))

    assert [trained(on=TODAY - days(ago)).individuals for ago in [101, 100, 20, 11, 10, 0]] == [0, 1, 2, 2, 1, 1]


def test_a_completion_taken_back_counts_nowhere(worker, trainer, why):
    CompletionFactory(person=worker, version=why, withdrawn_at=timezone.now(), withdrawn_by=trainer, withdrawn_reason="A slip.")

    assert (trained(on=TODAY).organisations, trained(on=TODAY).individuals) == (0, 0)


def test_the_command_tells_both_of_a_day(worker, other_worker, why, capsys):
    CompletionFactory(person=worker, version=why, completed_on=datetime.date(2026, 1, 10))
    CompletionFactory(person=other_worker, version=why, completed_on=datetime.date(2026, 1, 12))

    call_command("training_numbers", on="2026-01-11")

    assert capsys.readouterr().out == "On 2026-01-11: organisations trained 1, people trained 1.\n"
    with pytest.raises(CommandError, match="such as 2026-11-22"):
        call_command("training_numbers", on="yesterday")
