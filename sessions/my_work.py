"""What a worker sees of their own work: today, the last 30 days, and what was written down last. No ranking, no target, no clock."""

import datetime
from dataclasses import dataclass

from django.db.models import Count, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sessions import reference
from sessions.models import AreaDiscussed, CardSession, ResourceGiven
from sessions.voiding import is_in_own_window

DAYS = 30


@dataclass(frozen=True)
class Period:
    """outcomes: how many there are of each, {code: count}."""

    heading: str
    outcomes: dict

    @property
    def sentence(self):
        total = sum(self.outcomes.values())
        if not total:
            return _("Nothing written down yet.")
        parts = ", ".join(f"{count} {outcome.label.lower()}" for outcome in CardSession.Outcome if (count := self.outcomes.get(outcome.value)))
        return ngettext("%(count)d written down: %(parts)s.", "%(count)d written down: %(parts)s.", total) % {"count": total, "parts": parts}


def today_of(person, *, now):
    """The date where this person usually works."""
    site = person.usual_site
    return now.astimezone(site.zone if site else timezone.get_default_timezone()).date()


def support_contact_of(site):
    """Whom a worker at this site can call, or "" where nobody has said so. site: may be None."""
    return site.support_contact if site else ""


def present_counts(person, *, today):
    """`periods`, and lists of sentences `areas` and `resources` for the last 30 days. Three statements."""
    recent = CardSession.objects.of_worker(person).counted().filter(held_on__gt=today - datetime.timedelta(days=DAYS))
    return {
        "periods": _periods(recent, today=today),
        "areas": _areas(recent),
        "resources": _resources(recent),
    }


def _periods(recent, *, today):
    rows = recent.order_by().values_list("outcome").annotate(all=Count("pk"), of_today=Count("pk", filter=Q(held_on=today)))
    counts = {outcome: (all_, of_today) for outcome, all_, of_today in rows}
    return [
        Period(_("Today"), {outcome: of_today for outcome, (_all, of_today) in counts.items()}),
        Period(_("Last 30 days"), {outcome: all_ for outcome, (all_, _of_today) in counts.items()}),
    ]


def _areas(recent):
    """(label, sentence) pairs in the order of the cards, never by how many."""
    rows = AreaDiscussed.objects.order_by().filter(session__in=recent.order_by()).values_list("area").annotate(Count("pk"))
    times = dict(rows)
    return [(code.label, _times(times[code.code])) for code in reference.codes()["areas"].values() if code.code in times]


def _resources(recent):
    given = ResourceGiven.Status.GIVEN
    rows = ResourceGiven.objects.order_by().filter(session__in=recent.order_by(), status=given)
    found = {code: (times, counted) for code, times, counted in rows.values_list("resource").annotate(Count("pk"), Sum("quantity"))}
    return [(code.label, _handed_over(*found[code.code])) for code in reference.codes()["resources"].values() if code.code in found]


def _times(count):
    return ngettext("%(count)d time", "%(count)d times", count) % {"count": count}


def _handed_over(times, counted):
    return _("%(times)s, %(counted)d counted") % {"times": _times(times), "counted": counted} if counted else _times(times)


def own_sessions(person):
    """What this person delivered, the latest written down first, with what the list shows."""
    rows = CardSession.objects.of_worker(person).with_received_at().select_related("site")
    return rows.prefetch_related("areas").order_by("-pk")


def present_sessions(sessions, *, now):
    """Dicts for the list, in the order given. No statements beyond the prefetched."""
    return [
        in_brief(session) | {"is_voidable": session.voided_at is None and is_in_own_window(session.received_at, now=now)} for session in sessions
    ]


def in_brief(session):
    """What a list says of a session: a dict. No statements beyond its site and areas."""
    return {
        "pk": session.pk,
        "held_on": session.held_on,
        "part_of_day": session.get_part_of_day_display(),
        "site": session.site.name,
        "outcome": session.get_outcome_display(),
        "areas": _areas_in_words(session, reference.codes()["areas"]),
        "voided": session.get_voided_reason_display(),
    }


def _areas_in_words(session, labels):
    if session.outcome in CardSession.NOT_TAKEN_UP:
        return ""
    if not session.areas_recorded:
        return _("Not recorded")
    discussed = {part.area_id for part in session.areas.all()}
    return ", ".join(code.label for code in labels.values() if code.code in discussed) or _("None of the areas")
