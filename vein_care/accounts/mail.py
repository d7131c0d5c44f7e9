"""The two e-mails of this app. A server that does not answer must not undo an invitation: the link is on the screen as well."""

import logging

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

log = logging.getLogger(__name__)


def send_invitation(invitation, *, address, url):
    """Whether an e-mail with the link went out. Never raises for a server that fails."""
    context = {"invitation": invitation, "url": url}
    subject = _("A new password for Vein Care") if invitation.person_id else _("You are invited to Vein Care")
    return _send(subject, render_to_string("accounts/mail/invitation.txt", context), address)


def send_second_step_removed(person, *, by):
    context = {"person": person, "by": by}
    return _send(_("Your second step was removed"), render_to_string("accounts/mail/second_step_removed.txt", context), person.email)


def _send(subject, text, address):
    if not (address and settings.EMAIL_IS_SET_UP):
        return False
    try:
        return bool(send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [address]))
    except OSError as error:  # smtplib's errors are OSErrors
        log.warning("An e-mail was not sent: %s", type(error).__name__)
        return False
