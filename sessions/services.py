"""Local services: the list an administrator keeps, with a tap for "checked today"; and whether the public may read it."""

import datetime

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sessions.models import HelpPage, LocalService, SignpostKind
from vein_care.accounts import audit
from vein_care.accounts.forms.base import DateInput
from vein_care.accounts.posted import told_when_taken
from vein_care.accounts.presenters import within
from vein_care.accounts.scope import open_organisation

PERMISSION = "care_sessions.manage_local_services"
WALK_IN = {"": None, "yes": True, "no": False}


class LocalServiceForm(forms.ModelForm):
    walk_in = forms.TypedChoiceField(
        label=_("Can people just walk in?"),
        choices=[("", _("Not known")), ("yes", _("Yes")), ("no", _("No, by appointment"))],
        coerce=WALK_IN.get,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )

    class Meta:
        model = LocalService
        fields = ["kind", "name", "phone", "hours", "walk_in", "link", "site", "checked_on", "is_active"]
        widgets = {
            "checked_on": DateInput,
            "phone": forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
            "link": forms.TextInput(attrs={"inputmode": "url", "autocapitalize": "none", "spellcheck": "false"}),
        }
        help_texts = {"is_active": "", "checked_on": _("The day on which somebody last made sure of it.")}
        error_messages = {
            "kind": {"required": _("Choose what it offers.")},
            "name": {"required": _("Enter a name.")},
            "checked_on": {"required": _("Enter the day on which it was last checked."), "invalid": _("Enter a day, such as 2026-11-21.")},
        }

    def __init__(self, *args, scope, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.scope = scope
        self.today = today
        self.fields["kind"].queryset = SignpostKind.objects.filter(is_retired=False) | SignpostKind.objects.filter(pk=self.instance.kind_id)
        self.fields["kind"].empty_label = _("Choose…")
        self.fields["site"].queryset = scope.sites().filter(is_active=True) | scope.sites().filter(pk=self.instance.site_id)
        self.fields["site"].empty_label = _("All sites")
        self.initial["walk_in"] = {answer: said for said, answer in WALK_IN.items()}[self.instance.walk_in]
        if self.instance._state.adding:
            self.initial["checked_on"] = today

    def clean_checked_on(self):
        checked_on = self.cleaned_data["checked_on"]
        if checked_on > self.today:
            raise forms.ValidationError(_("This day is still to come. Enter the day on which it was last checked."))
        return checked_on

    def clean(self):
        cleaned = super().clean()
        if not any(cleaned.get(name) or name in self.errors for name in ["phone", "hours", "link"]):
            raise forms.ValidationError(_("Enter a phone number, opening hours or a website, so that people can get there."))
        if cleaned.get("name") and cleaned.get("kind") and "site" not in self.errors and self._is_there_already(cleaned):
            self.add_error("name", _("This service is on the list already."))
        return cleaned

    def _is_there_already(self, cleaned):
        same = LocalService.objects.filter(
            organisation=self.scope.organisation, site=cleaned.get("site"), kind=cleaned["kind"], name__iexact=cleaned["name"]
        )
        return same.exclude(pk=self.instance.pk).exists()


class HelpPageForm(forms.ModelForm):
    class Meta:
        model = HelpPage
        fields = ["slug"]
        error_messages = {"slug": {"required": _("Enter the last part of the address, such as harbour-outreach.")}}

    def clean_slug(self):
        slug = self.cleaned_data["slug"]
        if HelpPage.objects.filter(slug=slug).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("Somebody else has this address. Choose another."))
        return slug


# What is done


def stale_before(today):
    """Services last checked before this day are due for another look."""
    return today - datetime.timedelta(days=settings.LOCAL_SERVICE_STALE_DAYS)


@transaction.atomic
def add_service(*, service, by):
    service.save()
    audit.record("local_service.added", by=by, target=service, kind=service.kind_id)


@transaction.atomic
def change_service(*, service, changed, by):
    if changed:
        service.save(update_fields=changed)
        audit.record("local_service.changed", by=by, target=service, changed=sorted(changed))


@transaction.atomic
def check_service(*, service, today, by):
    """Note that all of it was right today. A second tap on the same day changes nothing."""
    if LocalService.objects.filter(pk=service.pk).exclude(checked_on=today).update(checked_on=today):
        audit.record("local_service.checked", by=by, target=service)


@transaction.atomic
def open_help_page(*, page, by):
    """Give the organisation a public address, or another one. The earlier one stops working."""
    is_new = page._state.adding
    page.save()
    audit.record("help_page.opened" if is_new else "help_page.changed", by=by, target=page, slug=page.slug)


@transaction.atomic
def close_help_page(*, organisation, by):
    page = HelpPage.objects.filter(organisation=organisation).first()
    if page:
        audit.record("help_page.closed", by=by, target=page, slug=page.slug)
        page.delete()


# Pages


@require_safe
@never_cache
def service_list(request, scope):
    scope = open_organisation(request.user, scope, PERMISSION)
    found = LocalService.objects.filter(organisation=scope.organisation).select_related("kind", "site")
    found = found.order_by("-is_active", *LocalService._meta.ordering)
    stale = stale_before(timezone.localdate())
    rows = [{"service": service, "is_stale": service.checked_on < stale} for service in found]
    page = HelpPage.objects.filter(organisation=scope.organisation).first()
    counts = {"stale_count": sum(row["is_stale"] and row["service"].is_active for row in rows)}
    return render(request, "sessions/service_list.html", within(request.user, scope, rows=rows, help_page=page, **counts))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def service_new(request, scope):
    scope = open_organisation(request.user, scope, PERMISSION)
    service = LocalService(organisation=scope.organisation)
    form = LocalServiceForm(request.POST or None, instance=service, scope=scope, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        with told_when_taken(form):
            add_service(service=form.save(commit=False), by=request.user)
            messages.success(request, _t("%(service)s is on the list. Tablets show it the next time they are online.") % {"service": service})
            return redirect("sessions:service-list", scope)
    return render(request, "sessions/service_form.html", within(request.user, scope, form=form, service=None))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def service_edit(request, scope, pk):
    scope = open_organisation(request.user, scope, PERMISSION)
    service = get_object_or_404(LocalService, organisation=scope.organisation, pk=pk)
    form = LocalServiceForm(request.POST or None, instance=service, scope=scope, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        with told_when_taken(form):
            change_service(service=form.save(commit=False), changed=form.changed_data, by=request.user)
            messages.success(request, _t("Saved. Tablets show it the next time they are online."))
            return redirect("sessions:service-list", scope)
    return render(request, "sessions/service_form.html", within(request.user, scope, form=form, service=service))


@require_POST
def service_checked(request, scope, pk):
    scope = open_organisation(request.user, scope, PERMISSION)
    service = get_object_or_404(LocalService, organisation=scope.organisation, pk=pk)
    check_service(service=service, today=timezone.localdate(), by=request.user)
    messages.success(request, _t("%(service)s: checked today.") % {"service": service})
    return redirect("sessions:service-list", scope)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def help_page(request, scope):
    scope = open_organisation(request.user, scope, PERMISSION)
    page = HelpPage.objects.filter(organisation=scope.organisation).first()
    form = HelpPageForm(request.POST or None, instance=page or HelpPage(organisation=scope.organisation))
    if request.method == "POST" and form.is_valid():
        with told_when_taken(form):
            open_help_page(page=form.save(commit=False), by=request.user)
            messages.success(request, _t("The page is public now."))
            return redirect("sessions:service-list", scope)
    return render(request, "sessions/help_page_form.html", within(request.user, scope, form=form, page=page))


@require_POST
def help_page_close(request, scope):
    scope = open_organisation(request.user, scope, PERMISSION)
    close_help_page(organisation=scope.organisation, by=request.user)
    messages.success(request, _t("The page is not public any more."))
    return redirect("sessions:service-list", scope)
