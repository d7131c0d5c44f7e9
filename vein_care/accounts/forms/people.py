"""Inviting people, changing them, finding them; and what an invited person chooses."""

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from vein_care.accounts.forms.base import RolesField, email_field, initials_field, login_name_field, name_field, new_password_field
from vein_care.accounts.models import Invitation, User

PERSON_FOR_LIFE = _("Letters a to z, digits, dots and dashes, such as jo.marsh.")


class UniqueMixin:
    """Two people cannot share a login name or an e-mail, in whatever case they are written."""

    def clean_login_name(self):
        name = self.cleaned_data["login_name"]
        if User.objects.filter(login_name__iexact=name).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("Somebody has this login name already. Add a dot, a letter or a digit."))
        return name

    def clean_email(self):
        address = self.cleaned_data["email"]
        if address and User.objects.filter(email__iexact=address).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("Somebody has this e-mail already. Two people cannot share one; leave it empty instead."))
        return address


class PlaceMixin:
    """Roles and usual site, limited to what there is in a Scope."""

    def limit_to(self, scope):
        self.scope = scope
        self.fields["roles"].offer(scope.roles)
        if scope.organisation is None:
            del self.fields["usual_site"]
        else:
            self.fields["usual_site"].queryset = scope.sites().filter(is_active=True)


class InviteForm(PlaceMixin, forms.ModelForm):
    display_name = name_field(_("Name"), _("As colleagues call them. They can change it when they join."))
    email = email_field()
    roles = RolesField(label=_("What they will do here"), error_messages={"required": _("Choose at least one.")})
    usual_site = forms.ModelChoiceField(label=_("Usual site"), queryset=None, required=False, empty_label=_("None in particular"))

    class Meta:
        model = Invitation
        fields = ["display_name", "email", "roles", "usual_site"]

    def __init__(self, *args, scope, **kwargs):
        super().__init__(*args, **kwargs)
        self.limit_to(scope)

    def clean_email(self):
        """The same rule as for people: an invitation for an address somebody has would end in a refusal."""
        address = self.cleaned_data["email"]
        if address and User.objects.filter(email__iexact=address).exists():
            raise forms.ValidationError(_("Somebody has this e-mail already. If they are locked out, open their page and make a sign-in link."))
        return address


class PersonForm(PlaceMixin, UniqueMixin, forms.ModelForm):
    display_name = name_field(_("Name"))
    initials = initials_field()
    login_name = login_name_field(PERSON_FOR_LIFE)
    email = email_field()
    roles = RolesField(label=_("What they do here"), required=False)
    usual_site = forms.ModelChoiceField(label=_("Usual site"), queryset=None, required=False, empty_label=_("None in particular"))

    class Meta:
        model = User
        fields = ["display_name", "initials", "login_name", "email", "roles", "usual_site"]

    def __init__(self, *args, scope, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login_name"].widget.attrs["autocomplete"] = "off"
        self.limit_to(scope)
        if self.instance.is_superuser:
            self.fields["roles"].help_text = _("A superuser may do everything anyway.")


class JoinForm(UniqueMixin, forms.ModelForm):
    """What an invited person chooses. Role, organisation and site are the invitation's, whatever is sent."""

    display_name = name_field(_("Your name"), _("As colleagues call you."))
    initials = initials_field()
    login_name = login_name_field(PERSON_FOR_LIFE)
    email = email_field()
    password = new_password_field()

    class Meta:
        model = User
        fields = ["display_name", "initials", "login_name", "email"]

    field_order = ["display_name", "initials", "email", "login_name", "password"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = _("Only if you want to sign in with it, too.")

    def clean(self):
        super().clean()
        password = self.cleaned_data.get("password")
        if password:
            person = User(**{name: self.cleaned_data.get(name, "") for name in self.Meta.fields})
            _check_password(self, password, person)


class NewPasswordForm(forms.Form):
    """For somebody who was locked out."""

    password = new_password_field()

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, **kwargs)
        self.person = person
        self.fields["password"].label = _("New password")

    def clean(self):
        if password := self.cleaned_data.get("password"):
            _check_password(self, password, self.person)


class PeopleFilter(forms.Form):
    """Everything may be left out; nonsense in the address is treated as left out."""

    q = forms.CharField(label=_("Name or e-mail"), required=False, max_length=80)
    role = forms.ChoiceField(label=_("Role"), required=False)
    site = forms.ModelChoiceField(label=_("Usual site"), queryset=None, required=False, empty_label=_("Any"))
    state = forms.ChoiceField(label=_("Who"), required=False, choices=[("", _("Active")), ("inactive", _("Not active")), ("all", _("Everyone"))])

    def __init__(self, *args, scope, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [("", _("Any")), *((role.value, role.label) for role in scope.roles)]
        self.fields["site"].queryset = scope.sites()
        if scope.organisation is None:
            del self.fields["site"], self.fields["role"]

    def apply(self, people):
        self.is_valid()
        wanted = self.cleaned_data
        if words := wanted.get("q"):
            people = people.named(words)
        if role := wanted.get("role"):
            people = people.filter(roles__contains=[role])
        if site := wanted.get("site"):
            people = people.filter(usual_site=site)
        if wanted.get("state") != "all":
            people = people.filter(is_active=wanted.get("state") != "inactive")
        return people


def _check_password(form, password, person):
    try:
        validate_password(password, person)
    except forms.ValidationError as error:
        form.add_error("password", error)


def suggestions(name):
    """What a join form is filled in with, made from a name: initials and a login name, which the person may change."""
    words = [word for word in name.replace("-", " ").split() if word[0].isalpha()]
    ascii_words = ["".join(letter for letter in word.lower() if letter.isascii() and letter.isalnum()) for word in words]
    return {
        "display_name": name,
        "initials": "".join(word[0] for word in words)[:4].upper(),
        "login_name": ".".join(word for word in ascii_words if word)[:60],
    }
