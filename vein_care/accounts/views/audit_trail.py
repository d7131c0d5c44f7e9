"""Who did what, when: the audit trail of one service."""

import datetime

from django import forms
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from vein_care.accounts.audit_labels import LABELS
from vein_care.accounts.presenters import present_events, within
from vein_care.accounts.scope import open_scope

PER_PAGE = 50


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self):
        super().__init__(format="%Y-%m-%d")


class AuditFilter(forms.Form):
    """Everything may be left out; nonsense in the address is treated as left out."""

    who = forms.CharField(label=_("Who did it"), required=False, max_length=80)
    what = forms.ChoiceField(label=_("What"), required=False, choices=[("", _("Anything")), *sorted(LABELS.items(), key=lambda item: str(item[1]))])
    since = forms.DateField(label=_("From"), required=False, widget=DateInput)
    until = forms.DateField(label=_("To"), required=False, widget=DateInput)
    before = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)

    def apply(self, events):
        self.is_valid()
        wanted = self.cleaned_data
        if who := wanted.get("who"):
            events = events.filter(actor_name__icontains=who)
        if what := wanted.get("what"):
            events = events.filter(type=what)
        if since := wanted.get("since"):
            events = events.filter(at__gte=_midnight(since))
        if (until := wanted.get("until")) and until < datetime.date.max:
            events = events.filter(at__lt=_midnight(until + datetime.timedelta(days=1)))
        if before := wanted.get("before"):
            events = events.filter(pk__lt=before)
        return events


def _midnight(day):
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


@require_safe
@never_cache
def audit_trail(request, scope):
    """One page, newest first. The next page begins below the last event shown, so that it costs the same however far back."""
    scope = open_scope(request.user, scope, "accounts.view_audit_trail")
    wanted = AuditFilter(request.GET)
    found = list(wanted.apply(scope.events()).order_by("-pk")[: PER_PAGE + 1])
    events = found[:PER_PAGE]
    query = request.GET.copy()
    query.pop("before", None)
    older = None
    if len(found) > PER_PAGE:
        query["before"] = events[-1].pk
        older = query.urlencode()
    is_first = not wanted.cleaned_data.get("before")
    context = within(request.user, scope, filter=wanted, events=present_events(events), older=older, is_first=is_first)
    return render(request, "accounts/audit_trail.html", context)
