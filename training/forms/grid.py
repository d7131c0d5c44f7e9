"""What part of the grid is looked at."""

from django import forms
from django.utils.translation import gettext_lazy as _

from training.state import State
from vein_care.accounts.models import Site
from vein_care.accounts.roles import PROGRAMME_WIDE, Role


class GridFilter(forms.Form):
    """Everything may be left out; nonsense in the address is treated as left out."""

    q = forms.CharField(label=_("Name"), required=False, max_length=80)
    site = forms.ModelChoiceField(label=_("Usual site"), queryset=Site.objects.none(), required=False, empty_label=_("Any"))
    role = forms.ChoiceField(label=_("Role"), required=False)
    module = forms.ChoiceField(label=_("Module"), required=False)
    state = forms.ChoiceField(label=_("Where they are"), required=False, choices=[("", _("Anywhere")), *State.choices])

    def __init__(self, *args, organisation, versions, **kwargs):
        super().__init__(*args, **kwargs)
        self.versions = versions
        self.fields["site"].queryset = Site.objects.filter(organisation=organisation)
        self.fields["role"].choices = [("", _("Any")), *((role.value, role.label) for role in Role if role not in PROGRAMME_WIDE)]
        self.fields["module"].choices = [("", _("All of them")), *((version.module.slug, version.title) for version in versions)]
        self.is_valid()

    def people(self, people):
        if words := self.cleaned_data.get("q"):
            people = people.named(words)
        if role := self.cleaned_data.get("role"):
            people = people.filter(roles__contains=[role])
        if site := self.cleaned_data.get("site"):
            people = people.filter(usual_site=site)
        return people

    def modules(self):
        slug = self.cleaned_data.get("module")
        return [version for version in self.versions if version.module.slug == slug] if slug else self.versions

    def states(self):
        """The states that were asked for; empty for all."""
        state = self.cleaned_data.get("state")
        return {State(state)} if state else set()
