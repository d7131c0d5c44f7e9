"""What allauth's pages of the second step leave to us."""

from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from vein_care.accounts.actions.people import note_was_read


@require_POST
def note_read(request):
    """The person has read who removed their second step."""
    note_was_read(request.user)
    return redirect("home")
