"""Tablet tokens: 256 random bits that lie in clear on the device and as a hash here. They authorise handing in and nothing else."""

import datetime
import hashlib
import math
import re
import secrets
from dataclasses import dataclass

from django.conf import settings

from sessions import tickets
from sessions.models import Tablet, WorkerTicket
from vein_care.postgresql.prepared import Prepared

NEW = "new"
MOST_TOKENS = 4
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
WINDOW = datetime.timedelta(hours=1)
MOST_UNSENT = 1_000_000

# One statement knows the token, counts the call, keeps what the tablet said and looks the ticket up: each way to PostgreSQL and back costs
# a hand-in a tenth of its time. The window begins anew an hour after it began.
CALL = Prepared(
    "call",
    """
UPDATE care_sessions_tablet AS tablet SET
    last_contact_at = %(now)s,
    unsent = COALESCE(%(unsent)s, unsent),
    window_started_at = CASE WHEN window_started_at > %(window)s THEN window_started_at ELSE %(now)s END,
    window_records = CASE WHEN window_started_at > %(window)s THEN window_records ELSE 0 END + 1,
    window_bytes = CASE WHEN window_started_at > %(window)s THEN window_bytes ELSE 0 END + %(size)s
FROM (SELECT %(ticket_id)s::uuid AS id) AS asked
    LEFT JOIN care_sessions_workerticket AS ticket ON ticket.id = asked.id
    LEFT JOIN accounts_user AS worker ON worker.id = ticket.user_id
WHERE tablet.token_hash = %(token_hash)s AND tablet.revoked_at IS NULL
RETURNING
    tablet.id, tablet.organisation_id, window_started_at, window_records, window_bytes,
    ticket.id, ticket.revoked_at, worker.deactivated_at, worker.organisation_id, worker.roles
""",
)


class UnknownTablet(Exception):
    """No tablet has this token."""


class RevokedTablet(Exception):
    """The tablet with this token may not hand in any more."""


class TooManyTablets(Exception):
    """This person has made as many tablets in the last hour as one person may."""


class TooManyCalls(Exception):
    """More records or bytes than a tablet may hand in within an hour."""

    def __init__(self, retry_after_seconds):
        super().__init__(retry_after_seconds)
        self.retry_after_seconds = retry_after_seconds


@dataclass(frozen=True)
class Caller:
    """The tablet that hands in. standing: tickets.Standing of the ticket it brings, or None if it brings none that is known here.

    id, revoked_at: None and a time for records that come without their tablet (`named_by`): it may not be known, or have been revoked.
    """

    id: object
    organisation_id: int
    standing: tickets.Standing | None = None
    revoked_at: datetime.datetime | None = None


def tablet_of(person, tokens, *, now):
    """The (Tablet, token) of this device in the person's organisation; a new one if it has none there.

    tokens: those that the device has, the last used first. One device belongs to several organisations when their people take turns on it: each
    has its own tablet there, and gets that one again. The token is given back because the device has to know which of its tokens counts.
    A token that is known nowhere (the server was set up anew) is passed over. Raises RevokedTablet, TooManyTablets.
    """
    found = {bytes(tablet.token_hash): tablet for tablet in _tablets(tokens).filter(organisation=person.organisation_id)}
    for token in tokens:
        tablet = found.get(hash_of(token)) if TOKEN.fullmatch(token) else None
        if tablet and tablet.revoked_at:
            raise RevokedTablet
        if tablet:
            return tablet, token
    # Each new tablet comes with a ticket of whoever made it.
    made = Tablet.objects.filter(tickets__user=person, created_at__gt=now - WINDOW)
    if made.distinct().count() >= settings.TABLETS_PER_HOUR:
        raise TooManyTablets
    return make_tablet(organisation=person.organisation, now=now)


def read_tokens(header):
    """The tokens in the header Tablet-Token; None if the device neither has one nor wants one."""
    return [token.strip() for token in header.split(",")[:MOST_TOKENS] if token.strip() != NEW] if header else None


def token_among(tablet, tokens):
    """The one of these tokens that belongs to this tablet, or None."""
    return next((token for token in tokens if TOKEN.fullmatch(token) and hash_of(token) == bytes(tablet.token_hash)), None)


def _tablets(tokens):
    return Tablet.objects.filter(token_hash__in=[hash_of(token) for token in tokens if TOKEN.fullmatch(token)])


def make_tablet(*, organisation, site=None, is_counter=False, now):
    """A new (Tablet, token). The token is never seen again."""
    token = new_token()
    fields = {"token_hash": hash_of(token), "is_counter": is_counter, "created_at": now, "last_contact_at": now}
    return Tablet.objects.create(organisation=organisation, site=site, **fields), token


def new_token():
    """256 random bits, in the letters that TOKEN takes."""
    return secrets.token_urlsafe(32)


def call(token, *, size, unsent, now, ticket_id=None):
    """Let a tablet hand in `size` bytes. Two statements at most, one as a rule.

    unsent: how many records it says are waiting, or None. ticket_id: of the record's ticket, or None.
    Raises UnknownTablet, RevokedTablet, TooManyCalls.
    """
    if not TOKEN.fullmatch(token):
        raise UnknownTablet
    token_hash = hash_of(token)
    row = CALL.first_row(
        {"token_hash": token_hash, "size": size, "unsent": unsent, "now": now, "window": now - WINDOW, "ticket_id": ticket_id}
    )
    if row is None:
        raise RevokedTablet if Tablet.objects.filter(token_hash=token_hash).exists() else UnknownTablet
    tablet_id, organisation_id, window_started_at, records, size_in_window, known_ticket, *standing = row
    if records > settings.TABLET_RECORDS_PER_HOUR or size_in_window > settings.TABLET_BYTES_PER_HOUR:
        raise TooManyCalls(max(1, math.ceil((window_started_at + WINDOW - now).total_seconds())))
    return Caller(tablet_id, organisation_id, tickets.Standing(*standing) if known_ticket else None)


def named_by(claims, *, organisation_id):
    """The Caller for a record that comes without its tablet, to this organisation: the tablet that the ticket names. One statement.

    claims: tickets.Claims of the record's ticket, or None. A ticket of another organisation, or one not known here, names no tablet of ours.
    """
    ticket = None
    if claims and claims.organisation_id == organisation_id:
        rows = WorkerTicket.objects.filter(pk=claims.ticket_id)
        columns = ["tablet__revoked_at", "revoked_at", "user__deactivated_at", "user__organisation_id", "user__roles"]
        ticket = rows.values_list(*columns).first()
    if ticket is None:
        return Caller(None, organisation_id)
    tablet_revoked_at, *standing = ticket
    return Caller(claims.tablet_id, organisation_id, tickets.Standing(*standing), tablet_revoked_at)


def read_unsent(text):
    """The number in the header Tablet-Unsent, or None if it says nothing of use."""
    return min(int(text), MOST_UNSENT) if re.fullmatch(r"[0-9]{1,9}", text or "", re.ASCII) else None


def hash_of(token):
    return hashlib.sha256(token.encode("ascii")).digest()
