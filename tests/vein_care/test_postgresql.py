"""A kept database connection: asked whether it lives where that is not known, and no statement wasted where it is."""

import time

import pytest
from django.db import ProgrammingError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from vein_care.postgresql import base
from vein_care.postgresql.prepared import Prepared

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def kept():
    """A connection of its own that is kept from request to request, as under gunicorn."""
    wrapper = connections.create_connection("default")
    wrapper.settings_dict = wrapper.settings_dict | {"CONN_HEALTH_CHECKS": True, "CONN_MAX_AGE": 60}
    yield wrapper
    wrapper.close()


def request(kept, statement="SELECT 41"):
    """What Django does around a request with one statement. Gives the number of the server process that answered."""
    kept.close_if_unusable_or_obsolete()
    try:
        with kept.cursor() as cursor:
            cursor.execute(statement)
            return cursor.connection.info.backend_pid
    finally:
        kept.close_if_unusable_or_obsolete()


def begin_request(kept):
    kept.close_if_unusable_or_obsolete()
    with kept.cursor():
        pass


def last_statement_of(pid):
    with connection.cursor() as cursor:
        cursor.execute("SELECT query FROM pg_stat_activity WHERE pid = %s", [pid])
        return cursor.fetchone()[0]


def end_connection(pid):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 60000)", [pid])
        assert cursor.fetchone()[0]


def test_a_request_right_after_another_asks_nothing_before_its_own_statements(kept):
    pid = request(kept)

    begin_request(kept)

    assert last_statement_of(pid) == "SELECT 41"


def test_after_a_while_without_requests_the_connection_is_asked_first(kept, monkeypatch):
    pid = request(kept)
    later = time.monotonic() + base.TRUSTED_SECONDS
    monkeypatch.setattr(base.time, "monotonic", lambda: later)

    begin_request(kept)

    assert last_statement_of(pid) == "SELECT 1"


def test_a_connection_that_postgresql_has_ended_is_replaced_before_the_next_request(kept):
    pid = request(kept)
    end_connection(pid)

    assert request(kept) != pid


def test_a_connection_closed_on_this_side_is_replaced_before_the_next_request(kept):
    pid = request(kept)
    kept.connection.close()

    assert request(kept) != pid


def test_after_a_mistake_the_connection_is_asked_and_kept(kept):
    pid = request(kept)
    with pytest.raises(ProgrammingError):
        request(kept, "SELECT no_such_column")

    assert last_statement_of(pid) == "SELECT 1"
    assert request(kept) == pid


# Prepared statements

TWICE = Prepared("twice", "SELECT %(number)s::integer * 2, %(list)s::integer[], %(number)s::integer")


def told(queries):
    return [query["sql"].split(" ")[0] for query in queries.captured_queries]


@pytest.fixture
def new_connection():
    connection.close()


def test_a_connection_is_told_a_statement_once_and_a_new_one_again(new_connection):
    with CaptureQueriesContext(connection) as queries:
        assert TWICE.first_row({"number": 4, "list": [1, None]}) == (8, [1, None], 4)
        assert TWICE.first_row({"number": None, "list": [None]}) == (None, [None], None)
    assert told(queries) == ["PREPARE", "EXECUTE", "EXECUTE"]

    connection.close()
    assert TWICE.first_row({"number": 1, "list": []}) == (2, [], 1)


def test_a_statement_outlives_the_transaction_in_which_it_was_told(new_connection):
    with transaction.atomic():
        TWICE.first_row({"number": 1, "list": []})
        transaction.set_rollback(True)

    assert TWICE.first_row({"number": 2, "list": []}) == (4, [], 2)


def test_where_connections_are_not_kept_the_statement_is_sent_whole(new_connection, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)

    with CaptureQueriesContext(connection) as queries:
        assert TWICE.first_row({"number": 4, "list": [None]}) == (8, [None], 4)

    assert told(queries) == ["SELECT"]
