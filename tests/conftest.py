"""The same cast in every test, a deck to show, and surroundings that leave nothing behind."""

import pytest
from django.db import connection
from hypothesis import HealthCheck
from hypothesis import settings as of_hypothesis
from pytest_django.plugin import blocking_manager_key

from sessions import sealing
from tests.browser.deck import take_out_unless_wanted
from tests.emptying import empty_after_each_test_that_commits
from tests.factories import CardVersionFactory, OrganisationFactory, ReleaseFactory, SiteFactory, UserFactory
from tests.migrated import migrated_database
from tests.order import in_order, number_of_processes
from vein_care import memory
from vein_care.accounts.hashers import Argon2
from vein_care.accounts.roles import Role

MEMORY_COST = Argon2.memory_cost

# The same examples in every run, however slow the machine is. Others: pytest --hypothesis-profile=default
of_hypothesis.register_profile("the same", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
of_hypothesis.load_profile("the same")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    items[:] = in_order(items, number_of_processes())


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    with item.config.stash[blocking_manager_key].unblock():
        take_out_unless_wanted(item.fixturenames)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, django_db_blocker):
    """Every database of tests begins as a copy of one that is migrated already."""
    with django_db_blocker.unblock():
        connection.settings_dict["TEST"]["TEMPLATE"] = migrated_database()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Whoever is still connected at the end, such as a server that is just ending, does not keep the database there."""
    yield
    others = "datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")


@pytest.fixture(autouse=True, scope="session")
def quickly_emptied():
    with pytest.MonkeyPatch.context() as monkeypatch:
        empty_after_each_test_that_commits(monkeypatch)
        yield


@pytest.fixture(autouse=True, scope="session")
def quickly_hashed():
    """Passwords are kept by the same hasher with less memory, which is most of what a sign-in takes. See `fully_hashed`."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(Argon2, "memory_cost", 1024)
        yield


@pytest.fixture
def fully_hashed(monkeypatch):
    monkeypatch.setattr(Argon2, "memory_cost", MEMORY_COST)


@pytest.fixture(autouse=True)
def nothing_remembered():
    """What a process remembers of codes and releases belongs to the rows of one test."""
    memory.forget()


@pytest.fixture(autouse=True)
def keys_of_this_test(settings, tmp_path):
    settings.SEALING_KEYS_DIR = tmp_path / "sealing-keys"
    sealing.ensure_key()


@pytest.fixture(autouse=True)
def plain_static_files(settings, tmp_path):
    """Addresses of static files without collectstatic. Tests of collected files collect by themselves."""
    settings.STATIC_ROOT = tmp_path
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture(autouse=True)
def plain_http(settings):
    """The test client speaks http; tests of transport switch this back on."""
    settings.SECURE_SSL_REDIRECT = False


@pytest.fixture
def organisation(db):
    return OrganisationFactory(name="Harbour Outreach")


@pytest.fixture
def site(organisation):
    return SiteFactory(organisation=organisation, name="Harbour van", kind="van")


@pytest.fixture
def worker(organisation, site):
    return UserFactory(organisation=organisation, roles=[Role.WORKER], display_name="Jo Marsh", initials="JM", usual_site=site)


@pytest.fixture
def other_worker(organisation, site):
    """A second worker of the same organisation, who shares the tablet."""
    return UserFactory(organisation=organisation, roles=[Role.WORKER], display_name="Sam Reed", initials="SR")


@pytest.fixture
def trainer(organisation):
    return UserFactory(organisation=organisation, roles=[Role.TRAINER], display_name="Toni Hale", initials="TH")


@pytest.fixture
def coordinator(organisation):
    return UserFactory(organisation=organisation, roles=[Role.COORDINATOR], display_name="Cass Lowe", initials="CL")


@pytest.fixture
def administrator(organisation):
    return UserFactory(organisation=organisation, roles=[Role.ADMINISTRATOR], display_name="Ade Quinn", initials="AQ")


@pytest.fixture
def editor(db):
    """Programme-wide: belongs to no organisation."""
    return UserFactory(organisation=None, roles=[Role.EDITOR], display_name="Eve Shaw", initials="ES")


@pytest.fixture
def stranger(db):
    """A worker of another organisation."""
    elsewhere = SiteFactory(organisation=OrganisationFactory(name="Elsewhere Project"), name="Elsewhere site")
    return UserFactory(
        organisation=elsewhere.organisation, roles=[Role.WORKER], display_name="Robin Far", initials="RF", usual_site=elsewhere
    )


@pytest.fixture
def release(db):
    """A published deck of two cards: `ampoule` about water and `clean-hands` about hands and skin."""
    return ReleaseFactory(
        versions=[CardVersionFactory(slug="ampoule", area="water"), CardVersionFactory(slug="clean-hands", area="hygiene")]
    )
