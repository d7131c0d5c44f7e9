"""What a test that commits leaves in the database, taken out again.

Django empties every table and makes permissions and content types anew, a third of a second each time. Here only tables with
rows are emptied, and the codes are loaded as after a migration. Triggers that keep rows for good stand aside meanwhile, for which
PostgreSQL wants a superuser; the tests of anybody else are emptied Django's way.
"""

from django.core.management import call_command
from django.db import connection, transaction
from django.test import TransactionTestCase

from cards.codes import load_practice_areas
from sessions.codes import load_codes

MADE_BY_MIGRATING = {"django_content_type", "auth_permission"}
quoted = connection.ops.quote_name


def empty_after_each_test_that_commits(monkeypatch):
    monkeypatch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: empty())


def empty():
    """Leave the rows of a database that has just been migrated, and no others."""
    if not is_superuser():
        call_command("flush", verbosity=0, interactive=False, reset_sequences=False)
        return
    with transaction.atomic(), connection.cursor() as cursor:
        delete_rows(cursor)
    load_practice_areas()
    load_codes()


def is_superuser():
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        return cursor.fetchone()[0]


def delete_rows(cursor):
    cursor.execute("SET LOCAL session_replication_role = replica")
    for table in tables_with_rows(cursor):
        cursor.execute(f"DELETE FROM {quoted(table)}")


def tables_with_rows(cursor):
    tables = sorted(set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - MADE_BY_MIGRATING)
    cursor.execute(" UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {quoted(table)})" for table in tables))
    return [table for (table,) in cursor.fetchall()]
