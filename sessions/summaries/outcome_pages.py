"""The process outcomes on a page, and the whole summary as a report to print."""

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from sessions.summaries import sentences
from sessions.summaries.blocks import blocks_of
from sessions.summaries.filters import SHARE, SummaryFilter
from sessions.summaries.outcomes import process_outcomes
from sessions.summaries.pages import picks, views_of
from sessions.summaries.sources import source_of
from vein_care.accounts.scope import needs_figures

# (word, what it means), for whoever reads the report without the page beside it.
WORDS = [
    (_("Session"), _("One offer of the cards to one person, taken up or not. One person may have had several.")),
    (_("Taken up"), _("Held, a short version too, or begun and stopped early.")),
    (_("Offers made"), _("Taken up, not today, and did not come. “Not offered” stands apart.")),
    (_("Not recorded"), _("Nobody wrote it down. That is neither none nor 0.")),
    (_("Not asked"), _("Nobody asked or found out; nobody’s fault.")),
    (_("Would rather not say"), _("Asked, and the person chose not to answer.")),
    (_("None"), _("Written down, and there was none, such as nothing handed over.")),
    (_("Hidden"), _("A small number, or one from which a small number could be worked out.")),
]


@require_safe
@needs_figures
def outcomes(request):
    """What a service would count of the study's logic model, and what it cannot know. A constant number of statements."""
    form = SummaryFilter(request.GET, user=request.user, today=timezone.localdate())
    source = source_of(form.chosen)
    context = {
        "form": form,
        "chosen": form.chosen,
        "source": source,
        "views": views_of(form.chosen),
        "picks": picks(form.chosen),
        "outcomes": process_outcomes(source, blocks_of(source)),
        "summary_url": f"{reverse('sessions:summary')}?{form.chosen.query}",
    }
    return render(request, "sessions/summary/outcomes.html", context)


@require_safe
@needs_figures
def report(request):
    """A4, upright. Unless the view inside is asked for, it is the one to share: paper travels. A constant number of statements."""
    asked = request.GET.copy()
    asked.setdefault("view", SHARE)
    form = SummaryFilter(asked, user=request.user, today=timezone.localdate())
    chosen = form.chosen
    source = source_of(chosen)
    blocks = blocks_of(source)
    context = {
        "form": form,
        "chosen": chosen,
        "source": source,
        "views": views_of(chosen),
        "picks": picks(chosen),
        "headline": sentences.headline(source),
        "blocks": blocks,
        "outcomes": process_outcomes(source, blocks),
        "words": WORDS,
        "today": chosen.today,
        "summary_url": f"{reverse('sessions:summary')}?{chosen.query}",
    }
    return render(request, "sessions/summary/report.html", context)
