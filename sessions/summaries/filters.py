"""What a summary is about: the view, the days, a site, a setting. One reading of the address for the page, the report and the exports.

Bad values never stop a page: the field says what to do, and figures are shown for what is right.
"""

import datetime
from dataclasses import dataclass, field, replace
from functools import cached_property

from django import forms
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sessions import periods, reference
from sessions.models.records import EARLIEST_HELD_ON
from sessions.periods import MONTH, ONE_DAY, QUARTER, YEAR, Period, Span
from vein_care.accounts.forms.base import DateInput
from vein_care.accounts.models import Organisation, Site

INSIDE, SHARE = "inside", "share"
WEEKS, MONTHS = "week", "month"
MOST_WEEKS_UNASKED, MOST_WEEKS = 27, 106
PARAMETERS = ["view", "from", "to", "by", "period", "site", "setting"]


@dataclass(frozen=True)
class Chosen:
    """What figures are about. organisation: None for every service, programme-wide, which is to share only.

    span: always set. period: of the view to share. by: "week" or "month", how time is cut; asked_by: what the address says of it.
    sites: all of the organisation, by name. setting: a reference.Code.
    Of site and setting at most one is set in the view to share, and neither with a month.
    """

    view: str
    organisation: Organisation | None
    span: Span
    today: datetime.date
    period: Period | None = None
    site: Site | None = None
    setting: reference.Code | None = None
    asked_by: str = ""
    sites: tuple = field(default=(), compare=False, repr=False)

    @property
    def is_to_share(self):
        return self.view == SHARE

    @property
    def by(self):
        if self.is_to_share:
            return MONTHS
        return self.asked_by or (WEEKS if self.span.days <= MOST_WEEKS_UNASKED * 7 else MONTHS)

    @property
    def site_id(self):
        return self.site.pk if self.site else None

    @property
    def setting_code(self):
        return self.setting.code if self.setting else None

    @property
    def query(self):
        """Parameters of an address that means the same, without the question mark."""
        if self.is_to_share:
            values = {"view": SHARE, "period": self.period.code}
        else:
            values = {"view": INSIDE, "from": self.span.first.isoformat(), "to": self.span.last.isoformat(), "by": self.asked_by}
        values |= {"site": self.site_id, "setting": self.setting_code}
        return urlencode({name: value for name, value in values.items() if value})

    @property
    def when_in_words(self):
        if self.is_to_share:
            return str(self.period)
        if self.span.last < self.today:
            return str(self.span)
        return _("%(days)s, so far") % {"days": self.span}

    @property
    def where_in_words(self):
        if self.site and self.setting:
            return _("%(site)s, only: %(setting)s") % {"site": self.site, "setting": _(self.setting.label)}
        if self.site:
            return str(self.site)
        everywhere = _("all sites") if self.organisation else _("all services")
        if self.setting:
            return _("%(sites)s, only: %(setting)s") % {"sites": everywhere, "setting": _(self.setting.label)}
        return _("all sites and settings") if self.organisation else everywhere

    @property
    def in_words(self):
        """One line for a heading, a print and a file: when, then where."""
        return _("%(when)s, %(where)s") % {"when": self.when_in_words, "where": self.where_in_words}

    def about(self, **changes):
        """The same but for these."""
        return replace(self, **changes)

    def to_share(self):
        """The nearest there is to share: the latest quarter that is over by the last day, with the site, or else the setting."""
        if self.is_to_share:
            return self
        yesterday = self.today - ONE_DAY
        period = next((each for each in _whole_periods(self.span) if each.can_be_shared(today=self.today)), None)
        period = period or periods.last_over(QUARTER, today=min(self.span.last + ONE_DAY, yesterday))
        if period.first < EARLIEST_HELD_ON:
            period = periods.last_over(QUARTER, today=yesterday)
        is_cut = period.kind != MONTH
        site = self.site if is_cut else None
        return self.about(view=SHARE, period=period, span=period.span, site=site, setting=None if site or not is_cut else self.setting, asked_by="")

    def inside(self):
        """The same days, sites and settings with every figure."""
        return self if not self.is_to_share else self.about(view=INSIDE, period=None)


def _whole_periods(span):
    """The year, quarter or month that these days are, if they are one."""
    for kind in [YEAR, QUARTER, MONTH]:
        period = periods.period_of(span.first, kind)
        if period.span == span:
            yield period


class DayField(forms.DateField):
    def __init__(self, label, *, today):
        latest = datetime.date(today.year, 12, 31)
        super().__init__(
            label=label,
            widget=DateInput(),
            input_formats=["%Y-%m-%d", "%d/%m/%Y"],
            error_messages={"invalid": _("Enter a day such as %(day)s.") % {"day": today.isoformat()}},
        )
        self.earliest, self.latest = EARLIEST_HELD_ON, latest

    def clean(self, value):
        day = super().clean(value)
        if day < self.earliest:
            raise forms.ValidationError(_("Choose a day from %(day)s on.") % {"day": date_format(self.earliest, "j F Y")})
        if day > self.latest:
            raise forms.ValidationError(_("Choose a day up to %(day)s.") % {"day": date_format(self.latest, "j F Y")})
        return day


def shared_periods(kind, *, today):
    """The Periods of this kind that can be shared, the latest first."""
    found = periods.periods_over(kind, since=EARLIEST_HELD_ON, today=today)
    return [period for period in found if period.can_be_shared(today=today)]


class SummaryFilter(forms.Form):
    """Reads the address for somebody and a day. `chosen` is always there, whatever was asked for."""

    view = forms.ChoiceField(
        required=False,
        choices=[(INSIDE, ""), (SHARE, "")],
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": gettext_lazy("There are two views: inside, and to share. This is the one inside.")},
    )

    def __init__(self, data, *, user, today):
        # What ended yesterday may go on elsewhere: to share, it is over a day later (sessions/working_out.py).
        self.organisation, self.today, self.yesterday = user.organisation, today, today - ONE_DAY
        self.given = data
        wanted = data.get("view")
        self.view = SHARE if self.organisation is None or wanted == SHARE else INSIDE
        # Programme-wide there is one view, whatever is asked for.
        filled = {name: data.get(name) for name in PARAMETERS if data.get(name)} | ({} if self.organisation else {"view": SHARE})
        super().__init__(self._defaults(filled) | filled)
        self.sites = {str(site.pk): site for site in Site.objects.visible_to(user)}
        self._offer_time()
        self._offer_places()
        self.is_valid()

    def _defaults(self, filled):
        """What a field shows of which the address says nothing."""
        if self.view == SHARE:
            return {"view": SHARE, "period": periods.last_over(QUARTER, today=self.yesterday).code}
        first, last = usual_span(self.today).first, self.today
        until = _iso(filled.get("to"))
        if until and EARLIEST_HELD_ON <= until < first:
            first = periods.period_of(until, QUARTER).first
        return {"view": INSIDE, "from": first.isoformat(), "to": last.isoformat()}

    def _offer_time(self):
        if self.view == SHARE:
            self.fields["period"] = forms.ChoiceField(label=_("Period"), choices=self._periods(), error_messages={"invalid_choice": NO_PERIOD})
            return
        self.fields["from"] = DayField(_("From"), today=self.today)
        self.fields["to"] = DayField(_("To"), today=self.today)
        # Chosen beside the picture that it is about, and kept by this form.
        cut = {"choices": [(WEEKS, ""), (MONTHS, "")], "widget": forms.HiddenInput, "error_messages": {"invalid_choice": NO_SUCH_CUT}}
        self.fields["by"] = forms.ChoiceField(required=False, **cut)

    def _periods(self):
        kinds = {YEAR: _("Years"), QUARTER: _("Quarters")} | ({MONTH: _("Months, whole service")} if self.organisation else {})
        return [
            (label, [(each.code, str(each)) for each in shared_periods(kind, today=self.today)])
            for kind, label in kinds.items()
        ]

    def _offer_places(self):
        if self.organisation:
            sites = [(code, _name(site)) for code, site in self.sites.items()]
            choices = [("", _("All sites")), *sites]
            self.fields["site"] = forms.ChoiceField(label=_("Site"), choices=choices, required=False, error_messages={"invalid_choice": NO_SITE})
        settings = [("", _("All settings")), *((code.code, _(code.label)) for code in reference.codes()["settings"].values())]
        self.fields["setting"] = forms.ChoiceField(
            label=_("Setting"), choices=settings, required=False, error_messages={"invalid_choice": NO_SETTING}
        )

    def clean(self):
        for name in PARAMETERS:
            if name in self.fields and hasattr(self.given, "getlist") and len(set(self.given.getlist(name))) > 1:
                self.add_error(name, _("This is in the address more than once. Choose one."))
        (self._clean_share if self.view == SHARE else self._clean_inside)()
        return self.cleaned_data

    def _clean_inside(self):
        first, last = self.cleaned_data.get("from"), self.cleaned_data.get("to")
        if first and last and last < first:
            self.add_error("to", _("The last day is before the first. Choose a later one here, or an earlier one to begin with."))
        if self.cleaned_data.get("by") == WEEKS and self._span().days > MOST_WEEKS * 7:
            self.add_error("by", _("Weeks are shown for two years at most. These are months."))

    def _clean_share(self):
        values = self.cleaned_data
        if values.get("site") and values.get("setting"):
            self.add_error("setting", _("To share, choose a site or a setting, not both: the two together make numbers small. This is the site."))
        period = self._period()
        if period.kind == MONTH and (values.get("site") or values.get("setting")):
            for name in ["site", "setting"]:
                if values.get(name):
                    self.add_error(
                        name, _("One month is shared for the whole service only. Choose a quarter or a year to see this. Here is the whole service.")
                    )

    def _period(self):
        code = self.cleaned_data.get("period")
        return periods.read_period(code) if code else periods.last_over(QUARTER, today=self.yesterday)

    def _span(self):
        """The days that are right; in place of one that is not, what is shown when nothing is asked for."""
        first, last = self.cleaned_data.get("from"), self.cleaned_data.get("to") or self.today
        if first is None:
            usual = usual_span(self.today).first
            first = usual if usual <= last else periods.period_of(last, QUARTER).first
        return Span(first, last) if first <= last else Span(first, max(first, self.today))

    @cached_property
    def chosen(self):
        values = self.cleaned_data
        period = self._period() if self.view == SHARE else None
        return Chosen(
            view=self.view,
            organisation=self.organisation,
            span=period.span if period else self._span(),
            today=self.today,
            period=period,
            site=self.sites.get(values.get("site")),
            setting=reference.codes()["settings"].get(values.get("setting")),
            asked_by=values.get("by") or "",
            sites=tuple(self.sites.values()),
        )


NO_PERIOD = gettext_lazy("Choose one of the list: a year or a quarter that is over, or a month of such a quarter.")
NO_SITE = gettext_lazy("There is no such site here. Choose one of the list.")
NO_SETTING = gettext_lazy("There is no such setting. Choose one of the list.")
NO_SUCH_CUT = gettext_lazy("Choose weeks or months.")


def usual_span(today):
    """From the beginning of the last full quarter up to today."""
    return Span(periods.last_over(QUARTER, today=today).first, today)


def _iso(text):
    try:
        return datetime.date.fromisoformat(text or "")
    except ValueError:
        return None


def _name(site):
    return site.name if site.is_active else _("%(site)s (closed)") % {"site": site.name}
