"""When a sealing key may be taken away for good, and doing so. A key that is gone too early is records that nobody can read any more."""

import datetime
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from sessions import sealing
from sessions.models import HandIn
from vein_care.accounts import audit

# Uses are noted to the day, by each process for itself.
NOTED_WITHIN = datetime.timedelta(days=2)


class UsesAreNotNoted(Exception):
    """Records came in that no key says it opened, so nobody can tell which keys are in use."""


@dataclass(frozen=True)
class Verdict:
    """What is to happen with one sealing.KeptKey. why_kept: a code of WHY_KEPT, or "" if it may go."""

    key: sealing.KeptKey
    why_kept: str


WHY_KEPT = {
    "newest": "the newest, which tablets seal to",
    "used": "opened something in the last {unused_days} days",
    "replaced": "replaced in the last {in_use_days} days, so a tablet may still hold what was sealed to it",
    "age": "it cannot be told when it was made",
}


def judge(*, unused_days, now):
    """A Verdict for every key, the newest first.

    A key may go once it has opened nothing for `unused_days`, and another took its place more than `days_in_use` ago. When it was made is
    not enough: a service that was closed for a year has an old key that tablets seal to.
    """
    unused_before = now - datetime.timedelta(days=unused_days)
    replaced_before = now - datetime.timedelta(days=days_in_use())
    return [Verdict(key, _why_kept(key, unused_before, replaced_before)) for key in sealing.kept_keys()]


def days_in_use():
    """How many days after its replacement something sealed to a key may still come.

    A worker with a PIN goes on sealing to it, without a network, for as long as their ticket is good; and what was sealed last may lie on the
    tablet for as long as a record may be old.
    """
    return settings.WORKER_TICKET_DAYS + settings.OLDEST_RECORD_DAYS


def _why_kept(key, unused_before, replaced_before):
    if key.is_newest:
        return "newest"
    if key.made_at is None:
        return "age"
    if key.used_at >= unused_before:
        return "used"
    return "replaced" if key.replaced_at >= replaced_before else ""


def check_uses_are_noted():
    """Raise UsesAreNotNoted if a tablet's record came in well after the last use that any key notes: the service may not write to the folder.

    The time of a file that opened nothing yet is when it was made, and whoever made the key may write where the service may not.
    """
    came_in = HandIn.objects.filter(ticket__isnull=False, received_at__isnull=False).order_by("-received_at")
    last = came_in.values_list("received_at", flat=True).first()
    if last is None:
        return
    noted = max((key.used_at for key in sealing.kept_keys() if key.is_used), default=None)
    # Uses of keys that were taken away since are known no more, so what came in before the oldest key that is left proves nothing.
    since = noted or min((key.made_at for key in sealing.kept_keys() if key.made_at), default=last)
    if last > since + NOTED_WITHIN:
        raise UsesAreNotNoted


def rotate():
    """Make a key, which is the newest from now on; a line in the audit trail. Returns its kid. Raises OSError."""
    with transaction.atomic():
        kid = sealing.make_key()
        audit.record("sealing_key.made", kid=kid)
    return kid


def remove(key):
    """Take one key away. The trail is written first: were it not there, the key would stay. Raises OSError."""
    with transaction.atomic():
        audit.record("sealing_key.removed", kid=key.kid, used_on=key.used_at.date().isoformat())
        sealing.remove_key(key.kid)
