"""Training on paper: the sign-in sheet of an event. A4, upright; the browser prints it or makes a PDF of it."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from training import event_pages
from training.events import versions_of
from training.views.events import PERMISSION, open_event
from vein_care.accounts.scope import of_own_organisation

# Lines for those who just come, and at least a full first page.
EMPTY_LINES = 6
LINES_OF_FIRST_PAGE = 18


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
