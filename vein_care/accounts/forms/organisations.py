"""Services and their sites."""

from django import forms
from django.utils.translation import gettext_lazy as _

from vein_care.accounts import places
from vein_care.accounts.forms.base import PlainCharField, name_field
from vein_care.accounts.models import Organisation, Site
from vein_care.accounts.validators import check_time_zone


class NewOrganisationForm(forms.ModelForm):
    name = PlainCharField(label=_("Name of the service"), max_length=120, error_messages={"required": _("Enter the name of the service.")})
    country = forms.ChoiceField(label=_("Country"), choices=places.countries, initial=places.FIRST)

    class Meta:
        model = Organisation
        fields = ["name", "country"]

    def clean_name(self):
        name = self.cleaned_data["name"]
        if Organisation.objects.filter(name__iexact=name).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("There is a service of this name already."))
        return name


class ServiceForm(NewOrganisationForm):
    """A service with the words and numbers its people need when something happens."""

    NOBODY = _("Say whom to turn to, or that there is nobody.")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in self.Meta.widgets:
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = self.NOBODY

    class Meta(NewOrganisationForm.Meta):
        fields = ["name", "country", "out_of_hours", "safeguarding_contact", "needlestick_contact"]
        widgets = {name: forms.Textarea(attrs={"rows": 3}) for name in ["out_of_hours", "safeguarding_contact", "needlestick_contact"]}


class SiteForm(forms.ModelForm):
    name = name_field(_("Name of the site"), _("As your workers call it, such as Harbour van. Never the address of a person."))
    kind = forms.ChoiceField(label=_("What it is"), choices=Site.Kind, widget=forms.RadioSelect, error_messages={"required": _("Choose what it is.")})
    time_zone = forms.CharField(
        label=_("Time zone"),
        help_text=_("Decides which day and part of the day a session belongs to."),
        validators=[check_time_zone],
        error_messages={"required": _("Choose a time zone from the list, such as Europe/London.")},
    )
    support_contact = PlainCharField(
        label=_("Support contact"),
        required=False,
        max_length=160,
        help_text=_("Whom a worker here can call during a shift, or after a hard talk. A name and a number."),
    )

    class Meta:
        model = Site
        fields = ["name", "kind", "time_zone", "support_contact"]

    def __init__(self, *args, organisation, **kwargs):
        super().__init__(*args, **kwargs)
        self.organisation = organisation
        self.fields["time_zone"].widget = forms.Select(choices=self._time_zones())
        if self.instance._state.adding:
            self.initial["time_zone"] = places.first_time_zone(organisation.country)

    def _time_zones(self):
        """All zones, and the one stored, should the database of zones not list it any more."""
        groups = places.time_zones(self.organisation.country)
        stored = self.instance.time_zone
        known = {zone for _group, zones in groups for zone, _label in zones}
        return groups if stored in known else [(stored, stored), *groups]

    def clean_name(self):
        name = self.cleaned_data["name"]
        if Site.objects.filter(organisation=self.organisation, name__iexact=name).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("There is a site of this name already, maybe a closed one."))
        return name


class CloseSiteForm(forms.Form):
    understood = forms.BooleanField(
        label=_("Close it all the same"), error_messages={"required": _("Tick this if you want to close the site, or go back.")}
    )
