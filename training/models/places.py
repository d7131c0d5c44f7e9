"""Where somebody is in a module."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from training.models.course import ModuleVersion
from vein_care.accounts.models import User


class LearningPlace(models.Model):
    """The last place of a person in a version of a module, and what of it is behind them. From any device; the later `moved_at` wins."""

    person = models.ForeignKey(User, models.PROTECT, related_name="learning_places")
    version = models.ForeignKey(ModuleVersion, models.PROTECT, related_name="learning_places")
    lesson = models.PositiveSmallIntegerField(default=1, help_text=_("Position of the lesson."))
    screen = models.PositiveSmallIntegerField(default=1, help_text=_("Its screen, from 1."))
    lessons_done = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True, help_text=_("Positions of lessons read to the end."))
    checks_done = ArrayField(models.CharField(max_length=60), default=list, blank=True, help_text=_("Keys of checks answered. Not which answer."))
    started_at = models.DateTimeField(default=timezone.now)
    restarted_at = models.DateTimeField(
        null=True, blank=True, help_text=_("Begun again from the start; what a device says of the time before does not count.")
    )
    moved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-moved_at"]
        constraints = [models.UniqueConstraint(fields=["person", "version"], name="training_learningplace_once")]

    def __str__(self):
        return f"{self.person_id}: {self.lesson}.{self.screen}"
