"""People who sign in."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from vein_care.accounts import roles
from vein_care.accounts.models.organisations import Organisation, Site
from vein_care.accounts.roles import Role
from vein_care.accounts.validators import EMAIL, LOGIN_NAME, check_email_letters, check_login_name


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

    def named(self, words):
        """People in whose name, login name, initials or e-mail each of the words occurs."""
        found = self
        for word in words.split():
            found = found.filter(
                models.Q(display_name__icontains=word)
                | models.Q(login_name__icontains=word)
                | models.Q(initials__iexact=word)
                | models.Q(email__icontains=word)
            )
        return found

    def with_login(self, typed):
        """Whoever signs in with this, a login name or an e-mail in any case; one person at most."""
        return self.filter(models.Q(login_name__iexact=typed) | (models.Q(email__iexact=typed) & ~models.Q(email="")))

    def with_second_step(self):
        """Annotate `has_second_step`: an app or a passkey is set up."""
        return self.annotate(has_second_step=models.Exists(second_steps().filter(user=models.OuterRef("pk"))))


def second_steps():
    """Rows of allauth's that are a second step by themselves; recovery codes are only a way around a lost one."""
    from allauth.mfa.models import Authenticator

    return Authenticator.objects.filter(type__in=[Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN])


class User(AbstractBaseUser):
    """Somebody who signs in. Rows are never deleted: people are deactivated, so that records keep their author."""

    login_name = models.CharField(
        _("login name"),
        max_length=60,
        unique=True,
        validators=[check_login_name],
        help_text=_("What this person types to sign in, such as jo.marsh."),
    )
    email = models.EmailField(_("e-mail"), blank=True, default="", validators=[check_email_letters])
    display_name = models.CharField(_("name"), max_length=80)
    initials = models.CharField(_("initials"), max_length=4, help_text=_("Shown on the shared tablet, such as JM."))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="people", help_text=_("Empty for programme-wide people.")
    )
    usual_site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="usual_people", verbose_name=_("usual site"))
    roles = ArrayField(models.CharField(max_length=20, choices=Role), default=list, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    deactivated_at = models.DateTimeField(null=True, blank=True, editable=False)
    is_superuser = models.BooleanField(default=False, editable=False)
    sessions_ended = models.PositiveIntegerField(
        default=0, db_default=0, editable=False, help_text=_("Raised by one to end every web session at once.")
    )
    second_step_removed_at = models.DateTimeField(null=True, blank=True, editable=False, help_text=_("Until the person has been told."))
    second_step_removed_by = models.ForeignKey("self", models.PROTECT, null=True, blank=True, editable=False, related_name="+")
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
            # Else an administrator of that organisation could make a sign-in link for them.
            models.CheckConstraint(
                condition=models.Q(is_superuser=False) | models.Q(organisation=None), name="accounts_user_superuser_is_of_no_organisation"
            ),
            models.CheckConstraint(
                condition=models.Q(usual_site=None) | models.Q(organisation__isnull=False), name="accounts_user_usual_site_needs_organisation"
            ),
            models.CheckConstraint(condition=models.Q(login_name__regex=LOGIN_NAME), name="accounts_user_login_name_plain"),
            models.CheckConstraint(condition=models.Q(email__regex=EMAIL), name="accounts_user_email_plain"),
            models.CheckConstraint(
                condition=models.Q(second_step_removed_by=None) | models.Q(second_step_removed_at__isnull=False),
                name="accounts_user_second_step_removed_by_with_at",
            ),
        ]

    def __str__(self):
        return self.display_name

    def get_full_name(self):
        return self.display_name

    def get_short_name(self):
        return self.initials

    @property
    def is_staff(self):
        """Whether the admin site may be opened (Django asks by this name)."""
        return self.is_superuser

    @property
    def must_use_second_step(self):
        """Everyone whose role shows or changes more than their own work (design.md §6)."""
        return self.is_superuser or not roles.WITH_SECOND_STEP.isdisjoint(self.roles)

    @property
    def role_labels(self):
        labels = [Role(role).label for role in Role.values if role in self.roles]
        return [_("Superuser"), *labels] if self.is_superuser else labels

    def _get_session_auth_hash(self, secret=None):
        """Django ends a web session whose hash no longer fits: after a new password, and here after `sessions_ended` was raised."""
        return salted_hmac("vein_care.accounts.session", f"{self.sessions_ended}:{self.password}", secret=secret, algorithm="sha256").hexdigest()

    def has_perm(self, permission, obj=None):
        """Whether this person's roles grant the permission. A superuser sets the installation up and may do everything."""
        if not self.is_active:
            return False
        return self.is_superuser or permission in roles.permissions_of(self.roles)

    def has_perms(self, permissions, obj=None):
        return all(self.has_perm(permission) for permission in permissions)

    def has_module_perms(self, app_label):
        return self.is_active and (self.is_superuser or any(name.startswith(f"{app_label}.") for name in roles.permissions_of(self.roles)))
