"""What a test that commits leaves in the database, taken out again.

Django empties every table and makes permissions and content types anew, a third of a second each time. Here the database deletes all rows by
one function of its own, which plans that once. Rows that no test has touched stay: the codes that migrating loads, and what `let_stay` says.
"""

import functools
import itertools

from django.db import OperationalError, connection, transaction
from django.test import TransactionTestCase
from psycopg2.errors import DeadlockDetected

from cards.codes import load_practice_areas
from cards.models import PracticeArea
from sessions.codes import load_codes
from sessions.models import LengthBand, Moment, Reason, Resource, Setting, SignpostKind

MADE_BY_MIGRATING = {"django_content_type", "auth_permission"}
GUARDED = "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal AND tgtype & 8 <> 0"  # 8: when a row is deleted

# PostgreSQL keeps the plans of its statements for the next call.
FUNCTION = """
CREATE OR REPLACE FUNCTION {name}(versions text[]) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    guarded text[];
    one text;
BEGIN
    LOCK TABLE {all_tables} IN SHARE ROW EXCLUSIVE MODE;  -- waits for a request that is still writing
    IF versions <> {versions_now} THEN RETURN false; END IF;
    {deletions}
    guarded := {guarded_with_rows};
    IF guarded <> '{{}}' THEN
        FOREACH one IN ARRAY guarded LOOP EXECUTE format('ALTER TABLE %s DISABLE TRIGGER USER', one); END LOOP;
        FOREACH one IN ARRAY guarded LOOP EXECUTE format('DELETE FROM %s', one); END LOOP;
        SET CONSTRAINTS ALL IMMEDIATE;  -- or no table can be altered that has checks to come
        FOREACH one IN ARRAY guarded LOOP EXECUTE format('ALTER TABLE %s ENABLE TRIGGER USER', one); END LOOP;
    END IF;
    RETURN true;
END $$
"""


class Rows:
    """All rows of some tables, and which versions of them were there when they were as they should be."""

    def __init__(self, *models):
        self.tables = [model._meta.db_table for model in models]
        self.versions = "not known yet"

    def note_versions(self):
        self.versions = first(f"SELECT {versions_in(self.tables)}")


CODES = Rows(PracticeArea, Reason, Moment, Setting, SignpostKind, LengthBand, Resource)
_staying = []
_numbers = itertools.count()


def empty_after_each_test_that_commits(monkeypatch):
    monkeypatch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: empty())


def let_stay(rows):
    """Until a test has changed one of these rows, or `take_out`, `empty` leaves them as they are now. No other may be in their tables."""
    rows.note_versions()
    _staying.append(rows)


def is_staying(rows):
    return rows in _staying


def take_out(rows):
    _staying.remove(rows)
    empty()


def empty():
    """Leave the rows of a database that has just been migrated, and those that stay. Numbers go on from where they were."""
    kept = [CODES, *_staying]
    if not delete_all_but(kept):
        _staying.clear()
        with transaction.atomic():
            delete_all_but([])
            load_practice_areas()
            load_codes()
        CODES.note_versions()


def delete_all_but(kept):
    """Return False, with nothing deleted, if a test has changed these Rows: they may hold on to others by now."""
    query = f"SELECT {function_to_delete_all_but(*kept)}(%s::text[])", [rows.versions for rows in kept]
    try:
        return first(*query)
    except OperationalError as error:
        # A request that is still writing wanted a table that was locked already, while it was waited for.
        if connection.in_atomic_block or not isinstance(error.__cause__, DeadlockDetected):
            raise
        return first(*query)


@functools.cache
def function_to_delete_all_but(*kept):
    """Its name. Each process has a database of its own, and makes in it what it needs."""
    name = f"tests_delete_all_but_{next(_numbers)}"
    tables = set(our_tables()).difference(*(rows.tables for rows in kept))
    guarded = sorted(tables & set(column(GUARDED)))
    function = FUNCTION.format(
        name=name,
        all_tables=", ".join(our_tables()),
        deletions="".join(f"DELETE FROM {table};" for table in sorted(tables.difference(guarded))),
        guarded_with_rows="array_remove(ARRAY[{}], NULL)".format(
            ",".join(f"CASE WHEN EXISTS (SELECT FROM {table}) THEN '{table}' END" for table in guarded)
        ),
        versions_now="ARRAY[{}]::text[]".format(",".join(versions_in(rows.tables) for rows in kept)),
    )
    with connection.cursor() as cursor:
        cursor.execute(function)
    return name


def our_tables():
    return sorted(set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - MADE_BY_MIGRATING)


def versions_in(tables):
    """An expression. An update makes a new version of a row, made by another transaction (xmin) and at another place (ctid)."""
    return "concat_ws('/', {})".format(",".join(f"(SELECT string_agg(ctid::text || xmin, '') FROM {table})" for table in tables))


def first(query, *values):
    [value] = column(query, *values)
    return value


def column(query, *values):
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return [value for (value,) in cursor.fetchall()]
