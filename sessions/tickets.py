"""Worker tickets: a signed statement "this worker, this organisation, this tablet, until …", sealed inside each record.

The statement is a row and a string. The string is signed with SECRET_KEY under its own salt, so nobody can make one; the row lets a
ticket be withdrawn.
"""

import datetime
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.core import signing

from sessions.models import WorkerTicket
from vein_care.accounts import roles

SALT = "vein_care.worker_ticket"
LONGEST = 1000
DELIVER = "care_sessions.deliver_session"


@dataclass(frozen=True)
class Claims:
    """What a ticket signed by us says. user_id is None on a counter tablet."""

    ticket_id: uuid.UUID
    user_id: int | None
    organisation_id: int
    tablet_id: uuid.UUID
    expires_at: datetime.datetime


@dataclass(frozen=True)
class Standing:
    """How a ticket of ours and its worker stand now; everything about the worker is None on a counter tablet."""

    revoked_at: datetime.datetime | None
    deactivated_at: datetime.datetime | None
    organisation_id: int | None
    roles: list | None


def issue(*, user, tablet, now):
    """The WorkerTicket that lets this person's records be known on this tablet, and its string.

    One with more than half its life left is given out again, so that opening the page does not make a row each time.
    user: None for a counter tablet.
    """
    life = datetime.timedelta(days=settings.WORKER_TICKET_DAYS)
    good = WorkerTicket.objects.filter(tablet=tablet, user=user, revoked_at=None, expires_at__gt=now + life / 2)
    ticket = good.order_by("-expires_at").first()
    if ticket is None:
        ticket = WorkerTicket.objects.create(tablet=tablet, user=user, issued_at=now, expires_at=now + life)
    return ticket, signed(ticket, organisation_id=tablet.organisation_id)


def workers_on(tablet, *, now):
    """Ids of those who may go on delivering on this tablet: their ticket is good, and they are still workers of its organisation."""
    good = WorkerTicket.objects.filter(tablet=tablet, revoked_at=None, expires_at__gt=now).exclude(user=None)
    people = good.filter(user__is_active=True, user__organisation=tablet.organisation_id).values_list("user_id", "user__roles").distinct()
    return sorted(user_id for user_id, held in people if DELIVER in roles.permissions_of(held))


def signed(ticket, *, organisation_id):
    """The string of a ticket; the same each time."""
    contents = [str(ticket.pk), ticket.user_id, organisation_id, str(ticket.tablet_id), ticket.expires_at.isoformat()]
    return signing.Signer(salt=SALT).sign_object(contents)


def read(value):
    """The Claims in a ticket string, or None if we did not sign it. Asks no database."""
    if not isinstance(value, str) or len(value) > LONGEST or not value.isascii():
        return None
    try:
        ticket_id, user_id, organisation_id, tablet_id, expires_at = signing.Signer(salt=SALT).unsign_object(value)
    except signing.BadSignature:
        return None
    expires_at = datetime.datetime.fromisoformat(expires_at)
    return Claims(uuid.UUID(ticket_id), user_id, organisation_id, uuid.UUID(tablet_id), expires_at)


def broken_rule(claims, *, tablet, made_at):
    """The code of the first rule that a ticket breaks for a record, or "" when it is good. Asks no database.

    claims: of `read`. tablet: a tablets.Caller, the device that hands in, called with this ticket. made_at: when the record was made,
    corrected for the tablet's clock; a ticket that ran out later, or a worker who left later, is no matter.
    """
    if claims is None:
        return "forged"
    if claims.organisation_id != tablet.organisation_id:
        return "other_organisation"
    standing = tablet.standing
    if standing is None:
        return "unknown"
    if claims.tablet_id != tablet.id:
        return "other_tablet"
    if standing.revoked_at:
        return "revoked"
    if tablet.revoked_at and made_at > tablet.revoked_at:
        return "revoked_tablet"
    if made_at > claims.expires_at:
        return "expired"
    if standing.deactivated_at and made_at > standing.deactivated_at:
        return "worker_inactive"
    may_deliver = claims.user_id is None or _may_deliver(standing, claims)
    return "" if may_deliver else "not_a_worker"


def _may_deliver(standing, claims):
    """Whether this person still is a worker of the organisation. When a role was taken away is not kept, so a coordinator looks."""
    return standing.organisation_id == claims.organisation_id and DELIVER in roles.permissions_of(standing.roles)
