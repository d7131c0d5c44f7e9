"""manage.py clear_times: what is due goes, what is not stays, and it is said how much."""

import datetime

import pytest
from django.core.management import CommandError, call_command

from sessions import clearing
from sessions.models import CardSession, HandIn
from tests.factories import CardSessionFactory, HandInFactory, QuarantinedRecordFactory, UserFactory, WorkerTicketFactory
from vein_care.accounts.models import AuditEvent

pytestmark = pytest.mark.django_db

NOW = datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC)


def days_ago(days):
    return NOW - datetime.timedelta(days=days)


@pytest.fixture
def rows(site):
    """A hand-in and a session on either side of their limits."""
    ticket = WorkerTicketFactory()
    person = UserFactory(organisation=site.organisation)
    return {
        "old": HandInFactory(received_at=days_ago(30.001), ticket=ticket),
        "new": HandInFactory(received_at=days_ago(30), ticket=ticket),
        "taken_in": QuarantinedRecordFactory(resolution="stored", resolved_at=days_ago(30.001), resolved_by=person),
        "taken_in_lately": QuarantinedRecordFactory(resolution="stored", resolved_at=days_ago(30), resolved_by=person),
        "set_aside": QuarantinedRecordFactory(
            resolution="set_aside", set_aside_reason="trial", resolved_at=days_ago(500), resolved_by=person
        ),
        "waiting": QuarantinedRecordFactory(received_at=days_ago(500)),
        "long_ago": CardSessionFactory(site=site, held_on=datetime.date(2025, 10, 20), delivered_by=person, submitted_by=person),
        "lately": CardSessionFactory(site=site, held_on=datetime.date(2025, 10, 21), delivered_by=person, submitted_by=person),
    }


def state(rows):
    for row in rows.values():
        row.refresh_from_db()
    return {
        "old": (rows["old"].received_at, rows["old"].ticket),
        "new": (rows["new"].received_at is not None, rows["new"].ticket is not None),
        "payloads": [bytes(rows[name].payload) for name in ["taken_in", "taken_in_lately", "set_aside", "waiting"]],
        "long_ago": (rows["long_ago"].delivered_by, rows["long_ago"].submitted_by),
        "lately": (rows["lately"].delivered_by is not None, rows["lately"].submitted_by is not None),
    }


def test_counting_says_what_is_due_and_changes_nothing(rows):
    assert clearing.count_due(NOW) == {"hand_ins": 1, "taken_in": 1, "sessions": 1}
    assert state(rows)["old"][0] is not None
    assert not AuditEvent.objects.exists()


def test_clearing_takes_what_is_due_and_leaves_the_rest(rows):
    counts = clearing.clear(NOW)

    assert counts == {"hand_ins": 1, "taken_in": 1, "sessions": 1}
    assert state(rows) == {
        "old": (None, None),
        "new": (True, True),
        "payloads": [b"", b"{}", b"{}", b"{}"],
        "long_ago": (None, None),
        "lately": (True, True),
    }


def test_clearing_again_finds_nothing_and_says_nothing(rows):
    clearing.clear(NOW)
    before = AuditEvent.objects.count()

    assert clearing.clear(NOW) == {"hand_ins": 0, "taken_in": 0, "sessions": 0}
    assert AuditEvent.objects.count() == before == 3


def test_every_batch_has_its_line_in_the_audit_trail():
    HandInFactory.create_batch(5, received_at=days_ago(40))

    assert clearing.clear(NOW, batch=2) == {"hand_ins": 5, "taken_in": 0, "sessions": 0}
    assert [event.details["hand_ins"] for event in AuditEvent.objects.order_by("pk")] == [2, 2, 1]
    assert not HandIn.objects.filter(received_at__isnull=False).exists()


def test_session_of_which_only_one_name_is_left_loses_it_too(site):
    session = CardSessionFactory(site=site, held_on=datetime.date(2024, 1, 1), submitted_by=UserFactory(organisation=site.organisation))

    clearing.clear(NOW)

    session.refresh_from_db()
    assert session.submitted_by is None


def test_voided_session_loses_every_name_and_stays_voided(site):
    worker, coordinator = UserFactory(organisation=site.organisation), UserFactory(organisation=site.organisation)
    void = {"voided_at": days_ago(500), "voided_reason": "twice"}
    by_worker = CardSessionFactory(site=site, held_on=datetime.date(2025, 7, 9), delivered_by=worker, submitted_by=worker, voided_by=worker, **void)
    by_other = CardSessionFactory(site=site, held_on=datetime.date(2025, 7, 9), voided_by=coordinator, **void)
    lately = CardSessionFactory(site=site, held_on=datetime.date(2025, 10, 21), delivered_by=worker, voided_by=worker, **void)

    assert clearing.clear(NOW)["sessions"] == 2

    names = ["delivered_by", "submitted_by", "voided_by"]
    cleared = CardSession.objects.filter(pk__in=[by_worker.pk, by_other.pk])
    assert set(cleared.values_list(*names, "voided_at", "voided_reason")) == {(None, None, None, days_ago(500), "twice")}
    assert CardSession.objects.filter(pk=lately.pk).values_list(*names).get() == (worker.pk, None, worker.pk)
    assert not cleared.counted().exists()


def test_a_record_is_known_again_after_its_time_was_cleared(tablet):
    record = tablet.record()
    tablet.hand_in(record)
    clearing.clear(NOW + datetime.timedelta(days=40_000))

    again = tablet.hand_in(record)

    assert again.status_code == 200
    assert CardSession.objects.count() == 1


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ((2026, 11, 21), 13, (2025, 10, 21)),
        ((2026, 1, 31), 1, (2025, 12, 31)),
        ((2026, 3, 31), 1, (2026, 2, 28)),
        ((2024, 3, 31), 13, (2023, 2, 28)),
        ((2026, 11, 21), 0, (2026, 11, 21)),
    ],
)
def test_months_earlier_is_the_same_day_or_the_last_of_its_month(day, months, expected):
    assert clearing.months_earlier(datetime.date(*day), months) == datetime.date(*expected)


def test_limits_are_settings(settings, site):
    settings.HAND_IN_TIMES_DAYS, settings.WORKER_NAMES_MONTHS = 1, 1
    HandInFactory(received_at=days_ago(2))
    CardSessionFactory(site=site, held_on=datetime.date(2026, 10, 20), delivered_by=UserFactory(organisation=site.organisation))

    assert clearing.count_due(NOW) == {"hand_ins": 1, "taken_in": 0, "sessions": 1}


def test_command_without_yes_only_says_what_it_would_do(capsys):
    HandInFactory(received_at=datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC))

    call_command("clear_times")

    said = capsys.readouterr().out
    assert said.startswith("Would clear time and ticket of 1 hand-ins older than 30 days, the contents of 0 records")
    assert "Nothing was changed." in said
    assert HandIn.objects.get().received_at is not None


def test_command_with_yes_does_it(capsys):
    HandInFactory(received_at=datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC))

    call_command("clear_times", "--yes")

    assert capsys.readouterr().out.startswith("Cleared time and ticket of 1 hand-ins")
    assert HandIn.objects.get().received_at is None


def test_command_refuses_a_batch_of_nothing():
    with pytest.raises(CommandError, match="from 1"):
        call_command("clear_times", "--yes", "--batch=0")
