"""Where else people can turn, what they should hear of today, and where the public may read it.

Nothing here belongs to a session: these are notices on a wall, written by an administrator.
"""

import datetime

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from sessions.models.codes import SignpostKind
from vein_care.accounts.models import OfOrganisation, Organisation, Site, User

# So that a tap on a tablet can call it: digits, a leading plus, and what people write between.
PHONE = r"^(\+?[0-9][0-9 ()./-]{1,38})?$"
LINK = r"^(https?://[^\s/]+\.[^\s]+)?$"
SLUG = r"^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$"
LONGEST_NOTICE_DAYS = 92


class LocalServiceQuerySet(OfOrganisation):
    def shown(self):
        """Those that tablets and public pages show: switched on, and of a site that is still open."""
        return self.filter(Q(site=None) | Q(site__is_active=True), is_active=True, kind__is_retired=False)


class LocalService(models.Model):
    """One entry of the directory: somebody nearby to whom a worker can point people."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    # The composite foreign key (site, organisation) in the migrations stands for this one.
    site = models.ForeignKey(
        Site,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
        verbose_name=_("near which site"),
        help_text=_("Empty: for all sites."),
    )
    kind = models.ForeignKey(SignpostKind, models.PROTECT, related_name="+", db_index=False, verbose_name=_("what it offers"))
    name = models.CharField(_("name"), max_length=80)
    phone = models.CharField(
        _("phone"), max_length=40, blank=True, default="", validators=[RegexValidator(PHONE, _("Enter a number to call, such as 0117 496 0000."))]
    )
    hours = models.CharField(_("when it is open"), max_length=120, blank=True, default="", help_text=_("Such as Monday to Friday, 9 to 5."))
    walk_in = models.BooleanField(_("can people just walk in?"), null=True, blank=True, help_text=_("Empty: not known."))
    link = models.CharField(
        _("website"),
        max_length=200,
        blank=True,
        default="",
        validators=[RegexValidator(LINK, _("Enter a whole address, beginning with https://."))],
    )
    checked_on = models.DateField(_("last checked"), help_text=_("When somebody last made sure that all this is right."))
    is_active = models.BooleanField(_("shown on tablets"), default=True)

    objects = LocalServiceQuerySet.as_manager()

    class Meta:
        ordering = ["kind__position", Lower("name"), "id"]
        constraints = [
            models.UniqueConstraint(
                "organisation", "site", "kind", Lower("name"), name="care_sessions_localservice_name_once", nulls_distinct=False
            ),
            models.CheckConstraint(condition=~Q(name=""), name="care_sessions_localservice_has_name"),
            models.CheckConstraint(condition=Q(phone__regex=PHONE), name="care_sessions_localservice_phone_can_be_called"),
            models.CheckConstraint(condition=Q(link__regex=LINK), name="care_sessions_localservice_link_is_web_address"),
        ]

    def __str__(self):
        return self.name


class NoticeQuerySet(OfOrganisation):
    def standing(self):
        """Not taken down. One per organisation at most; its last day may be over."""
        return self.filter(withdrawn_at=None)

    def not_over(self, today):
        """What tablets are told: from its first day on they show it, and after its last day they do not, also offline."""
        return self.standing().filter(ends_on__gte=today)


class Notice(models.Model):
    """A dated word to everybody in an organisation, such as a warning about what is being sold. It ends by itself."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    text = models.CharField(_("notice"), max_length=300)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, help_text=_("Taken down, or replaced by a newer one."))
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["organisation"], condition=Q(withdrawn_at=None), name="care_sessions_notice_one_standing"),
            models.CheckConstraint(condition=~Q(text=""), name="care_sessions_notice_has_text"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="care_sessions_notice_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(ends_on__lte=F("starts_on") + datetime.timedelta(days=LONGEST_NOTICE_DAYS)),
                name="care_sessions_notice_ends_in_time",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None) | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="care_sessions_notice_withdrawn_together",
            ),
        ]

    def __str__(self):
        return self.text


class HelpPage(models.Model):
    """The public address under which an organisation shows its out-of-hours words and local services. No row: not public."""

    organisation = models.OneToOneField(Organisation, models.PROTECT, primary_key=True, related_name="+")
    slug = models.CharField(
        _("address"),
        max_length=40,
        validators=[RegexValidator(SLUG, _("Use small letters a to z, digits and dashes, such as harbour-outreach."))],
        help_text=_("The last part of the address, such as harbour-outreach."),
    )

    objects = OfOrganisation.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["slug"], name="care_sessions_helppage_slug_once"),
            models.CheckConstraint(condition=Q(slug__regex=SLUG), name="care_sessions_helppage_slug_is_plain"),
        ]

    def __str__(self):
        return self.slug
