"""What the service holds about somebody who signs in, as plain data for them to take away.

No password, no token and no signed ticket is in it; sessions are in codes, as they are kept.
"""

from allauth.mfa.models import Authenticator

from sessions.models import CardSession, HandIn, WorkerTicket
from vein_care.accounts.models import AuditEvent

ACCOUNT = ["login_name", "email", "display_name", "initials", "roles", "is_active", "is_superuser", "created_at", "deactivated_at", "last_login"]
SESSION = [
    "id",
    "held_on",
    "part_of_day",
    "setting_id",
    "outcome",
    "reason_id",
    "moment_id",
    "private_space",
    "length_band_id",
    "areas_recorded",
    "resources_recorded",
    "signposts_recorded",
    "entry",
    "clock_flag",
    "voided_at",
    "voided_reason",
]


def gather(person, *, now):
    """A dict that json.dumps takes with DjangoJSONEncoder. A constant number of statements."""
    return {
        "taken_at": now,
        "account": {name: getattr(person, name) for name in ACCOUNT}
        | {
            "organisation": person.organisation.name if person.organisation else None,
            "usual_site": person.usual_site.name if person.usual_site else None,
        },
        "second_steps": list(Authenticator.objects.filter(user=person).order_by("pk").values("type", "created_at", "last_used_at")),
        "sessions": [_session(row) for row in _sessions(person)],
        "records_to_look_at": _quarantined(person),
        "tablet_tickets": _tickets(person),
        "events": list(AuditEvent.objects.filter(actor_id=person.pk).order_by("pk").values("at", "type", "target_type", "target_id", "details")),
    }


def _sessions(person):
    """Every session that names this person, wherever they worked then."""
    rows = CardSession.objects.filter(delivered_by=person).with_received_at().select_related("site", "organisation", "deck_release")
    return rows.prefetch_related("areas", "resources", "signposts", "cards__card_version__card").order_by("pk")


def _session(row):
    return {name.removesuffix("_id"): getattr(row, name) for name in SESSION} | {
        "site": row.site.name,
        "organisation": row.organisation.name,
        "deck_release": row.deck_release.number if row.deck_release else None,
        "received_at": row.received_at,
        "areas": [part.area_id for part in row.areas.all()],
        "mattered_most": next((part.area_id for part in row.areas.all() if part.mattered_most), None),
        "resources": [{"code": part.resource_id, "status": part.status, "quantity": part.quantity} for part in row.resources.all()],
        "signposts": [part.kind_id for part in row.signposts.all()],
        "cards": [part.card_version.card.slug for part in row.cards.all()],
    }


def _quarantined(person):
    rows = HandIn.objects.filter(ticket__user=person, quarantined_record__isnull=False).order_by("pk")
    held = rows.values_list("record_id", "received_at", "quarantined_record__field", "quarantined_record__rule", "quarantined_record__resolution")
    return [dict(zip(["record_id", "received_at", "field", "rule", "resolution"], row, strict=True)) for row in held]


def _tickets(person):
    """When this person signed in on which tablet. The signed ticket itself opens a way in, and is not kept here anyway."""
    rows = WorkerTicket.objects.filter(user=person).order_by("issued_at", "pk")
    held = rows.values_list("tablet_id", "tablet__label", "issued_at", "expires_at", "revoked_at")
    return [dict(zip(["tablet", "label", "issued_at", "expires_at", "revoked_at"], row, strict=True)) for row in held]
