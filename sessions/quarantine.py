"""What the coordinators' list shows of a record that could be read but not accepted.

Such a record may hold anything at all. Only what this server understands is shown: codes by their labels, own sites, a day, numbers.
"""

import datetime
import json

from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sessions import reference
from sessions.models import CardSession, ResourceGiven
from sessions.record_fields import ISO_DAY
from sessions.rules import RULES
from vein_care.accounts.models import Site

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
MOST_SHOWN = 40
LARGEST_ID = 2**63 - 1


def present(records, *, organisation_id):
    """Dicts for the page, in the order given: received_at, tablet, field, message, and holds, (label, text) pairs. One statement."""
    opened = [_session_in(record.payload) for record in records]
    ids = {session["site"] for session in opened if type(session.get("site")) is int and 0 < session["site"] <= LARGEST_ID}
    sites = dict(Site.objects.filter(organisation=organisation_id, pk__in=ids).values_list("pk", "name"))
    return [
        {
            "received_at": record.received_at,
            "tablet": record.tablet,
            "field": field_in_words(record.field),
            "message": RULES.get(record.rule, record.rule),
            "holds": [(FIELDS[name], text) for name, text in _holds(session, sites) if text],
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


def _session_in(payload):
    try:
        record = json.loads(bytes(payload), parse_int=lambda digits: int(digits[:20]))
    except (ValueError, RecursionError):
        return {}
    session = record.get("session") if isinstance(record, dict) else None
    return session if isinstance(session, dict) else {}


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
