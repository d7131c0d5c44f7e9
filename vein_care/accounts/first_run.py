"""Getting started: what a service still needs before its first session. Computed from what is there; nothing remembers how far one got."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vein_care.accounts.models import Organisation
from vein_care.accounts.roles import Role
from vein_care.accounts.scope import Scope


@dataclass(frozen=True)
class Step:
    """One line of the list.

    line: what it is for, or how it stands once done. url: where it is done. action: the words on its button.
    is_optional: the service can begin without it.
    """

    title: str
    line: str
    url: str
    action: str
    is_done: bool
    is_optional: bool = False
    is_next: bool = False


@dataclass(frozen=True)
class Progress:
    scope: Scope
    steps: list

    @property
    def done_count(self):
        return sum(step.is_done for step in self.steps)

    @property
    def next_step(self):
        return next((step for step in self.steps if step.is_next), None)

    @property
    def is_finished(self):
        return all(step.is_done or step.is_optional for step in self.steps)

    @property
    def is_ready(self):
        """Only the first session is missing, which is the workers' to hold."""
        return len(self.steps) > 1 and all(step.is_done or step.is_optional for step in self.steps[:-1])


def progress_of(scope):
    """The steps of one organisation, in order, the first that is needed and not done marked as next."""
    steps = [import_string(name)(scope) for name in settings.FIRST_RUN_STEPS]
    following = next((step for step in steps if not step.is_done and not step.is_optional), None)
    return Progress(scope, [Step(**{**vars(step), "is_next": step is following}) for step in steps])


def progress_for(user):
    """What home shows to somebody who sets things up: the Progress of their service, or None when there is nothing left to do.

    For a superuser it is the newest service's; without any, a single step that makes the first.
    """
    if not user.has_perm("accounts.manage_people"):
        return None
    organisation = user.organisation if user.organisation_id else Organisation.objects.filter(is_active=True).order_by("-pk").first()
    if organisation is None:
        return Progress(Scope(None), [organisation_step()])
    progress = progress_of(Scope(organisation))
    return None if progress.is_finished else progress


def organisation_step():
    title, line = _("Your service"), _("Its name and country. Everything else belongs to it.")
    return Step(title, line, reverse("accounts:organisation-new"), _("Add your service"), is_done=False, is_next=True)


def sites(scope):
    count = scope.sites().filter(is_active=True).count()
    if not count:
        line = _("Where the cards are used: a building, a van, a round on foot, a phone line. One is enough to begin.")
        return Step(_("Sites"), line, reverse("accounts:site-new", args=[scope]), _("Add a site"), is_done=False)
    line = ngettext("%(count)d site", "%(count)d sites", count) % {"count": count}
    return Step(_("Sites"), line, reverse("accounts:site-list", args=[scope]), _("See sites"), is_done=True)


def contacts(scope):
    organisation = scope.organisation
    is_done = all([organisation.out_of_hours, organisation.safeguarding_contact, organisation.needlestick_contact])
    line = _("Whom to turn to when nobody is there, when somebody is at risk, after a needlestick injury.")
    action = _("Change contacts") if is_done else _("Add contacts")
    return Step(_("Contacts for when something happens"), line, reverse("accounts:service", args=[scope]), action, is_done=is_done)


def administrator(scope):
    """Optional: a superuser can do everything alone at first."""
    joined, invited = _with_role(scope, Role.ADMINISTRATOR)
    line = _standing(joined, invited) or _("Lets people in and looks after sites and tablets. You can do it yourself for now.")
    return _invite_step(_("An administrator"), line, scope, Role.ADMINISTRATOR, is_done=bool(joined or invited), is_optional=True)


def workers(scope):
    joined, invited = _with_role(scope, Role.WORKER)
    line = _standing(joined, invited) or _("Invite them by e-mail, or let them scan a code on your screen.")
    return _invite_step(_("Workers"), line, scope, Role.WORKER, is_done=bool(joined or invited))


def _with_role(scope, role):
    """(active people, open invitations) with this role."""
    joined = scope.people().filter(is_active=True, roles__contains=[role]).count()
    invited = scope.invitations().open(now=timezone.now()).filter(person=None, roles__contains=[role]).count()
    return joined, invited


def _standing(joined, invited):
    parts = []
    if joined:
        parts.append(ngettext("%(count)d has joined", "%(count)d have joined", joined) % {"count": joined})
    if invited:
        parts.append(ngettext("%(count)d invited, not here yet", "%(count)d invited, not here yet", invited) % {"count": invited})
    return ", ".join(parts)


def _invite_step(title, line, scope, role, *, is_done, is_optional=False):
    url = f"{reverse('accounts:invite', args=[scope])}?role={role.value}"
    return Step(title, line, url, _("Invite another") if is_done else _("Invite"), is_done=is_done, is_optional=is_optional)
