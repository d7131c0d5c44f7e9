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
    with connection.cursor() as cursor:
        cursor.execute("SELECT codename FROM auth_permission ORDER BY codename")
        permissions = cursor.fetchall()
    return permissions, {
        model: sorted(map(str, model.objects.values_list()))
        for model in apps.get_models()
        if model._meta.label not in {"auth.Permission", "contenttypes.ContentType"}
    }


def test_nothing_is_left_but_what_django_itself_would_leave(transactional_db):
    call_command("flush", verbosity=0, interactive=False, reset_sequences=False)
    as_django_leaves_it = rows()
    UserFactory()
    ReleaseFactory()
    Reason.objects.update(is_retired=True)
    audit.record("kept_for_good")

    empty()

    assert rows() == as_django_leaves_it
