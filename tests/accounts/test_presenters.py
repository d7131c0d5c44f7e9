"""What lies in the header of every desk page, and what in its menu."""

import pytest
from django.test import RequestFactory

from tests.factories import UserFactory
from vein_care.accounts.presenters import desk
from vein_care.accounts.roles import Role

pytestmark = pytest.mark.django_db

SET_UP = ["Sites", "Service", "Local services", "Notice", "Tablets", "Figures", "Audit trail"]


def header(user):
    """(labels in the header, labels in its menu); together they are all that home shows."""
    request = RequestFactory().get("/")
    request.user = user
    context = desk(request)
    assert sorted(context["header_links"] + context["set_up_links"]) == sorted(context["navigation"])
    return [label for label, _url in context["header_links"]], [label for label, _url in context["set_up_links"]]


def test_an_administrator_has_people_at_hand_and_the_rest_in_a_menu(administrator):
    assert header(administrator) == (["Training", "People", "My data"], SET_UP)


def test_whoever_delivers_as_well_has_both(organisation):
    both = UserFactory(organisation=organisation, roles=[Role.WORKER, Role.ADMINISTRATOR])

    assert header(both) == (["Cards", "My work", "Write down afterwards", "Record slip", "Training", "People"], SET_UP)


def test_a_trainer_has_the_grid_and_the_events(trainer):
    assert header(trainer) == (["Training", "Who is trained", "Events", "My data"], [])


def test_an_editor_has_the_deck_and_the_course(editor):
    assert header(editor) == (["Summary", "Training", "The deck", "The course", "My data"], [])


def test_nobody_else_has_the_menu(worker, coordinator, trainer, editor):
    assert [header(person)[1] for person in [worker, coordinator, trainer, editor]] == [[], [], [], []]


def test_a_superuser_finds_it_within_each_service():
    assert header(UserFactory(organisation=None, is_superuser=True))[1] == []
