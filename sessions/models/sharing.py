"""Figures that an organisation may show to others, as they were worked out."""

from django.db import models
from django.db.models import F, Func, Q
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from vein_care.accounts.models import OfOrganisation, Organisation


class SharedFigures(models.Model):
    """One answer for every page and file: worked out at most once a day, so that nobody can set one hour against the next.

    docs/decisions/0051-disclosure.md
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    year = models.PositiveSmallIntegerField()
    worked_out_on = models.DateField(help_text=_("The day of the figures, by the server's clock."))
    hide_below = models.PositiveSmallIntegerField(help_text=_("The rule that held then."))
    digest = models.BinaryField(max_length=32, null=True, help_text=_("SHA-256 of what they were worked out from. Empty: not worked out yet."))
    figures = models.JSONField(help_text=_("By measure, code and period. A null is hidden."))

    objects = OfOrganisation.as_manager()

    class Meta:
        ordering = ["organisation", "year"]
        verbose_name_plural = _("shared figures")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "year"], name="care_sessions_sharedfigures_once"),
            models.CheckConstraint(condition=Q(year__gte=2000, year__lte=2199), name="care_sessions_sharedfigures_year_plausible"),
            models.CheckConstraint(
                condition=Exact(Func(F("digest"), function="octet_length", output_field=models.IntegerField()), 32),
                name="care_sessions_sharedfigures_digest_is_sha256",
            ),
        ]

    def __str__(self):
        return f"{self.organisation_id}, {self.year}: {self.worked_out_on}"
