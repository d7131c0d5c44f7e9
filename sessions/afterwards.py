"""Storing what was written down afterwards, once per form, however often the button is pressed."""

import hashlib
import json

from sessions.models import CardSession, HandIn
from sessions.recording import Remembered, record_session


class SavedOtherwise(Exception):
    """This form was saved before, with other answers."""


def record_afterwards(form, *, record_id, by, now):
    """Store a valid AfterwardsForm. Returns whether it is new; False when the same form with the same answers is here already.

    Like a record from a tablet it is remembered as a HandIn, so that the same two unique constraints guard against doubles and the
    24 hours for voiding are counted from the same time. Raises SavedOtherwise.
    """
    digest = _digest(form, by)
    remembered = Remembered(record_id, digest, received_at=now)
    stored = record_session(
        form, entry=CardSession.Entry.AFTERWARDS, delivered_by_id=by.pk, submitted_by_id=by.pk, hand_in=remembered
    )
    if not stored and not HandIn.objects.filter(record_id=record_id, digest=digest).exists():
        raise SavedOtherwise
    return bool(stored)


def _digest(form, by):
    """SHA-256 of the answers and of whose they are."""
    answers = {name: form[name].data for name in form.fields}
    return hashlib.sha256(b"%s\n%d" % (json.dumps(answers, sort_keys=True).encode(), by.pk)).digest()
