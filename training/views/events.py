"""Face-to-face events of the own service: planning, inviting, calling off, and what came of them."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from training import event_pages
from training.actions import events as actions
from training.actions.attendance import change_coverage
from training.actions.refusals import Refused
from training.events import modules_on_offer, titles_of
from training.forms.events import CancelEventForm, CoverageForm, EventForm, InviteForm, NewEventForm
from training.models import Module, TrainingEvent
from vein_care.accounts.models import Site, User
from vein_care.accounts.posted import posted
from vein_care.accounts.scope import of_own_organisation

PERMISSION = "training.run_event"
PER_PAGE = 20


def open_event(request, pk):
    """An event of the own service; 404 for another's."""
    return get_object_or_404(TrainingEvent.objects.visible_to(request.user).select_related("made_by", "cancelled_by", "attendance_by"), pk=pk)


def people_here(request):
    """Everyone active of the own service."""
    return User.objects.visible_to(request.user).filter(is_active=True)


@require_safe
@of_own_organisation(PERMISSION)
def event_list(request):
    today = timezone.localdate()
    events = TrainingEvent.objects.visible_to(request.user).with_counts()
    page = Paginator(events.over().order_by("-held_on", "-id"), PER_PAGE).get_page(request.GET.get("page"))
    context = {"coming": events.coming(today=today), "waiting": events.waiting_for_attendance(today=today), "page": page, "today": today}
    return render(request, "training/event_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@of_own_organisation(PERMISSION)
def event_new(request):
    today = timezone.localdate()
    form = NewEventForm(
        posted(request),
        instance=TrainingEvent(organisation=request.user.organisation),
        offered=[(version.module_id, version.title) for version in modules_on_offer()],
        today=today,
        sites=Site.objects.visible_to(request.user).active(),
        people=people_here(request),
    )
    if request.method == "POST" and form.is_valid():
        modules = Module.objects.filter(pk__in=form.cleaned_data["modules"])
        try:
            event = actions.plan_event(event=form.save(commit=False), modules=modules, people=form.invited(), by=request.user)
        except actions.PlannedAlready as refusal:
            return _back(request, refusal.event, str(refusal))
        messages.success(request, _planned(event, form.invited().count(), today=today))
        return redirect("training:event-people" if form.chooses_people else "training:event-detail", event.pk)
    return render(request, "training/event_form.html", {"form": form, "event": None})


def _planned(event, count, *, today):
    if event.held_on < today:
        return _("%(event)s is written down. Its day has passed, so you can mark who was there.") % {"event": event}
    invited = ngettext("%(count)d person is invited.", "%(count)d people are invited.", count) % {"count": count}
    return _("%(event)s is planned. %(invited)s") % {"event": event, "invited": invited if count else _("Now choose who is invited.")}


@require_safe
@of_own_organisation(PERMISSION)
def event_detail(request, pk):
    return render(request, "training/event_detail.html", event_pages.present_event(open_event(request, pk), now=timezone.now()))


@require_http_methods(["GET", "HEAD", "POST"])
@of_own_organisation(PERMISSION)
def event_edit(request, pk):
    event = open_event(request, pk)
    if event.is_cancelled:
        return _back(request, event, _("This event was called off. Plan a new one instead."))
    form = EventForm(posted(request), instance=event, offered=_offered(event), today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        modules = Module.objects.filter(pk__in=form.cleaned_data.get("modules", []))
        try:
            changed, revision = form.changed_facts(), form.cleaned_data["revision"]
            actions.change_event(event=form.save(commit=False), modules=modules, changed=changed, by=request.user, revision=revision)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            form.has_seen(TrainingEvent.objects.get(pk=event.pk).revision)
        else:
            messages.success(request, _("Saved."))
            return redirect("training:event-detail", event.pk)
    return render(request, "training/event_form.html", {"form": form, "event": event})


def _offered(event):
    """[(Module pk, title)] of the course as it is, and of what the event covers already."""
    offered = {version.module_id: version.title for version in modules_on_offer()}
    offered |= titles_of(set(event.modules.values_list("pk", flat=True)) - offered.keys())
    return list(offered.items())


@require_http_methods(["GET", "HEAD", "POST"])
@of_own_organisation(PERMISSION)
def event_coverage(request, pk):
    """What was covered after all, once attendance was saved."""
    event = open_event(request, pk)
    if not event.is_marked:
        return redirect("training:event-edit", event.pk)
    form = CoverageForm(posted(request), event=event, offered=_offered(event))
    if request.method == "POST" and form.is_valid():
        modules = Module.objects.filter(pk__in=form.cleaned_data["modules"])
        said = {"reason": form.cleaned_data["reason"], "revision": form.cleaned_data["revision"]}
        try:
            changed = change_coverage(event=event, modules=modules, by=request.user, now=timezone.now(), **said)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            form.has_seen(TrainingEvent.objects.get(pk=event.pk).revision)
        else:
            messages.success(request, _("Saved. What people have done follows.") if changed else _("The modules are as they were."))
            return redirect("training:event-detail", event.pk)
    return render(request, "training/event_coverage.html", {"event": event, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@of_own_organisation(PERMISSION)
def event_people(request, pk):
    event = open_event(request, pk)
    if event.is_cancelled:
        return _back(request, event, _("This event was called off. Plan a new one instead."))
    people = User.objects.visible_to(request.user).filter(pk__in=event_pages.can_be_invited(event, people_here(request)))
    form = InviteForm(posted(request), people=people)
    if request.method == "POST" and form.is_valid():
        try:
            came, left = actions.invite(event=event, people=form.cleaned_data["people"], by=request.user, listed_then=form.listed_then())
        except Refused as refusal:
            return _back(request, event, str(refusal))
        messages.success(request, _invited(came, left))
        return redirect("training:event-detail", event.pk)
    chosen = set(request.POST.getlist("people")) if request.method == "POST" else None
    groups = event_pages.present_people(event, people, chosen=chosen)
    listed = request.POST.get("listed", " ".join(str(row["person"].pk) for _site, rows in groups for row in rows if row["is_listed"]))
    context = {"event": event, "form": form, "groups": groups, "listed": listed}
    return render(request, "training/event_people.html", context)


def _invited(came, left):
    said = []
    if came:
        said.append(ngettext("%(count)d person came to the list.", "%(count)d people came to the list.", came) % {"count": came})
    if left:
        said.append(ngettext("%(count)d person left it.", "%(count)d people left it.", left) % {"count": left})
    return " ".join(said) or _("The list is as it was.")


@require_http_methods(["GET", "HEAD", "POST"])
@of_own_organisation(PERMISSION)
def event_cancel(request, pk):
    event = open_event(request, pk)
    form = CancelEventForm(posted(request))
    if event.is_cancelled or event.is_marked:
        return _back(request, event, _("This event cannot be called off any more."))
    if request.method == "POST" and form.is_valid():
        try:
            actions.cancel_event(event=event, by=request.user, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            return _back(request, event, str(refusal))
        messages.success(request, _("%(event)s is called off. Those invited see it under Training, with your words.") % {"event": event})
        return redirect("training:event-detail", event.pk)
    return render(request, "training/event_cancel.html", {"event": event, "form": form})


def _back(request, event, sentence):
    messages.info(request, sentence)
    return redirect("training:event-detail", event.pk)
