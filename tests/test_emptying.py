"""tests/emptying.py: a test that commits leaves the database as migrating left it."""

from django.apps import apps
from django.core.management import call_command
from django.db import connection

from sessions.models import Reason
from tests.emptying import empty
from tests.factories import ReleaseFactory, UserFactory
from vein_care.accounts import audit


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
