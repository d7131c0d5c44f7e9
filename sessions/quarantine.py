"""What coordinators are shown of a record that could be read but not accepted, and what it proves.

Such a record may hold anything at all. Only what this server understands is shown: codes by their labels, own sites, a day, numbers.
"""

import datetime
import json
from dataclasses import dataclass, replace

from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sessions import clocks, reference, tablets, tickets
from sessions.models import CardSession, HandIn, ResourceGiven
from sessions.record_fields import ISO_DAY
from sessions.rules import RULES
from vein_care.accounts.models import Site, User

FIELDS = {
    "record": gettext_lazy("Record"),
    "record_id": gettext_lazy("Number of the record"),
    "schema": gettext_lazy("Form of the record"),
    "ticket": gettext_lazy("Who delivered"),
    "made": gettext_lazy("Clock of the tablet"),
    "session": gettext_lazy("Session"),
    "site": gettext_lazy("Site"),
    "setting": gettext_lazy("Setting"),
    "held_on": gettext_lazy("Day"),
    "part_of_day": gettext_lazy("Part of the day"),
    "outcome": gettext_lazy("Outcome"),
    "reason": gettext_lazy("Reason"),
    "moment": gettext_lazy("What prompted it"),
    "private_space": gettext_lazy("Private space"),
    "length_band": gettext_lazy("About how long"),
    "areas_recorded": gettext_lazy("Talked about"),
    "areas": gettext_lazy("Talked about"),
    "mattered_most": gettext_lazy("What mattered most"),
    "cards": gettext_lazy("Cards shown"),
    "deck_release": gettext_lazy("Deck"),
    "resources_recorded": gettext_lazy("Handed over"),
    "resources": gettext_lazy("Handed over"),
    "signposts_recorded": gettext_lazy("Told about"),
    "signposts": gettext_lazy("Told about"),
}
# What a coordinator can do about it, by rule; for rules that are not here, by the part of the record that breaks them.
WHAT_TO_DO = {
    "newer_schema": gettext_lazy("Ask whoever runs the server to update it first. After that, look whether everything below is there."),
    "other_content": gettext_lazy("If both tell of the same talk, take in the right one and set the other aside."),
    "unknown_code": gettext_lazy("Choose what fits best below, or leave it out."),
    "retired_code": gettext_lazy("If that is what it was, leave it as it is and take it in."),
    "closed_site": gettext_lazy("If it took place there before the site closed, leave it as it is and take it in."),
    "unknown_site": gettext_lazy("Choose the site where it took place."),
    "in_future": gettext_lazy("Choose the day on which it took place. It cannot be later than the day it came in."),
    "too_old": gettext_lazy("Choose the day on which it took place. If it really was that long ago, leave it as it is and take it in."),
    "forged": gettext_lazy("Ask your workers whose it is. If nobody knows it, set it aside, and tell whoever looks after the tablets."),
    "unknown": gettext_lazy("This happens after the server was set up anew from a backup. Choose who delivered it."),
    "expired": gettext_lazy("Ask whoever is named whether it is theirs. The tablet's clock may have been wrong."),
    "revoked": gettext_lazy("Ask whoever is named whether it is theirs. If the tablet was in other hands, set it aside."),
    "revoked_tablet": gettext_lazy("If the tablet was in other hands by then, set it aside. If it was in yours, choose who delivered it."),
    "other_tablet": gettext_lazy("Ask whoever is named whether it is theirs."),
    "worker_inactive": gettext_lazy("The tablet's clock may have been wrong. Choose who delivered it, or set it aside."),
    "not_a_worker": gettext_lazy("If they were a worker then, choose them and take it in."),
}
WHAT_TO_DO_IN = {
    "ticket": gettext_lazy("Choose who delivered it, or say that it is not known."),
    "session": gettext_lazy("Put it right below, and take it in. If nobody can tell what it was, set it aside."),
}
WHAT_TO_DO_OTHERWISE = gettext_lazy("Put right what can be read of it below, and take it in. If nobody can tell what it was, set it aside.")
STORED_ALREADY = gettext_lazy(
    "A session with the same number counts already. This one cannot be taken in, or the same talk would count twice. Set it aside; "
    "if they were two talks after all, ask the worker to write this one down afterwards."
)
PRIVATE_SPACE = {True: gettext_lazy("Yes"), False: gettext_lazy("No")}
# What a session says that was asked about these and had none; it is something else than not having been asked.
NONE_OF_THEM = {"areas": gettext_lazy("None of the areas"), "resources": gettext_lazy("Nothing"), "signposts": gettext_lazy("Nowhere")}
MOST_SHOWN = 40
LARGEST_ID = 2**63 - 1


@dataclass(frozen=True)
class Delivered:
    """Who delivered a session. is_proven: the record's ticket says so and was good; else `person` is at best a hint. person: None for a
    counter tablet, or when nothing is known."""

    is_proven: bool
    person: User | None = None


def delivered(record):
    """The Delivered of a QuarantinedRecord. Two statements at most.

    A record that was refused for what its session says came with a good ticket. For any other the ticket is judged now.
    """
    parts = _parts_in(record.payload)
    claims = tickets.read(parts.get("ticket"))
    if claims is None or claims.organisation_id != record.organisation_id:
        return Delivered(is_proven=False)
    person = User.objects.filter(pk=claims.user_id).first() if claims.user_id else None
    was_good = record.field.split(".")[0] == "session" or not _broken_rule(record, parts, claims)
    return Delivered(is_proven=record.field != "ticket" and was_good, person=person)


def _broken_rule(record, parts, claims):
    made, _problem = clocks.read_made(parts.get("made"))
    caller = replace(tablets.named_by(claims, organisation_id=record.organisation_id), id=record.tablet_id)
    return tickets.broken_rule(claims, tablet=caller, made_at=made.wall if made else record.received_at)


def session_in(record):
    """The "session" that a QuarantinedRecord holds; an empty dict if there is none."""
    session = _parts_in(record.payload).get("session")
    return session if isinstance(session, dict) else {}


def stored_under_same_number(record):
    """The HandIn of the session that counts already under the number of this record, or None. One statement."""
    number = HandIn.objects.filter(quarantined_record=record).values("record_id")
    found = HandIn.objects.filter(record_id__in=number, fate=HandIn.Fate.STORED)
    return found.select_related("session").prefetch_related("session__areas", "session__resources", "session__signposts").first()


def waiting_under_same_number(record):
    """Other records of that number in the same organisation that wait to be looked at. One statement."""
    number = HandIn.objects.filter(quarantined_record=record).values("record_id")
    others = type(record).objects.unresolved().filter(organisation=record.organisation_id, hand_ins__record_id__in=number)
    return others.exclude(pk=record.pk)


def what_to_do(record):
    """A sentence for whoever looks at it."""
    return WHAT_TO_DO.get(record.rule) or WHAT_TO_DO_IN.get(record.field.split(".")[0], WHAT_TO_DO_OTHERWISE)


def session_of(hand_in, *, organisation_id):
    """The CardSession of a HandIn, or None if it is not kept any more or another organisation's, which a number alone does not show to us."""
    session = hand_in.session if hand_in else None
    return session if session and session.organisation_id == organisation_id else None


def present_session(session):
    """(label, text) pairs of a CardSession, in the words in which `present` has a record. No statement besides its site and its parts."""
    told = {name: getattr(session, f"{name}_id") for name in ["site", "setting", "reason", "moment", "length_band"]}
    told |= {"held_on": session.held_on.isoformat(), "part_of_day": session.part_of_day, "outcome": session.outcome}
    told["areas"] = [part.area_id for part in session.areas.all()]
    told["mattered_most"] = next((part.area_id for part in session.areas.all() if part.mattered_most), None)
    told["resources"] = [{"code": part.resource_id, "status": part.status, "quantity": part.quantity} for part in session.resources.all()]
    told["signposts"] = [part.kind_id for part in session.signposts.all()]
    said = dict(_holds(told, {session.site_id: session.site.name})) | {"private_space": PRIVATE_SPACE.get(session.private_space, "")}
    if session.outcome not in CardSession.NOT_TAKEN_UP:
        for name, none in NONE_OF_THEM.items():
            said[name] = said[name] or (str(none) if getattr(session, f"{name}_recorded") else _("Not recorded"))
    return [(FIELDS[name], text) for name, text in said.items() if text]


def present(records, *, organisation_id):
    """Dicts for the page, in the order given: pk, received_at, tablet, field, message, and holds, (label, text) pairs. One statement.

    Of records that somebody has dealt with also `done`, what was done, `done_at` and `by`.
    """
    opened = [session_in(record) for record in records]
    ids = {session["site"] for session in opened if type(session.get("site")) is int and 0 < session["site"] <= LARGEST_ID}
    sites = dict(Site.objects.filter(organisation=organisation_id, pk__in=ids).values_list("pk", "name"))
    return [
        {
            "pk": record.pk,
            "received_at": record.received_at,
            "tablet": record.tablet,
            "field": field_in_words(record.field),
            "message": RULES.get(record.rule, record.rule),
            "holds": [(FIELDS[name], text) for name, text in _holds(session, sites) if text],
            "done": " – ".join(filter(None, [record.get_resolution_display(), record.get_set_aside_reason_display()])),
            "done_at": record.resolved_at,
            "by": record.resolved_by,
        }
        for record, session in zip(records, opened, strict=True)
    ]


def field_in_words(path):
    """"session.resources.0.code" → "Handed over, entry 1"."""
    steps = path.split(".")
    name = next((step for step in reversed(steps) if step in FIELDS), "record")
    if steps[0] == "made":
        name = "made"
    position = next((step for step in steps if step.isdigit()), None)
    if position is None:
        return str(FIELDS[name])
    return _("%(field)s, entry %(number)d") % {"field": FIELDS[name], "number": int(position) + 1}


def _parts_in(payload):
    try:
        record = json.loads(bytes(payload), parse_int=lambda digits: int(digits[:20]))
    except (ValueError, RecursionError):
        return {}
    return record if isinstance(record, dict) else {}


def _holds(session, sites):
    """(field name, text) pairs; text is "" where nothing can be said."""
    codes = reference.codes()
    site = session.get("site")
    yield "site", sites.get(site, _("not one of ours")) if type(site) is int else ""
    yield "setting", _label(codes["settings"], session.get("setting"))
    yield "held_on", _day(session.get("held_on"))
    yield "part_of_day", _choice(CardSession.PartOfDay, session.get("part_of_day"))
    yield "outcome", _choice(CardSession.Outcome, session.get("outcome"))
    yield "reason", _label(codes["reasons"], session.get("reason"))
    yield "moment", _label(codes["moments"], session.get("moment"))
    yield "length_band", _label(codes["lengths"], session.get("length_band"))
    yield "areas", _list(session.get("areas"), lambda code: _label(codes["areas"], code))
    yield "mattered_most", _label(codes["areas"], session.get("mattered_most"))
    yield "resources", _list(session.get("resources"), _resource)
    yield "signposts", _list(session.get("signposts"), lambda code: _label(codes["signposts"], code))


def _label(table, code):
    known = table.get(code) if isinstance(code, str) else None
    return known.label if known else ""


def _choice(choices, value):
    return str(choices(value).label) if isinstance(value, str) and value in choices.values else ""


def _day(value):
    if not isinstance(value, str) or not ISO_DAY.fullmatch(value):
        return ""
    try:
        return date_format(datetime.date.fromisoformat(value), "j F Y")
    except ValueError:
        return ""


def _list(entries, in_words):
    """The entries that have words, and how many have not."""
    if not isinstance(entries, list):
        return ""
    words = [in_words(entry) for entry in entries[:MOST_SHOWN]]
    known = [word for word in words if word]
    strange = len(entries) - len(known)
    if strange:
        known.append(ngettext("%(count)d entry not known here", "%(count)d entries not known here", strange) % {"count": strange})
    return ", ".join(known)


def _resource(entry):
    if not isinstance(entry, dict):
        return ""
    label = _label(reference.codes()["resources"], entry.get("code"))
    status = _choice(ResourceGiven.Status, entry.get("status"))
    quantity = entry.get("quantity")
    if not label or not status:
        return ""
    number = f" × {quantity}" if type(quantity) is int and 1 <= quantity <= ResourceGiven.MOST else ""
    return f"{label}{number} ({status.lower()})"
