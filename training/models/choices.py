"""What somebody has chosen for themselves."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from vein_care.accounts.models import User


class OwnChoices(models.Model):
    """A person's own settings for their training. Nobody else sees or changes them; no row means none was made."""

    person = models.OneToOneField(User, models.PROTECT, related_name="training_choices")
    is_peer = models.BooleanField(_("I work as a peer"), default=False, help_text=_("Offers the module for peers. Seen by the person alone."))
    reminders_muted_at = models.DateTimeField(null=True, blank=True, help_text=_("Since when no reminder is sent; none: they are."))

    class Meta:
        verbose_name_plural = "own choices"

    def __str__(self):
        return str(self.person_id)
