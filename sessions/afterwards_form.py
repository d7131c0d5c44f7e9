"""The form for writing a session down afterwards: RecordForm with a page around it."""

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from sessions import afterwards_widgets as widgets
from sessions import paper, reference
from sessions.forms import PARTS, RecordForm
from sessions.models import ResourceGiven
from sessions.presenters import SETTING_OF_KIND
from sessions.rules import Broken

WITHOUT_A_ROOM = {"phone", "online_chat"}
NONE_LABELS = {"areas": _("None of these"), "resources": _("Nothing handed over"), "signposts": _("Nowhere this time")}
SHOWN_AT = {flag: part for part, flag in PARTS.items()}
MAY_STAY_BLANK = ["areas", "resources", "signposts", "moment"]
HINTS = {
    "part_of_day": _("Morning from 05:00, afternoon from 12:00, evening from 17:00, night from 22:00. After midnight is the night of the new date."),
    "resources": _("A number alone means given. Given with no number means given, not counted."),
    "private_space": _("Leave this blank for a phone call or a chat."),
}
NOT_TAKEN_UP = _("Nothing can be noted here when it did not take place. Clear this, or choose Held or Stopped early.")
GONE = _("This can no longer be chosen. Choose something else.")
SENTENCES = {
    ("site", "required"): _("Choose the site."),
    ("site", "closed_site"): _("This site is closed now. Choose another."),
    ("setting", "required"): _("Choose the kind of place."),
    ("held_on", "required"): _("Enter the date."),
    ("held_on", "not_a_date"): _("Enter the date as day/month/year, such as 20/11/2026."),
    ("held_on", "in_future"): _("This day has not come yet. Enter today or an earlier day."),
    ("held_on", "too_old"): _("This was too long ago to be written down here. Ask your coordinator."),
    ("part_of_day", "required"): _("Choose the part of the day."),
    ("outcome", "required"): _("Choose what came of it."),
    ("areas_recorded", "not_taken_up"): NOT_TAKEN_UP,
    ("resources_recorded", "not_taken_up"): NOT_TAKEN_UP,
    ("signposts_recorded", "not_taken_up"): NOT_TAKEN_UP,
    ("mattered_most", "not_among_areas"): _("Tick this under Talked about as well, or leave it blank."),
    ("reason", "reason_with_outcome"): _("A session that was held needs no reason. Clear this, or choose another outcome."),
}
STALE = {"unknown_code", "retired_code", "type", "other_organisation", "unknown_site"}


class AfterwardsForm(RecordForm):
    """What the page shows and sends.

    data: a QueryDict, or None for an empty form. sites: the open sites of the person's organisation. kept: what the form saved before
    hands on, any of site (id), setting (code) and held_on (ISO day).
    """

    use_required_attribute = False

    def __init__(self, data=None, *, person, sites, today, now, kept=None):
        super().__init__(data, organisation_id=person.organisation_id, now=now)
        self.sites = sites
        self.initial = _first_values(person, sites, today=today) | (kept or {})
        self._dress(sites, today=today)

    def _dress(self, sites, *, today):
        """Give every field its widget, label and hint, all from the lists that the paper slip is made from."""
        for name, widget in _widgets(sites, today=today, earliest=self.earliest(today)).items():
            self.fields[name].widget = widget
        for name in PARTS:
            widget = self.fields[name].widget
            widget.none_is_ticked = self.is_bound and widget.says_none(self.data, name)
            self.fields[PARTS[name]].widget = widgets.Recorded(name, widget)
        for name in paper.QUESTIONS:
            self.fields[name].label = paper.question(name)
            self.fields[name].help_text = HINTS.get(name, "")
        for name in MAY_STAY_BLANK:
            self.fields[name].required = False
        kit = self.fields["resources"].widget
        kit.stocked, kit.others = paper.resources_at(self._site_id(sites))

    def _site_id(self, sites):
        """The site whose kit comes first: the chosen one, if it is one of these."""
        chosen = self["site"].value()
        return next((site.pk for site in sites if site.pk == chosen), None)

    def clean(self):
        super().clean()
        for name, label in NONE_LABELS.items():
            if self.fields[name].widget.none_is_ticked and self.cleaned_data.get(name):
                self._refuse(name, "not_recorded", _t("Choose “%(none)s”, or what it was, but not both.") % {"none": label})
        if self.cleaned_data.get("private_space") is not None and self.cleaned_data.get("setting") in WITHOUT_A_ROOM:
            self._refuse("private_space", "no_room", HINTS["private_space"])

    def add_error(self, field, error):
        """A rule that is broken is said in the words of this page, at the field that the page shows."""
        if not isinstance(error, Broken):
            super().add_error(field, error)
            return
        self._refuse(SHOWN_AT.get(field, field), error.code, self._sentence(field, error), below=error.below)

    def _refuse(self, field, rule, sentence, *, below=()):
        super().add_error(field, Broken(rule, *below, message=sentence))

    def _sentence(self, field, error):
        if field == "resources" and error.below:
            return self._about_resource(self["resources"].data[error.below[0]])
        return SENTENCES.get((field, error.code)) or (GONE if error.code in STALE else error.message)

    def _about_resource(self, entry):
        known = reference.codes()["resources"].get(entry["code"])
        thing = {"thing": known.label if known else entry["code"]}
        if known is None or known.is_retired:
            return _t("%(thing)s: this is no longer in use. Clear it.") % thing
        if entry["status"] != ResourceGiven.Status.GIVEN:
            return _t("%(thing)s: a number goes with what was given. Clear the number, or choose Given.") % thing
        return _t("%(thing)s: enter a whole number from 1 to 10,000, or no number.") % thing


def _first_values(person, sites, *, today):
    """The worker's usual site, or the only one; what kind of place that is; and today."""
    site = next((site for site in sites if site.pk == person.usual_site_id), sites[0] if len(sites) == 1 else None)
    return {
        "site": site.pk if site else None,
        "setting": SETTING_OF_KIND[site.kind] if site else None,
        "held_on": today.isoformat(),
        "moment": paper.NOT_ASKED,
        "areas": [],
        "signposts": [],
        "resources": [],
    }


def _widgets(sites, *, today, earliest):
    leave_blank = ("", _t("Leave blank"))
    kit = widgets.ResourceRows()
    kit.none_label = NONE_LABELS["resources"]
    return {
        "held_on": widgets.Day(attrs={"min": earliest.isoformat(), "max": today.isoformat(), "data-width": "date"}),
        "part_of_day": widgets.Choices(choices=_choices("part_of_day")),
        "site": widgets.SiteChoice(choices=[("", ""), *((site.pk, site.name) for site in sites)]),
        "setting": widgets.Choice(choices=[("", ""), *_choices("setting")]),
        "outcome": widgets.Choices(choices=_choices("outcome")),
        "areas": widgets.CodeTicks(choices=[*_choices("areas"), (widgets.NONE, NONE_LABELS["areas"])]),
        "mattered_most": widgets.Choice(choices=[leave_blank, *_choices("mattered_most")]),
        "resources": kit,
        "signposts": widgets.CodeTicks(choices=[*_choices("signposts"), (widgets.NONE, NONE_LABELS["signposts"])]),
        "moment": widgets.MomentChoice(choices=[(paper.NOT_ASKED, leave_blank[1]), *_choices("moment")]),
        "private_space": widgets.YesNoOrBlank(choices=[("True", _t("Yes")), ("False", _t("No")), leave_blank]),
        "length_band": widgets.Choices(choices=[*_choices("length_band"), leave_blank]),
        "reason": widgets.Choice(choices=[leave_blank, *_choices("reason")]),
        "cards": widgets.Always([]),
        "deck_release": widgets.Always(None),
    }


def _choices(name):
    return [(answer.code, answer.text) for answer in paper.answers(name)]
