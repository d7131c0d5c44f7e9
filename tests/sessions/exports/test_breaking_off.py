"""Exports that do not come to their end: nothing goes on, no file looks whole, and the page and the audit trail say what happened."""

import contextlib
import datetime
import time

import psycopg2
import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from sessions.exports import copying, pages, running
from sessions.models import Export
from tests.sessions.exports.taking import ask, begin, going_on, take
from vein_care.accounts.models import AuditEvent


@pytest.fixture
def long_export(desk, many_sessions):
    """An answer of which the first block has been taken, and many are to come."""
    answer = begin(desk, ask(desk))
    pieces = iter(answer.streaming_content)
    next(pieces), next(pieces)
    return answer, pieces


def kill_what_goes_on():
    ours = "application_name = 'vein-care-export' AND datname = current_database()"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {ours}")


def wait_until_nothing_goes_on():
    until = time.monotonic() + 60
    while going_on() and time.monotonic() < until:
        time.sleep(0.02)
    assert going_on() == []


def events():
    return list(AuditEvent.objects.filter(type__startswith="export.").order_by("pk").values_list("type", flat=True))


def test_a_reader_who_goes_away_leaves_nothing_running(desk, long_export):
    answer, _pieces = long_export
    assert len(going_on()) == 1

    answer.close()

    wait_until_nothing_goes_on()
    export = Export.objects.get()
    assert (export.state, export.why) == ("broken_off", "reader")
    assert 0 < export.rows < 200
    assert events() == ["export.begun", "export.broken_off"]
    assert AuditEvent.objects.get(type="export.broken_off").details["rows"] == export.rows
    assert "went away" in desk.get(reverse("sessions:export", args=[export.pk])).content.decode()


def test_a_reader_who_goes_before_the_first_byte_leaves_nothing_running(desk, many_sessions):
    begin(desk, ask(desk)).close()

    wait_until_nothing_goes_on()
    export = Export.objects.get()
    assert (export.state, export.rows) == ("broken_off", 0)


def test_stop_ends_the_file_without_its_last_line(desk, long_export, monkeypatch):
    monkeypatch.setattr(running, "SAYS_EVERY_SECONDS", 0)
    _answer, pieces = long_export
    export = Export.objects.get()

    page = desk.post(reverse("sessions:export-stop", args=[export.pk]), follow=True).content.decode()
    with pytest.raises(running.IsStopped):
        list(pieces)

    wait_until_nothing_goes_on()
    export.refresh_from_db()
    assert "It stops within a second or two." in page
    assert (export.state, export.why) == ("stopped", "")
    assert events() == ["export.begun", "export.stopped"]


def test_a_database_that_ends_the_connection_leaves_a_file_without_its_last_line(desk, long_export):
    _answer, pieces = long_export
    kill_what_goes_on()

    rest = []
    with pytest.raises(copying.CopyBroke):
        rest.extend(pieces)

    assert b"# Rows," not in b"".join(rest)
    export = Export.objects.get()
    assert (export.state, export.why) == ("broken_off", "database")
    page = desk.get(reverse("sessions:export", args=[export.pk])).content.decode()
    assert f"Broken off after {export.rows:,} of about" in page
    assert "the database ended it" in page
    assert events() == ["export.begun", "export.broken_off"]


def test_a_database_that_restarts_is_told_how_it_ended_as_soon_as_it_is_back(desk, long_export, monkeypatch):
    monkeypatch.setattr(running, "SECONDS_BETWEEN", 0)
    _answer, pieces = long_export
    with contextlib.closing(psycopg2.connect(**database())) as outside, outside.cursor() as cursor:
        ours = "datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"  # nobody may end autovacuum but a superuser
        cursor.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {ours}")

    with pytest.raises(copying.CopyBroke):
        list(pieces)

    export = Export.objects.get()
    assert (export.state, export.why) == ("broken_off", "database")
    assert events() == ["export.begun", "export.broken_off"]


def database():
    parameters = connection.get_connection_params()
    return {name: parameters[name] for name in ["host", "port", "user", "password", "dbname"] if parameters.get(name)}


def test_a_reader_who_takes_nothing_gives_the_database_back(desk, many_sessions, settings):
    settings.EXPORT_PATIENCE_SECONDS = 0.5
    answer = begin(desk, ask(desk))
    pieces = iter(answer.streaming_content)
    next(pieces), next(pieces)

    wait_until_nothing_goes_on()

    with pytest.raises(copying.NobodyTakesIt):
        list(pieces)
    assert (Export.objects.get().state, Export.objects.get().why) == ("broken_off", "standstill")


def test_stop_is_heard_while_no_rows_come(desk, full_session, monkeypatch):
    monkeypatch.setattr(running, "SAYS_EVERY_SECONDS", 0)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE care_sessions_signpostgiven")
        pieces = iter(begin(desk, ask(desk)).streaming_content)
        next(pieces)
        Export.objects.update(is_to_stop=True)

        with pytest.raises(running.IsStopped):
            next(pieces)

        wait_until_nothing_goes_on()
    assert Export.objects.get().state == "stopped"


def test_a_server_that_was_killed_is_found_later_and_said(desk, full_session):
    export = ask(desk)
    long_ago = timezone.now() - datetime.timedelta(minutes=5)
    Export.objects.filter(pk=export.pk).update(state="running", began_at=long_ago, seen_at=long_ago, rows=17)

    page = desk.get(reverse("sessions:export-start")).content.decode()

    export.refresh_from_db()
    assert (export.state, export.why, export.rows) == ("broken_off", "server", 17)
    assert "Broken off after 17 of about 1 row: the web server ended it." in page
    assert events() == ["export.broken_off"]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (3, "17 of about 1 row so far."),
        (40, "17 of about 1 row, and then nothing for 40 seconds: nobody takes it, or the web server has ended."),
    ],
)
def test_before_it_is_sure_that_a_server_was_killed_its_silence_is_said(desk, full_session, seconds, said):
    export, now = ask(desk), timezone.now()
    heard = now - datetime.timedelta(seconds=seconds)
    Export.objects.filter(pk=export.pk).update(state="running", began_at=heard, seen_at=heard, rows=17)

    export.refresh_from_db()
    assert pages.state_in_words(export, now=now).startswith(said)


def test_an_export_that_is_heard_of_is_not_taken_for_dead(desk, full_session):
    export = ask(desk)
    now = timezone.now()
    Export.objects.filter(pk=export.pk).update(state="running", began_at=now, seen_at=now)

    assert running.settle_abandoned(now=now) == 0


def test_an_error_while_a_file_is_made_is_noted_and_gives_its_place_back(desk, full_session):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE care_sessions_signpostgiven RENAME TO not_there")
        try:
            with pytest.raises(copying.CopyBroke):
                take(desk)
        finally:
            cursor.execute("ALTER TABLE not_there RENAME TO care_sessions_signpostgiven")

    assert Export.objects.get().why == "database"
    assert take(desk).endswith(b"# Rows,1\n")


def test_a_whole_export_is_noted_with_its_rows(desk, full_session, coordinator):
    take(desk)

    export = Export.objects.get()
    assert (export.state, export.rows, export.expected) == ("complete", 1, 1)
    begun, complete = AuditEvent.objects.filter(type__startswith="export.").order_by("pk")
    assert begun.details == {
        "what": "sessions",
        "format": "csv",
        "about": "1 July to 30 September 2026, all sites and settings",
        "with_day": False,
        "expected": 1,
        "reason": "To plan the winter",
    }
    assert (complete.type, complete.actor_id, complete.organisation_id) == ("export.complete", coordinator.pk, coordinator.organisation_id)
    assert complete.details == begun.details | {"rows": 1}


def test_a_replica_that_does_not_answer_is_said_before_anything_is_sent(desk, full_session, settings):
    settings.DATABASE_REPLICA_URL = "postgresql://nobody@127.0.0.1:1/nothing"

    page = desk.post(reverse("sessions:export-file", args=[ask(desk).pk]), follow=True).content.decode()

    assert "does not answer just now" in page
    assert Export.objects.get().state == "ready"


def test_a_replica_is_read_where_there_is_one(desk, full_session, settings):
    settings.DATABASE_REPLICA_URL = psycopg2.extensions.make_dsn(**database(), options="-c work_mem=1MB")

    assert take(desk).endswith(b"# Rows,1\n")
