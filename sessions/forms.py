"""Is this an acceptable session? One form for every way in; `sessions.recording.record_session` stores what it accepts."""

import datetime

from django import forms
from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import QueryDict

from sessions import clocks, reference
from sessions.models import CardSession, ResourceGiven
from sessions.record_fields import (
    CardListField,
    CodeField,
    CodeListField,
    DayField,
    FlagField,
    OneOfField,
    ReleaseField,
    ResourceListField,
    SiteField,
)
from sessions.rules import Broken, Problem

PARTS = {"areas": "areas_recorded", "resources": "resources_recorded", "signposts": "signposts_recorded"}
# Rules that rest on rows which somebody may have changed since this process last asked for them.
ASKED_AGAIN = {"unknown_code", "retired_code", "unknown_site", "closed_site", "other_organisation"}


def check_session(data, **context):
    """A RecordForm that has run. Nothing is refused for what this process merely remembers: it runs again on fresh rows first."""
    form = RecordForm(data, **context)
    if any(problem.rule in ASKED_AGAIN for problem in form.problems()):
        reference.forget()
        form = RecordForm(data, **context)
    return form


class Shared(dict):
    """Fields that no form changes. Django copies them for each record otherwise, and that takes longer than checking it."""

    def __deepcopy__(self, memo):
        return self


class RecordForm(forms.Form):
    """The "session" of a record (docs/reference/hand-in.md). `problems()` says what is wrong, by path and rule.

    organisation_id: whose sites may be named. now: the server's time. made: a clocks.Moment, for a record of a tablet; when the tablet's
    clock was wrong, its date and part of day are replaced by those of the true time at the site.
    """

    site = SiteField()
    setting = CodeField("settings")
    held_on = DayField()
    part_of_day = OneOfField(CardSession.PartOfDay)
    outcome = OneOfField(CardSession.Outcome)
    reason = CodeField("reasons", required=False)
    moment = CodeField("moments")
    private_space = FlagField(required=False)
    length_band = CodeField("lengths", required=False)
    areas_recorded = FlagField()
    areas = CodeListField("areas")
    mattered_most = CodeField("areas", required=False)
    deck_release = ReleaseField(required=False)
    cards = CardListField()
    resources_recorded = FlagField()
    resources = ResourceListField(ResourceGiven.Status, given=ResourceGiven.Status.GIVEN, most_given=ResourceGiven.MOST)
    signposts_recorded = FlagField()
    signposts = CodeListField("signposts")

    # What a coordinator who looks at a record may let pass, and nobody else.
    takes_closed_sites = False

    def __init__(self, data, *, organisation_id, now, made=None):
        super().__init__(data)
        self.organisation_id = organisation_id
        self.now = now
        self.made = made

    def problems(self):
        """Every Problem of the session, in the order of the fields; what belongs to no field comes last."""
        if not self.errors:
            return []
        found = self.errors.as_data()
        return [_problem(name, error) for name in [*self.fields, NON_FIELD_ERRORS] for error in found.get(name, [])]

    def _clean_fields(self):
        """As Django does it for a form without a page: what JSON says needs no widget, nor the object that ties each field to one."""
        if isinstance(self.data, QueryDict):
            super()._clean_fields()
            return
        for name, field in self.fields.items():
            try:
                self.cleaned_data[name] = field.clean(self.data.get(name))
                if own_check := getattr(self, f"clean_{name}", None):
                    self.cleaned_data[name] = own_check()
            except forms.ValidationError as error:
                self.add_error(name, error)

    def clean_site(self):
        """The reference.Place, an open site of this organisation."""
        site = reference.places().get(self.cleaned_data["site"])
        if site is None:
            raise Broken("unknown_site")
        if site.organisation_id != self.organisation_id:
            raise Broken("other_organisation")
        if not site.is_open and not self.takes_closed_sites:
            raise Broken("closed_site")
        return site

    def clean_held_on(self):
        """The day, within what can be: not before OLDEST_RECORD_DAYS ago, nor after today at the site."""
        held_on, site = self.cleaned_data["held_on"], self.cleaned_data.get("site")
        if site is None:
            return held_on
        if self._is_corrected:
            held_on, self.part_of_day = clocks.held_at(self.made.at, site.zone)
        # A tablet may be some minutes ahead without being wrong.
        today = (self.now + clocks.TOLERANCE).astimezone(site.zone).date()
        if held_on > today:
            raise Broken("in_future")
        if held_on < self.earliest(today):
            raise Broken("too_old")
        return held_on

    def earliest(self, today):
        """The first day that may be told of today."""
        return today - datetime.timedelta(days=settings.OLDEST_RECORD_DAYS)

    def clean_part_of_day(self):
        return getattr(self, "part_of_day", self.cleaned_data["part_of_day"])

    def clean(self):
        self._check_outcome()
        self._check_parts()
        self._check_cards()
        if not isinstance(self.data, QueryDict) and self.data.keys() - self.fields.keys():
            raise Broken("unknown_field")

    def _check_outcome(self):
        outcome = self.cleaned_data.get("outcome")
        if self.cleaned_data.get("reason") and outcome not in (None, *CardSession.OUTCOMES_WITH_REASON):
            self.add_error("reason", Broken("reason_with_outcome"))
        if outcome in CardSession.NOT_TAKEN_UP:
            for flag in PARTS.values():
                if self.cleaned_data.get(flag):
                    self.add_error(flag, Broken("not_taken_up"))

    def _check_parts(self):
        for name, flag in PARTS.items():
            if self.cleaned_data.get(name) and self.cleaned_data.get(flag) is False:
                self.add_error(name, Broken("not_recorded"))
        mattered_most, areas = self.cleaned_data.get("mattered_most"), self.cleaned_data.get("areas")
        if mattered_most and areas is not None and mattered_most not in areas:
            self.add_error("mattered_most", Broken("not_among_areas"))

    def _check_cards(self):
        """Replace (slug, version) pairs by the rows of the card versions in the deck that the tablet had."""
        cards, release = self.cleaned_data.get("cards"), self.cleaned_data.get("deck_release")
        if not cards or "deck_release" in self.errors:
            return
        if release is None:
            self.add_error("deck_release", Broken("required"))
            return
        rows = [release.versions.get(card) for card in cards]
        if None in rows:
            self.add_error("cards", Broken("card_not_in_release", rows.index(None)))
        else:
            self.cleaned_data["cards"] = rows

    @property
    def clock_flag(self):
        """CardSession.ClockFlag of what is stored."""
        return self.made.flag if self.made else str(CardSession.ClockFlag.NONE)

    @property
    def _is_corrected(self):
        return self.made is not None and self.made.is_corrected


RecordForm.base_fields = Shared(RecordForm.base_fields)


def _problem(name, error):
    path = [] if name == NON_FIELD_ERRORS else [name]
    return Problem(".".join(["session", *path, *map(str, error.below)]), error.code)
