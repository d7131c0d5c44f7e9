"""Taking away what is no longer needed: when a record came and under which ticket, what a coordinator took in, and later who delivered a session.

The rules are promises: docs/privacy-notice-workers.md tells workers, and "What we write down" tells everybody else.
"""

import calendar
import datetime
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from sessions.models import CardSession, HandIn, QuarantinedRecord
from vein_care.accounts import audit

BATCH = 5000
NAMES = ("delivered_by", "submitted_by", "voided_by")


@dataclass(frozen=True)
class Kind:
    """One thing to clear: the `fields` of the rows of `due` become `empty`.

    name: what the audit trail counts. before: the day or moment that decides.
    """

    name: str
    due: object
    fields: tuple
    before: object
    empty: object = None


def kinds(now):
    """What is due at `now`, an aware datetime."""
    received_before = now - datetime.timedelta(days=settings.HAND_IN_TIMES_DAYS)
    held_before = months_earlier(now.date(), settings.WORKER_NAMES_MONTHS)
    return [
        Kind("hand_ins", HandIn.objects.filter(received_at__lt=received_before), ("received_at", "ticket"), received_before),
        Kind("taken_in", taken_in().filter(resolved_at__lt=received_before), ("payload",), received_before, empty=b""),
        Kind("sessions", CardSession.objects.filter(named(), held_on__lt=held_before), NAMES, held_before),
    ]


def taken_in():
    """Records that a coordinator put right and stored and that still hold what came: its time and ticket, which a session does not keep."""
    return QuarantinedRecord.objects.filter(resolution=QuarantinedRecord.Resolution.STORED).exclude(payload=b"")


def named():
    """Sessions that still name somebody, voided ones among them: who voided one is, as a rule, who delivered it."""
    return reduce(or_, (Q(**{f"{name}__isnull": False}) for name in NAMES))


def count_due(now):
    """{name: rows} that `clear` would change."""
    return {kind.name: kind.due.count() for kind in kinds(now)}


def clear(now, *, batch=BATCH):
    """Clear all that is due, so many rows at a time, and return {name: rows}. Safe to stop and to repeat.

    Each batch is one transaction with its line in the audit trail, so that neither a long run nor one cut short leaves rows changed unsaid.
    """
    return {kind.name: sum(_clear_in_batches(kind, batch)) for kind in kinds(now)}


def _clear_in_batches(kind, batch):
    last = 0
    while True:
        with transaction.atomic():
            rows = kind.due.filter(pk__gt=last).order_by("pk").select_for_update(skip_locked=True)
            found = list(rows.values_list("pk", flat=True)[:batch])
            if not found:
                return
            kind.due.model.objects.filter(pk__in=found).update(**dict.fromkeys(kind.fields, kind.empty))
            audit.record("times.cleared", **{kind.name: len(found)}, before=kind.before.isoformat())
        last = found[-1]
        yield len(found)


def months_earlier(day, months):
    """The same day of an earlier month, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return datetime.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
