"""Code tables. Rows are loaded from sessions/codes.py and the deck's content; a code is never renamed, only retired."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Code(models.Model):
    """One value of a list. Sessions hold the code, exports carry it, people see the label."""

    code = models.CharField(max_length=40, primary_key=True)
    label = models.CharField(_("label"), max_length=60)
    position = models.PositiveSmallIntegerField()
    is_retired = models.BooleanField(default=False, help_text=_("No longer offered, and refused in new records."))

    class Meta:
        abstract = True
        ordering = ["position"]

    def __str__(self):
        return self.label


class Resource(Code):
    """Something handed over with the talk (intervention.md 10.6)."""

    line = models.CharField(_("line"), max_length=140, help_text=_("How to use it, in one short sentence to say aloud."))


class SignpostKind(Code):
    """A kind of service somebody is told about (intervention.md 10.7)."""


class Setting(Code):
    """The kind of place a session was held in, never an address (intervention.md 10.5)."""


class Moment(Code):
    """What prompted the talk (intervention.md 10.4)."""


class Reason(Code):
    """Why an offer was not taken up, or a session stopped early (intervention.md 10.3)."""


class LengthBand(Code):
    """About how long it took; said by the worker, never timed."""
