"""Organisations, sites, people, and the audit trail. This app knows no other app."""

import zoneinfo

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vein_care.accounts import roles
from vein_care.accounts.roles import Role


def check_time_zone(name):
    """Raise ValidationError unless this is a time zone name such as Europe/London."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("Choose a time zone from the list, such as Europe/London."), code="time_zone")


class OrganisationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The organisation this person belongs to; every one for somebody programme-wide."""
        if user.organisation_id is None:
            return self
        return self.filter(pk=user.organisation_id)


class Organisation(models.Model):
    """A service that delivers the cards."""

    name = models.CharField(_("name"), max_length=120)
    country = models.CharField(_("country"), max_length=2, default="GB", help_text=_("Two letters, such as GB."))
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(Lower("name"), name="accounts_organisation_name_unique"),
            models.CheckConstraint(condition=models.Q(country__regex="^[A-Z]{2}$"), name="accounts_organisation_country_two_letters"),
        ]

    def __str__(self):
        return self.name


class SiteQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True, organisation__is_active=True)

    def visible_to(self, user):
        """Sites of the person's own organisation; none for somebody programme-wide, who sees figures only."""
        return self.filter(organisation=user.organisation_id) if user.organisation_id else self.none()


class Site(models.Model):
    """Where cards are delivered from: a place, a van, a round, a chat channel. Never a person's address."""

    class Kind(models.TextChoices):
        PLACE = "place", _("Building")
        VAN = "van", _("Van")
        ROUND = "round", _("Round on foot")
        CHAT = "chat", _("Phone or chat channel")

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="sites", verbose_name=_("organisation"))
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    time_zone = models.CharField(_("time zone"), max_length=40, default="Europe/London", validators=[check_time_zone])
    is_active = models.BooleanField(_("active"), default=True)

    objects = SiteQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint("organisation", Lower("name"), name="accounts_site_name_unique_in_organisation"),
            # The target of composite foreign keys, so that no row can pair a site with another organisation.
            models.UniqueConstraint(fields=["id", "organisation"], name="accounts_site_id_organisation_unique"),
            models.CheckConstraint(condition=models.Q(kind__in=["place", "van", "round", "chat"]), name="accounts_site_kind_known"),
        ]

    def __str__(self):
        return self.name

    @property
    def zone(self):
        return zoneinfo.ZoneInfo(self.time_zone)


class UserManager(BaseUserManager):
    def get_by_natural_key(self, login_name):
        return self.get(login_name__iexact=login_name)

    def create_user(self, login_name, password=None, **fields):
        user = self.model(login_name=login_name, **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def create_superuser(self, login_name, password=None, **fields):
        fields.setdefault("display_name", login_name)
        fields.setdefault("initials", login_name[:2].upper())
        return self.create_user(login_name, password, is_superuser=True, **fields)


class UserQuerySet(models.QuerySet):
    def visible_to(self, user):
        """People of the person's own organisation; everyone for a superuser; else only themselves."""
        if user.is_superuser:
            return self
        if user.organisation_id is None:
            return self.filter(pk=user.pk)
        return self.filter(organisation=user.organisation_id)


class User(AbstractBaseUser):
    """Somebody who signs in. Rows are never deleted: people are deactivated, so that records keep their author."""

    login_name = models.CharField(_("login name"), max_length=60, unique=True, help_text=_("What this person types to sign in."))
    email = models.EmailField(_("e-mail"), blank=True, default="")
    display_name = models.CharField(_("name"), max_length=80)
    initials = models.CharField(_("initials"), max_length=4, help_text=_("Shown on the shared tablet, such as JM."))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="people", help_text=_("Empty for programme-wide people.")
    )
    usual_site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("usual site"))
    roles = ArrayField(models.CharField(max_length=20, choices=Role), default=list, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    deactivated_at = models.DateTimeField(null=True, blank=True, editable=False)
    is_superuser = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = UserManager.from_queryset(UserQuerySet)()

    USERNAME_FIELD = "login_name"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        ordering = ["display_name", "id"]
        constraints = [
            models.UniqueConstraint(Lower("login_name"), name="accounts_user_login_name_unique"),
            models.UniqueConstraint(Lower("email"), condition=~models.Q(email=""), name="accounts_user_email_unique"),
            models.CheckConstraint(condition=models.Q(roles__contained_by=Role.values), name="accounts_user_roles_known"),
            models.CheckConstraint(
                condition=models.Q(is_active=True, deactivated_at=None) | models.Q(is_active=False, deactivated_at__isnull=False),
                name="accounts_user_deactivated_at_when_inactive",
            ),
            models.CheckConstraint(
                condition=~models.Q(roles__overlap=sorted(set(Role.values) - roles.PROGRAMME_WIDE)) | models.Q(organisation__isnull=False),
                name="accounts_user_role_needs_organisation",
            ),
            models.CheckConstraint(
                condition=~models.Q(roles__overlap=sorted(roles.PROGRAMME_WIDE)) | models.Q(organisation=None),
                name="accounts_user_editor_is_programme_wide",
            ),
            models.CheckConstraint(
                condition=models.Q(usual_site=None) | models.Q(organisation__isnull=False), name="accounts_user_usual_site_needs_organisation"
            ),
        ]

    def __str__(self):
        return self.display_name

    def get_full_name(self):
        return self.display_name

    def get_short_name(self):
        return self.initials

    def has_perm(self, permission, obj=None):
        """Whether this person's roles grant the permission. A superuser sets the installation up and may do everything."""
        if not self.is_active:
            return False
        return self.is_superuser or permission in roles.permissions_of(self.roles)

    def has_perms(self, permissions, obj=None):
        return all(self.has_perm(permission) for permission in permissions)

    def has_module_perms(self, app_label):
        return self.is_active and (
            self.is_superuser or any(name.startswith(f"{app_label}.") for name in roles.permissions_of(self.roles))
        )


class AuditEventQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Events of the person's own organisation; all of them for a superuser."""
        if user.is_superuser:
            return self
        return self.filter(organisation_id=user.organisation_id) if user.organisation_id else self.none()


class AuditEvent(models.Model):
    """What happened, who did it, to what. Append-only: a trigger refuses UPDATE and DELETE, and no feature reads it back.

    Ids and words, not foreign keys: the trail must not stop a row from being changed, nor change with it.
    """

    at = models.DateTimeField(default=timezone.now)
    type = models.CharField(max_length=60)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=80, blank=True, default="")
    organisation_id = models.BigIntegerField(null=True)
    target_type = models.CharField(max_length=60, blank=True, default="")
    target_id = models.CharField(max_length=64, blank=True, default="")
    details = models.JSONField(default=dict)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["organisation_id", "-at"], name="accounts_audit_org_at")]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.type}"
