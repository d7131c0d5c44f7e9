"""Changing people: what they may do, whether they may sign in, and how they get back in."""

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from vein_care.accounts import audit
from vein_care.accounts.actions.refusals import Refused
from vein_care.accounts.models import Invitation, Organisation, User
from vein_care.accounts.roles import Role


class LastAdministrator(Refused):
    """Nobody would be left to let people in."""


class LastSuperuser(Refused):
    """Nobody would be left to run the installation."""


class OwnSecondStep(Refused):
    """An administrator removes other people's second steps, not their own."""


def end_web_sessions(person):
    """Every browser of this person is signed out at its next step. Records on tablets are still sent: they need no sign-in."""
    User.objects.filter(pk=person.pk).update(sessions_ended=F("sessions_ended") + 1)


def _hold(person):
    """The person's row, locked, after their organisation's: two changes of administrators wait for each other.

    For programme-wide people the superusers' rows stand for the organisation's.
    """
    if person.organisation_id:
        Organisation.objects.select_for_update().get(pk=person.organisation_id)
    else:
        list(User.objects.select_for_update().filter(is_superuser=True).order_by("pk"))
    return User.objects.select_for_update(of=("self",)).get(pk=person.pk)


def _check_somebody_is_left(person, *, by, stays_administrator=False):
    """Raise unless somebody active is left who can let people in. A superuser may take the last one: they can invite the next."""
    if person.is_superuser and not User.objects.filter(is_superuser=True, is_active=True).exclude(pk=person.pk).exists():
        raise LastSuperuser(_("This is the last superuser. With none left, nobody could run this."))
    if stays_administrator or by.is_superuser or Role.ADMINISTRATOR not in person.roles or not person.organisation_id:
        return
    others = User.objects.filter(organisation=person.organisation_id, is_active=True, roles__contains=[Role.ADMINISTRATOR])
    if not others.exclude(pk=person.pk).exists():
        raise LastAdministrator(
            _("%(name)s is the only one here who can let people in. Give somebody else that role first.") % {"name": person.display_name}
        )


@transaction.atomic
def change_person(*, person, changed, by):
    """Store a changed person. changed: names of the fields that differ.

    Somebody who gets a role that needs a second step is signed out everywhere, so that their next sign-in asks for it.
    Raises LastAdministrator.
    """
    if not changed:
        return
    before = _hold(person)
    if before.is_active and "roles" in changed:
        _check_somebody_is_left(before, by=by, stays_administrator=Role.ADMINISTRATOR in person.roles)
    person.save(update_fields=changed)
    if person.must_use_second_step and not before.must_use_second_step:
        end_web_sessions(person)
    details = {"roles": sorted(person.roles), "roles_before": sorted(before.roles)} if "roles" in changed else {}
    audit.record("person.changed", by=by, target=person, changed=sorted(changed), **details)


@transaction.atomic
def deactivate_person(*, person, by):
    """Let somebody sign in no more, from this moment. Their records keep their author; open links for them or made by them end.

    Raises LastAdministrator or LastSuperuser.
    """
    person = _hold(person)
    if not person.is_active:
        return
    _check_somebody_is_left(person, by=by)
    person.is_active, person.deactivated_at = False, timezone.now()
    person.save(update_fields=["is_active", "deactivated_at"])
    end_web_sessions(person)
    open_links = Invitation.objects.filter(Q(person=person) | Q(created_by=person), used_at=None, revoked_at=None)
    open_links.update(revoked_at=timezone.now(), revoked_by=by)
    audit.record("person.deactivated", by=by, target=person)


@transaction.atomic
def activate_person(*, person, by):
    """Let somebody sign in again, with the password they had."""
    if User.objects.filter(pk=person.pk, is_active=False).update(is_active=True, deactivated_at=None):
        audit.record("person.activated", by=by, target=person)


@transaction.atomic
def remove_second_step(*, person, by):
    """Take away every second step of somebody who lost theirs, sign them out, and leave a note that they will be shown.

    Returns whether there was one. Raises OwnSecondStep.
    """
    if person.pk == by.pk:
        raise OwnSecondStep(_("Ask a colleague with your role to take away your own second step."))
    person = _hold(person)
    removed, _rows = Authenticator.objects.filter(user=person).delete()
    if not removed:
        return False
    person.second_step_removed_at, person.second_step_removed_by = timezone.now(), by
    person.save(update_fields=["second_step_removed_at", "second_step_removed_by"])
    end_web_sessions(person)
    audit.record("second_step.removed_by_administrator", by=by, target=person)
    return True


def note_was_read(person):
    """The person has seen who removed their second step."""
    User.objects.filter(pk=person.pk).update(second_step_removed_at=None, second_step_removed_by=None)
