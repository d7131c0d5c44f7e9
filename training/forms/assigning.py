"""Who is asked to take what, by when; and why something is taken back."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from training.actions.assigning import Wanted
from training.models import AssignmentRound
from vein_care.accounts.forms.base import DateInput, PlainCharField
from vein_care.accounts.models import Site, User
from vein_care.accounts.roles import PROGRAMME_WIDE, Role

Audience = AssignmentRound.Audience


class ModulesField(forms.MultipleChoiceField):
    """Current versions of the course, by the slug of their module."""

    widget = forms.CheckboxSelectMultiple

    def offer(self, versions):
        self.versions = {version.module.slug: version for version in versions}
        self.choices = [(slug, version.title) for slug, version in self.versions.items()]

    def clean(self, value):
        chosen = super().clean(value)
        return [version for slug, version in self.versions.items() if slug in chosen]


class PeopleField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, person):
        return " · ".join([person.display_name, *map(str, person.role_labels), *([person.usual_site.name] if person.usual_site else [])])


class DueForm(forms.Form):
    """By when, and what those who are asked read."""

    due_on = forms.DateField(
        label=_("To be done by"),
        required=False,
        help_text=_("Reminders go by this day. Without one, nobody is reminded."),
        error_messages={"invalid": _("Enter the day as a date, such as 31/12/2026, or leave it empty.")},
        widget=DateInput,
    )
    note = PlainCharField(label=_("Note"), required=False, max_length=300, help_text=_("Those who are asked read it, such as why it matters now."))

    def __init__(self, *args, today=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today or timezone.localdate()
        self.fields["due_on"].widget.attrs |= {"data-width": "date", "min": self.today.isoformat()}

    def clean_due_on(self):
        day = self.cleaned_data["due_on"]
        if day and day < self.today:
            raise forms.ValidationError(_("That day has passed. Choose today or a later day, or leave it empty."))
        if day and day.year > self.today.year + 10:
            raise forms.ValidationError(_("That is more than ten years away. Look at the year."))
        return day


class AssignForm(DueForm):
    modules = ModulesField(label=_("Modules"), error_messages={"required": _("Choose at least one module.")})
    audience = forms.ChoiceField(
        label=_("Who"),
        choices=Audience.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say who is asked."), "invalid_choice": _("Choose one of these.")},
    )
    people = PeopleField(
        label=_("These people"),
        queryset=User.objects.none(),
        required=False,
        error_messages={
            "invalid_choice": _("Somebody you chose is not in the list any more. Look through the list and choose again."),
            "invalid_pk_value": _("Choose people from the list."),
        },
    )
    site = forms.ModelChoiceField(
        label=_("Whose usual site is"),
        queryset=Site.objects.none(),
        required=False,
        empty_label=_("Choose a site"),
        error_messages={"invalid_choice": _("Choose a site from the list.")},
    )
    role = forms.ChoiceField(label=_("Who has the role"), required=False, error_messages={"invalid_choice": _("Choose a role from the list.")})
    also_newcomers = forms.BooleanField(label=_("Also people who join later, with as many days as the others have"), required=False)
    again = forms.BooleanField(label=_("Also those who have done it, to do it again"), required=False)

    field_order = ["modules", "audience", "people", "site", "role", "also_newcomers", "due_on", "note", "again"]

    def __init__(self, *args, organisation, versions, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["modules"].offer(versions)
        # Inactive people are not offered, yet understood: the page then says that they are left out.
        everyone = User.objects.filter(organisation=organisation).select_related("usual_site")
        self.fields["people"].queryset = everyone
        offered = [person for person in everyone if person.is_active or str(person.pk) in self._sent()]
        self.fields["people"].choices = [(person.pk, self.fields["people"].label_from_instance(person)) for person in offered]
        self.fields["site"].queryset = Site.objects.filter(organisation=organisation, is_active=True)
        self.fields["role"].choices = [("", _("Choose a role")), *((role.value, role.label) for role in Role if role not in PROGRAMME_WIDE)]

    def _sent(self):
        return set(self.data.getlist("people")) if self.is_bound else set()

    def clean(self):
        found = super().clean()
        audience = found.get("audience")
        missing = {
            Audience.PEOPLE: ("people", _("Choose at least one person.")),
            Audience.SITE: ("site", _("Choose a site.")),
            Audience.ROLE: ("role", _("Choose a role.")),
        }.get(audience)
        if missing and not found.get(missing[0]) and missing[0] not in self.errors:
            self.add_error(*missing)
        return found

    def wanted(self):
        """What a valid form asks for. What belongs to another audience is left aside."""
        found = self.cleaned_data
        audience = found["audience"]
        return Wanted(
            modules=found["modules"],
            audience=audience,
            people=list(found["people"]) if audience == Audience.PEOPLE else [],
            site=found["site"] if audience == Audience.SITE else None,
            role=found["role"] if audience == Audience.ROLE else "",
            due_on=found["due_on"],
            note=found["note"],
            again=found["again"],
            also_newcomers=found["also_newcomers"] and audience != Audience.PEOPLE,
        )


class ReasonForm(forms.Form):
    reason = PlainCharField(
        label=_("Why"),
        max_length=300,
        help_text=_("Kept with it, and read by those who look after training here."),
        error_messages={"required": _("Say in a few words why.")},
    )
