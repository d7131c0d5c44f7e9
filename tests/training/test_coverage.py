"""training/coverage.py, as the summaries ask for it through vein_care/summary_parts.py."""

import datetime

import pytest
from django.utils import timezone

from tests.factories import OrganisationFactory, UserFactory
from tests.training.factories import CompletionFactory, CourseFactory, ModuleVersionFactory
from vein_care.summary_parts import ModuleDone, training_coverage

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


@pytest.fixture(autouse=True)
def today_of_this_test(monkeypatch):
    """A run may begin before midnight and end after it."""
    monkeypatch.setitem(globals(), "TODAY", timezone.localdate())


def days(count):
    return datetime.timedelta(days=count)


@pytest.fixture
def course():
    return [ModuleVersionFactory(slug="why-vein-care"), ModuleVersionFactory(slug="peers")]


@pytest.fixture
def published(course):
    return CourseFactory(versions=course)


def of(organisation, on=None):
    return training_coverage(organisation=organisation, on=on or TODAY)


def noon(*, days_ago):
    """So many days before today at the service's own clock, whether or not that was put back since."""
    return timezone.make_aware(datetime.datetime.combine(TODAY - days(days_ago), datetime.time(12)))


def person_of(organisation, *, joined=100, **fields):
    return UserFactory(organisation=organisation, created_at=noon(days_ago=joined), **fields)


def test_people_count_once_for_each_module_as_they_did_it_last(organisation, course, published):
    first, second, _third = (person_of(organisation) for _number in range(3))
    CompletionFactory(person=first, version=course[0], completed_on=TODAY - days(9))
    CompletionFactory(person=first, version=course[0], mode="face_to_face", completed_on=TODAY - days(2))
    CompletionFactory(person=second, version=course[0])
    CompletionFactory(person=second, version=course[1])

    found = of(organisation)

    assert (found.trained, found.people, found.organisations_trained) == (2, 3, None)
    assert found.modules == (ModuleDone("why-vein-care", "Why vein care", 1, 1), ModuleDone("peers", "Peers", 0, 1))


def test_what_has_run_out_was_taken_back_or_came_later_is_not_training_on_the_day(organisation, course, published, trainer):
    for number, fields in enumerate(
        [
            {"completed_on": TODAY - days(50), "expires_on": TODAY - days(10)},
            {"withdrawn_at": timezone.now(), "withdrawn_by": trainer, "withdrawn_reason": "by mistake"},
            {"completed_on": TODAY - days(9)},
        ]
    ):
        CompletionFactory(person=person_of(organisation, display_name=f"Person {number}"), version=course[0], **fields)

    assert [of(organisation, TODAY - days(ago)).trained for ago in [51, 50, 11, 10, 9, 0]] == [0, 1, 1, 0, 1, 1]


def test_who_joined_later_or_had_left_is_not_counted_among_the_people(organisation, published):
    person_of(organisation, joined=30)
    person_of(organisation, joined=30, is_active=False, deactivated_at=noon(days_ago=10))

    assert [of(organisation, TODAY - days(ago)).people for ago in [31, 30, 11, 10, 0]] == [0, 2, 2, 1, 1]


def test_other_services_count_programme_wide_alone(organisation, course, published, editor):
    elsewhere = OrganisationFactory()
    CompletionFactory(person=person_of(organisation), version=course[0])
    CompletionFactory(person=person_of(elsewhere), version=course[0])
    CompletionFactory(person=editor, organisation=None, version=course[0])

    assert (of(organisation).trained, of(organisation).people) == (1, 1)
    assert (of(None).trained, of(None).people, of(None).organisations_trained) == (2, 2, 2)


@pytest.mark.parametrize("count", [1, 3])
def test_statements_are_constant(organisation, course, published, count, django_assert_num_queries):
    for _number in range(count):
        CompletionFactory(person=person_of(organisation), version=course[0])

    with django_assert_num_queries(4):
        assert of(organisation).trained == count
