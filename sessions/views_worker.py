"""A worker's day beside the tablet: own work, voiding, writing down afterwards, the paper slip; and everyone's own data."""

import uuid
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.db import transaction
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sessions import my_work, own_data, quarantine, reference, slip, voiding
from sessions.afterwards import SavedOtherwise, record_afterwards
from sessions.afterwards_form import AfterwardsForm
from sessions.afterwards_widgets import number
from vein_care.accounts import audit
from vein_care.accounts.models import Site
from vein_care.accounts.scope import of_own_organisation

PER_PAGE = 25
SAVED_OTHERWISE = gettext_lazy(
    "This page was saved before, with other answers. Save again to write down another session, or void the first in My work."
)
form_page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@of_own_organisation("care_sessions.deliver_session")
def my_work_page(request):
    """Today, the last 30 days, and what was written down last, with a way to void what just came in."""
    person, now = request.user, timezone.now()
    page = Paginator(my_work.own_sessions(person), PER_PAGE).get_page(request.GET.get("page"))
    context = my_work.present_counts(person, today=my_work.today_of(person, now=now)) | {
        "page": page,
        "sessions": my_work.present_sessions(page.object_list, now=now),
        "support_contact": my_work.support_contact_of(person.usual_site),
    }
    return render(request, "sessions/my_work.html", context)


@form_page
@of_own_organisation("care_sessions.void_own_session")
def session_void(request, pk):
    """Ask why, then void one of one's own sessions, within 24 hours of its coming in."""
    now = timezone.now()
    session = get_object_or_404(my_work.own_sessions(request.user), pk=pk)
    form = voiding.VoidForm(request.POST if request.method == "POST" else None)
    try:
        voiding.check_own(session, now=now)
        if form.is_valid():
            voiding.void_own_session(session=session, reason=form.cleaned_data["reason"], by=request.user, now=now)
            messages.success(request, _("Voided. It counts nowhere now."))
            return redirect("sessions:my-work")
    except voiding.NotVoidable as refusal:
        messages.info(request, str(refusal))
        return redirect("sessions:my-work")
    context = {"form": form, "parts": quarantine.present_session(session), "back": reverse("sessions:my-work")}
    return render(request, "sessions/session_void.html", context)


@form_page
@of_own_organisation("care_sessions.deliver_session")
def session_new(request):
    """Write down a session that was not recorded on a tablet."""
    # A page may ask afresh each time: what it offers should be what it accepts.
    reference.forget()
    person, now = request.user, timezone.now()
    sites = list(Site.objects.visible_to(person).active())
    context = {"person": person, "sites": sites, "today": my_work.today_of(person, now=now), "now": now}
    if request.method != "POST":
        form = AfterwardsForm(kept=_kept(request.GET, sites), **context)
        return _show_form(request, form, record_id=uuid.uuid4())
    form, record_id = AfterwardsForm(request.POST, **context), _record_id(request.POST)
    if not form.is_valid():
        return _show_form(request, form, record_id=record_id)
    try:
        is_new = record_afterwards(form, record_id=record_id, by=person, now=now)
    except SavedOtherwise:
        form.add_error(None, SAVED_OTHERWISE)
        return _show_form(request, form, record_id=uuid.uuid4())
    messages.success(request, _("Written down.") if is_new else _("This was written down already, once."))
    return redirect(_next(request.POST))


def _show_form(request, form, *, record_id):
    return render(request, "sessions/session_new.html", {"form": form, "record_id": record_id})


def _record_id(posted):
    try:
        return uuid.UUID(posted.get("record_id", ""))
    except ValueError:
        return uuid.uuid4()


def _next(posted):
    """My work, or an empty form for the same date, site and kind of place."""
    if "another" not in posted:
        return reverse("sessions:my-work")
    return f"{reverse('sessions:session-new')}?{urlencode({name: posted.get(name, '') for name in ['site', 'setting', 'held_on']})}"


def _kept(handed_on, sites):
    """What "Save and add another" hands on, as far as it still makes sense."""
    site = number(handed_on.get("site", ""))
    kept = {name: handed_on[name] for name in ["setting", "held_on"] if handed_on.get(name)}
    return kept | ({"site": site} if any(site == each.pk for each in sites) else {})


@require_safe
@of_own_organisation("care_sessions.deliver_session")
def record_slip(request):
    """The paper form of one site, two to a sheet."""
    sites = list(Site.objects.visible_to(request.user).active())
    wanted = number(request.GET.get("site", "")) or request.user.usual_site_id
    site = next((each for each in sites if each.pk == wanted), sites[0] if sites else None)
    context = slip.present_slip(site) if site else {}
    return render(request, "sessions/slip.html", context | {"sites": sites})


@require_safe
@never_cache
@permission_required("accounts.view_own_data", raise_exception=True)
def my_data(request):
    """What is kept about the person who is signed in, in words, with a button to take it away."""
    return render(request, "sessions/my_data.html")


@require_POST
@never_cache
@permission_required("accounts.view_own_data", raise_exception=True)
@transaction.atomic
def my_data_file(request):
    """The same as a file. Asked for by POST, because the audit trail notes it."""
    now = timezone.now()
    gathered = own_data.gather(request.user, now=now)
    audit.record("own_data.taken", by=request.user, target=request.user, sessions=len(gathered["sessions"]))
    name = f"vein-care-my-data-{now:%Y-%m-%d}.json"
    return JsonResponse(gathered, json_dumps_params={"indent": 2}, headers={"Content-Disposition": f'attachment; filename="{name}"'})
