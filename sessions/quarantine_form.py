"""The forms with which a coordinator deals with a record that could not be taken in: RecordForm once more, filled in with what can be read."""

import copy

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from sessions import paper, reference
from sessions.afterwards_form import AfterwardsForm
from sessions.afterwards_widgets import Always
from sessions.forms import PARTS, RecordForm
from sessions.models import CardSession, QuarantinedRecord
from sessions.models.records import EARLIEST_HELD_ON
from sessions.rules import Broken

NOT_KNOWN = "not_known"
LISTS = ["areas", "signposts"]
ALONE = ["setting", "held_on", "part_of_day", "outcome", "reason", "moment", "private_space", "length_band", "mattered_most"]


class CorrectionForm(AfterwardsForm):
    """What a record holds as far as this server can read it, for a coordinator to put right.

    session: the "session" of the record, whatever it is. delivered: quarantine.Delivered. workers: who may be named where the record does
    not prove it. sites: all of the organisation, closed ones too, since a record may tell of a day when they were open; for the same reason
    codes that were retired since may stay, if the record has them.
    """

    takes_closed_sites = True

    def __init__(self, data=None, *, session, delivered, workers, **context):
        self.session = session
        self.delivered = delivered
        super().__init__(data, kept=readable(session, sites=context["sites"]), **context)
        for name, table in paper.TABLES.items():
            self._offer_retired(name, retired_in(session, name), reference.codes()[table])
        self.fields["site"].widget.choices = [("", ""), *((site.pk, _site_name(site)) for site in context["sites"])]
        release, cards = readable_cards(session)
        self.fields["cards"].widget = Always(cards)
        self.fields["deck_release"].widget = Always(release)
        if not self.is_bound:
            for name, flag in PARTS.items():
                self.fields[name].widget.none_is_ticked = session.get(flag) is True and session.get(name) == []
        if not delivered.is_proven:
            self._ask_who(workers)

    def _offer_retired(self, name, codes, table):
        self.fields[name].retired = codes
        widget = self.fields[name].widget
        if codes and hasattr(widget, "choices"):
            labels = {code: _t("%(answer)s (no longer in use)") % {"answer": table[code].label} for code in sorted(codes)}
            widget.choices = [*widget.choices, *labels.items()]

    def _ask_who(self, workers):
        self.fields["delivered_by"] = forms.ChoiceField(
            label=_("Who delivered it"),
            help_text=_("The record does not prove it. Ask around, or say that it is not known."),
            choices=[("", ""), *((str(person.pk), person.display_name) for person in workers), (NOT_KNOWN, _("Not known"))],
            error_messages={
                "required": _("Choose who delivered it, or “Not known”."),
                "invalid_choice": _("Choose somebody of this list, or “Not known”."),
            },
        )
        self.order_fields(["delivered_by"])
        self.initial["delivered_by"] = str(self.delivered.person.pk) if self.delivered.person in workers else ""

    def earliest(self, today):
        """Any day that a session can have: a coordinator has looked at it."""
        return EARLIEST_HELD_ON

    @property
    def delivered_by_id(self):
        """Of the worker whom the session is to name, or None."""
        if self.delivered.is_proven:
            return self.delivered.person.pk if self.delivered.person else None
        chosen = self.cleaned_data["delivered_by"]
        return None if chosen == NOT_KNOWN else int(chosen)

    @property
    def clock_flag(self):
        """Nothing is left to compare the tablet's clock with; a coordinator may know better than it did."""
        said = (self.session.get("held_on"), self.session.get("part_of_day"))
        chosen = (self.cleaned_data["held_on"].isoformat(), self.cleaned_data["part_of_day"])
        return str(CardSession.ClockFlag.UNCHECKED if chosen == said else CardSession.ClockFlag.CORRECTED)

    @property
    def put_right(self):
        """Names of what the coordinator chose otherwise than the record has it, for the audit trail."""
        values = {name: self[name].data for name in ["site", *ALONE, *PARTS.values(), *LISTS, "resources"]}
        return sorted(name for name, value in values.items() if _plain(value) != _plain(self.session.get(name)))


class SetAsideForm(forms.Form):
    why = forms.ChoiceField(
        label=_("Why"),
        choices=QuarantinedRecord.SetAsideReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose why it is set aside."), "invalid_choice": _("Choose one of these reasons.")},
    )


def retired_in(session, name):
    """The codes in one field of a record that are no longer in use, as a frozenset."""
    said = session.get(name)
    entries = [entry.get("code") if isinstance(entry, dict) else entry for entry in (said if isinstance(said, list) else [said])]
    table = reference.codes()[paper.TABLES[name]]
    return frozenset(code for code in entries if isinstance(code, str) and code in table and table[code].is_retired)


def readable(session, *, sites):
    """First values of the form: each one that its field accepts by itself, and of lists the entries that it accepts."""
    fields = copy.deepcopy(dict(RecordForm.base_fields))
    for name in paper.TABLES:
        fields[name].retired = retired_in(session, name)
    site = session.get("site")
    values = {name: session.get(name) if _is_fine(fields[name].clean, session.get(name)) else None for name in ALONE}
    values["site"] = next((each.pk for each in sites if type(site) is int and each.pk == site), None)
    for name in LISTS:
        values[name] = list(dict.fromkeys(entry for entry in _entries(session, name) if _is_fine(fields[name].check_entry, entry)))
    values["resources"] = _readable_resources(_entries(session, "resources"), fields["resources"])
    return values


def readable_cards(session):
    """(number of the deck or None, the cards of the record that are in that deck). Cards are not asked for again: no one remembers them."""
    number = session.get("deck_release")
    release = reference.release(number) if _is_fine(RecordForm.base_fields["deck_release"].clean, number) and number else None
    if release is None:
        return None, []
    check = RecordForm.base_fields["cards"].check_entry
    cards = [(entry["slug"], entry["version"]) for entry in _entries(session, "cards") if _is_fine(check, entry)]
    return number, [{"slug": slug, "version": version} for slug, version in dict.fromkeys(cards) if (slug, version) in release.versions]


def _readable_resources(entries, field):
    """Entries with a known code and status; a number that cannot be is left out."""
    found = {}
    for entry in entries:
        for candidate in [entry, entry | {"quantity": None}] if isinstance(entry, dict) else []:
            if _is_fine(field.check_entry, candidate):
                code, status, quantity = field.check_entry(candidate)[1]
                found.setdefault(code, {"code": code, "status": status, "quantity": quantity})
                break
    return list(found.values())


def _entries(session, name):
    entries = session.get(name)
    return entries[: RecordForm.base_fields[name].most] if isinstance(entries, list) else []


def _is_fine(check, value):
    try:
        check(value)
    except Broken:
        return False
    return True


def _plain(value):
    """Lists in any order are the same, and so are a resource with and without "quantity": null."""
    if not isinstance(value, list):
        return value
    filled = [{"quantity": None} | entry if isinstance(entry, dict) else entry for entry in value]
    return sorted(str(sorted(entry.items(), key=str) if isinstance(entry, dict) else entry) for entry in filled)


def _site_name(site):
    return site.name if site.is_active else _t("%(site)s (closed)") % {"site": site.name}
