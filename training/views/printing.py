"""Training on paper: sign-in sheet and facilitator pack of an event, and the whole course. A4, upright; the browser prints it or makes a PDF."""

from django.contrib.auth.decorators import permission_required
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from training import event_pages, paper
from training.events import versions_of
from training.models import CourseRelease, ModuleVersion
from training.views.events import PERMISSION, open_event
from vein_care.accounts.scope import of_own_organisation

# Lines for those who just come, and at least a full first page.
EMPTY_LINES = 6
LINES_OF_FIRST_PAGE = 18
# Facilitator notes of a module are a plan for this long (training/content/README.md).
PLANNED_MINUTES = 30


@require_safe
@of_own_organisation(PERMISSION)
def sign_in_sheet(request, pk):
    """The names of those on the list and a place to sign, then empty lines."""
    event = open_event(request, pk)
    people = [each.person for each in event_pages.by_name(event.attendances.select_related("person__usual_site"))]
    empty = max(EMPTY_LINES, LINES_OF_FIRST_PAGE - len(people))
    lines = [{"number": number, "person": person} for number, person in enumerate([*people, *[None] * empty], start=1)]
    context = {"event": event, "lines": lines, "versions": versions_of(event, now=timezone.now())}
    return render(request, "training/event_sheet.html", context)


@require_safe
@of_own_organisation(PERMISSION)
def facilitator_pack(request, pk):
    """What whoever runs the event has in hand: plan and notes of each module, scenes to talk about, the cards, the sources."""
    event = open_event(request, pk)
    modules = paper.printed_modules(versions_of(event, now=timezone.now()))
    areas = paper.printed_cards({slug for module in modules for slug in module.cards})
    context = {
        "event": event,
        "modules": modules,
        "minutes": PLANNED_MINUTES * len(modules),
        "areas": areas,
        "sources": paper.sources_of(modules, areas, with_lessons=False),
    }
    return render(request, "training/event_pack.html", context)


@require_safe
@never_cache
@permission_required("training.take_training", raise_exception=True)
def manual(request):
    """The whole course as it is now, with every card of the deck."""
    modules = paper.printed_modules(list(ModuleVersion.objects.current().select_related("module")))
    areas = paper.printed_cards()
    context = {
        "release": CourseRelease.objects.current(),
        "modules": modules,
        "areas": areas,
        "sources": paper.sources_of(modules, areas, with_lessons=True),
    }
    return render(request, "training/manual.html", context)
