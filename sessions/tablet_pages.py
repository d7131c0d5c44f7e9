"""The tablets of an organisation: what each is called, when it last called, what waits on it, and whether it may hand in.

Whose hands it was in is not shown, and neither is the time of day: this page is about devices.
"""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import F, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sessions import counter_tablets
from sessions.counter_tablets import CounterTabletForm
from sessions.models import Tablet
from vein_care.accounts import audit, qr
from vein_care.accounts.models import Site
from vein_care.accounts.presenters import within
from vein_care.accounts.scope import open_organisation

PERMISSION = "care_sessions.manage_tablets"
PER_PAGE = 50
SESSION_KEY = "code_of_counter_tablet"


class TabletForm(forms.ModelForm):
    class Meta:
        model = Tablet
        fields = ["label"]
        labels = {"label": _("What it is called")}
        help_texts = {"label": _("As it says on the back, such as Van 1. Not the name of a person.")}


@transaction.atomic
def name_tablet(*, tablet, changed, by):
    if changed:
        tablet.save(update_fields=["label"])
        audit.record("tablet.named", by=by, target=tablet)


@transaction.atomic
def revoke_tablet(*, tablet, now, by):
    """Let it hand in nothing more, from its next contact on. What it has not sent stays on it. Once revoked, no change."""
    if Tablet.objects.filter(pk=tablet.pk, revoked_at=None).update(revoked_at=now, revoked_by=by):
        audit.record("tablet.revoked", by=by, target=tablet, unsent=tablet.unsent)


@transaction.atomic
def allow_tablet(*, tablet, by):
    """Let it hand in again, such as when a lost one was found."""
    if Tablet.objects.filter(pk=tablet.pk, revoked_at__isnull=False).update(revoked_at=None, revoked_by=None):
        audit.record("tablet.allowed", by=by, target=tablet)


@require_safe
@never_cache
def tablet_list(request, scope):
    scope = open_organisation(request.user, scope, PERMISSION)
    found = Tablet.objects.filter(organisation=scope.organisation).select_related("site")
    order = [F("revoked_at").asc(nulls_first=True), F("last_contact_at").desc(nulls_last=True), "id"]
    page = Paginator(found.order_by(*order), PER_PAGE).get_page(request.GET.get("page"))
    waiting = found.filter(Q(unsent__gt=0)).count()
    return render(request, "sessions/tablet_list.html", within(request.user, scope, page=page, waiting=waiting))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def tablet_detail(request, scope, pk):
    scope = open_organisation(request.user, scope, PERMISSION)
    tablet = get_object_or_404(Tablet.objects.select_related("site", "revoked_by"), organisation=scope.organisation, pk=pk)
    form = TabletForm(request.POST if request.method == "POST" else None, instance=tablet)
    if request.method == "POST" and form.is_valid():
        name_tablet(tablet=form.save(commit=False), changed=form.changed_data, by=request.user)
        messages.success(request, _t("Saved."))
        return redirect("sessions:tablet-list", scope)
    return render(request, "sessions/tablet_detail.html", within(request.user, scope, tablet=tablet, form=form, **_code_shown_once(request, tablet)))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def tablet_revoke(request, scope, pk):
    """What will happen to it and to what it has not sent; on POST it happens."""
    scope = open_organisation(request.user, scope, PERMISSION)
    tablet = get_object_or_404(Tablet, organisation=scope.organisation, pk=pk)
    if request.method == "POST":
        revoke_tablet(tablet=tablet, now=timezone.now(), by=request.user)
        messages.success(request, _t("%(tablet)s may not hand in any more.") % {"tablet": tablet})
        return redirect("sessions:tablet-list", scope)
    return render(request, "sessions/tablet_revoke.html", within(request.user, scope, tablet=tablet))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def counter_tablet_new(request, scope):
    """A tablet that stays at a site: which, and what it is called. Then its page shows the code, once."""
    scope = open_organisation(request.user, scope, PERMISSION)
    sites = Site.objects.filter(organisation=scope.organisation).active()
    # The organisation is there before the form is checked, so that the rules across columns see it.
    instance = Tablet(organisation=scope.organisation, is_counter=True)
    form = CounterTabletForm(request.POST if request.method == "POST" else None, instance=instance, sites=sites)
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data
        tablet, code = counter_tablets.expect(
            organisation=scope.organisation, site=found["site"], label=found["label"], now=timezone.now(), by=request.user
        )
        return _show_code(request, scope, tablet, code)
    return render(request, "sessions/counter_tablet_new.html", within(request.user, scope, form=form, sites=sites))


@require_POST
def counter_tablet_again(request, scope, pk):
    """A new code for a counter tablet whose browser has lost what it knew."""
    scope = open_organisation(request.user, scope, PERMISSION)
    tablet = get_object_or_404(Tablet, organisation=scope.organisation, pk=pk, is_counter=True, site__is_active=True, revoked_at=None)
    return _show_code(request, scope, tablet, counter_tablets.expect_again(tablet=tablet, now=timezone.now(), by=request.user))


def _show_code(request, scope, tablet, code):
    request.session[SESSION_KEY] = {"tablet": str(tablet.pk), "code": code}
    return redirect("sessions:tablet-detail", scope, tablet.pk)


def _code_shown_once(request, tablet):
    """What the page of a tablet shows right after a code was made: the link for its browser and the same as QR code. {} at any other time."""
    shown = request.session.get(SESSION_KEY)
    if request.method != "GET" or not shown or shown["tablet"] != str(tablet.pk):
        return {}
    del request.session[SESSION_KEY]
    # After the # it stays in the browser: no server and no log sees it.
    url = f"{request.build_absolute_uri(reverse('deliver:shell'))}#counter={shown['code']}"
    return {"url": url, "qr": qr.inline_svg(url)}


@require_POST
def tablet_allow(request, scope, pk):
    scope = open_organisation(request.user, scope, PERMISSION)
    tablet = get_object_or_404(Tablet, organisation=scope.organisation, pk=pk)
    allow_tablet(tablet=tablet, by=request.user)
    messages.success(request, _t("%(tablet)s may hand in again. On the tablet, open “This tablet” and tap “Try again”.") % {"tablet": tablet})
    return redirect("sessions:tablet-list", scope)
