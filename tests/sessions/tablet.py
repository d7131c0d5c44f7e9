"""A tablet as the server sees it: it holds a token and a worker's ticket, makes records, seals them and hands them in."""

import copy
import datetime
import hashlib
import json
import uuid

from django.test import Client
from django.urls import reverse
from django.utils import timezone
from joserfc import jwe
from joserfc.jwk import ECKey

from sessions import sealing, tablets, tickets
from sessions.models import CardSession, QuarantinedRecord

BOOT = "b00t"


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


class StandInTablet:
    """A tablet of the worker's organisation on which the worker has signed in. `row` and `ticket` are what the server keeps of it."""

    def __init__(self, client, worker, site, *, now=None):
        self.client = client
        self.worker = worker
        self.site = site
        now = now or timezone.now()
        self.row, self.token = tablets.make_tablet(organisation=worker.organisation, now=now)
        self.ticket, self.ticket_value = tickets.issue(user=worker, tablet=self.row, now=now)

    def record(self, *, session=None, **changes):
        """The record of a session with something in every field, just now. `session` changes fields of the session."""
        now = timezone.now()
        record = {
            "schema": 1,
            "record_id": str(uuid.uuid4()),
            "ticket": self.ticket_value,
            "made": {"wall": iso(now), "boot": BOOT, "elapsed_ms": 60_000},
            "session": full_session(self.site) | (session or {}),
        }
        return record | changes

    def hand_in(self, record, **options):
        return self.send(seal(record), **options)

    def send(self, sealed, *, client=None, headers=None, content_type="application/jose", **environ):
        usual = {
            "Authorization": f"Tablet {self.token}",
            "Tablet-Now": iso(timezone.now()),
            "Tablet-Elapsed": f"{BOOT}:60500",
            "Tablet-Unsent": "3",
        }
        return (client or self.client).post(
            reverse("sessions:record-hand-in"), data=sealed, content_type=content_type, headers=usual | (headers or {}), **environ
        )


def full_session(site):
    today = timezone.now().astimezone(site.zone).date()
    return {
        "site": site.pk,
        "setting": "van",
        "held_on": today.isoformat(),
        "part_of_day": "evening",
        "outcome": "cut_short",
        "reason": "no_time_today",
        "moment": "routine_visit",
        "private_space": True,
        "length_band": "from_5_to_9",
        "areas_recorded": True,
        "areas": ["water", "hygiene", "acids"],
        "mattered_most": "water",
        "cards": [{"slug": "ampoule", "version": 1}, {"slug": "clean-hands", "version": 1}],
        "deck_release": 1,
        "resources_recorded": True,
        "resources": [
            {"code": "water_ampoules", "status": "given", "quantity": 10},
            {"code": "filters", "status": "none_left", "quantity": None},
        ],
        "signposts_recorded": True,
        "signposts": ["wound_care"],
    }


def not_taken_up(**changes):
    """What changes in a session for an offer that was not taken up."""
    nothing = {f"{part}_recorded": False for part in ("areas", "resources", "signposts")}
    empty = {"areas": [], "resources": [], "signposts": [], "cards": [], "mattered_most": None}
    return {"outcome": "declined", "reason": None, "moment": "not_asked", "length_band": None, "private_space": None, **nothing, **empty, **changes}


def seal(record, *, key=None, **header):
    """A record (JSON value, text or bytes) as compact JWE in bytes, sealed to the newest key."""
    if isinstance(record, str):
        record = record.encode()
    plain = record if isinstance(record, bytes) else json.dumps(record).encode()
    key = key or sealing.public_key()
    protected = {"alg": "ECDH-ES", "enc": "A256GCM", "kid": key["kid"]} | header
    names = [protected["alg"], protected["enc"], *([protected["zip"]] if "zip" in protected else [])]
    registry = jwe.JWERegistry(algorithms=names)
    registry.max_ciphertext_length = 10**9
    return jwe.encrypt_compact(protected, plain, ECKey.import_key({"kty": "EC", **key}), registry=registry).encode()


def receipt(record, sealed, fate):
    return {"record_id": record["record_id"], "fate": fate, "sealed_sha256": hashlib.sha256(sealed).hexdigest()}


def changed(record, path, value):
    """A copy of a record with one field, such as "session.resources.0.code", set to something else; `...` takes it out."""
    record = copy.deepcopy(record)
    *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    place = record
    for step in steps:
        place = place[step]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return record


def tampered(value):
    return value[:-1] + ("A" if value[-1] != "A" else "B")


def rows():
    """(sessions stored, records quarantined)"""
    return CardSession.objects.count(), QuarantinedRecord.objects.count()


def iso(moment):
    return moment.astimezone(datetime.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
