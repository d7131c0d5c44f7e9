"""The forms of the second step: allauth's, with our words, and with codes that work once."""

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, AuthenticateWebAuthnForm, EditWebAuthnForm, ReauthenticateWebAuthnForm
from django import forms
from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

STEP_SECONDS = 30
# How long the server would take the same code: the present step and the tolerated ones before and after it.
CODE_LIVES_SECONDS = (2 * settings.MFA_TOTP_TOLERANCE + 1) * STEP_SECONDS


def code_field(label, hint):
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=20,
        error_messages={"required": _("Enter the code.")},
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "data-width": "short", "autofocus": True}),
    )


class WorksOnce:
    """allauth remembers a used code for one step only, but with our tolerance the server would take it longer than that."""

    def clean_code(self):
        code = super().clean_code()
        digits = "".join(letter for letter in code if letter.isdigit())
        if self.authenticator.type == Authenticator.Type.TOTP and not cache.add(
            f"second-step-used:{self.user.pk}:{digits}", 1, timeout=CODE_LIVES_SECONDS
        ):
            raise get_adapter().validation_error("incorrect_code")
        return code


class CodeForm(WorksOnce, base_forms.AuthenticateForm):
    code = code_field(_("Code"), _("Six digits from your app, or one of your recovery codes."))


class CodeAgainForm(WorksOnce, base_forms.ReauthenticateForm):
    code = code_field(_("Code"), _("Six digits from your app, or one of your recovery codes."))


class AppForm(ActivateTOTPForm):
    code = code_field(_("Code"), _("The six digits the app shows now."))


class ReadsCarefully:
    """allauth expects an answer of the right shape from a browser; one made up by hand must not end in an error of ours."""

    def clean_credential(self):
        clean = getattr(super(), "clean_credential", lambda: self.cleaned_data["credential"])
        return self._read(clean)

    def clean(self):
        return self._read(super().clean)

    def _read(self, clean):
        try:
            return clean()
        except (AttributeError, IndexError, KeyError, TypeError, ValueError):
            raise get_adapter().validation_error("incorrect_passkey") from None


class UsePasskeyForm(ReadsCarefully, AuthenticateWebAuthnForm):
    pass


class PasskeyAgainForm(ReadsCarefully, ReauthenticateWebAuthnForm):
    pass


class PasskeyForm(ReadsCarefully, AddWebAuthnForm):
    name = forms.CharField(label=_("Name"), help_text=_("So that you know it again, such as “My phone”."), max_length=60, required=False)


class PasskeyNameForm(EditWebAuthnForm):
    name = forms.CharField(label=_("Name"), max_length=60, error_messages={"required": _("Enter a name.")})
