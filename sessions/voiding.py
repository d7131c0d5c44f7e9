"""Taking a session out of every count. The row stays, and says when, by whom and why."""

import datetime

from django import forms
from django.db import transaction
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from sessions.models import CardSession
from vein_care.accounts import audit

OWN_WINDOW = datetime.timedelta(hours=24)


class NotVoidable(Exception):
    """This session cannot be voided by this person now; says why, for the page."""


class VoidForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Why"),
        choices=CardSession.VoidReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose why it should not count.")},
    )


def is_in_own_window(received_at, *, now):
    """Whether a session received then may still be voided by the worker whose it is. received_at: None when not known any more."""
    return received_at is not None and now - received_at < OWN_WINDOW


def check_standing(session):
    """Raise NotVoidable for a session that is voided already."""
    if session.voided_at is not None:
        raise NotVoidable(_t("This is voided already."))


def check_own(session, *, now):
    """Raise NotVoidable unless the worker may void this session of theirs (loaded with `with_received_at`) now."""
    check_standing(session)
    if not is_in_own_window(session.received_at, now=now):
        raise NotVoidable(_t("This came in more than 24 hours ago. Ask your coordinator to void it."))


@transaction.atomic
def void_own_session(*, session, reason, by, now):
    """Void a session that `by` delivered and that came in less than 24 hours ago. Raises NotVoidable.

    reason: CardSession.VoidReason. The update is conditional, so of two presses of the button one counts.
    """
    check_own(session, now=now)
    _void(CardSession.objects.of_worker(by), session=session, reason=reason, by=by, now=now)


@transaction.atomic
def void_any_session(*, session, reason, by, now):
    """Void a session of the organisation that `by` coordinates, whoever delivered it and whenever. Raises NotVoidable.

    reason: CardSession.VoidReason. As above, one of two presses counts.
    """
    _void(CardSession.objects.visible_to(by), session=session, reason=reason, by=by, now=now)


def _void(own, *, session, reason, by, now):
    standing = own.counted().filter(pk=session.pk)
    if not standing.update(voided_at=now, voided_by=by, voided_reason=reason):
        raise NotVoidable(_t("This is voided already."))
    audit.record("session.voided", by=by, target=session, why=str(reason))
