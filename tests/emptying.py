"""What a test that commits leaves in the database, taken out again.

Django empties every table and makes permissions and content types anew, a third of a second each time. Here only tables with
rows are emptied, and the codes are loaded as after a migration. Triggers that keep rows for good are switched off meanwhile.
"""

import functools

from django.db import connection, transaction
from django.test import TransactionTestCase

from cards.codes import load_practice_areas
from sessions.codes import load_codes

MADE_BY_MIGRATING = {"django_content_type", "auth_permission"}
TRIGGERS_OF_OURS = "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"


def empty_after_each_test_that_commits(monkeypatch):
    monkeypatch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: empty())


def empty():
    """Leave the rows of a database that has just been migrated, and no others. Numbers go on from where they were."""
    with transaction.atomic(), connection.cursor() as cursor:
        run(cursor, [f"LOCK TABLE {', '.join(our_tables())} IN SHARE ROW EXCLUSIVE MODE"])  # waits for a request that is still writing
        tables = tables_with_rows(cursor)
        guarded = sorted(tables & names(cursor, TRIGGERS_OF_OURS))
        run(cursor, [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in guarded])
        run(cursor, [f"DELETE FROM {table}" for table in sorted(tables)])
        run(cursor, ["SET CONSTRAINTS ALL IMMEDIATE"])  # or no table can be altered that has checks to come
        run(cursor, [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in guarded])
        load_practice_areas()
        load_codes()


@functools.cache
def our_tables():
    """To ask for them each time takes longer than to empty them."""
    return sorted(set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - MADE_BY_MIGRATING)


def tables_with_rows(cursor):
    return names(cursor, " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in our_tables()))


def names(cursor, query):
    cursor.execute(query)
    return {name for (name,) in cursor.fetchall()}


def run(cursor, statements):
    if statements:
        cursor.execute(";".join(statements))
