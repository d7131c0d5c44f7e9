"""Made-up training: only for a demo, only beside its made-up people, and only once."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.factories import OrganisationFactory, UserFactory
from training import demo
from training.grid import grid_of, people_of
from training.models import AssignmentRound, Completion, TrainingEvent
from vein_care.accounts.models import Organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def made_up(settings):
    """The made-up people, without their sessions, and the shipped course."""
    settings.VEIN_CARE_DEMO = True
    harbour, milltown = (OrganisationFactory(name=name) for name in ["Harbour", "Milltown"])
    for name in demo.PEOPLE:
        UserFactory(login_name=name, organisation=milltown if name == "robin" else harbour, roles=["trainer" if name == "toni" else "worker"])
    call_command("load_course", stdout=StringIO())


def seed():
    said = StringIO()
    call_command("seed_training_demo", stdout=said)
    return said.getvalue()


def test_only_a_demo_is_filled(settings):
    settings.VEIN_CARE_DEMO = False

    with pytest.raises(CommandError, match="VEIN_CARE_DEMO=1"):
        seed()


def test_without_the_made_up_people_nothing_is_made_up(settings, worker, course):
    settings.VEIN_CARE_DEMO = True

    assert "missing" in seed()
    assert not Completion.objects.exists()


def test_twice_is_once(made_up):
    assert seed() == "Made training for the made-up people.\n"
    before = (AssignmentRound.objects.count(), Completion.objects.count(), TrainingEvent.objects.count())

    assert "some already" in seed()
    assert (AssignmentRound.objects.count(), Completion.objects.count(), TrainingEvent.objects.count()) == before


def test_the_grid_of_the_demo_shows_most_states_and_two_events(made_up):
    seed()
    harbour = Organisation.objects.get(name="Harbour")
    today = timezone.localdate()

    grid = grid_of(people_of(harbour), organisation=harbour, today=today)

    shown = {standing.state.value for _person, standings in grid.rows for standing in standings}
    assert shown >= {"not_done_yet", "due_soon", "done_online", "done_face_to_face", "expired", "not_assigned"}
    assert TrainingEvent.objects.filter(held_on__lt=today, attendance_at__isnull=False).count() == 1
    assert TrainingEvent.objects.filter(held_on__gt=today, attendance_at=None).count() == 1
    assert Completion.objects.filter(organisation__name="Milltown").count() == 1
