"""Asking for an export: what it will be of, how many rows, and whether a file of that kind can hold them."""

import datetime

from django import forms
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sessions.counting import figures
from sessions.exports import contents, summary_tables
from sessions.exports.xlsx_file import MOST_ROWS
from sessions.models import Export
from sessions.periods import Span
from vein_care.accounts.forms.base import PlainCharField

WEEK = 7
TWICE = datetime.timedelta(seconds=10)


class ExportForm(forms.Form):
    """Row by row there are sessions only of the own service, and only inside.

    chosen: what the summary page is about. days_stand: whether its days are those that were asked for, and none put in place of wrong ones.
    """

    what = forms.ChoiceField(
        label=gettext_lazy("What"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose what to take away."),
            "invalid_choice": gettext_lazy("Sessions row by row are for use inside only. Choose the view inside first, or take the summary."),
        },
    )
    file_format = forms.ChoiceField(
        label=gettext_lazy("File"),
        choices=[
            (Export.Format.XLSX, gettext_lazy("Spreadsheet (XLSX), for Excel or LibreOffice")),
            (Export.Format.CSV, gettext_lazy("CSV, for a spreadsheet or a program, of any size")),
            (Export.Format.ZIP, gettext_lazy("ZIP, for pandas, R or a database: with all codes and what they mean")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose a kind of file."), "invalid_choice": gettext_lazy("Choose one of these three.")},
    )
    with_day = forms.BooleanField(
        label=gettext_lazy("With the day of each session"),
        help_text=gettext_lazy("A file has the week of each session. A day and a site can be enough to know who it was: tick this only if needed."),
        required=False,
    )
    reason = PlainCharField(
        label=gettext_lazy("What it is for"),
        help_text=gettext_lazy("Only for sessions row by row. One sentence, without names; it is kept in the audit trail."),
        max_length=200,
        error_messages={"required": gettext_lazy("Write what it is for, in one sentence, such as “Stock for the winter”.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, data=None, *, chosen, days_stand=True):
        super().__init__(data, initial={"what": Export.What.SUMMARY, "file_format": Export.Format.XLSX})
        self.chosen, self.days_stand = chosen, days_stand
        self.fields["what"].choices = self._whats()
        if chosen.is_to_share:
            del self.fields["with_day"], self.fields["reason"]
        elif self.is_bound:
            self.fields["reason"].required = self.data.get("what") == Export.What.SESSIONS

    def _whats(self):
        if self.chosen.is_to_share:
            return [(Export.What.SUMMARY, _("The summary, to share"))]
        return [(Export.What.SUMMARY, _("The summary, for use inside only")), (Export.What.SESSIONS, _("Sessions row by row, for use inside only"))]

    @property
    def expected(self):
        """How many rows it will have."""
        is_of_sessions = self.cleaned_data["what"] == Export.What.SESSIONS
        return sessions_expected(self.chosen) if is_of_sessions else len(summary_tables.rows_of(self.chosen))

    def clean(self):
        values = self.cleaned_data
        if values.get("what") != Export.What.SESSIONS:
            return values | {"with_day": False, "reason": ""}
        if self.days_stand and self.chosen.span.days < WEEK and not values.get("with_day"):
            said = _("Of fewer than seven days the week says almost as much as the day. Choose seven days or more, or tick this.")
            self.add_error("with_day", said)
        rows = sessions_expected(self.chosen)
        if values.get("file_format") == Export.Format.XLSX and rows > MOST_ROWS:
            self.add_error("file_format", too_many_for_a_sheet(rows))
        return values


def sessions_expected(chosen):
    """How many sessions there are, from the tallies: exact, and as quick for a million as for ten."""
    kept_from = contents.gone_before(chosen)
    first = max(chosen.span.first, kept_from) if kept_from else chosen.span.first
    if first > chosen.span.last:
        return 0
    span = Span(first, chosen.span.last)
    found = figures.figures(span, organisation=chosen.organisation, site=chosen.site, setting=chosen.setting_code)
    return sum(figure.sessions for figure in found.get("outcome", {}).values())


def too_many_for_a_sheet(rows):
    return _("A spreadsheet holds %(most)s rows at most, and this has about %(rows)s. Choose CSV or ZIP here, or fewer days.") % {
        "most": number_format(MOST_ROWS, force_grouping=True),
        "rows": number_format(rows, force_grouping=True),
    }


def ask(form, *, by, now):
    """Keep what was asked for, and return it. Pressed twice, it is the same export. form: valid."""
    values, chosen = form.cleaned_data, form.chosen
    wanted = {
        "organisation": chosen.organisation,
        "asked_by": by,
        "what": values["what"],
        "file_format": values["file_format"],
        "query": chosen.query,
        "about": chosen.in_words[:200],
        "is_inside": not chosen.is_to_share,
        "with_day": values["with_day"],
        "reason": values["reason"],
    }
    just_now = Export.objects.filter(**wanted, state=Export.State.READY, asked_at__gt=now - TWICE).first()
    return just_now or Export.objects.create(**wanted, asked_at=now, expected=form.expected)
