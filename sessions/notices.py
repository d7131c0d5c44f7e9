"""One notice for everybody in an organisation, with a first and a last day."""

import datetime

from django import forms
from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from sessions.models import Notice
from sessions.models.services import LONGEST_NOTICE_DAYS
from vein_care.accounts import audit
from vein_care.accounts.forms.base import DateInput
from vein_care.accounts.models import Organisation
from vein_care.accounts.presenters import within
from vein_care.accounts.scope import open_organisation

PERMISSION = "care_sessions.manage_notices"
USUAL_DAYS = 14
EARLIER_SHOWN = 10


class NoticeForm(forms.ModelForm):
    class Meta:
        model = Notice
        fields = ["text", "starts_on", "ends_on"]
        labels = {"text": _("What everybody needs to know"), "starts_on": _("First day"), "ends_on": _("Last day")}
        help_texts = {
            "text": _("Up to 300 letters. What is going round, how it can be told, what helps. Nothing about any one person."),
            "ends_on": _("After this day it disappears by itself, also from tablets that are offline."),
        }
        widgets = {"text": forms.Textarea(attrs={"rows": 4, "maxlength": 300}), "starts_on": DateInput, "ends_on": DateInput}
        error_messages = {
            "text": {"required": _("Enter what everybody needs to know."), "max_length": _("Keep it to 300 letters.")},
            "starts_on": {"required": _("Enter the first day."), "invalid": _("Enter a day, such as 2026-11-21.")},
            "ends_on": {"required": _("Enter the last day."), "invalid": _("Enter a day, such as 2026-11-21.")},
        }

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        self.initial |= {"starts_on": today, "ends_on": today + datetime.timedelta(days=USUAL_DAYS)}

    def clean_text(self):
        return " ".join(self.cleaned_data["text"].split())

    def clean(self):
        cleaned = super().clean()
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if not (starts_on and ends_on):
            return cleaned
        if ends_on < starts_on:
            self.add_error("ends_on", _("The last day is before the first. Change one of them."))
        elif ends_on < self.today:
            self.add_error("ends_on", _("This day is over. Enter today or a later day."))
        elif ends_on - starts_on > datetime.timedelta(days=LONGEST_NOTICE_DAYS):
            self.add_error("ends_on", _("A notice can stay for three months at most. It can be put up again after that."))
        return cleaned

    def _get_validation_exclusions(self):
        """clean() says in words what the constraints of the table say."""
        return super()._get_validation_exclusions() | {"starts_on", "ends_on"}


@transaction.atomic
def publish_notice(*, notice, now, by):
    """Put it up in place of the one that stands, if any."""
    Organisation.objects.select_for_update().get(pk=notice.organisation_id)
    replaced = Notice.objects.standing().filter(organisation=notice.organisation_id).update(withdrawn_at=now, withdrawn_by=by)
    notice.created_at, notice.created_by = now, by
    notice.save()
    days = {"starts_on": notice.starts_on.isoformat(), "ends_on": notice.ends_on.isoformat()}
    audit.record("notice.published", by=by, target=notice, replaced=bool(replaced), **days)
    return notice


@transaction.atomic
def withdraw_notice(*, organisation, now, by):
    """Take down the one that stands. Without one nothing happens."""
    standing = Notice.objects.standing().filter(organisation=organisation).select_for_update().first()
    if standing:
        standing.withdrawn_at, standing.withdrawn_by = now, by
        standing.save(update_fields=["withdrawn_at", "withdrawn_by"])
        audit.record("notice.withdrawn", by=by, target=standing)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def notice(request, scope):
    scope = open_organisation(request.user, scope, PERMISSION)
    today = timezone.localdate()
    form = NoticeForm(request.POST or None, instance=Notice(organisation=scope.organisation), today=today)
    if request.method == "POST" and form.is_valid():
        publish_notice(notice=form.save(commit=False), now=timezone.now(), by=request.user)
        messages.success(request, _t("The notice is up. Tablets show it from their next contact on."))
        return redirect("sessions:notice", scope)
    standing = Notice.objects.not_over(today).filter(organisation=scope.organisation).first()
    earlier = Notice.objects.filter(organisation=scope.organisation).exclude(pk=standing and standing.pk)[:EARLIER_SHOWN]
    found = {"standing": standing, "is_to_come": bool(standing and standing.starts_on > today), "earlier": earlier}
    return render(request, "sessions/notice.html", within(request.user, scope, form=form, **found))


@require_POST
def notice_withdraw(request, scope):
    scope = open_organisation(request.user, scope, PERMISSION)
    withdraw_notice(organisation=scope.organisation, now=timezone.now(), by=request.user)
    messages.success(request, _t("The notice is down. Tablets let go of it at their next contact."))
    return redirect("sessions:notice", scope)
