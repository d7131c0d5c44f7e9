"""What all forms about people and places share."""

from django import forms
from django.utils.translation import gettext_lazy as _

from vein_care.accounts.roles import Role
from vein_care.accounts.validators import check_one_line, plain

WHAT_A_ROLE_DOES = {
    Role.WORKER: _("Worker: uses the cards with people and records sessions"),
    Role.TRAINER: _("Trainer: sets modules and runs training"),
    Role.COORDINATOR: _("Coordinator: sees what is delivered where, and records that need a look"),
    Role.ADMINISTRATOR: _("Administrator: lets people in, looks after sites and tablets"),
    Role.EDITOR: _("Editor: writes and publishes cards and lessons, and sees figures to share of all services"),
}


class PlainCharField(forms.CharField):
    """One line, or several in a Textarea, with wide and composed letters brought to their usual form."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        if not isinstance(self.widget, forms.Textarea):
            self.validators.append(check_one_line)

    def to_python(self, value):
        return super().to_python(plain(value) if isinstance(value, str) else value)


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self):
        super().__init__(format="%Y-%m-%d")


class PlainEmailField(forms.EmailField):
    def to_python(self, value):
        return super().to_python(plain(value) if isinstance(value, str) else value)


class RolesField(forms.MultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def offer(self, roles):
        self.choices = [(role.value, WHAT_A_ROLE_DOES[role]) for role in roles]

    def clean(self, value):
        """The chosen codes in the order of the role table, which is how they are kept."""
        chosen = super().clean(value)
        return [role.value for role in Role if role.value in chosen]


def email_field():
    return PlainEmailField(
        label=_("E-mail"),
        required=False,
        max_length=254,
        error_messages={"invalid": _("Enter an e-mail such as jo@example.org, or leave this empty.")},
        widget=forms.EmailInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )


def name_field(label, hint=""):
    return PlainCharField(
        label=label,
        help_text=hint,
        max_length=80,
        error_messages={"required": _("Enter a name.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def initials_field():
    return PlainCharField(
        label=_("Initials"),
        help_text=_("Up to four letters, shown on the shared tablet, such as JM."),
        max_length=4,
        error_messages={"required": _("Enter initials, such as JM."), "max_length": _("Use four letters at most.")},
        widget=forms.TextInput(attrs={"data-width": "short", "autocapitalize": "characters", "autocomplete": "off"}),
    )


def login_name_field(hint):
    return PlainCharField(
        label=_("Login name"),
        help_text=hint,
        max_length=60,
        error_messages={"required": _("Enter a login name, such as jo.marsh.")},
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )


def new_password_field():
    return forms.CharField(
        label=_("Password"),
        help_text=_("At least ten characters. Three or four words that do not belong together are easy to remember and hard to guess."),
        strip=False,
        error_messages={"required": _("Choose a password.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
