"""What a service decides when a module has changed."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from training.models.course import ModuleVersion
from vein_care.accounts.models import OfOrganisation, Organisation, User


class RefresherDecision(models.Model):
    """Whether those who did an earlier version are asked to take this one. Without a row, nobody has decided."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    version = models.ForeignKey(ModuleVersion, models.PROTECT, related_name="refresher_decisions")
    is_needed = models.BooleanField(help_text=_("False: what was done with an earlier version still counts."))
    decided_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = OfOrganisation.as_manager()

    class Meta:
        ordering = ["-decided_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["organisation", "version"], name="training_refresherdecision_once")]

    def __str__(self):
        return f"{self.organisation_id}: {self.version_id}"
