"""tests/migrated.py: a database of tests is a copy of one that is migrated already, and never of an older state."""

import datetime

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests import migrated


@pytest.fixture
def databases():
    """The server's list of databases, and what may be done to it only outside a transaction."""
    with connection._nodb_cursor() as cursor:
        yield cursor
        for name in names(cursor):
            if name.startswith(f"{migrated.BEGINS}of_a_test"):
                cursor.execute(f"DROP DATABASE {name}")


def names(cursor):
    cursor.execute(migrated.OF_OURS, [migrated.BEGINS])
    return {name for name, _day in cursor.fetchall()}


@pytest.mark.django_db
def test_the_database_of_this_test_is_a_copy_and_has_every_migration():
    assert connection.settings_dict["TEST"]["TEMPLATE"] == migrated.migrated_database()
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []


@pytest.mark.parametrize("name", ["0099_another.py", "codes.py", "more.toml"])
def test_a_change_of_what_migrating_leaves_asks_for_another_database(name, monkeypatch, tmp_path):
    monkeypatch.setattr(migrated, "sources", lambda: [tmp_path / name])
    (tmp_path / name).write_text("before")
    before = migrated.digest_of_sources()
    (tmp_path / name).write_text("after")

    assert migrated.digest_of_sources() != before


def test_migrations_and_codes_are_among_the_sources():
    found = {str(path.relative_to(migrated.ROOT)) for path in migrated.sources() if path.is_relative_to(migrated.ROOT)}

    assert {"sessions/migrations/0001_sessions_tablets_hand_ins.py", "sessions/codes.py", "cards/content/en-GB/areas.toml"} <= found


@pytest.mark.django_db
def test_what_no_run_has_used_for_days_is_dropped_and_the_rest_is_kept(databases):
    old, recent = f"{migrated.BEGINS}of_a_test_1", f"{migrated.BEGINS}of_a_test_2"
    for name, days in [(old, migrated.KEPT_DAYS + 1), (recent, 1)]:
        databases.execute(f"CREATE DATABASE {name}")
        databases.execute(f"COMMENT ON DATABASE {name} IS '{(datetime.date.today() - datetime.timedelta(days=days)).isoformat()}'")

    current = migrated.migrated_database()

    assert names(databases) >= {recent, current}
    assert old not in names(databases)
