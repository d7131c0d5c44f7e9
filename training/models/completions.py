"""What somebody has done."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from training.models.course import ModuleVersion
from training.models.events import TrainingEvent
from vein_care.accounts.models import OfOrganisation, Organisation, User


class CompletionQuerySet(OfOrganisation):
    def standing(self):
        """Those that were not taken back."""
        return self.filter(withdrawn_at=None)

    def good_on(self, day):
        """Those that were done by this day, have not run out on it, and were not taken back."""
        return self.standing().filter(Q(expires_on=None) | Q(expires_on__gt=day), completed_on__lte=day)


class Completion(models.Model):
    """A version of a module done by a person: online or face to face, and when it runs out.

    `organisation` is the person's at that date (intervention.md 1.7, P2: organisations trained and people trained are two numbers);
    None for somebody programme-wide. Nothing but a withdrawal changes it later.
    """

    class Mode(models.TextChoices):
        ONLINE = "online", _("Online")
        FACE_TO_FACE = "face_to_face", _("Face to face")

    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(User, models.PROTECT, related_name="completions")
    version = models.ForeignKey(ModuleVersion, models.PROTECT, related_name="completions")
    mode = models.CharField(max_length=12, choices=Mode)
    event = models.ForeignKey(TrainingEvent, models.PROTECT, null=True, blank=True, related_name="completions")
    completed_on = models.DateField()
    expires_on = models.DateField(null=True, blank=True, help_text=_("The first day on which it is no longer good; none: never."))
    code = models.CharField(max_length=20, unique=True, help_text=_("Printed on the certificate, to check it by. Drawn at random."))
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    after_withdrawal = models.BooleanField(default=False, help_text=_("Finished offline after the assignment had been withdrawn."))
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_reason = models.CharField(max_length=300, blank=True, default="")

    objects = CompletionQuerySet.as_manager()

    class Meta:
        ordering = ["-completed_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["event", "person", "version"], condition=Q(withdrawn_at=None), name="training_completion_once_an_event"),
            models.UniqueConstraint(
                fields=["person", "version", "completed_on"],
                condition=Q(withdrawn_at=None, mode="online"),
                name="training_completion_online_once_a_day",
            ),
            models.CheckConstraint(
                condition=Q(mode="face_to_face") | Q(mode="online", event=None), name="training_completion_mode_known_and_event_face_to_face"
            ),
            models.CheckConstraint(
                condition=Q(expires_on=None) | Q(expires_on__gt=models.F("completed_on")), name="training_completion_expires_after_done"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_reason="")),
                name="training_completion_withdrawn_at_by_and_reason_together",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "person"], name="training_completion_org_person"),
            models.Index(fields=["expires_on"], condition=Q(withdrawn_at=None), name="training_completion_expires"),
        ]

    def __str__(self):
        return f"{self.person_id}: {self.version_id}"
