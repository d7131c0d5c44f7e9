"""A rescue file: what waited on a tablet comes in by another way, as if the tablet had brought it. Twice does no harm."""

import datetime
import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone
from joserfc.jwk import ECKey

from sessions import rescue, tickets
from sessions.models import CardSession, HandIn, QuarantinedRecord, Tablet, WorkerTicket
from tests.factories import UserFactory
from tests.sessions.tablet import StandInTablet, changed, iso, rows, seal, tampered
from vein_care.accounts.models import AuditEvent
from vein_care.accounts.roles import Role

pytestmark = pytest.mark.django_db

ADDRESS = "/sessions/rescue/"
HERE = "http://testserver"


def rescue_file(sealed, **header):
    """The bytes of a rescue file. sealed: list of bytes. header: what its first line says otherwise; `...` leaves it out."""
    first = {"vein_care_rescue": 1, "origin": HERE, "saved_on": "2026-11-22", "records": len(sealed)} | header
    first = {name: value for name, value in first.items() if value is not ...}
    lines = [first, *({"record_id": str(uuid.uuid4()), "sealed": each.decode()} for each in sealed)]
    return "".join(json.dumps(line) + "\n" for line in lines).encode()


@pytest.fixture
def hand_in(coordinator):
    """hand_in(content): the text of the page that answers a coordinator's upload."""

    def upload(content, *, by=coordinator):
        client = Client()
        client.force_login(by)
        file = SimpleUploadedFile("cards-rescue-2026-11-22.jsonl", content)
        response = client.post(ADDRESS, {"file": file} if content is not None else {})
        assert response.status_code == 200
        return response.getvalue().decode()

    return upload


def stored_ids():
    return {str(number) for number in HandIn.objects.filter(fate="stored").values_list("record_id", flat=True)}


def test_every_record_of_a_file_is_stored_under_its_workers_name(tablet, hand_in, worker):
    records = [tablet.record() for _number in range(3)]

    page = hand_in(rescue_file([seal(record) for record in records]))

    assert page.startswith("<!doctype html>")
    assert "3 records are stored now." in page
    assert "Everything in this file is here." in page
    assert stored_ids() == {record["record_id"] for record in records}
    assert set(CardSession.objects.values_list("delivered_by", "submitted_by", "entry", "clock_flag")) == {
        (worker.pk, worker.pk, "tablet", "unchecked")
    }


def test_file_handed_in_twice_stores_once(tablet, hand_in):
    content = rescue_file([seal(tablet.record()), seal(tablet.record(session={"setting": "spaceship"}))])
    first = hand_in(content)

    second = hand_in(content)

    assert "1 record is stored now." in first and "somebody has to look at it" in first
    assert "2 records were here already." in second and "stored now" not in second
    assert rows() == (1, 1)


def test_tablet_that_comes_back_afterwards_gets_its_receipts(tablet, hand_in):
    record = tablet.record()
    hand_in(rescue_file([seal(record)]))

    assert tablet.hand_in(record).status_code == 200
    assert rows() == (1, 0)


def test_what_the_tablet_sent_before_is_here_already(tablet, hand_in):
    record = tablet.record()
    tablet.hand_in(record)

    assert "2 records were here already." in hand_in(rescue_file([seal(record), seal(record)]))
    assert rows() == (1, 0)


@pytest.mark.django_db(transaction=True)
def test_twice_at_once_and_together_with_the_tablet_stores_once(tablet, coordinator):
    records = [tablet.record() for _number in range(10)]
    content = rescue_file([seal(record) for record in records])
    start = Barrier(4)

    def upload():
        client = Client()
        client.force_login(coordinator)
        start.wait()
        client.post(ADDRESS, {"file": SimpleUploadedFile("f.jsonl", content)}).getvalue()

    def send():
        start.wait()
        for record in reversed(records):
            assert tablet.send(seal(record), client=Client()).status_code in {200, 201}

    def and_close(work):
        try:
            work()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(and_close, [upload, send, upload, send]))

    assert stored_ids() == {record["record_id"] for record in records}
    assert rows() == (10, 0)


# Whose ticket


def test_forged_ticket_is_kept_for_the_coordinators_own_organisation(tablet, hand_in, organisation):
    page = hand_in(rescue_file([seal(tablet.record(ticket=tampered(tablet.ticket_value)))]))

    assert "1 record is safe here, but somebody has to look at it." in page
    found = QuarantinedRecord.objects.get()
    assert (found.organisation, found.tablet, found.field, found.rule) == (organisation, None, "ticket", "forged")


def test_ticket_unknown_after_a_restored_backup_is_kept_and_said(tablet, hand_in, organisation):
    record = tablet.record()
    WorkerTicket.objects.all().delete()
    Tablet.objects.all().delete()

    hand_in(rescue_file([seal(record)]))

    found = QuarantinedRecord.objects.get()
    assert (found.organisation, found.tablet, found.rule) == (organisation, None, "unknown")


def test_record_of_another_organisation_waits_for_its_coordinators_alone(tablet, hand_in, stranger, client, coordinator):
    """A device on which people of two organisations take turns has one file for both."""
    away = StandInTablet(client, stranger, stranger.usual_site)

    page = hand_in(rescue_file([seal(away.record()), seal(tablet.record())]))

    assert "1 record is another service" in page and "1 record is stored now." in page
    found = QuarantinedRecord.objects.get()
    assert (found.organisation, found.rule) == (stranger.organisation, "other_organisation")
    assert not QuarantinedRecord.objects.visible_to(coordinator).exists()


@pytest.mark.parametrize(("minutes", "rule"), [(-5, None), (5, "revoked_tablet")])
def test_revoked_tablet_what_was_made_before_is_taken_in_and_what_came_later_looked_at(tablet, hand_in, minutes, rule):
    record = tablet.record()
    made_at = datetime.datetime.fromisoformat(record["made"]["wall"])
    Tablet.objects.update(revoked_at=made_at - datetime.timedelta(minutes=minutes))

    hand_in(rescue_file([seal(record)]))

    assert rows() == ((0, 1) if rule else (1, 0))
    assert list(QuarantinedRecord.objects.values_list("field", "rule", "tablet")) == ([("ticket", rule, tablet.row.pk)] if rule else [])


def test_ticket_that_was_withdrawn_is_looked_at(tablet, hand_in):
    WorkerTicket.objects.update(revoked_at=timezone.now())

    hand_in(rescue_file([seal(tablet.record())]))

    assert QuarantinedRecord.objects.get().rule == "revoked"


def test_record_of_a_counter_tablet_names_nobody(tablet, hand_in):
    Tablet.objects.update(is_counter=True, site=tablet.site)
    _ticket, value = tickets.issue(user=None, tablet=tablet.row, now=timezone.now())

    hand_in(rescue_file([seal(tablet.record(ticket=value))]))

    assert CardSession.objects.values_list("delivered_by", "submitted_by").get() == (None, None)


def test_clock_that_was_wrong_by_years_is_looked_at(tablet, hand_in):
    wall = iso(timezone.now() - datetime.timedelta(days=3650))
    record = changed(tablet.record(session={"held_on": wall[:10]}), "made.wall", wall)

    hand_in(rescue_file([seal(record)]))

    assert QuarantinedRecord.objects.get().rule == "too_old"


# Bad input


def test_cut_short_in_the_middle_of_a_line_gives_what_it_holds_and_says_how_many_are_missing(tablet, hand_in):
    content = rescue_file([seal(tablet.record()) for _number in range(4)])

    page = hand_in(content[: -len(content) // 3])

    stored = CardSession.objects.count()
    assert 1 <= stored <= 3
    assert f"{stored} record" in page and f"{4 - stored} record" in page
    assert "cut short or damaged" in page and "Everything in this file" not in page


def test_file_that_does_not_say_how_many_counts_the_lines_that_cannot_be_read(tablet, hand_in):
    page = hand_in(rescue_file([seal(tablet.record())], records=...) + b'{"sealed": 7}\nnonsense\n\n')

    assert "1 record is stored now." in page and "2 records that should be in this file" in page


@pytest.mark.parametrize("line", [b"x\n", b"\n", b" \r\n"])
def test_file_of_lines_that_hold_no_record_is_not_read_to_its_end(tablet, coordinator, line):
    """The record before them is in; the one after them has to come in a file that is whole."""
    first = rescue_file([seal(tablet.record())])
    file = SimpleUploadedFile("f.jsonl", first + line * 1_000_000)
    form = rescue.read_header(file)

    outcomes = list(rescue.hand_in_file(file, form, by=coordinator))

    assert len(outcomes) == 2
    assert outcomes[-1].is_given_up
    assert file.tell() == len(first) + len(line) * 1000
    assert rows() == (1, 0)


@pytest.mark.parametrize("line", [b"x\n", b"\n"])
def test_progress_is_said_for_records_and_not_for_lines_without_one(tablet, coordinator, line):
    client = Client()
    client.force_login(coordinator)
    content = rescue_file([b"a.b.c.d.e"] * 250) + line * 5000

    parts = [part.decode() for part in client.post(ADDRESS, {"file": SimpleUploadedFile("f.jsonl", content)})]

    assert len(parts) == 4 and parts[1] == "<p>250 of 250 …</p>\n"
    assert "A thousand lines of this file hold no record, so the rest of it was not read." in parts[2]
    assert "Everything in this file" not in parts[2]


@pytest.mark.parametrize(
    "content",
    [
        b"\n",
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40,
        b"{}\n",
        b"[]",
        b'{"vein_care_rescue": true}',
        b'{"vein_care_rescue": 0}',
        b"[" * 100_000,
        b"x" * 300_000,
        b'{"record_id": "1", "sealed": "a.b.c.d.e"}',
    ],
    ids=["blank", "picture", "other JSON", "list", "true", "0", "deep", "one long line", "no header"],
)
def test_what_is_no_rescue_file_is_said(hand_in, content):
    page = hand_in(content)

    assert "This is not a rescue file." in page
    assert "Error: Hand in a rescue file" in page
    assert rows() == (0, 0)


def test_nothing_chosen_and_an_empty_file_are_said(hand_in):
    assert "Choose the file that was saved on the tablet." in hand_in(None)
    assert "This file is empty." in hand_in(b"")


def test_newer_file_is_said(hand_in, tablet):
    assert "newer app than this server knows" in hand_in(rescue_file([seal(tablet.record())], vein_care_rescue=2))
    assert rows() == (0, 0)


def test_huge_file_is_refused_in_words(hand_in, monkeypatch):
    monkeypatch.setattr(rescue, "LARGEST_FILE", 1000)

    assert "larger than 64 MB" in hand_in(rescue_file([b"a" * 1000]))


def test_file_from_another_installation_is_tried_all_the_same(tablet, hand_in):
    key = ECKey.generate_key("P-256", {"kid": "somebody-elses"}, private=True).as_dict(private=False)

    page = hand_in(rescue_file([seal(tablet.record(), key=key), seal(tablet.record())], origin="https://elsewhere.example"))

    assert "It was saved from https://elsewhere.example, and this is http://testserver." in page
    assert "1 record was sealed to a key that this server does not have." in page
    assert "1 record is stored now." in page


@pytest.mark.parametrize("origin", ["<script>alert(1)</script>", "javascript:alert(1)", 7, None, {}, "https://" + "a" * 5000])
def test_strange_origin_is_not_repeated(tablet, hand_in, origin):
    page = hand_in(rescue_file([seal(tablet.record())], origin=origin))

    assert "1 record is stored now." in page and "It was saved from" not in page


def test_broken_seals_and_what_is_no_record_are_counted_and_the_rest_goes_on(tablet, hand_in):
    bad = [b"a.b.c.d.e", seal(tablet.record())[:-8], seal(b"no record"), b"x" * 200_000]

    page = hand_in(rescue_file([*bad, seal(tablet.record())]))

    assert "could not be opened" in page and "1 record is stored now." in page
    assert rows() == (1, 0)


def test_file_without_records_says_so(hand_in):
    assert "There is no record in this file." in hand_in(rescue_file([]))


def test_file_that_passed_through_a_mail_program_is_read(tablet, hand_in):
    content = b"\xef\xbb\xbf" + rescue_file([seal(tablet.record())]).replace(b"\n", b"\r\n\r\n")

    assert "1 record is stored now." in hand_in(content)


def test_more_than_may_wait_are_left_in_the_file(tablet, hand_in, settings):
    settings.TABLET_QUARANTINE_QUOTA = 2

    page = hand_in(rescue_file([seal(tablet.record(session={"setting": "spaceship"})) for _number in range(3)]))

    assert "1 record was not taken in, because too many wait to be looked at." in page
    assert rows() == (0, 2)


def test_records_of_tablets_not_known_here_have_more_room_than_one_tablet(tablet, hand_in, settings):
    """A restored backup knows no tablet of the last weeks: each of their records has to be looked at."""
    settings.TABLET_QUARANTINE_QUOTA, settings.RESCUE_QUARANTINE_QUOTA = 2, 4
    content = rescue_file([seal(tablet.record()) for _number in range(5)])
    WorkerTicket.objects.all().delete()
    Tablet.objects.all().delete()

    page = hand_in(content)

    assert "4 records are safe here" in page and "1 record was not taken in, because too many wait to be looked at." in page
    assert rows() == (0, 4)


def test_there_is_room_for_five_thousand_records_after_a_restored_backup(settings):
    assert settings.RESCUE_QUARANTINE_QUOTA >= 5000


# Around it


def test_five_thousand_records_show_that_something_happens(tablet, coordinator):
    """Three hundred real ones, and as many more lines as a file of 5,000 has."""
    real = [seal(tablet.record()) for _number in range(300)]
    client = Client()
    client.force_login(coordinator)
    content = rescue_file([*real, *[b"a.b.c.d.e"] * 4700])

    parts = [part.decode() for part in client.post(ADDRESS, {"file": SimpleUploadedFile("f.jsonl", content)})]

    assert parts[0].rstrip().endswith('role="status">')
    assert parts[1] == "<p>250 of 5,000 …</p>\n"
    assert len(parts) == 1 + 20 + 2
    assert "300 records are stored now." in parts[-2] and "4,700 records could not be opened" in parts[-2]
    assert parts[-1].rstrip().endswith("</html>")
    assert rows() == (300, 0)


def test_whoever_closes_the_page_loses_nothing_that_was_handed_in(tablet, coordinator):
    client = Client()
    client.force_login(coordinator)
    content = rescue_file([seal(tablet.record()) for _number in range(260)])
    response = client.post(ADDRESS, {"file": SimpleUploadedFile("f.jsonl", content)})
    parts = iter(response.streaming_content)

    next(parts), next(parts)
    response._iterator.close()

    assert rows() == (250, 0)
    assert AuditEvent.objects.get(type="rescue_file.handed_in").details == {"stored": 250, "missing": 10}


def test_handing_in_is_in_the_audit_trail_by_numbers_only(tablet, hand_in, coordinator):
    hand_in(rescue_file([seal(tablet.record()), b"a.b.c.d.e"]))

    event = AuditEvent.objects.get(type="rescue_file.handed_in")
    assert (event.actor_id, event.organisation_id) == (coordinator.pk, coordinator.organisation_id)
    assert event.details == {"stored": 1, "broken": 1, "missing": 0}


def test_content_is_in_no_log_line(tablet, hand_in, caplog):
    hand_in(rescue_file([seal(tablet.record()), b"a.b.c.d.e", seal(tablet.record(session={"setting": "spaceship"}))]))

    assert caplog.text == ""


@pytest.mark.parametrize("count", [1, 3])
def test_statements_for_each_record_are_constant(tablet, hand_in, count, django_assert_num_queries):
    hand_in(rescue_file([seal(tablet.record())]))
    content = rescue_file([seal(tablet.record()) for _number in range(count)])

    # Signing in, asking who it is, the audit trail; and for each record its ticket, and storing it.
    with django_assert_num_queries(21 + 2 * count):
        hand_in(content)


@pytest.mark.parametrize("role", [Role.WORKER, Role.TRAINER, Role.ADMINISTRATOR])
def test_other_roles_may_not(client, organisation, role):
    client.force_login(UserFactory(organisation=organisation, roles=[role]))

    assert client.get(ADDRESS).status_code == 403


def test_coordinators_find_it_in_their_navigation_and_beside_the_records(client, coordinator):
    client.force_login(coordinator)

    for page in ["/", "/sessions/looked-at/"]:
        assert ADDRESS in client.get(page).text
