"""Taking in a sealed record, so that it is never lost and never doubled (docs/reference/hand-in.md has the table of answers).

Every record that can be read ends in a row: stored, or quarantined for a coordinator to look at. The guard against doubles is two unique
constraints of HandIn: of many requests at once, one inserts and the others find what it wrote.
"""

import hashlib
import logging
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import DataError, IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from sessions import clocks, envelope, sealing, tickets
from sessions.forms import check_session
from sessions.models import CardSession, HandIn, QuarantinedRecord
from sessions.recording import Remembered, record_session
from sessions.rules import Problem

logger = logging.getLogger(__name__)

LARGEST_SEALED = 128 * 1024
LARGEST_OPENED = 64 * 1024
QUARANTINE_IS_FULL_SECONDS = 3600
# A ticket that breaks one of these has no row here, or none of this organisation.
TICKETS_NOT_OURS = {"forged", "unknown", "other_organisation", "other_tablet"}

# By hand, like the other statements that every hand-in runs: Django takes longer to write them than PostgreSQL to answer.
BEFORE = """
SELECT hand_in.digest, hand_in.fate, quarantined.field, quarantined.rule
FROM care_sessions_handin AS hand_in LEFT JOIN care_sessions_quarantinedrecord AS quarantined ON quarantined.id = hand_in.quarantined_record_id
WHERE hand_in.record_id = %s
"""


class Refused(Exception):
    """Not taken in: the tablet keeps it. `error` is one of the codes in the table of answers."""

    def __init__(self, error, *, retry_after_seconds=None):
        super().__init__(error)
        self.error = error
        self.retry_after_seconds = retry_after_seconds


@dataclass(frozen=True)
class Receipt:
    """Proof that the server has a record. is_new: not here before. problem: why it is quarantined, or None when it is stored."""

    record_id: object
    is_new: bool
    problem: Problem | None = None

    @property
    def fate(self):
        return HandIn.Fate.QUARANTINED if self.problem else HandIn.Fate.STORED


@dataclass(frozen=True)
class Arrival:
    """A record as it arrives: opened, on whose tablet, when, under which ticket (None if forged)."""

    record: envelope.Envelope
    tablet: object
    reading: clocks.Reading
    now: object
    claims: tickets.Claims | None

    @property
    def digest(self):
        """SHA-256 of the opened bytes, the ticket among them: sealing the same record twice gives other sealed bytes."""
        return hashlib.sha256(self.record.opened).digest()

    @property
    def digests(self):
        """Every digest that may stand for this record. Up to 22 November 2026 it was taken of the person in the ticket as well, if it was ours."""
        people = {"", str(self.claims.user_id or "") if self.claims else ""}
        return {self.digest} | {hashlib.sha256(b"%s\n%s" % (self.record.opened, person.encode())).digest() for person in people}


def hand_in(record, *, claims, tablet, reading, now):
    """Take in a record, which `open_record` gave. Returns a Receipt; raises Refused.

    claims: tickets.Claims of its ticket. tablet: the tablets.Caller that brings it. reading: a clocks.Reading, what it says about its clock.
    """
    arrival = Arrival(record, tablet, reading, now, claims)
    problem, ticket_id, form = _check(arrival)
    if problem:
        return _receipt_from_before(arrival) or _quarantine(arrival, problem, ticket_id=ticket_id)
    return _store(arrival, form)


def open_record(sealed):
    """The envelope.Envelope in sealed bytes. Raises Refused."""
    if len(sealed) > LARGEST_SEALED:
        raise Refused("too_large")
    try:
        opened = sealing.open_sealed(sealed)
    except sealing.UnknownKey:
        raise Refused("unknown_key") from None
    except sealing.BrokenSeal:
        raise Refused("broken_seal") from None
    if len(opened) > LARGEST_OPENED:
        raise Refused("too_large")
    try:
        return envelope.read(opened)
    except envelope.NotARecord:
        raise Refused("not_a_record") from None


def _receipt_from_before(arrival):
    """The Receipt for a record that was here before, or None. Other content under a known number goes to quarantine."""
    with connection.cursor() as cursor:
        cursor.execute(BEFORE, [arrival.record.record_id])
        rows = cursor.fetchall()
    for digest, fate, field, rule in rows:
        if bytes(digest) in arrival.digests:
            # A quarantined record may be gone by now; that it was looked at is all a tablet needs to know.
            problem = Problem(field or "record", rule or "other_content") if fate == HandIn.Fate.QUARANTINED else None
            return Receipt(arrival.record.record_id, is_new=False, problem=problem)
    return _quarantine(arrival, Problem("record_id", "other_content")) if rows else None


def _check(arrival):
    """(Problem or None, id of the ticket if it is one of ours, the RecordForm if all is well)."""
    record = arrival.record
    if record.problem:
        return record.problem, None, None
    longest = timedelta(days=settings.OLDEST_RECORD_DAYS)
    made = clocks.moment_of(record.made, arrival.reading, now=arrival.now, longest=longest)
    rule = tickets.broken_rule(arrival.claims, tablet=arrival.tablet, made_at=made.at)
    ticket_id = None if rule in TICKETS_NOT_OURS else arrival.claims.ticket_id
    if rule:
        return Problem("ticket", rule), ticket_id, None
    form = check_session(record.session, organisation_id=arrival.tablet.organisation_id, now=arrival.now, made=made)
    problems = form.problems()
    return (problems[0] if problems else None), ticket_id, form


def _store(arrival, form):
    """One statement, and so one transaction."""
    claims = arrival.claims
    remembered = Remembered(arrival.record.record_id, arrival.digest, received_at=arrival.now, ticket_id=claims.ticket_id)
    try:
        stored = record_session(
            form,
            entry=CardSession.Entry.TABLET,
            delivered_by_id=claims.user_id,
            submitted_by_id=claims.user_id,
            hand_in=remembered,
        )
    except (IntegrityError, DataError) as error:
        return _after_refusal(arrival, error)
    return Receipt(arrival.record.record_id, is_new=True) if stored else _receipt_from_before(arrival)


def _after_refusal(arrival, error):
    """The database knows a rule that the form does not, and nothing may be lost by that."""
    diagnosis = getattr(error.__cause__, "diag", None)
    logger.error("The form accepted a record that the database refused: %s", getattr(diagnosis, "constraint_name", None))
    return _quarantine(arrival, Problem("session", "refused_by_database"), ticket_id=arrival.claims.ticket_id)


def _keepers(arrival):
    """(organisation id, tablet id) under which a record is kept for a look: those of the tablet that brought it.

    A record under a ticket that we signed for another organisation is that one's to see, and nobody else's.
    """
    tablet, claims = arrival.tablet, arrival.claims
    if claims and claims.organisation_id != tablet.organisation_id:
        return claims.organisation_id, None
    return tablet.organisation_id, tablet.id


def _quarantine(arrival, problem, *, ticket_id=None):
    organisation_id, tablet_id = _keepers(arrival)
    waiting = QuarantinedRecord.objects.unresolved().filter(organisation=organisation_id, tablet=tablet_id)
    # Under no tablet are those of all tablets that are not known here: after a restored backup, a file of thousands.
    quota = settings.TABLET_QUARANTINE_QUOTA if tablet_id else settings.RESCUE_QUARANTINE_QUOTA
    if waiting.count() >= quota:
        raise Refused("quarantine_full", retry_after_seconds=QUARANTINE_IS_FULL_SECONDS)
    try:
        with transaction.atomic():
            quarantined = QuarantinedRecord.objects.create(
                organisation_id=organisation_id,
                tablet_id=tablet_id,
                received_at=arrival.now,
                payload=arrival.record.opened,
                field=problem.field,
                rule=problem.rule,
            )
            HandIn.objects.create(
                record_id=arrival.record.record_id,
                digest=arrival.digest,
                fate=HandIn.Fate.QUARANTINED,
                received_at=arrival.now,
                ticket_id=ticket_id,
                quarantined_record=quarantined,
            )
    except IntegrityError:
        receipt = _receipt_from_before(arrival)
        if receipt:
            return receipt
        raise
    return Receipt(arrival.record.record_id, is_new=True, problem=problem)


MESSAGES = {
    "unknown_tablet": lambda: _("This tablet is not known here. Sign in on it once, and the records will go."),
    "revoked_tablet": lambda: _("This tablet may not hand in any more. Ask your administrator."),
    "too_large": lambda: _("This is too large to be a record."),
    "unknown_key": lambda: _("This record was sealed to a key that this server does not have. Ask your administrator."),
    "broken_seal": lambda: _("The seal of this record is broken."),
    "not_a_record": lambda: _("This is not a record."),
    "slow_down": lambda: _("Too much at once. The tablet will try again later."),
    "quarantine_full": lambda: _("Too many records wait to be looked at already. The tablet keeps this one and tries it again later; others can go."),
}
