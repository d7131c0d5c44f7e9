"""Forms about people and sign-in."""

from allauth.account.forms import LoginForm
from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _


class SignInForm(LoginForm):
    """Login name or e-mail, and a password that can be shown. A shared tablet asks every time whose it is."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(
            label=_("Login name or e-mail"),
            max_length=254,
            error_messages={"required": _("Enter your login name or your e-mail.")},
            widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
        )
        self.fields["password"] = forms.CharField(
            label=_("Password"),
            strip=False,
            error_messages={"required": _("Enter your password.")},
            widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        )
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.order_fields(["login", "password"])
