"""Deleting sessions that an organisation does not keep any longer. Their tallies stay, and so do the fingerprints of what was handed in.

`kept_from` moves first, in a transaction of its own: from then on nobody compares the tallies of earlier days with sessions, so a run that is
cut short leaves nothing that looks wrong. The next run goes on.
"""

from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from sessions.clearing import months_earlier
from sessions.counting.recount import wait_to_count
from sessions.models import CardSession, SummaryRules
from vein_care.accounts import audit

BATCH = 2000
COUNTED_AT_A_TIME = 1000


@dataclass(frozen=True)
class Due:
    """What an organisation does not keep any longer: the sessions held before a day."""

    rules: SummaryRules
    before: date

    @property
    def sessions(self):
        return CardSession.objects.filter(organisation=self.rules.organisation_id, held_on__lt=self.before)


def due(today):
    """A Due for each organisation that has settled how long it keeps sessions."""
    settled = SummaryRules.objects.filter(keep_months__isnull=False).select_related("organisation").order_by("pk")
    return [due_of(rules, today) for rules in settled]


def due_of(rules, today):
    """The Due of these rules, saved or only thought of; None where everything is kept."""
    return Due(rules, months_earlier(today.replace(day=1), rules.keep_months)) if rules.keep_months else None


def apply(item, *, batch=BATCH):
    """Delete what is due, so many sessions at a time, and yield how many went each time. Safe to stop and to repeat.

    Stops where somebody settles otherwise meanwhile.
    """
    if _keep_from(item):
        while gone := _delete_some(item, batch):
            yield gone


@transaction.atomic
def _keep_from(item):
    """Say from which day on sessions are kept; whether that still holds. It never goes back: what is deleted stays so, also where more is kept."""
    wait_to_count(item.rules.organisation)
    rules = SummaryRules.objects.select_for_update().get(pk=item.rules.pk)
    if rules.keep_months != item.rules.keep_months:
        return False
    if rules.kept_from is None or rules.kept_from < item.before:
        SummaryRules.objects.filter(pk=rules.pk).update(kept_from=item.before)
        audit.record("sessions.kept_from", organisation_id=rules.pk, kept_from=item.before.isoformat(), keep_months=rules.keep_months)
    return True


@transaction.atomic
def _delete_some(item, batch):
    """The sessions are locked, so that nobody voids one now; then what is noted of them is counted, or it would be lost with them."""
    if not SummaryRules.objects.filter(pk=item.rules.pk, keep_months=item.rules.keep_months).exists():
        return 0
    found = list(item.sessions.order_by("pk").select_for_update().values_list("pk", flat=True)[:batch])
    if found:
        wait_to_count(item.rules.organisation)
        count_what_is_noted(item.rules.organisation)
        CardSession.objects.filter(pk__in=found).delete()
        audit.record("sessions.deleted", organisation_id=item.rules.organisation_id, sessions=len(found), before=item.before.isoformat())
    return len(found)


def count_what_is_noted(organisation):
    """Put everything that is noted into the tallies. The caller holds the lock (wait_to_count)."""
    counted = COUNTED_AT_A_TIME
    with connection.cursor() as cursor:
        while counted == COUNTED_AT_A_TIME:
            cursor.execute("SELECT care_sessions_count(%s, %s)", [organisation.pk, COUNTED_AT_A_TIME])
            (counted,) = cursor.fetchone()
