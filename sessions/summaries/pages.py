"""The coordinators' page: what is delivered where, and what ran out."""

from dataclasses import replace

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sessions import periods
from sessions.models import SummaryRules
from sessions.periods import ONE_DAY, QUARTER, YEAR, Span
from sessions.summaries import sentences
from sessions.summaries.blocks import blocks_of
from sessions.summaries.filters import MONTHS, MOST_WEEKS, WEEKS, SummaryFilter, usual_span
from sessions.summaries.sources import source_of
from sessions.summaries.this_week import by_place, ran_out
from sessions.summaries.tiles import tiles
from vein_care.accounts.scope import needs_figures


@require_safe
@needs_figures
def summary(request):
    """Figures of the own organisation inside, or to share; programme-wide those to share of all of them. A constant number of statements."""
    form = SummaryFilter(request.GET, user=request.user, today=timezone.localdate())
    chosen = form.chosen
    source = source_of(chosen)
    short = None if chosen.is_to_share else ran_out(chosen)
    context = {
        "form": form,
        "chosen": chosen,
        "source": source,
        "views": views_of(chosen),
        "picks": picks(chosen),
        "ways": ways_out(chosen),
        "headline": sentences.headline(source),
        "tiles": tiles(source),
        "columns": in_columns([with_links(block, chosen, request.user) for block in blocks_of(source)]),
        "ran_out": short,
        "ran_out_at": by_place(short) if short else [],
    }
    return render(request, "sessions/summary/summary.html", context)


@require_safe
@needs_figures
def in_plain_words(request):
    """How figures to share are protected, for whoever shares them or is asked."""
    below = SummaryRules.objects.of(request.user.organisation_id).hide_below if request.user.organisation_id else None
    return render(request, "sessions/summary/plain_words.html", {"below": below})


# What happened in the talks; beside it, when and where, what was handed over, and why not. On a narrow screen one after the other.
FIRST_COLUMN = {"outcomes", "areas", "cards", "signposts", "moments", "length", "feedback", "training"}


def in_columns(blocks):
    """Two lists, each in its order. Which block stands where does not depend on its height: none moves away when a table is opened."""
    first = [block for block in blocks if block.name in FIRST_COLUMN]
    return [first, [block for block in blocks if block.name not in FIRST_COLUMN]]


def views_of(chosen):
    """(label, address, whether it is this one) of the two views; programme-wide there is one, and nothing to choose."""
    if chosen.organisation is None:
        return []
    return [
        (label, f"?{each.query}", each.view == chosen.view) for label, each in [(_("Inside"), chosen.inside()), (_("To share"), chosen.to_share())]
    ]


def picks(chosen):
    """(label, address, whether it is chosen) of periods that are asked for often."""
    today = chosen.today
    if chosen.is_to_share:
        kinds = [(_("Last quarter"), QUARTER), (_("Last year"), YEAR)]
        found = [(label, periods.last_over(kind, today=today - ONE_DAY)) for label, kind in kinds]
        return [_pick(label, chosen, chosen.about(period=period, span=period.span)) for label, period in found]
    spans = [
        (_("This quarter and the last"), usual_span(today)),
        (_("This month"), Span(today.replace(day=1), today)),
        (_("This quarter"), Span(periods.period_of(today, QUARTER).first, today)),
        (_("Last quarter"), periods.last_over(QUARTER, today=today).span),
        (_("Last 12 months"), Span(periods.add_months(today.replace(day=1), -11), today)),
        (_("Last year"), periods.last_over(YEAR, today=today).span),
    ]
    return [_pick(label, chosen, chosen.about(span=span, asked_by="")) for label, span in spans]


def _pick(label, chosen, other):
    return label, f"?{other.query}", other.span == chosen.span


def with_links(block, chosen, user):
    """The same with what can be chosen or done right beside it."""
    if block.name == "over-time":
        return replace(block, links=tuple(cuts(chosen)))
    if block.name == "feedback" and user.organisation_id and user.has_perm("care_sessions.print_feedback_poster"):
        return replace(block, links=((_("Ask how it was"), reverse("sessions:say-pages", args=[user.organisation_id]), False),))
    return block


def cuts(chosen):
    """(label, address, whether it is so) of the ways to cut time, where there is a choice."""
    if chosen.is_to_share or chosen.span.days > MOST_WEEKS * 7:
        return []
    return [(label, f"?{chosen.about(asked_by=by).query}", chosen.by == by) for label, by in [(_("Weeks"), WEEKS), (_("Months"), MONTHS)]]


def ways_out(chosen):
    """(label, address) of what can be done with these figures elsewhere. What is printed may be left lying somewhere, so it begins to share."""
    ways = [
        (_("Process outcomes"), "sessions:outcomes", chosen),
        (_("Print"), "sessions:report", chosen.to_share()),
        (_("Export"), "sessions:export-start", chosen),
    ]
    return [(label, f"{reverse(name)}?{meant.query}") for label, name, meant in ways]
