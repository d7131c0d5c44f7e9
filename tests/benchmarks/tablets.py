"""Tablets of the demo organisation, each signed in by a worker of its own, and the records they seal."""

import contextlib
import datetime
import http.client
import json
import random
import time
import uuid
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from zoneinfo import ZoneInfo

BOOT = "benchmark"
PROCESSES = 2
PATIENCE_SECONDS = 30
WITHOUT_A_ROOM = {"phone", "online_chat"}


@dataclass(frozen=True)
class Tablet:
    """What a device knows: its token, what /deliver/me.json told it, and the deck."""

    token: str
    me: dict
    deck: dict


@dataclass(frozen=True)
class SealedRecord:
    record_id: str
    body: bytes


# Signing in


def signed_in_tablets(port, count):
    return [signed_in_tablet(port, cookie_of(worker(number))) for number in range(count)]


def signed_in_tablet(port, cookie):
    _, body = get(port, "/deliver/me.json", {"Cookie": cookie, "Tablet-Token": "new"})
    me = json.loads(body)
    _, deck = get(port, me["deck"]["url"])
    return Tablet(token=me["tablet"]["token"], me=me, deck=json.loads(deck))


def worker(number):
    """A worker of the organisation whose demo data there is most of."""
    from vein_care.accounts.models import Organisation, User

    organisation = Organisation.objects.order_by("id").first()
    people = {"display_name": f"Worker {number}", "initials": f"W{number}", "organisation": organisation, "roles": ["worker"]}
    return User.objects.create_user(f"benchmark-{uuid.uuid4()}", **people)


def cookie_of(user):
    from django.test import Client

    client = Client()
    client.force_login(user)
    return f"sessionid={client.cookies['sessionid'].value}"


def get(port, path, headers=None):
    """Return (status, body) of one GET; the body as it came over the wire."""
    connection = http.client.HTTPConnection("localhost", port, timeout=PATIENCE_SECONDS)
    with contextlib.closing(connection):
        connection.request("GET", path, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read()


# Records


def realistic_record(tablet, chance):
    """A record with two areas, two cards, three resources and a signpost."""
    return record(tablet, chance, site=chance.choice(tablet.me["sites"]), areas=2, cards=2, resources=3, signposts=1)


def record(tablet, chance, *, site, areas, cards, resources, signposts):
    """The plain record, with so many parts of each kind, chosen at random from what the tablet offers at a site. Held just now."""
    chosen = chance.sample([area["code"] for area in tablet.deck["areas"]], areas)
    return {
        "schema": 1,
        "record_id": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
        "ticket": tablet.me["ticket"]["value"],
        "made": {"wall": now(), "boot": BOOT, "elapsed_ms": elapsed_ms()},
        "session": {
            "site": site["id"],
            "setting": site["setting"],
            "held_on": datetime.datetime.now(ZoneInfo(site["time_zone"])).date().isoformat(),
            "part_of_day": chance.choice(["morning", "afternoon", "evening", "night"]),
            "outcome": "held",
            "reason": None,
            "moment": chance.choice(["not_asked", "asked_for_equipment", "routine_visit"]),
            "private_space": None if site["setting"] in WITHOUT_A_ROOM else chance.choice([None, True, False]),
            "length_band": chance.choice([None, "under_5", "from_5_to_9"]),
            "areas_recorded": True,
            "areas": chosen,
            "mattered_most": chosen[0],
            "cards": [{"slug": card["slug"], "version": card["version"]} for card in chance.sample(tablet.deck["cards"], cards)],
            "deck_release": tablet.deck["release"],
            "resources_recorded": True,
            "resources": [handed_over(code, chance) for code in chance.sample(site["resources"], resources)],
            "signposts_recorded": True,
            "signposts": chance.sample(site["signposts"], signposts),
        },
    }


def handed_over(code, chance):
    status = chance.choice(["given", "given", "offered_not_wanted", "none_left"])
    return {"code": code, "status": status, "quantity": chance.choice([None, 1, 5, 10]) if status == "given" else None}


def now():
    """The tablet's wall clock, as its browser writes it."""
    return datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def elapsed_ms():
    """The tablet's monotonic clock; one for every process of this machine."""
    return round(time.monotonic() * 1000)


# Sealing


def sealed_records(tablets, count):
    """Return `count` sealed realistic records for each tablet, in a list for each. Other processes do the work."""
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        return list(pool.map(seal_realistic_records, tablets, [count] * len(tablets)))


def seal_realistic_records(tablet, count):
    chance = random.Random()
    return [seal(realistic_record(tablet, chance), tablet) for _ in range(count)]


def seal(plain, tablet):
    from joserfc import jwe
    from joserfc.jwk import ECKey

    key = ECKey.import_key(tablet.me["sealing_key"])
    header = {"alg": "ECDH-ES", "enc": "A256GCM", "kid": tablet.me["sealing_key"]["kid"]}
    sealed = jwe.encrypt_compact(header, json.dumps(plain, separators=(",", ":")), key)
    return SealedRecord(plain["record_id"], sealed.encode())
