"""The answers without a receipt, row by row: the tablet keeps what it sent."""

import base64
import datetime
import json

import pytest
from django.urls import reverse
from django.utils import timezone
from joserfc.jwk import ECKey

from sessions import sealing
from sessions.models import (
    QuarantinedRecord,
    Tablet,
)
from tests.sessions.tablet import StandInTablet, rows, seal, tampered

pytestmark = pytest.mark.django_db


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
    assert 3000 <= int(response.headers["Retry-After"]) <= 3600
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

    assert (response.status_code, response.json()["error"]) == (429, "quarantine_full")
    assert "Too many records wait to be looked at already." in response.json()["message"]
    assert int(response.headers["Retry-After"]) > 0
    assert rows() == (0, 2)
    assert tablet.hand_in(tablet.record()).status_code == 201
    assert StandInTablet(tablet.client, worker, site).hand_in(tablet.record(session={"setting": "spaceship"})).status_code == 202


def test_resolved_records_make_room_again(tablet, settings, coordinator):
    settings.TABLET_QUARANTINE_QUOTA = 1
    tablet.hand_in(tablet.record(session={"setting": "spaceship"}))
    QuarantinedRecord.objects.update(resolved_at=timezone.now(), resolved_by=coordinator, resolution="set_aside", set_aside_reason="trial")

    response = tablet.hand_in(tablet.record(session={"setting": "spaceship"}))

    assert response.status_code == 202
