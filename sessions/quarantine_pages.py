"""The coordinators' pages about records that could be read but not accepted: those that wait, those dealt with, and each by itself."""


from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from sessions import my_work, quarantine, quarantine_actions, reference
from sessions.models import QuarantinedRecord
from sessions.quarantine_form import CorrectionForm, SetAsideForm, readable_cards
from vein_care.accounts.models import Site, User
from vein_care.accounts.roles import Role
from vein_care.accounts.scope import of_own_organisation

PER_PAGE = 25


@require_safe
@never_cache
@permission_required("care_sessions.view_quarantine", raise_exception=True)
def quarantine_list(request):
    """Records that could be read but not accepted, newest first. Own organisation only."""
    return _list(request, QuarantinedRecord.objects.visible_to(request.user).unresolved(), "sessions/quarantine_list.html")


@require_safe
@never_cache
@permission_required("care_sessions.view_quarantine", raise_exception=True)
def quarantine_done(request):
    """Records that somebody has dealt with, the last one first: what was done, by whom."""
    return _list(request, QuarantinedRecord.objects.visible_to(request.user).resolved(), "sessions/quarantine_done.html")


def _list(request, rows, template):
    page = Paginator(rows.select_related("tablet", "resolved_by"), PER_PAGE).get_page(request.GET.get("page"))
    records = quarantine.present(page.object_list, organisation_id=request.user.organisation_id)
    return render(request, template, {"page": page, "records": records})


@require_safe
@of_own_organisation("care_sessions.view_quarantine")
def record_detail(request, pk):
    """Why it could not be taken in, what it holds, and the two ways to deal with it, or what was done."""
    return _show(request, _record(request, pk))


@require_POST
@of_own_organisation("care_sessions.resolve_quarantine")
def record_accept(request, pk):
    """Store what the form says, if it is right."""
    record, now = _record(request, pk), timezone.now()
    form = _correction(request, record, request.POST, now=now)
    try:
        if form.is_valid():
            quarantine_actions.accept(record=record, form=form, by=request.user, now=now)
            messages.success(request, _("Taken in. It counts from now on."))
            return redirect("sessions:quarantine-list")
    except quarantine_actions.NotPossible as refusal:
        return _refuse(request, record, refusal)
    return _show(request, record, form=form)


@require_POST
@of_own_organisation("care_sessions.resolve_quarantine")
def record_set_aside(request, pk):
    record, form = _record(request, pk), SetAsideForm(request.POST)
    try:
        if form.is_valid():
            quarantine_actions.set_aside(record=record, reason=form.cleaned_data["why"], by=request.user, now=timezone.now())
            messages.success(request, _("Set aside. It stays here, and counts nowhere."))
            return redirect("sessions:quarantine-list")
    except quarantine_actions.NotPossible as refusal:
        return _refuse(request, record, refusal)
    return _show(request, record, aside=form)


def _record(request, pk):
    return get_object_or_404(QuarantinedRecord.objects.visible_to(request.user).select_related("tablet", "resolved_by"), pk=pk)


def _refuse(request, record, refusal):
    messages.info(request, str(refusal))
    return redirect("sessions:quarantine-record", record.pk)


def _show(request, record, *, form=None, aside=None):
    """The page. form, aside: with errors, after one of the two was sent."""
    shown = quarantine.present([record], organisation_id=request.user.organisation_id)[0]
    context = {"record": record, "shown": shown, "cards": len(readable_cards(quarantine.session_in(record))[1])}
    if record.resolved_at is None:
        context |= _ways(request, record, form, aside)
    return render(request, "sessions/quarantine_record.html", context)


def _ways(request, record, form, aside):
    stored = quarantine.stored_under_same_number(record)
    session = quarantine.session_of(stored, organisation_id=record.organisation_id)
    others = [] if stored else quarantine.waiting_under_same_number(record)
    form = form or (None if stored else _correction(request, record, None, now=timezone.now()))
    return {
        "what_to_do": quarantine.STORED_ALREADY if stored else quarantine.what_to_do(record),
        "is_stored": stored is not None,
        "stored": quarantine.present_session(session) if session else [],
        "others": list(others),
        "form": form,
        "aside": aside or SetAsideForm(),
        "failed": next((each for each in [form, aside] if each is not None and each.errors), None),
        "person": form.delivered.person if form else None,
    }


def _correction(request, record, data, *, now):
    # What the page offers should be what it accepts.
    reference.forget()
    delivered = quarantine.delivered(record)
    return CorrectionForm(
        data,
        session=quarantine.session_in(record),
        delivered=delivered,
        workers=_workers(request.user, delivered),
        person=request.user,
        sites=list(Site.objects.visible_to(request.user)),
        today=my_work.today_of(request.user, now=now),
        now=now,
    )


def _workers(coordinator, delivered):
    """Who may be named: the workers of the organisation, and whoever the record names, if they are of it; they may have left since."""
    if delivered.is_proven:
        return []
    people = list(User.objects.filter(organisation=coordinator.organisation_id, is_active=True, roles__contains=[Role.WORKER]))
    named = delivered.person
    if named and named.organisation_id == coordinator.organisation_id and named not in people:
        people.append(named)
    return people
