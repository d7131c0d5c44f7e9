"""Invitations, and sign-in links for people who are locked out: the same thing, with or without a person already there."""

import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vein_care.accounts import roles
from vein_care.accounts.models.organisations import Organisation, Site
from vein_care.accounts.models.people import User
from vein_care.accounts.roles import Role
from vein_care.accounts.validators import check_email_letters

VALID_FOR = datetime.timedelta(days=7)


def in_seven_days():
    return timezone.now() + VALID_FOR


class InvitationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Invitations of the person's own organisation; all of them for a superuser."""
        if user.is_superuser:
            return self
        return self.filter(organisation=user.organisation_id) if user.organisation_id else self.none()

    def open(self, *, now):
        return self.filter(used_at=None, revoked_at=None, expires_at__gt=now)


class Invitation(models.Model):
    """A link that works once, within seven days. Its token is kept as a hash only.

    person: whom a sign-in link is for; empty when somebody new is invited, and what they choose then becomes a person (`used_by`).
    """

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="invitations", help_text=_("Empty for programme-wide people.")
    )
    person = models.ForeignKey(User, models.PROTECT, null=True, related_name="sign_in_links")
    token_hash = models.BinaryField(max_length=32, help_text=_("SHA-256 of the token."))
    display_name = models.CharField(_("name"), max_length=80, blank=True, default="")
    email = models.EmailField(_("e-mail"), blank=True, default="", validators=[check_email_letters])
    roles = ArrayField(models.CharField(max_length=20, choices=Role), default=list, blank=True)
    # The composite foreign key (usual_site, organisation) in the migrations stands beside this one.
    usual_site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("usual site"))
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    expires_at = models.DateTimeField(default=in_seven_days)
    used_at = models.DateTimeField(null=True)
    used_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["organisation", "-created_at"], name="accounts_invitation_org_at")]
        constraints = [
            models.UniqueConstraint(fields=["token_hash"], name="accounts_invitation_token_unique"),
            models.CheckConstraint(
                condition=Exact(Func(F("token_hash"), function="octet_length", output_field=models.IntegerField()), 32),
                name="accounts_invitation_token_is_hashed",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="accounts_invitation_expires_later"),
            models.CheckConstraint(
                condition=Q(used_at=None, used_by=None) | Q(used_at__isnull=False, used_by__isnull=False),
                name="accounts_invitation_used_at_with_by",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None) | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="accounts_invitation_revoked_at_with_by",
            ),
            models.CheckConstraint(condition=Q(used_at=None) | Q(revoked_at=None), name="accounts_invitation_used_or_revoked"),
            models.CheckConstraint(condition=Q(roles__contained_by=Role.values), name="accounts_invitation_roles_known"),
            models.CheckConstraint(
                condition=~Q(roles__overlap=sorted(set(Role.values) - roles.PROGRAMME_WIDE)) | Q(organisation__isnull=False),
                name="accounts_invitation_role_needs_organisation",
            ),
            models.CheckConstraint(
                condition=~Q(roles__overlap=sorted(roles.PROGRAMME_WIDE)) | Q(organisation=None),
                name="accounts_invitation_editor_is_programme_wide",
            ),
        ]

    def __str__(self):
        return self.display_name or self.email or str(_("Somebody new"))

    def is_open(self, *, now):
        return self.used_at is None and self.revoked_at is None and self.expires_at > now

    @property
    def role_labels(self):
        return [Role(role).label for role in Role.values if role in self.roles]
