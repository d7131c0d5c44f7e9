"""The same facts out of a record and out of its rows, and the rows themselves."""

import functools
import json
from dataclasses import dataclass

from django.db.models import Max

from sessions import sealing, tickets
from sessions.models import CardSession, QuarantinedRecord
from tests.faults.comparison import Kept, Saved, Stored

AS_THEY_ARE = ["setting", "held_on", "part_of_day", "outcome", "reason", "moment", "private_space", "length_band", "mattered_most"]
FLAGS = ["areas_recorded", "resources_recorded", "signposts_recorded"]
PARTS = ["areas", "cards__card_version__card", "resources", "signposts"]


def opened_record(sealed, *, after, before, organisation=None):
    """The Saved in a sealed record (text), with the server's private key.

    organisation: of the tablet's token beside it. It counts only where the ticket does not say whose the record is.
    """
    opened = sealing.open_sealed(sealed.encode())
    record = json.loads(opened)
    facts = facts_in_record(record)
    zone = zones().get(facts["site"]) if facts else None
    claims = tickets.read(record.get("ticket"))
    whose = claims.organisation_id if claims else organisation
    return Saved(record["record_id"], opened, facts, after=after, before=before, zone=zone, organisation=whose)


def facts_in_record(record):
    """None for a record under a ticket that is not ours: it cannot be stored, only kept for a look."""
    claims = tickets.read(record.get("ticket"))
    if claims is None:
        return None
    session = record["session"]
    return {name: session[name] for name in [*AS_THEY_ARE, *FLAGS, "site", "deck_release"]} | {
        "areas": sorted(session["areas"]),
        "cards": sorted((card["slug"], card["version"]) for card in session["cards"]),
        "resources": sorted((each["code"], each["status"], each["quantity"]) for each in session["resources"]),
        "signposts": sorted(session["signposts"]),
        "delivered_by": claims.user_id,
    }


@dataclass(frozen=True)
class Mark:
    """Where the tables ended when a case began: what came after belongs to it."""

    session: int
    quarantined: int


def mark():
    last = [model.objects.aggregate(last=Max("pk"))["last"] or 0 for model in (CardSession, QuarantinedRecord)]
    return Mark(*last)


def rows_since(since):
    """Stored and Kept of everything that came from tablets after a Mark."""
    sessions = CardSession.objects.filter(pk__gt=since.session, entry=CardSession.Entry.TABLET)
    sessions = sessions.select_related("deck_release").prefetch_related("hand_ins", *PARTS)
    kept = QuarantinedRecord.objects.filter(pk__gt=since.quarantined)
    return [_stored(session) for session in sessions] + [_kept(each) for each in kept]


def _stored(session):
    ids = [str(hand_in.record_id) for hand_in in session.hand_ins.all()]
    areas = list(session.areas.all())
    facts = {
        "site": session.site_id,
        "setting": session.setting_id,
        "held_on": session.held_on.isoformat(),
        "part_of_day": session.part_of_day,
        "outcome": session.outcome,
        "reason": session.reason_id,
        "moment": session.moment_id,
        "private_space": session.private_space,
        "length_band": session.length_band_id,
        "mattered_most": next((area.area_id for area in areas if area.mattered_most), None),
        **{flag: getattr(session, flag) for flag in FLAGS},
        "deck_release": session.deck_release and session.deck_release.number,
        "areas": sorted(area.area_id for area in areas),
        "cards": sorted((shown.card_version.card.slug, shown.card_version.number) for shown in session.cards.all()),
        "resources": sorted((each.resource_id, each.status, each.quantity) for each in session.resources.all()),
        "signposts": sorted(each.kind_id for each in session.signposts.all()),
        "delivered_by": session.delivered_by_id,
    }
    return Stored(record_id=ids[0] if ids else None, facts=facts, clock_flag=session.clock_flag)


def _kept(quarantined):
    opened = bytes(quarantined.payload)
    try:
        record_id = json.loads(opened).get("record_id")
    except ValueError:
        record_id = None
    return Kept(record_id=record_id, opened=opened, organisation=quarantined.organisation_id)


@functools.cache
def zones():
    """Of all sites, {number: zone}. They stay as they are, and PostgreSQL may not be there when they are needed."""
    from vein_care.accounts.models import Site

    return {site.pk: site.zone for site in Site.objects.all()}
