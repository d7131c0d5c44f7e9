"""Training on paper: what stands on the sign-in sheet, in the facilitator pack and in the manual. How it looks is in tests/browser."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import CardVersionFactory, ReleaseFactory
from tests.training.factories import AttendanceFactory, CourseFactory, ModuleVersionFactory, TrainingEventFactory
from training import paper
from training.models import CourseRelease, Lesson

pytestmark = pytest.mark.django_db

WITH_PICTURE = "## Water\n\nA fact [K-T4].\n\n![An ampoule](card:ampoule)\n\nAnother [ours]."


@pytest.fixture
def course(db):
    """Two modules; the lessons of "peers" show the card "ampoule"."""
    ReleaseFactory(versions=[CardVersionFactory(slug="ampoule"), CardVersionFactory(slug="clean-hands", area="hygiene")])
    peers = ModuleVersionFactory(slug="peers", facilitator_notes="### The half-hour\n\n**Ten minutes.** In pairs [K-T6].")
    Lesson.objects.create(version=peers, position=3, title="Third lesson", body=WITH_PICTURE)
    return CourseFactory(versions=[ModuleVersionFactory(slug="why-vein-care"), peers])


@pytest.fixture
def event(course, organisation, trainer, worker):
    event = TrainingEventFactory(organisation=organisation, made_by=trainer)
    event.modules.set([version.module for version in course.versions.filter(module__slug="peers")])
    AttendanceFactory(event=event, person=worker)
    return event


@pytest.fixture
def desk(client, trainer):
    client.force_login(trainer)
    return client


def slugs(areas):
    return [card["slug"] for _label, cards in areas for card in cards]


def keys(sources):
    return [source.key for source in sources]


def test_the_pack_holds_notes_scenes_and_the_cards_of_its_own_modules(desk, event):
    response = desk.get(reverse("training:event-pack", args=[event.pk]))

    assert [module.version.title for module in response.context["modules"]] == ["Peers"]
    assert "<strong>Ten minutes.</strong> In pairs" in response.text
    for said in ["Say what this module is about.", "What could you say?", "It leaves the choice with the person.", "fits well", "could go better"]:
        assert said in response.text
    assert slugs(response.context["areas"]) == ["ampoule"]
    assert keys(response.context["sources"]) == ["K-T6", "K-T3", "NHSI"]
    assert "Third lesson" not in response.text


def test_the_pack_of_a_day_that_was_holds_the_version_people_did_then(desk, event, course):
    CourseRelease.objects.filter(pk=course.pk).update(published_at=timezone.now() - datetime.timedelta(days=9))
    event.held_on = timezone.localdate() - datetime.timedelta(days=3)
    event.save()
    module = event.modules.get()
    CourseFactory(versions=[ModuleVersionFactory(module=module, number=2, facilitator_notes="Another plan.")])

    assert "Another plan." not in desk.get(reverse("training:event-pack", args=[event.pk])).text


def test_the_manual_holds_every_lesson_check_and_card_with_its_sources(client, worker, course):
    client.force_login(worker)

    response = client.get(reverse("training:manual"))

    assert [module.version.title for module in response.context["modules"]] == ["Why vein care", "Peers"]
    for said in ["First lesson", "Second lesson", "Third lesson", "What could you say?", "Ten minutes."]:
        assert said in response.text
    assert sorted(slugs(response.context["areas"])) == ["ampoule", "clean-hands"]
    assert keys(response.context["sources"]) == ["K-T3", "K-T4", "K-T6", "NHSI", "ours"]


def test_every_key_in_the_manual_leads_to_the_list_of_sources(client, worker, course):
    client.force_login(worker)
    text = client.get(reverse("training:manual")).text
    named = {part.split('"')[0] for part in text.split('href="#source-')[1:]}

    assert named == {part.split('"')[0] for part in text.split('id="source-')[1:]} == {"K-T3", "K-T4", "K-T6", "NHSI", "ours"}


def test_pictures_of_a_lesson_stand_first_and_load_at_once(course):
    [_why, peers] = paper.printed_modules(list(course.versions.order_by("places__position").select_related("module")))
    html = peers.lessons[2].screens[0].html

    assert html.startswith("<figure")
    assert html.count("<img") == 1
    assert "lazy" not in html


def test_without_a_course_there_is_a_sentence(client, worker):
    client.force_login(worker)

    assert "There is no course here yet." in client.get(reverse("training:manual")).text


@pytest.mark.parametrize("count", [1, 3])
def test_paper_takes_the_same_queries_however_many_modules(client, worker, django_assert_num_queries, count):
    ReleaseFactory()
    CourseFactory(versions=[ModuleVersionFactory() for _each in range(count)])
    client.force_login(worker)

    with django_assert_num_queries(13):
        client.get(reverse("training:manual"))
