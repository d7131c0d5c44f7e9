"""What every desk page shows around its content."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _


def navigation(user):
    """Links this person may follow, as (label, url) pairs in the order of the header."""
    links = []
    if user.has_perm("care_sessions.deliver_session") and user.organisation_id:
        links.append((_("Cards"), reverse("deliver:shell")))
    if user.has_perm("care_sessions.view_quarantine") and user.organisation_id:
        links.append((_("Records to look at"), reverse("sessions:quarantine-list")))
    return links


def desk(request):
    """Template context: `navigation` for the header and `is_demo` for the strip on every page with made-up data."""
    user = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    return {"navigation": navigation(user) if signed_in else [], "is_demo": settings.VEIN_CARE_DEMO}
