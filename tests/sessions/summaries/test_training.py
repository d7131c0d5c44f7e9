"""sessions/summaries/training.py: how far training reaches, in both views and whatever site is chosen."""

import datetime

import pytest
from django.http import QueryDict
from django.utils import timezone

from sessions.summaries.filters import SummaryFilter
from sessions.summaries.training import training_block
from tests.factories import UserFactory
from tests.training.factories import CompletionFactory, CourseFactory, ModuleVersionFactory
from training.models import Completion

pytestmark = pytest.mark.django_db


@pytest.fixture
def block(coordinator, worker):
    first = ModuleVersionFactory(slug="why-vein-care")
    CourseFactory(versions=[first, ModuleVersionFactory(slug="peers")])
    CompletionFactory(person=worker, version=first, mode="face_to_face")

    def block(query="", user=coordinator):
        return training_block(SummaryFilter(QueryDict(query), user=user, today=timezone.localdate()).chosen)

    return block


def test_training_is_said_of_the_whole_service_whatever_site_is_chosen(block, site):
    whole, of_site = block(), block(f"site={site.pk}")

    assert whole == of_site
    assert whole.sentence == "1 of the 2 people with an account have done at least one module that still counts."
    assert [(row.code, row.values) for row in whole.rows] == [("why-vein-care", (1, 1, 0)), ("peers", (0, 0, 0))]
    assert whole.chart.description == "Why vein care: 1; Peers: 0."


def test_programme_wide_organisations_and_people_are_two_numbers(block, django_user_model):
    django_user_model.objects.update(created_at=timezone.now() - datetime.timedelta(days=400))
    Completion.objects.update(completed_on=timezone.localdate() - datetime.timedelta(days=200))
    editor = UserFactory(organisation=None, roles=["editor"])

    found = block(user=editor)

    assert found.sentence == "1 of the 2 people with an account have done at least one module that still counts. They did so in 1 organisation."
    assert block("period=2020", user=editor).sentence == "Nobody had an account here on that day."


def test_modules_of_a_long_course_that_nobody_did_are_put_together(coordinator, worker):
    versions = [ModuleVersionFactory(slug=f"module-{number}") for number in range(9)]
    CourseFactory(versions=versions)
    CompletionFactory(person=worker, version=versions[4], mode="online")

    found = training_block(SummaryFilter(QueryDict(), user=coordinator, today=timezone.localdate()).chosen)

    assert [row.code for row in found.rows] == ["module-4"]
    assert len(found.folded) == 8
    assert len(found.all_rows) == 9
