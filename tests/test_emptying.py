"""tests/emptying.py: a test that commits leaves the database as migrating left it."""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from sessions.models import Reason
from tests import emptying
from tests.emptying import empty
from tests.factories import OrganisationFactory, ReleaseFactory, UserFactory
from vein_care.accounts import audit
from vein_care.accounts.models import Organisation, User


def rows():
    """What each table holds, by model; the numbers of permissions and content types come out differently each time they are made."""
    permissions = asked("SELECT codename FROM auth_permission ORDER BY codename")
    return permissions, {
        model: sorted(map(str, model._default_manager.values_list()))
        for model in apps.get_models(include_auto_created=True)
        if model._meta.label not in {"auth.Permission", "contenttypes.ContentType"}
    }


def asked(query):
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def triggers():
    return asked("SELECT tgname, tgenabled FROM pg_trigger ORDER BY tgname, tgrelid")


def test_nothing_is_left_but_what_django_itself_would_leave(transactional_db):
    call_command("flush", verbosity=0, interactive=False, reset_sequences=False)
    as_django_leaves_it, triggers_before = rows(), triggers()
    UserFactory()
    ReleaseFactory()
    Reason.objects.update(is_retired=True)
    audit.record("kept_for_good")

    empty()

    assert rows() == as_django_leaves_it
    assert triggers() == triggers_before


@pytest.fixture
def staying(transactional_db):
    rows = emptying.Rows(Organisation)
    OrganisationFactory(name="Stays")
    emptying.let_stay(rows)
    yield rows
    if emptying.is_staying(rows):
        emptying.take_out(rows)


def test_rows_stay_until_they_are_taken_out(staying):
    UserFactory(organisation=Organisation.objects.get())

    empty()
    empty()

    assert [organisation.name for organisation in Organisation.objects.all()] == ["Stays"]
    assert not User.objects.exists()

    emptying.take_out(staying)

    assert not Organisation.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        lambda: Organisation.objects.update(name="Stays"),
        lambda: Organisation.objects.all().delete(),
        lambda: OrganisationFactory(),
        lambda: Reason.objects.update(is_retired=False),
    ],
)
def test_rows_go_once_a_test_has_changed_one_and_so_does_a_change_of_the_codes(staying, change):
    codes = rows()[1][Reason]
    change()

    empty()

    assert not emptying.is_staying(staying)
    assert not Organisation.objects.exists()
    assert rows()[1][Reason] == codes
