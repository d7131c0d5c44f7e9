"""E-mails about training that went out, so that none goes twice."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from training.models.assignments import Assignment
from training.models.completions import Completion
from vein_care.accounts.models import User


class ReminderMail(models.Model):
    """The one e-mail of a person on a day. The row is a claim: made before sending, taken away when the mail server refuses."""

    person = models.ForeignKey(User, models.PROTECT, related_name="reminder_mails")
    day = models.DateField()
    claimed_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-day", "-id"]
        constraints = [models.UniqueConstraint(fields=["person", "day"], name="training_remindermail_once_a_day")]

    def __str__(self):
        return f"{self.person_id}: {self.day}"


class Reminder(models.Model):
    """One line of such an e-mail."""

    class Kind(models.TextChoices):
        DUE_SOON = "due_soon", _("Due within seven days")
        DUE_TODAY = "due_today", _("Due today")
        AFTER_1 = "after_1", _("A week after the day")
        AFTER_2 = "after_2", _("Two weeks after the day")
        AFTER_3 = "after_3", _("Three weeks after the day")
        EXPIRING = "expiring", _("Expires within 30 days")

    mail = models.ForeignKey(ReminderMail, models.CASCADE, related_name="lines")
    kind = models.CharField(max_length=10, choices=Kind)
    assignment = models.ForeignKey(Assignment, models.PROTECT, null=True, blank=True, related_name="reminders")
    completion = models.ForeignKey(Completion, models.PROTECT, null=True, blank=True, related_name="reminders")

    class Meta:
        ordering = ["mail", "id"]
        constraints = [
            models.UniqueConstraint(fields=["assignment", "kind"], name="training_reminder_once_for_an_assignment"),
            models.UniqueConstraint(fields=["completion", "kind"], name="training_reminder_once_for_a_completion"),
            models.CheckConstraint(
                condition=Q(kind="expiring", completion__isnull=False, assignment=None)
                | Q(kind__in=["due_soon", "due_today", "after_1", "after_2", "after_3"], assignment__isnull=False, completion=None),
                name="training_reminder_about_one_thing",
            ),
        ]

    def __str__(self):
        return f"{self.mail_id}: {self.kind}"
