"""A course of two modules, and a trainer of another service, for the tests of training."""

import pytest

from tests.factories import OrganisationFactory, UserFactory
from tests.training.factories import CourseFactory, ModuleVersionFactory
from vein_care.accounts.roles import Role


@pytest.fixture
def course(db):
    """Why vein care, and Peers; current versions."""
    return CourseFactory(versions=[ModuleVersionFactory(slug="why-vein-care"), ModuleVersionFactory(slug="peers")])


@pytest.fixture
def why(course):
    return course.versions.get(module__slug="why-vein-care")


@pytest.fixture
def peers(course):
    return course.versions.get(module__slug="peers")


@pytest.fixture
def trainer_elsewhere(db):
    return UserFactory(organisation=OrganisationFactory(name="Far Project"), roles=[Role.TRAINER], display_name="Una Fern", initials="UF")
