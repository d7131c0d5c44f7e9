"""Somebody who runs the installation, and browsers of people who are signed in."""

import pytest
from django.core.cache import cache
from django.test import Client

from tests.factories import InvitationFactory, UserFactory
from vein_care.accounts.roles import Role

PASSWORD = "three words together"
ADDRESS = "/join/"


@pytest.fixture(autouse=True)
def fresh_counts(request):
    """Tries at signing in are counted in the database cache."""
    if "db" in request.fixturenames or "transactional_db" in request.fixturenames or request.node.get_closest_marker("django_db"):
        request.getfixturevalue("transactional_db" if is_transactional(request) else "db")
        cache.clear()


def is_transactional(request):
    marker = request.node.get_closest_marker("django_db")
    return "transactional_db" in request.fixturenames or bool(marker and marker.kwargs.get("transaction"))


@pytest.fixture
def superuser(db):
    return UserFactory(is_superuser=True, organisation=None, roles=[], display_name="Sol Root", initials="SR")


@pytest.fixture
def elsewhere_administrator(stranger):
    """An administrator of another organisation."""
    return UserFactory(organisation=stranger.organisation, roles=[Role.ADMINISTRATOR], display_name="Odd Elsewhere", initials="OE")


def browser_of(person):
    client = Client()
    client.person = person
    if person is not None:
        client.force_login(person)
    return client


@pytest.fixture
def at_desk(administrator):
    """The administrator's browser."""
    return browser_of(administrator)


def opened(client, token="the-token"):
    return client.get(ADDRESS, {"key": token})


def joined(client, token="the-token", **changes):
    fields = {"display_name": "Alex Rowe", "initials": "AR", "login_name": "alex", "email": "", "password": PASSWORD}
    return client.post(ADDRESS, fields | {"key": token} | changes)


@pytest.fixture
def invitation(organisation, site, administrator):
    return InvitationFactory(organisation=organisation, usual_site=site, created_by=administrator, token="the-token")


@pytest.fixture
def link(worker, administrator):
    """A sign-in link for Jo, who is locked out."""
    return InvitationFactory(organisation=worker.organisation, person=worker, roles=[], created_by=administrator, token="the-token")
