"""Whose people and sites a page is about: one organisation, or the programme-wide people who belong to none."""

from dataclasses import dataclass
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from vein_care.accounts import roles
from vein_care.accounts.models import AuditEvent, Invitation, Organisation, Site, User
from vein_care.accounts.roles import Role

PROGRAMME = "programme"


class ScopeConverter:
    """An organisation's number in an address, or the word for programme-wide people."""

    regex = rf"[1-9][0-9]{{0,17}}|{PROGRAMME}"

    def to_python(self, value):
        return value

    def to_url(self, value):
        return str(getattr(value, "slug", value))


@dataclass(frozen=True)
class Scope:
    """organisation: None for the programme-wide people, whom only a superuser looks after."""

    organisation: Organisation | None

    def __str__(self):
        return str(self.organisation or _("Programme-wide"))

    @property
    def slug(self):
        return str(self.organisation.pk) if self.organisation else PROGRAMME

    @property
    def organisation_id(self):
        return self.organisation.pk if self.organisation else None

    @property
    def roles(self):
        """The roles that people here can have."""
        if self.organisation is None:
            return [role for role in Role if role in roles.PROGRAMME_WIDE]
        return [role for role in Role if role not in roles.PROGRAMME_WIDE]

    def people(self):
        return User.objects.filter(organisation=self.organisation_id)

    def invitations(self):
        return Invitation.objects.filter(organisation=self.organisation_id)

    def sites(self):
        return Site.objects.filter(organisation=self.organisation_id) if self.organisation else Site.objects.none()

    def events(self):
        return AuditEvent.objects.filter(organisation_id=self.organisation_id)


def open_scope(user, slug, permission):
    """The Scope of an address, for somebody who may see it.

    Raises PermissionDenied without the permission, and Http404 for another organisation: one may not even know that it exists.
    """
    if not user.has_perm(permission):
        raise PermissionDenied
    if slug == PROGRAMME:
        if not user.is_superuser:
            raise Http404
        return Scope(None)
    if user.organisation_id and slug == str(user.organisation_id):
        return Scope(user.organisation)
    found = Organisation.objects.filter(pk=slug).first() if user.is_superuser else None
    if found is None:
        raise Http404
    return Scope(found)


def open_organisation(user, slug, permission):
    """The same for pages that make no sense programme-wide."""
    scope = open_scope(user, slug, permission)
    if scope.organisation is None:
        raise Http404
    return scope


def of_own_organisation(permission):
    """A view for somebody of an organisation with this permission: a superuser has every one, and no organisation whose rows these could be."""

    def decorate(view):
        @wraps(view)
        def checked(request, *args, **kwargs):
            if not request.user.organisation_id or not request.user.has_perm(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return never_cache(checked)

    return decorate


def sees_figures(user):
    """Whether somebody may see figures: all of their own organisation's, or programme-wide those that organisations share."""
    if user.organisation_id:
        return user.has_perm("care_sessions.view_summary")
    return user.has_perm("care_sessions.view_programme_summary")


def needs_figures(view):
    """A view of figures. SummaryFilter gives whoever is programme-wide those to share, and nothing else."""

    @wraps(view)
    def checked(request, *args, **kwargs):
        if not sees_figures(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return never_cache(checked)
