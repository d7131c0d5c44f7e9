"""The second step at sign-in: who needs one, what stays closed without it, and how allauth's part of it behaves here."""

import time

from allauth.mfa import signals
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.models import AnonymousUser
from django.dispatch import receiver
from django.shortcuts import redirect
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from vein_care.accounts import audit, qr
from vein_care.accounts.actions.people import end_web_sessions, note_was_read
from vein_care.accounts.models.people import second_steps

# What somebody can open who has yet to set up a second step: setting it up, and leaving.
OPEN = {
    "account_login",
    "account_logout",
    "account_reauthenticate",
    "accounts:note-read",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_authenticate",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
}


def is_missing(person):
    """Whether this person must set up a second step before anything else. Costs one statement, for those who need one only."""
    if not (settings.SECOND_STEP_REQUIRED and person.is_authenticated and person.must_use_second_step):
        return False
    return not second_steps().filter(user=person).exists()


class SecondStepMiddleware:
    """Nothing opens for somebody whose role needs a second step until they have one.

    A session in which the step was left out cannot exist beside one: allauth asks for it at sign-in, giving somebody a role that needs it
    and setting up the first one both end their other web sessions.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if not settings.SECOND_STEP_REQUIRED or request.resolver_match.view_name in OPEN:
            return None
        if not getattr(view, "login_required", True):
            # A public page is shown as to anyone, and looks at no cookie unless it asks who is there.
            request.user = SimpleLazyObject(lambda user=request.user: AnonymousUser() if is_missing(user) else user)
            return None
        return redirect("mfa_index") if is_missing(request.user) else None


class Adapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("That was not right. Check the time on your phone, wait for the next code and try again."),
        "incorrect_passkey": _("The passkey did not answer as it should. Try again, or use the app or a recovery code."),
        "cannot_generate_recovery_codes": _("Set up an app or a passkey first."),
    }

    def get_totp_label(self, user):
        return user.login_name

    def build_totp_svg(self, url):
        return qr.inline_svg(url)

    def generate_authenticator_name(self, user, type):
        count = Authenticator.objects.filter(user=user, type=type).count()
        return _t("Passkey %(number)d") % {"number": count + 1} if count else _t("My passkey")

    def get_public_key_credential_rp_entity(self):
        return super().get_public_key_credential_rp_entity() | {"name": "Vein Care"}

    def get_public_key_credential_user_entity(self, user):
        return super().get_public_key_credential_user_entity(user) | {"name": user.login_name, "display_name": user.display_name}


def signed_in_just_now(request):
    """Whether the person proved who they are within the last minutes, in this browser."""
    from allauth.account import app_settings
    from allauth.account.internal.flows.login import get_authentication_records

    records = get_authentication_records(request, request.user)
    return bool(records) and time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT


@receiver(signals.authenticator_added)
def after_adding(sender, request, user, authenticator, **kwargs):
    """Note it. With the first one, browsers that came in without end: only this one goes on."""
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        return
    audit.record("second_step.added", by=user, target=user, kind=authenticator.type)
    note_was_read(user)
    if second_steps().filter(user=user).count() == 1:
        end_web_sessions(user)
        user.refresh_from_db(fields=["sessions_ended"])
        update_session_auth_hash(request, user)


@receiver(signals.authenticator_removed)
def after_removing(sender, user, authenticator, **kwargs):
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        audit.record("second_step.removed", by=user, target=user, kind=authenticator.type)


@receiver(signals.authenticator_reset)
def after_new_codes(sender, user, **kwargs):
    audit.record("second_step.new_codes", by=user, target=user)


@receiver(signals.authenticator_used)
def after_use(sender, user, authenticator, **kwargs):
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        audit.record("second_step.code_used", by=user, target=user)


@receiver(signals.authentication_failed)
def after_failure(sender, user, **kwargs):
    audit.record("second_step.failed", target=user)
