"""Sign-ins, sign-outs and failures in the audit trail. Signals are the only place Django and allauth offer for this."""

from allauth.account.signals import password_changed
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from vein_care.accounts import audit


@receiver(user_logged_in)
def log_sign_in(sender, request, user, **kwargs):
    audit.record("person.signed_in", by=user, target=user)


@receiver(user_logged_out)
def log_sign_out(sender, request, user, **kwargs):
    if user is not None:
        audit.record("person.signed_out", by=user, target=user)


@receiver(user_login_failed)
def log_failure(sender, credentials, request=None, **kwargs):
    """Note which known person it was. What was typed is left out: people type passwords into the wrong field."""
    typed = credentials.get("login_name") or credentials.get("username") or credentials.get("email") or ""
    person = get_user_model().objects.with_login(typed).first()
    audit.record("person.sign_in_failed", target=person, known=person is not None)


@receiver(password_changed)
def log_new_password(sender, request, user, **kwargs):
    audit.record("person.password_changed", by=user, target=user)
