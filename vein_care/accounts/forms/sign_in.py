"""Signing in, and saying once more who one is."""

from allauth.account import forms as allauth_forms
from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from vein_care.accounts.forms.base import new_password_field


def own_password_field(label):
    return forms.CharField(
        label=label,
        strip=False,
        error_messages={"required": _("Enter your password.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class SignInForm(allauth_forms.LoginForm):
    """Login name or e-mail, and a password that can be shown. A shared tablet asks every time whose it is."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(
            label=_("Login name or e-mail"),
            max_length=254,
            error_messages={"required": _("Enter your login name or your e-mail.")},
            widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
        )
        self.fields["password"] = own_password_field(_("Password"))
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.order_fields(["login", "password"])


class PasswordAgainForm(allauth_forms.ReauthenticateForm):
    """Asked before the second step is changed, when the sign-in was some time ago."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password"] = own_password_field(_("Your password"))


class ChangePasswordForm(allauth_forms.ChangePasswordForm):
    """The old and the new password; no repeating, since both can be shown."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields = {
            "oldpassword": own_password_field(_("Password until now")),
            "password1": new_password_field(),
        }
        self.fields["password1"].label = _("New password")

    def clean_password1(self):
        from allauth.account.adapter import get_adapter

        return get_adapter().clean_password(self.cleaned_data["password1"], user=self.user)
