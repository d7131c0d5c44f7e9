"""A kept database connection: asked whether it lives where that is not known, and no statement wasted where it is."""

import time

import pytest
from django.db import ProgrammingError, connection, connections

from vein_care.postgresql import base

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
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
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
