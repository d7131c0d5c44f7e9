"""Planning an event, inviting to it, calling it off, and who was there."""

import datetime
import re

from django import forms
from django.utils.translation import gettext_lazy as _

from training.actions.attendance import Mark
from training.models import AssignmentRound, Attendance, TrainingEvent
from vein_care.accounts.forms.base import DateInput, PlainCharField
from vein_care.accounts.models import User
from vein_care.accounts.roles import PROGRAMME_WIDE, Role

MOST_PEOPLE = 500
LONGEST_AGO = datetime.timedelta(days=366)
FURTHEST_AHEAD = datetime.timedelta(days=2 * 366)
Audience = AssignmentRound.Audience


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self):
        super().__init__(format="%H:%M", attrs={"data-width": "date"})


def modules_field():
    return forms.TypedMultipleChoiceField(
        label=_("Modules it covers"),
        help_text=_("Whoever is there for all of it will have done these."),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one module."), "invalid_choice": _("Choose modules from this list.")},
    )


def revision_field():
    return forms.IntegerField(required=False, widget=forms.HiddenInput, error_messages={"invalid": _("Open this page once more.")})


class Reopened:
    """A form whose page is shown again after it was told that somebody else saved meanwhile."""

    def has_seen(self, revision):
        """What they saved: the next saving is meant to come after it."""
        self.data = self.data.copy()
        self.data["revision"] = revision


class EventForm(Reopened, forms.ModelForm):
    """The facts of an event. offered: [(Module pk, title)]. After attendance was saved, day and modules are no longer on it."""

    title = PlainCharField(label=_("What it is called"), max_length=80, error_messages={"required": _("Enter what it is called.")})
    modules = modules_field()
    place = PlainCharField(label=_("Where"), max_length=120, error_messages={"required": _("Enter where it is held.")})
    note = PlainCharField(
        label=_("Note for those invited"),
        help_text=_("Such as lunch, parking, a way in without steps."),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 300}),
    )

    revision = revision_field()

    class Meta:
        model = TrainingEvent
        fields = ["title", "held_on", "begins_at", "place", "note"]
        labels = {"held_on": _("Day"), "begins_at": _("Begins at")}
        widgets = {"held_on": DateInput, "begins_at": TimeInput}
        error_messages = {
            "held_on": {"required": _("Enter the day."), "invalid": _("Enter a day, such as 2026-12-03.")},
            "begins_at": {"invalid": _("Enter a time, such as 09:30, or leave it empty.")},
        }

    field_order = ["title", "modules", "held_on", "begins_at", "place", "note"]

    def __init__(self, *args, offered, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["modules"].choices = offered
        if self.instance.pk:
            self.initial["modules"] = list(self.instance.modules.values_list("pk", flat=True))
            self.initial["revision"] = self.instance.revision
        else:
            del self.fields["revision"]
        if self.instance.is_marked:
            del self.fields["modules"], self.fields["held_on"]

    def changed_facts(self):
        """Names of the facts that differ from what is saved."""
        return [name for name in self.changed_data if name != "revision"]

    def clean_held_on(self):
        day = self.cleaned_data["held_on"]
        if not self.today - LONGEST_AGO <= day <= self.today + FURTHEST_AHEAD:
            raise forms.ValidationError(_("Enter a day of the last year or of the next two. Is the year right?"))
        return day


class NewEventForm(EventForm):
    """With those who are invited: one choice among chosen people (ticked on the next page), everyone, a site's and a role's."""

    audience = forms.ChoiceField(
        label=_("Who is invited"),
        help_text=_("You can change the list as long as nobody was marked."),
        error_messages={"required": _("Choose who is invited."), "invalid_choice": _("Choose one of this list.")},
    )

    field_order = [*EventForm.field_order, "audience"]

    def __init__(self, *args, sites, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.people = people
        self.initial["title"] = _("Vein care, face to face")
        here = [(Audience.PEOPLE, _("People I choose on the next page")), (Audience.EVERYONE, _("Everyone here"))]
        of_sites = [(f"{Audience.SITE}:{site.pk}", site.name) for site in sites]
        with_roles = [(f"{Audience.ROLE}:{role}", role.label) for role in Role if role not in PROGRAMME_WIDE]
        self.fields["audience"].choices = [*here, (_("Everyone of a site"), of_sites), (_("Everyone with a role"), with_roles)]

    def clean_audience(self):
        chosen = self.cleaned_data["audience"]
        if self._those(chosen).count() > MOST_PEOPLE:
            raise forms.ValidationError(_("These are more than %(most)d people. Plan it as several events.") % {"most": MOST_PEOPLE})
        return chosen

    @property
    def chooses_people(self):
        return self.cleaned_data["audience"] == Audience.PEOPLE

    def invited(self):
        """The people of this audience, as they are now: those active."""
        return self._those(self.cleaned_data["audience"])

    def _those(self, audience):
        kind, _colon, which = audience.partition(":")
        if kind == Audience.SITE:
            return self.people.filter(usual_site=which)
        if kind == Audience.ROLE:
            return self.people.filter(roles__contains=[which])
        return self.people if kind == Audience.EVERYONE else self.people.none()


class InviteForm(forms.Form):
    people = forms.ModelMultipleChoiceField(
        queryset=User.objects.none(),
        required=False,
        error_messages={
            "invalid_choice": _("Somebody you ticked is not on this list any more. Look at the list once more and save again."),
            "invalid_pk_value": _("Choose people from this list."),
        },
    )

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = people

    def listed_then(self):
        """pks of those who were on the list when the page was opened; None where the page does not say."""
        if "listed" not in self.data:
            return None
        return {int(pk) for pk in re.findall(r"(?<!\S)[0-9]{1,18}(?!\S)", self.data["listed"], re.ASCII)}

    def clean_people(self):
        people = self.cleaned_data["people"]
        if len(people) > MOST_PEOPLE:
            raise forms.ValidationError(_("These are more than %(most)d people. Plan it as several events.") % {"most": MOST_PEOPLE})
        return people


class CancelEventForm(forms.Form):
    reason = PlainCharField(
        label=_("Why it is called off"),
        help_text=_("Those invited read it."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 300}),
        error_messages={"required": _("Say in a few words why it is called off."), "max_length": _("Keep it to 300 letters.")},
    )


class CoverageForm(Reopened, forms.Form):
    """What was covered after all. offered: [(Module pk, title)]."""

    revision = revision_field()
    modules = modules_field()
    reason = PlainCharField(
        label=_("Why"),
        help_text=_("Such as: we did not get to it."),
        max_length=300,
        error_messages={"required": _("Say in a few words why."), "max_length": _("Keep it to 300 letters.")},
    )

    def __init__(self, *args, event, offered, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["modules"].choices = offered
        self.fields["modules"].label = _("Modules that were covered")
        self.fields["modules"].help_text = _("Whoever was there for all of it has done these, and no others, at this event.")
        self.initial |= {"modules": list(event.modules.values_list("pk", flat=True)), "revision": event.revision}


class AttendanceForm(forms.Form):
    """The marks of a page. people: {pk: User} of everyone it may name.

    mark-<pk>: a state; was: "<pk>:<state> …", what the page was opened with, in one field, since a request holds at most a thousand.
    """

    reason = PlainCharField(
        label=_("Why a saved mark changes"),
        required=False,
        max_length=300,
        error_messages={"max_length": _("Keep it to 300 letters.")},
        widget=forms.TextInput(attrs={"list": "reasons", "autocomplete": "off"}),
    )
    others = forms.IntegerField(
        label=_("Others who came"),
        help_text=_("People without a login here. They are counted, and nothing else is kept."),
        required=False,
        min_value=0,
        max_value=MOST_PEOPLE,
        error_messages={
            "invalid": _("Enter a whole number, or leave it empty."),
            "min_value": _("Enter 0 or more."),
            "max_value": _("Enter %(limit_value)d or less."),
        },
        widget=forms.NumberInput(attrs={"data-width": "short", "inputmode": "numeric", "autocomplete": "off"}),
    )
    others_was = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    was = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.people = people

    def clean(self):
        cleaned = super().clean()
        cleaned["others"], cleaned["others_was"] = cleaned.get("others") or 0, cleaned.get("others_was") or 0
        return cleaned

    def was_marked(self):
        """{person pk: state} of the page as it was opened."""
        pairs = re.findall(r"\b([0-9]{1,18}):([a-z]{0,8})(?!\S)", str(self.data.get("was", "")))
        return {int(pk): state for pk, state in pairs}

    def typed(self):
        """{person pk: state} of what is chosen on the page now; what is no state is no mark."""
        return typed_marks(self.data)

    def marks(self):
        """[Mark] of everyone whom the page names."""
        was, typed = self.was_marked(), self.typed()
        return [
            Mark(person=person, was=was.get(pk, ""), state=typed.get(pk, was.get(pk, "")))
            for pk, person in self.people.items()
            if pk in was or pk in typed
        ]


def typed_marks(data):
    found = {}
    for name, value in data.items():
        named = re.fullmatch(r"mark-([0-9]{1,18})", name)
        if named and value and value in Attendance.State.values:
            found[int(named.group(1))] = value
    return found
