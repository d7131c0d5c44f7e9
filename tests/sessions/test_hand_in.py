"""sessions/hand_in.py and the view: the table of answers (docs/reference/hand-in.md), row by row."""

import base64
import datetime
import json
import uuid

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sessions import sealing, tablets, tickets
from sessions.models import (
    AreaDiscussed,
    CardSession,
    CardShown,
    HandIn,
    QuarantinedRecord,
    ResourceGiven,
    SignpostGiven,
    Tablet,
    WorkerTicket,
)
from tests.factories import SiteFactory, TabletFactory
from tests.sessions.tablet import StandInTablet, changed, iso, not_taken_up, receipt, seal

pytestmark = pytest.mark.django_db


def rows():
    """(sessions stored, records quarantined)"""
    return CardSession.objects.count(), QuarantinedRecord.objects.count()


# 201: new and stored.


def test_new_record_is_stored_and_receipted(tablet):
    record = tablet.record()
    sealed = seal(record)

    response = tablet.send(sealed)

    assert (response.status_code, response.headers["Content-Type"]) == (201, "application/json")
    assert response.json() == {"receipt": receipt(record, sealed, "stored")}
    assert rows() == (1, 0)


def test_every_field_of_a_full_record_is_in_the_database(tablet, worker, site, release):
    record = tablet.record()

    tablet.hand_in(record)

    session = CardSession.objects.get()
    row = {name: value for name, value in vars(session).items() if name not in {"_state", "id"}}
    assert row == {
        "organisation_id": site.organisation_id,
        "site_id": site.pk,
        "delivered_by_id": worker.pk,
        "submitted_by_id": worker.pk,
        "held_on": datetime.date.fromisoformat(record["session"]["held_on"]),
        "part_of_day": "evening",
        "setting_id": "van",
        "outcome": "cut_short",
        "reason_id": "no_time_today",
        "moment_id": "routine_visit",
        "private_space": True,
        "length_band_id": "from_5_to_9",
        "areas_recorded": True,
        "resources_recorded": True,
        "signposts_recorded": True,
        "deck_release_id": release.pk,
        "entry": "tablet",
        "clock_flag": "",
        "voided_at": None,
        "voided_by_id": None,
        "voided_reason": "",
    }
    assert set(AreaDiscussed.objects.values_list("session", "area", "mattered_most")) == {
        (session.pk, "water", True),
        (session.pk, "hygiene", False),
        (session.pk, "acids", False),
    }
    assert set(CardShown.objects.values_list("session", "card_version__card__slug", "card_version__number")) == {
        (session.pk, "ampoule", 1),
        (session.pk, "clean-hands", 1),
    }
    assert set(ResourceGiven.objects.values_list("session", "resource", "status", "quantity")) == {
        (session.pk, "water_ampoules", "given", 10),
        (session.pk, "filters", "none_left", None),
    }
    assert list(SignpostGiven.objects.values_list("session", "kind")) == [(session.pk, "wound_care")]


def test_hand_in_remembers_record_session_ticket_and_time(tablet):
    before = timezone.now()
    record = tablet.record()

    tablet.hand_in(record)

    hand_in = HandIn.objects.get()
    assert (str(hand_in.record_id), hand_in.fate) == (record["record_id"], "stored")
    assert (hand_in.session, hand_in.quarantined_record, hand_in.ticket) == (CardSession.objects.get(), None, tablet.ticket)
    assert before <= hand_in.received_at <= timezone.now()


@pytest.mark.parametrize("outcome", ["declined", "did_not_attend", "not_offered"])
def test_offer_not_taken_up_is_stored_with_nothing_else(tablet, outcome):
    response = tablet.hand_in(tablet.record(session=not_taken_up(outcome=outcome)))

    session = CardSession.objects.get()
    assert response.status_code == 201
    assert (session.outcome, session.reason, session.length_band, session.private_space) == (outcome, None, None, None)
    assert not AreaDiscussed.objects.exists()


def test_none_of_these_and_not_recorded_are_different_rows(tablet):
    empty = {"areas": [], "mattered_most": None, "resources": [], "signposts": []}
    said_none = dict.fromkeys(["areas_recorded", "resources_recorded", "signposts_recorded"], True)

    tablet.hand_in(tablet.record(session=empty | said_none))
    tablet.hand_in(tablet.record(session=empty | dict.fromkeys(said_none, False)))

    flags = CardSession.objects.order_by("pk").values_list("areas_recorded", "resources_recorded", "signposts_recorded")
    assert list(flags) == [(True, True, True), (False, False, False)]


def test_blank_is_stored_as_blank(tablet):
    blank = {"outcome": "held", "reason": None, "private_space": None, "length_band": None, "moment": "not_asked", "mattered_most": None}

    response = tablet.hand_in(tablet.record(session=blank))

    session = CardSession.objects.get()
    assert response.status_code == 201
    assert (session.reason, session.private_space, session.length_band, session.moment_id) == (None, None, None, "not_asked")


def test_ticket_that_ran_out_after_the_record_was_made_is_good(tablet):
    made_at = timezone.now() - datetime.timedelta(days=3)
    WorkerTicket.objects.update(issued_at=made_at - datetime.timedelta(days=30), expires_at=made_at + datetime.timedelta(days=1))
    ticket = tickets.signed(WorkerTicket.objects.get(), organisation_id=tablet.row.organisation_id)
    record = tablet.record(ticket=ticket, made={"wall": iso(made_at), "boot": "earlier", "elapsed_ms": 5})

    response = tablet.hand_in(changed(record, "session.held_on", made_at.date().isoformat()))

    assert response.status_code == 201


def test_worker_who_left_after_the_record_was_made_is_named(tablet, worker):
    made_at = timezone.now() - datetime.timedelta(days=2)
    record = tablet.record(made={"wall": iso(made_at), "boot": "earlier", "elapsed_ms": 5})
    worker.is_active, worker.deactivated_at = False, timezone.now() - datetime.timedelta(days=1)
    worker.save()

    response = tablet.hand_in(changed(record, "session.held_on", made_at.date().isoformat()))

    assert response.status_code == 201
    assert CardSession.objects.get().delivered_by == worker


def test_cards_of_an_earlier_deck_stay_good(tablet, release):
    from tests.factories import CardVersionFactory, ReleaseFactory

    ReleaseFactory(versions=[CardVersionFactory(slug="new-one")])

    response = tablet.hand_in(tablet.record(session={"deck_release": release.number}))

    assert response.status_code == 201


def test_whoever_is_at_the_tablet_the_record_is_under_its_own_ticket(tablet, other_worker, worker):
    _row, others_ticket = tickets.issue(user=other_worker, tablet=tablet.row, now=timezone.now())

    tablet.hand_in(tablet.record())
    tablet.hand_in(tablet.record(ticket=others_ticket))

    assert list(CardSession.objects.order_by("pk").values_list("delivered_by", flat=True)) == [worker.pk, other_worker.pk]


def test_counter_tablet_names_nobody(tablet, site):
    counter, token = tablets.make_tablet(organisation=site.organisation, site=site, now=timezone.now())
    Tablet.objects.filter(pk=counter.pk).update(is_counter=True)
    tablet.row, tablet.token = counter, token
    _row, value = tickets.issue(user=None, tablet=counter, now=timezone.now())

    response = tablet.hand_in(tablet.record(ticket=value))

    session = CardSession.objects.get()
    assert response.status_code == 201
    assert (session.delivered_by, session.submitted_by) == (None, None)


# 200: the same record again.


def test_same_record_again_gets_the_same_receipt_and_no_second_row(tablet):
    record = tablet.record()
    sealed = seal(record)
    tablet.send(sealed)

    response = tablet.send(sealed)

    assert response.status_code == 200
    assert response.json() == {"receipt": receipt(record, sealed, "stored")}
    assert rows() == (1, 0)


def test_same_record_sealed_anew_is_the_same_record(tablet):
    record = tablet.record()
    first, second = seal(record), seal(record)
    tablet.send(first)

    response = tablet.send(second)

    assert first != second
    assert response.status_code == 200
    assert response.json() == {"receipt": receipt(record, second, "stored")}


def test_stored_record_is_known_again_after_its_ticket_was_revoked_and_its_session_deleted(tablet):
    sealed = seal(tablet.record())
    tablet.send(sealed)
    WorkerTicket.objects.update(revoked_at=timezone.now())
    CardSession.objects.all().delete()

    response = tablet.send(sealed)

    assert response.status_code == 200
    assert rows() == (0, 0)


def test_quarantined_record_again_gets_the_same_answer_and_no_second_row(tablet):
    sealed = seal(tablet.record(session={"setting": "spaceship"}))
    first = tablet.send(sealed)

    again = tablet.send(sealed)

    assert (first.status_code, again.status_code) == (202, 202)
    assert again.json() == first.json()
    assert rows() == (0, 1)


# 202: readable, not acceptable.


def test_unacceptable_record_is_quarantined_with_field_and_rule(tablet):
    record = tablet.record(session={"setting": "spaceship"})
    sealed = seal(record)

    response = tablet.send(sealed)

    assert (response.status_code, response.headers["Content-Type"]) == (202, "application/json")
    assert response.json() == {
        "receipt": receipt(record, sealed, "quarantined"),
        "field": "session.setting",
        "rule": "unknown_code",
        "message": "This server does not know this code.",
    }
    kept = QuarantinedRecord.objects.get()
    assert json.loads(bytes(kept.payload)) == record
    assert (kept.organisation, kept.tablet) == (tablet.worker.organisation, tablet.row)
    assert HandIn.objects.get().quarantined_record == kept


def test_known_number_with_other_content_is_quarantined(tablet):
    record = tablet.record()
    tablet.hand_in(record)

    response = tablet.hand_in(changed(record, "session.moment", "after_hospital"))

    assert response.status_code == 202
    assert (response.json()["field"], response.json()["rule"]) == ("record_id", "other_content")
    assert rows() == (1, 1)
    assert CardSession.objects.get().moment_id == "routine_visit"


def test_same_content_under_another_workers_ticket_is_other_content(tablet, other_worker):
    record = tablet.record()
    tablet.hand_in(record)
    _row, others_ticket = tickets.issue(user=other_worker, tablet=tablet.row, now=timezone.now())

    response = tablet.hand_in(record | {"ticket": others_ticket})

    assert (response.status_code, response.json()["rule"]) == (202, "other_content")


def test_newer_schema_is_kept_whatever_it_looks_like(tablet):
    record = {"schema": 2, "record_id": str(uuid.uuid4()), "everything": ["is", {"different": None}]}

    response = tablet.hand_in(record)

    assert (response.status_code, response.json()["field"], response.json()["rule"]) == (202, "schema", "newer_schema")
    assert json.loads(bytes(QuarantinedRecord.objects.get().payload)) == record


def tampered(value):
    return value[:-1] + ("A" if value[-1] != "A" else "B")


TICKETS = {
    "forged": lambda tablet: tampered(tablet.ticket_value),
    "unknown": lambda tablet: WorkerTicket.objects.all().delete() and tablet.ticket_value,
    "revoked": lambda tablet: WorkerTicket.objects.update(revoked_at=timezone.now()) and tablet.ticket_value,
}


@pytest.mark.parametrize("rule", TICKETS)
def test_bad_ticket_is_quarantined(tablet, rule):
    response = tablet.hand_in(tablet.record(ticket=TICKETS[rule](tablet)))

    assert (response.status_code, response.json()["field"], response.json()["rule"]) == (202, "ticket", rule)
    assert rows() == (0, 1)


def test_ticket_of_another_tablet_is_quarantined(tablet, worker):
    other = TabletFactory(organisation=worker.organisation)
    _row, value = tickets.issue(user=worker, tablet=other, now=timezone.now())

    response = tablet.hand_in(tablet.record(ticket=value))

    assert (response.status_code, response.json()["field"], response.json()["rule"]) == (202, "ticket", "other_tablet")


def test_ticket_of_another_organisation_is_quarantined_where_it_was_handed_in(tablet, stranger):
    elsewhere = TabletFactory(organisation=stranger.organisation)
    _row, value = tickets.issue(user=stranger, tablet=elsewhere, now=timezone.now())

    response = tablet.hand_in(tablet.record(ticket=value))

    assert (response.status_code, response.json()["rule"]) == (202, "other_organisation")
    assert QuarantinedRecord.objects.get().organisation == tablet.worker.organisation


def test_ticket_that_had_run_out_is_quarantined(tablet):
    WorkerTicket.objects.update(issued_at=timezone.now() - datetime.timedelta(days=31), expires_at=timezone.now() - datetime.timedelta(hours=1))
    value = tickets.signed(WorkerTicket.objects.get(), organisation_id=tablet.row.organisation_id)

    response = tablet.hand_in(tablet.record(ticket=value))

    assert (response.status_code, response.json()["rule"]) == (202, "expired")


def test_worker_who_had_left_is_quarantined(tablet, worker):
    worker.is_active, worker.deactivated_at = False, timezone.now() - datetime.timedelta(days=1)
    worker.save()

    response = tablet.hand_in(tablet.record())

    assert (response.status_code, response.json()["rule"]) == (202, "worker_inactive")


def test_site_of_another_organisation_is_quarantined(tablet, stranger):
    response = tablet.hand_in(tablet.record(session={"site": stranger.usual_site.pk}))

    assert (response.status_code, response.json()["field"], response.json()["rule"]) == (202, "session.site", "other_organisation")


def test_what_the_database_alone_refuses_is_quarantined_too(tablet, caplog):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE care_sessions_cardsession ADD CONSTRAINT never_mind CHECK (moment_id <> 'routine_visit')")

    response = tablet.hand_in(tablet.record())

    assert (response.status_code, response.json()["field"], response.json()["rule"]) == (202, "session", "refused_by_database")
    assert [entry.message for entry in caplog.records if entry.name == "sessions.hand_in"] == [
        "The form accepted a record that the database refused: never_mind"
    ]


# 401: unknown or revoked token.


@pytest.mark.parametrize(
    "header",
    ["", "Tablet", "Tablet ", "Tablet nonsense", f"Tablet {'A' * 43}", f"Bearer {'A' * 43}", "Tablet " + "é" * 43, "Tablet " + "A" * 100_000],
    ids=["none", "no token", "empty token", "short", "unknown", "other scheme", "not ASCII", "long"],
)
def test_unknown_token_is_401(tablet, header):
    response = tablet.send(seal(tablet.record()), headers={"Authorization": header})

    assert (response.status_code, response.headers["Content-Type"]) == (401, "application/json")
    assert response.json()["error"] == "unknown_tablet"
    assert rows() == (0, 0)


def test_revoked_token_is_401(tablet):
    Tablet.objects.update(revoked_at=timezone.now())

    response = tablet.hand_in(tablet.record())

    assert (response.status_code, response.json()["error"]) == (401, "revoked_tablet")
    assert rows() == (0, 0)


# 413 and 422: cannot be opened.


def test_ten_megabytes_are_413(tablet):
    response = tablet.send(b"a" * 10_000_000)

    assert (response.status_code, response.json()["error"]) == (413, "too_large")


def test_much_inside_is_413_too(tablet):
    response = tablet.hand_in(tablet.record() | {"more": "x" * 70_000})

    assert (response.status_code, response.json()["error"]) == (413, "too_large")


def test_nothing_at_all_is_422(tablet):
    response = tablet.client.generic(
        "POST", reverse("sessions:record-hand-in"), b"", headers={"Authorization": f"Tablet {tablet.token}"}
    )

    assert (response.status_code, response.json()["error"]) == (422, "not_a_record")


@pytest.mark.parametrize("length", ["-1", "many", "99999999999999999999", "²"])
def test_strange_content_length_is_413(tablet, length):
    response = tablet.client.generic(
        "POST", reverse("sessions:record-hand-in"), b"x", content_type="application/jose", CONTENT_LENGTH=length
    )

    assert (response.status_code, response.json()["error"]) == (413, "too_large")


def other_key():
    from joserfc.jwk import ECKey

    return ECKey.generate_key("P-256", {"kid": "somebody-elses"}, private=True).as_dict(private=False)


def with_header(sealed, **changes):
    head, _dot, rest = sealed.partition(b".")
    header = json.loads(base64.urlsafe_b64decode(head + b"=="))
    header = {name: value for name, value in (header | changes).items() if value is not None}
    return base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=") + b"." + rest


UNOPENABLE = {
    "unknown kid": (lambda record: seal(record, kid="20200101T000000-00000000"), "unknown_key"),
    "somebody else's key": (lambda record: seal(record, key=other_key()), "unknown_key"),
    "kid that climbs": (lambda record: with_header(seal(record), kid="../../etc/passwd"), "unknown_key"),
    "kid that is no text": (lambda record: with_header(seal(record), kid=7), "unknown_key"),
    "no kid": (lambda record: with_header(seal(record), kid=None), "unknown_key"),
    "our kid, another key": (lambda record: seal(record, key=other_key() | {"kid": sealing.newest_kid()}), "broken_seal"),
    "other alg": (lambda record: seal(record, alg="ECDH-ES+A256KW"), "broken_seal"),
    "other enc": (lambda record: seal(record, enc="A128GCM"), "broken_seal"),
    "alg none": (lambda record: with_header(seal(record), alg="none"), "broken_seal"),
    "alg dir": (lambda record: with_header(seal(record), alg="dir"), "broken_seal"),
    "compressed": (lambda record: seal(record, zip="DEF"), "broken_seal"),
    "critical header": (lambda record: with_header(seal(record), crit=["exp"]), "broken_seal"),
    "no epk": (lambda record: with_header(seal(record), epk=None), "broken_seal"),
    "epk off the curve": (lambda record: with_header(seal(record), epk={"kty": "EC", "crv": "P-256", "x": "AAAA", "y": "AAAA"}), "broken_seal"),
    "changed on the way": (lambda record: tampered(seal(record).decode()[:-30]).encode() + seal(record)[-30:], "broken_seal"),
    "truncated": (lambda record: seal(record)[:-200], "broken_seal"),
    "four parts": (lambda record: seal(record).rsplit(b".", 1)[0], "broken_seal"),
    "a blank": (lambda record: b" ", "broken_seal"),
    "plain JSON": (lambda record: json.dumps(record).encode(), "broken_seal"),
    "not UTF-8": (lambda record: b"\xff\xfe\x00." * 5, "broken_seal"),
    "only dots": (lambda record: b"....", "broken_seal"),
    "long header": (lambda record: b"e" * 5000 + b".a.b.c.d", "broken_seal"),
    "header is a list": (lambda record: b"W10.a.b.c.d", "broken_seal"),
    "deep header": (lambda record: base64.urlsafe_b64encode(b"[" * 700) + b".a.b.c.d", "broken_seal"),
}


@pytest.mark.parametrize("case", UNOPENABLE)
def test_what_cannot_be_opened_is_422(tablet, case):
    spoil, error = UNOPENABLE[case]

    response = tablet.send(spoil(tablet.record()))

    assert (response.status_code, response.json()["error"]) == (422, error)
    assert response.headers["Content-Type"] == "application/json"
    assert rows() == (0, 0)


RECORD_ID = b'"record_id": "9b2f8f36-7a1f-4a50-9d3e-3a1f0c9b8f11"'
NOT_RECORDS = {
    "empty": b"",
    "not JSON": b"hello",
    "truncated": b'{"schema": 1, ' + RECORD_ID,
    "not UTF-8": b'{"schema": 1, ' + RECORD_ID + b', "x": "\xff"}',
    "UTF-16": '{"schema": 1}'.encode("utf-16"),
    "byte-order mark": b"\xef\xbb\xbf{" + RECORD_ID + b"}",
    "deep": b"[" * 60_000,
    "deep inside": b"{" + RECORD_ID + b', "session": ' + b"[" * 30_000 + b"]" * 30_000 + b"}",
    "a list": b"[1, 2]",
    "null": b"null",
    "no number": b'{"schema": 1}',
    "number is no text": b'{"record_id": 7}',
    "number is no UUID": b'{"record_id": "1"}',
    "UUID of another version": b'{"record_id": "9b2f8f36-7a1f-1a50-9d3e-3a1f0c9b8f11"}',
    "capital UUID": b'{"record_id": "9B2F8F36-7A1F-4A50-9D3E-3A1F0C9B8F11"}',
    "UUID in braces": b'{"record_id": "{9b2f8f36-7a1f-4a50-9d3e-3a1f0c9b8f11}"}',
    "number with NUL": b'{"record_id": "9b2f8f36-7a1f-4a50-9d3e-3a1f0c9b8f1\\u0000"}',
}


@pytest.mark.parametrize("case", NOT_RECORDS)
def test_what_is_no_record_is_422(tablet, case):
    response = tablet.send(seal(NOT_RECORDS[case]))

    assert (response.status_code, response.json()["error"]) == (422, "not_a_record")
    assert rows() == (0, 0)


@pytest.mark.parametrize("content_type", ["", "application/json", "text/plain", "multipart/form-data; boundary=x", "application/joseph"])
def test_other_content_type_is_422(tablet, content_type):
    response = tablet.send(seal(tablet.record()), content_type=content_type)

    assert (response.status_code, response.json()["error"]) == (422, "not_a_record")


def test_content_type_may_carry_parameters(tablet):
    response = tablet.send(seal(tablet.record()), content_type="application/jose; charset=utf-8")

    assert response.status_code == 201


# 429: too much at once.


def test_more_records_than_an_hour_allows_are_429(tablet, settings):
    settings.TABLET_RECORDS_PER_HOUR = 2
    codes = [tablet.hand_in(tablet.record()).status_code for _time in range(2)]

    response = tablet.hand_in(tablet.record())

    assert (codes, response.status_code, response.json()["error"]) == ([201, 201], 429, "slow_down")
    assert 3590 <= int(response.headers["Retry-After"]) <= 3600
    assert rows() == (2, 0)


def test_more_bytes_than_an_hour_allows_are_429(tablet, settings):
    sealed = seal(tablet.record())
    settings.TABLET_BYTES_PER_HOUR = len(sealed) - 1

    response = tablet.send(sealed)

    assert (response.status_code, response.json()["error"]) == (429, "slow_down")


def test_next_hour_begins_anew(tablet, settings):
    settings.TABLET_RECORDS_PER_HOUR = 1
    tablet.hand_in(tablet.record())
    Tablet.objects.update(window_started_at=timezone.now() - datetime.timedelta(minutes=61))

    response = tablet.hand_in(tablet.record())

    assert response.status_code == 201
    assert Tablet.objects.get().window_records == 1


def test_one_tablet_cannot_fill_the_quarantine(tablet, settings, worker, site):
    settings.TABLET_QUARANTINE_QUOTA = 2
    for _time in range(2):
        tablet.hand_in(tablet.record(session={"setting": "spaceship"}))

    response = tablet.hand_in(tablet.record(session={"setting": "spaceship"}))

    assert (response.status_code, response.json()["error"]) == (429, "slow_down")
    assert int(response.headers["Retry-After"]) > 0
    assert rows() == (0, 2)
    assert tablet.hand_in(tablet.record()).status_code == 201
    assert StandInTablet(tablet.client, worker, site).hand_in(tablet.record(session={"setting": "spaceship"})).status_code == 202


def test_resolved_records_make_room_again(tablet, settings, coordinator):
    settings.TABLET_QUARANTINE_QUOTA = 1
    tablet.hand_in(tablet.record(session={"setting": "spaceship"}))
    QuarantinedRecord.objects.update(resolved_at=timezone.now(), resolved_by=coordinator, resolution="set_aside")

    response = tablet.hand_in(tablet.record(session={"setting": "spaceship"}))

    assert response.status_code == 202


# What every hand-in does and does not do.


def test_contact_and_unsent_count_are_kept(tablet):
    Tablet.objects.update(last_contact_at=None)

    tablet.hand_in(tablet.record())

    row = Tablet.objects.get()
    assert (row.unsent, row.window_records) == (3, 1)
    assert timezone.now() - row.last_contact_at < datetime.timedelta(minutes=1)


@pytest.mark.parametrize(("header", "kept"), [("", 7), ("-1", 7), ("many", 7), ("9" * 40, 7), ("0", 0), ("999999999", 1_000_000)])
def test_strange_unsent_count_changes_nothing(tablet, header, kept):
    Tablet.objects.update(unsent=7)

    response = tablet.send(seal(tablet.record()), headers={"Tablet-Unsent": header})

    assert (response.status_code, Tablet.objects.get().unsent) == (201, kept)


def test_no_cookie_is_needed_looked_at_or_set(tablet, stranger, django_assert_max_num_queries):
    tablet.client.force_login(stranger)
    tablet.hand_in(tablet.record())

    with django_assert_max_num_queries(12) as queries:
        response = tablet.hand_in(tablet.record())

    assert response.cookies == {}
    assert response.headers.get("Vary") is None
    assert not any("django_session" in query["sql"] for query in queries.captured_queries)
    assert set(CardSession.objects.values_list("delivered_by", flat=True)) == {tablet.worker.pk}


def test_no_csrf_token_is_needed(tablet):
    response = tablet.hand_in(tablet.record(), client=Client(enforce_csrf_checks=True))

    assert response.status_code == 201


@pytest.mark.parametrize("method", ["get", "head", "put", "patch", "delete", "options"])
def test_only_post_hands_in(tablet, method):
    response = getattr(tablet.client, method)(reverse("sessions:record-hand-in"))

    assert (response.status_code, response.headers["Allow"], response.headers["Content-Type"]) == (405, "POST", "application/json")


def test_answers_are_never_kept_by_caches(tablet):
    answers = [tablet.hand_in(tablet.record()), tablet.send(b"x"), tablet.send(b"x", headers={"Authorization": ""})]

    assert [answer.headers["Cache-Control"] for answer in answers] == ["no-store"] * 3


def test_statements_of_a_hand_in_are_constant_and_few(tablet, django_assert_num_queries):
    first, full, small = tablet.record(), tablet.record(), tablet.record(session=not_taken_up())

    with django_assert_num_queries(10):  # one more each for codes and sites, one for the deck, which are remembered from then on
        assert tablet.hand_in(first).status_code == 201
    with django_assert_num_queries(7):
        assert tablet.hand_in(full).status_code == 201
    with django_assert_num_queries(7):
        assert tablet.hand_in(small).status_code == 201


@pytest.mark.parametrize("bad_fields", [["setting"], ["setting", "moment", "reason", "length_band", "areas", "signposts", "site"]])
def test_statements_of_a_quarantined_hand_in_are_bounded(tablet, bad_fields, django_assert_max_num_queries):
    strange = {"site": 999_999, "areas": ["spaceship"] * 10, "signposts": ["spaceship"]}
    session = {name: strange.get(name, "spaceship") for name in bad_fields}

    with django_assert_max_num_queries(15):
        response = tablet.hand_in(tablet.record(session=session))

    assert response.status_code == 202


def test_nothing_of_a_session_is_logged(tablet, caplog):
    caplog.set_level("DEBUG", logger="django.request")
    record = tablet.record(session={"moment": "after_hospital", "setting": "spaceship"})

    tablet.hand_in(record)
    tablet.send(b"after_hospital spaceship")
    tablet.send(seal(record), headers={"Authorization": f"Tablet {tablet.token[:-1]}x"})

    logged = "\n".join(entry.getMessage() for entry in caplog.records)
    for secret in ["after_hospital", "spaceship", tablet.token[:-1], record["record_id"], tablet.ticket_value, tablet.worker.display_name]:
        assert secret not in logged


def test_user_of_the_request_plays_no_part(rf, tablet):
    from sessions.views import record_hand_in

    request = rf.post("/", data=seal(tablet.record()), content_type="application/jose", headers={"Authorization": f"Tablet {tablet.token}"})
    request.user = AnonymousUser()

    assert record_hand_in(request).status_code == 201


def test_closed_organisation_takes_nothing_in(tablet, organisation):
    organisation.is_active = False
    organisation.save()

    response = tablet.hand_in(tablet.record())

    assert (response.status_code, response.json()["rule"]) == (202, "closed_site")


def test_site_opened_a_moment_ago_is_known_at_once(tablet):
    tablet.hand_in(tablet.record())
    later = SiteFactory(organisation=tablet.worker.organisation, name="New van")

    response = tablet.hand_in(tablet.record(session={"site": later.pk}))

    assert response.status_code == 201
