"""Who delivers, and where."""

import zoneinfo

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vein_care.accounts.validators import check_time_zone


class OfOrganisation(models.QuerySet):
    """Rows that belong to an organisation by their own column."""

    def visible_to(self, user):
        """Rows of the person's own organisation; none for somebody programme-wide."""
        return self.filter(organisation=user.organisation_id) if user.organisation_id else self.none()


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
    # With a default in the database as well: a server of the version before does not name the column. A trigger keeps it as it was first said.
    is_made_up = models.BooleanField(
        default=False, db_default=False, editable=False, help_text=_("Made for a demo or a trial: nothing in it is about anybody. Never changes.")
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    out_of_hours = models.TextField(
        _("when nobody is there"),
        max_length=600,
        blank=True,
        default="",
        db_default="",
        help_text=_("What somebody can do in the evening or at the weekend: a number, a place, a website. Shown to everyone on “Get help now”."),
    )
    safeguarding_contact = models.TextField(
        _("worried about somebody's safety"),
        max_length=400,
        blank=True,
        default="",
        db_default="",
        help_text=_("Whom your workers call about a child or an adult at risk."),
    )
    needlestick_contact = models.TextField(
        _("after a needlestick injury"),
        max_length=400,
        blank=True,
        default="",
        db_default="",
        help_text=_("Whom your workers call, day and night, and where they go."),
    )

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
    support_contact = models.CharField(
        _("support contact"),
        max_length=160,
        blank=True,
        default="",
        db_default="",
        help_text=_("Whom a worker here can call during a shift, or after a hard talk. A name and a number."),
    )
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
