"""A module has changed: a trainer asks for a refresher, or says that none is needed."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.training.factories import AssignmentFactory, CompletionFactory, CourseFactory, ModuleVersionFactory
from tests.training.test_trainer_pages import signed_in
from training.grid import grid_of, people_of
from training.models import Assignment, ModuleVersion, RefresherDecision
from vein_care.accounts.models import AuditEvent

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture(autouse=True)
def today_of_this_test(monkeypatch):
    """A run may begin before midnight and end after it."""
    monkeypatch.setitem(globals(), "TODAY", timezone.localdate())


@pytest.fixture
def desk(trainer):
    return signed_in(trainer)


@pytest.fixture
def newer(worker, other_worker, why):
    """The second version of Why vein care. Jo did the first, Sam the second."""
    CompletionFactory(person=worker, version=why, completed_on=TODAY - datetime.timedelta(days=9))
    CourseFactory(versions=[ModuleVersionFactory(slug="why-vein-care", number=2)])
    version = ModuleVersion.objects.current().get()
    CompletionFactory(person=other_worker, version=version)
    return version


def states(organisation):
    grid = grid_of(people_of(organisation).filter(roles=["worker"]), organisation=organisation, today=TODAY)
    return [standing.state.value for _person, [standing] in grid.rows]


def test_the_page_says_how_many_did_an_earlier_version(desk, newer):
    page = desk.get(reverse("training:refresher-list")).text

    assert "1 person here did an earlier version." in page
    assert "Nobody has decided yet." in page


def test_none_is_needed_and_what_was_done_counts(desk, organisation, trainer, newer):
    assert states(organisation) == ["older_version", "done_online"]

    page = desk.post(reverse("training:refresher-none", args=[newer.pk]), follow=True).text

    assert states(organisation) == ["done_online", "done_online"]
    assert "that none is needed: what they did counts." in page
    event = AuditEvent.objects.get(type="refresher.decided")
    assert event.details == {"module": "why-vein-care", "version": 2, "needed": False}


def test_a_refresher_is_asked_of_those_who_did_an_earlier_version_alone(desk, organisation, worker, newer):
    due = TODAY + datetime.timedelta(days=20)

    response = desk.post(reverse("training:refresher-ask", args=[newer.pk]), {"due_on": due.isoformat(), "note": "The part on water is new."})

    asked = Assignment.objects.get()
    assert (asked.person, asked.due_on, asked.round.note) == (worker, due, "The part on water is new.")
    assert response.url == reverse("training:round", args=[asked.round.pk])
    assert states(organisation) == ["assigned", "done_online"]
    assert RefresherDecision.objects.get().is_needed


def test_who_has_been_asked_keeps_that_day_and_nothing_is_decided_when_nobody_is_left(desk, organisation, worker, trainer, newer):
    AssignmentFactory(person=worker, module=newer.module, round__made_by=trainer)

    page = desk.post(reverse("training:refresher-ask", args=[newer.pk]), {})

    assert "Nobody is left to ask" in page.text
    assert Assignment.objects.count() == 1
    assert not RefresherDecision.objects.exists()


def test_a_day_that_has_passed_is_said_on_the_form(desk, newer):
    page = desk.post(reverse("training:refresher-ask", args=[newer.pk]), {"due_on": "2020-01-01", "note": "The part on water is new."})

    assert "That day has passed." in page.text
    assert "The part on water is new." in page.text


def test_a_decision_can_be_changed(desk, organisation, newer):
    desk.post(reverse("training:refresher-none", args=[newer.pk]))
    desk.post(reverse("training:refresher-ask", args=[newer.pk]), {})

    assert RefresherDecision.objects.get().is_needed
    assert states(organisation) == ["assigned", "done_online"]


def test_after_a_change_of_mind_the_page_says_who_is_still_asked(desk, newer):
    desk.post(reverse("training:refresher-ask", args=[newer.pk]), {})

    page = desk.post(reverse("training:refresher-none", args=[newer.pk]), follow=True).text

    assert "1 person who did it is still asked to do it once more; you can take that back under What was assigned." in page


def test_a_version_that_is_not_current_has_no_page(desk, why, newer):
    assert desk.get(reverse("training:refresher-ask", args=[why.pk])).status_code == 404
    assert desk.post(reverse("training:refresher-none", args=[why.pk])).status_code == 404


def test_another_service_sees_nothing_of_ours(trainer_elsewhere, newer):
    assert "Nothing to decide" in signed_in(trainer_elsewhere).get(reverse("training:refresher-list")).text


@pytest.mark.parametrize("modules", [1, 3])
def test_the_page_asks_as_much_for_few_as_for_many(desk, worker, modules, django_assert_num_queries):
    for number in range(modules):
        CompletionFactory(person=worker, version=ModuleVersionFactory(slug=f"module-{number}"))
    CourseFactory(versions=[ModuleVersionFactory(slug=f"module-{number}", number=2) for number in range(modules)])

    with django_assert_num_queries(7):
        assert len(desk.get(reverse("training:refresher-list")).context["lines"]) == modules
