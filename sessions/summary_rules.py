"""An administrator settles below which number figures to share are hidden, and for how long sessions are kept.

Not the coordinator, who shares the figures: whoever wants to show a number should not be the one who decides whether it is too small.
"""

from django import forms
from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sessions.counting.retention import due_of
from sessions.models import SummaryRules
from vein_care.accounts import audit
from vein_care.accounts.posted import posted
from vein_care.accounts.presenters import within
from vein_care.accounts.scope import open_organisation

PERMISSION = "care_sessions.manage_summary_rules"
LEAST, MOST = SummaryRules.LEAST_HIDDEN, SummaryRules.MOST_HIDDEN
SHORTEST_KEPT, LONGEST_KEPT = 12, 120
# How the audit trail has "no limit".
ALL = "all"


class SummaryRulesForm(forms.Form):
    hide_below = forms.IntegerField(
        label=_("Hide numbers below"),
        help_text=_("From 5 to 50; 8 unless you change it. Sums that would give a hidden number away are hidden with it."),
        min_value=LEAST,
        max_value=MOST,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": _("Enter a number from 5 to 50."),
            "invalid": _("Enter a number from 5 to 50, such as 8."),
            "min_value": _("Less than 5 cannot be chosen: who knows the place could tell whom a number of one to four is about. Enter 5 or more."),
            "max_value": _("Enter 50 or less. Above that, hardly any figure would be left to share."),
        },
    )
    keep_months = forms.IntegerField(
        label=_("Keep sessions for so many months"),
        help_text=_("From 12 to 120; empty keeps all. Older sessions are deleted once a month; their totals stay in every figure."),
        required=False,
        min_value=SHORTEST_KEPT,
        max_value=LONGEST_KEPT,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "invalid": _("Enter a number of months from 12 to 120, or leave it empty to keep all."),
            "min_value": _("Enter 12 months or more, so that a mistake of the past year can still be put right. Leave it empty to keep all."),
            "max_value": _("Enter 120 months or less. Leave it empty to keep all."),
        },
    )
    agreed = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data, *, rules, today):
        values = {"hide_below": rules.hide_below, "keep_months": rules.keep_months}
        super().__init__(data, initial=values)
        self.rules, self.today = rules, today

    def clean(self):
        """Deleting more than before needs a second press, under the number of sessions that it takes."""
        months = self.cleaned_data.get("keep_months")
        if self.errors or months is None or months == self.rules.keep_months or self.cleaned_data.get("agreed") == str(months):
            return
        due = due_of(SummaryRules(organisation_id=self.rules.organisation_id, keep_months=months), self.today)
        count = due.sessions.count()
        if count:
            self.data = self.data.copy()
            self.data["agreed"] = str(months)
            self.add_error("keep_months", _warning(count, due.before))


def _warning(count, day):
    sentence = ngettext(
        "The next run would delete %(count)d session, held before %(day)s, for good. Save once more if that is what you want.",
        "The next run would delete %(count)d sessions, held before %(day)s, for good. Save once more if that is what you want.",
        count,
    )
    return sentence % {"count": count, "day": date_format(day, "j F Y")}


@transaction.atomic
def change_rules(*, organisation, hide_below, keep_months, by):
    """Settle both. What was settled before is in the audit trail; saving the same again changes nothing."""
    SummaryRules.objects.get_or_create(organisation=organisation)
    rules = SummaryRules.objects.select_for_update().get(organisation=organisation)
    before = {"hide_below": rules.hide_below, "keep_months": rules.keep_months}
    after = {"hide_below": hide_below, "keep_months": keep_months}
    changed = [name for name in after if after[name] != before[name]]
    if not changed:
        return
    SummaryRules.objects.filter(pk=rules.pk).update(**after)
    details = {name: after[name] or ALL for name in changed} | {f"{name}_before": before[name] or ALL for name in changed}
    audit.record("summary_rules.changed", by=by, target=rules, **details)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def summary_rules(request, scope):
    scope = open_organisation(request.user, scope, PERMISSION)
    rules, today = SummaryRules.objects.of(scope.organisation_id), timezone.localdate()
    form = SummaryRulesForm(posted(request), rules=rules, today=today)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ["hide_below", "keep_months"]}
        change_rules(organisation=scope.organisation, by=request.user, **values)
        messages.success(request, _t("Saved. Figures to share go by it from now on."))
        return redirect("sessions:summary-rules", scope)
    due = due_of(rules, today)
    found = {"rules": rules, "day": due and due.before, "due": due.sessions.count() if due else 0}
    return render(request, "sessions/summary_rules.html", within(request.user, scope, form=form, **found))
