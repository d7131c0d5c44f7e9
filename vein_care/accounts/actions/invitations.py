"""Letting people in: invitations for new people, sign-in links for those locked out. One mechanism (docs/decisions/0010)."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vein_care.accounts import audit
from vein_care.accounts.actions.people import end_web_sessions
from vein_care.accounts.actions.refusals import Refused
from vein_care.accounts.models import Invitation, User
from vein_care.accounts.models.invitations import VALID_FOR
from vein_care.accounts.tokens import hash_of, new_token


class Unusable(Refused):
    """This link does nothing (any more)."""


class NameTaken(Refused):
    """Somebody else was quicker with this login name or e-mail."""


@transaction.atomic
def invite(*, invitation, by):
    """Store an invitation for somebody new. Returns its token, which is never seen again."""
    token = _store(invitation, by=by)
    audit.record("invitation.made", by=by, target=invitation, roles=sorted(invitation.roles))
    return token


@transaction.atomic
def make_sign_in_link(*, person, by):
    """(invitation, token): a link with which somebody locked out chooses a new password. Earlier links of theirs end.

    Raises Unusable for somebody deactivated.
    """
    person = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if not person.is_active:
        raise Unusable(_("%(name)s is not active. Activate them first.") % {"name": person.display_name})
    now = timezone.now()
    Invitation.objects.filter(person=person, used_at=None, revoked_at=None).update(revoked_at=now, revoked_by=by)
    link = Invitation(organisation_id=person.organisation_id, person=person, display_name=person.display_name)
    token = _store(link, by=by)
    audit.record("sign_in_link.made", by=by, target=person)
    return link, token


@transaction.atomic
def renew(*, invitation, by):
    """A new token and seven new days for a link nobody has used; the old token stops working. Returns the token.

    Raises Unusable for one that was used or revoked.
    """
    invitation = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if invitation.used_at or invitation.revoked_at:
        raise Unusable(_("This link was used or withdrawn. Make a new invitation."))
    token = new_token()
    invitation.token_hash, invitation.expires_at = hash_of(token), timezone.now() + VALID_FOR
    invitation.save(update_fields=["token_hash", "expires_at"])
    audit.record("invitation.renewed", by=by, target=invitation)
    return token


@transaction.atomic
def revoke(*, invitation, by):
    """Withdraw a link that nobody has used. Raises Unusable when somebody has."""
    open_links = Invitation.objects.filter(pk=invitation.pk, used_at=None, revoked_at=None)
    if open_links.update(revoked_at=timezone.now(), revoked_by=by):
        audit.record("invitation.revoked", by=by, target=invitation)
    elif Invitation.objects.filter(pk=invitation.pk, used_at__isnull=False).exists():
        raise Unusable(_("This link was used a moment ago. If that was the wrong person, deactivate them."))


def find(token):
    """The link with this token, whatever its state, or None."""
    return Invitation.objects.select_related("organisation", "person", "usual_site", "used_by").filter(token_hash=hash_of(token)).first()


def check_usable(invitation, *, now):
    """Raise Unusable, with a sentence for whoever holds the link, unless it works."""
    again = _("Ask your service's administrator for a new one.")
    if invitation.used_at:
        raise Unusable(_("This link has been used already. It works once only."))
    if invitation.revoked_at:
        raise Unusable(_("This link was withdrawn.") + " " + again)
    if invitation.expires_at <= now:
        raise Unusable(_("This link was good for seven days, and they are over.") + " " + again)
    if invitation.organisation and not invitation.organisation.is_active:
        raise Unusable(_("This service does not use Vein Care any more."))
    if invitation.person and not invitation.person.is_active:
        raise Unusable(_("This account is not active.") + " " + again)


def join(*, invitation, person, password, now):
    """Make the invited person from what they chose, and use the invitation up. Of two who do it at once, one succeeds.

    person: an unsaved User with login name, name, initials and e-mail; role, organisation and site come from the invitation alone.
    Raises Unusable, or NameTaken when somebody else got the login name or e-mail first.
    """
    try:
        with transaction.atomic():
            invitation = _take(invitation, now=now)
            person.organisation_id = invitation.organisation_id
            person.roles = invitation.roles
            if invitation.usual_site and invitation.usual_site.is_active:
                person.usual_site = invitation.usual_site
            person.set_password(password)
            person.save()
            _use_up(invitation, person, now=now)
            audit.record("person.joined", by=person, target=person, roles=sorted(person.roles), invited_by=invitation.created_by_id)
    except IntegrityError as error:
        raise NameTaken(_("Somebody has just taken this login name or e-mail. Choose another.")) from error
    return person


@transaction.atomic
def choose_new_password(*, link, password, now):
    """Let somebody locked out choose a new password, and use the link up. Other browsers of theirs are signed out. Raises Unusable."""
    link = _take(link, now=now)
    person = link.person
    person.set_password(password)
    person.save(update_fields=["password"])
    end_web_sessions(person)
    _use_up(link, person, now=now)
    audit.record("person.password_chosen", by=person, target=person, link_made_by=link.created_by_id)
    person.refresh_from_db()
    return person


def _store(invitation, *, by):
    token = new_token()
    invitation.token_hash = hash_of(token)
    invitation.created_by = by
    invitation.save()
    return token


def _take(invitation, *, now):
    """The link's row, locked, and still usable under the lock."""
    locked = Invitation.objects.select_for_update(of=("self",)).select_related("organisation", "person", "usual_site").get(pk=invitation.pk)
    if bytes(locked.token_hash) != bytes(invitation.token_hash):
        raise Unusable(_("There is a newer link. This one does nothing any more."))
    check_usable(locked, now=now)
    return locked


def _use_up(invitation, person, *, now):
    invitation.used_at, invitation.used_by = now, person
    invitation.save(update_fields=["used_at", "used_by"])
