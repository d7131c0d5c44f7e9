"""Dealing with a record that could not be taken in: it becomes a session after all, or it is set aside. It is never deleted.

Either way once: whoever comes second, with another page open or with the same button, is told what was done.
"""

import logging

from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext as _

from sessions.models import CardSession, HandIn, QuarantinedRecord
from sessions.recording import record_session
from vein_care.accounts import audit

logger = logging.getLogger(__name__)

Resolution = QuarantinedRecord.Resolution


class NotPossible(Exception):
    """It cannot be done (any more); says why, for the page."""


@transaction.atomic
def accept(*, record, form, by, now):
    """Store the session that a valid CorrectionForm holds, as what became of this record. Returns the session's id. Raises NotPossible.

    The HandIn becomes a stored one in the same transaction: a tablet that sends the record again gets a receipt for a stored record, and
    never makes a second session. It points at the session instead of the record, so that nothing joins the session to the time and the
    ticket in what the tablet sent (docs/decisions/0031-quarantine-and-rescue.md).
    """
    _lock(record)
    hand_in = HandIn.objects.select_for_update().get(quarantined_record=record)
    session_id = _store(form, by=by)
    try:
        with transaction.atomic():
            HandIn.objects.filter(pk=hand_in.pk).update(fate=HandIn.Fate.STORED, session_id=session_id, quarantined_record=None)
    except IntegrityError as error:
        raise NotPossible(_("A session with the same number was stored already. Set this one aside.")) from error
    _resolve(record, Resolution.STORED, by=by, now=now)
    audit.record("record.taken_in", by=by, target=record, rule=record.rule, put_right=form.put_right)
    return session_id


@transaction.atomic
def set_aside(*, record, reason, by, now):
    """Keep the record as it came and count it nowhere. reason: QuarantinedRecord.SetAsideReason. Raises NotPossible."""
    _lock(record)
    _resolve(record, Resolution.SET_ASIDE, by=by, now=now, set_aside_reason=reason)
    audit.record("record.set_aside", by=by, target=record, rule=record.rule, why=str(reason))


def _store(form, *, by):
    """The id of the new session. The database may know a rule that the form does not: then nothing is stored. Raises NotPossible."""
    try:
        with transaction.atomic():
            return record_session(form, entry=CardSession.Entry.TABLET, delivered_by_id=form.delivered_by_id, submitted_by_id=by.pk)
    except (IntegrityError, DataError) as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        logger.error("The form accepted a correction that the database refused: %s", getattr(diagnosis, "constraint_name", None))
        said = _("This could not be stored as it is, so it still waits here. Choose otherwise, or set it aside and write it down afterwards.")
        raise NotPossible(said) from error


def _lock(record):
    """Let nobody else deal with it until the transaction ends."""
    if not QuarantinedRecord.objects.unresolved().select_for_update().filter(pk=record.pk).exists():
        raise NotPossible(_("Somebody has dealt with this already."))


def _resolve(record, resolution, *, by, now, **more):
    QuarantinedRecord.objects.filter(pk=record.pk).update(resolved_at=now, resolved_by=by, resolution=resolution, **more)
