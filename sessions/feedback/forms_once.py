"""A number in each form that counts once. It is signed, so that only a page of ours has one, and says nothing of whoever opened the page."""

import datetime
import hashlib
import secrets

from django.core.signing import BadSignature, TimestampSigner

# A page that lay open for longer is shown again, to be tapped once more.
ANSWERABLE_FOR = datetime.timedelta(hours=2)


class NotAnswerable(Exception):
    """No form of ours, another site's, or one that lay open for too long."""


def _signer(code):
    return TimestampSigner(salt=f"sessions.feedback.{code}")


def new_number(code):
    """For one form on the page with this code."""
    return _signer(code).sign(secrets.token_urlsafe(9))


def digest_of(number, *, code):
    """SHA-256 of the number of a form of this page that may still be answered: 32 bytes, all that is kept of it. Raises NotAnswerable."""
    try:
        return hashlib.sha256(_signer(code).unsign(number, max_age=ANSWERABLE_FOR).encode()).digest()
    except BadSignature as refusal:
        raise NotAnswerable from refusal
