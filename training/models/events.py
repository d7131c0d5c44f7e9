"""Face-to-face training: a date, a place, modules, and who came."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from training.models.course import Module
from vein_care.accounts.models import OfOrganisation, Organisation, User


class TrainingEventQuerySet(OfOrganisation):
    def standing(self):
        """Those that were not cancelled."""
        return self.filter(cancelled_at=None)

    def coming(self, *, today):
        """Today's and later ones, the next one first."""
        return self.standing().filter(held_on__gte=today, attendance_at=None).order_by("held_on", "begins_at", "id")

    def waiting_for_attendance(self, *, today):
        """Their day has passed, and nobody has said who was there."""
        return self.standing().filter(held_on__lt=today, attendance_at=None)

    def over(self):
        """Attendance was saved, or they were cancelled."""
        return self.exclude(cancelled_at=None, attendance_at=None)

    def with_counts(self):
        """Annotate `invited_count` and `there_count`: attended, or part of it."""
        there = Q(attendances__state__in=Attendance.THERE)
        return self.annotate(
            invited_count=models.Count("attendances", filter=Q(attendances__invited=True)), there_count=models.Count("attendances", filter=there)
        )


class TrainingEvent(models.Model):
    """A face-to-face date. `revision` grows with every saving of it or of its attendance, so that of two trainers the second is told."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    title = models.CharField(_("Title"), max_length=80)
    held_on = models.DateField(_("Date"))
    begins_at = models.TimeField(_("Begins at"), null=True, blank=True)
    place = models.CharField(_("Place"), max_length=120)
    note = models.CharField(_("Note for those invited"), max_length=300, blank=True, default="")
    modules = models.ManyToManyField(Module, related_name="events", verbose_name=_("Modules"))
    others_came = models.PositiveSmallIntegerField(
        _("Others who came"), default=0, help_text=_("How many people without a login here took part. They get no completion.")
    )
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    attendance_at = models.DateTimeField(null=True, blank=True, help_text=_("When attendance was first saved."))
    attendance_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    revision = models.PositiveIntegerField(default=1)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    cancelled_reason = models.CharField(max_length=300, blank=True, default="")

    objects = TrainingEventQuerySet.as_manager()

    class Meta:
        ordering = ["-held_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(attendance_at=None, attendance_by=None) | Q(attendance_at__isnull=False, attendance_by__isnull=False),
                name="training_trainingevent_attendance_at_and_by_together",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None, cancelled_by=None, cancelled_reason="")
                | (Q(cancelled_at__isnull=False, cancelled_by__isnull=False) & ~Q(cancelled_reason="")),
                name="training_trainingevent_cancelled_at_by_and_reason_together",
            ),
            models.CheckConstraint(condition=Q(cancelled_at=None) | Q(attendance_at=None), name="training_trainingevent_cancelled_or_held"),
        ]
        indexes = [models.Index(fields=["organisation", "-held_on"], name="training_event_org_held_on")]

    def __str__(self):
        return self.title

    @property
    def is_cancelled(self):
        return self.cancelled_at is not None

    @property
    def is_marked(self):
        """Attendance was saved: date and modules stay as they are from then on."""
        return self.attendance_at is not None

    def can_be_marked(self, *, today):
        return not self.is_cancelled and self.held_on <= today


class CoverageChange(models.Model):
    """Other modules were covered than attendance was saved for, with the reason; shown on the event's page. Slugs, as they were."""

    event = models.ForeignKey(TrainingEvent, models.PROTECT, related_name="coverage_changes")
    added = ArrayField(models.SlugField(max_length=60), default=list, blank=True)
    taken_out = ArrayField(models.SlugField(max_length=60), default=list, blank=True)
    reason = models.CharField(_("Reason"), max_length=300)
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-changed_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="training_coveragechange_has_reason"),
            models.CheckConstraint(condition=Q(added__len__gte=1) | Q(taken_out__len__gte=1), name="training_coveragechange_changes_something"),
        ]

    def __str__(self):
        return ", ".join([*(f"+{slug}" for slug in self.added), *(f"−{slug}" for slug in self.taken_out)])


class Attendance(models.Model):
    """Somebody's place at an event: invited or just came, and whether they were there."""

    class State(models.TextChoices):
        NOT_MARKED = "", _("Not marked")
        ATTENDED = "attended", _("Was there")
        PART = "part", _("Part of it")
        ABSENT = "absent", _("Was not there")

    THERE = [State.ATTENDED, State.PART]

    event = models.ForeignKey(TrainingEvent, models.PROTECT, related_name="attendances")
    person = models.ForeignKey(User, models.PROTECT, related_name="attendances")
    invited = models.BooleanField(default=True, help_text=_("False: just came."))
    state = models.CharField(max_length=10, choices=State, blank=True, default="")
    marked_at = models.DateTimeField(null=True, blank=True)
    marked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["event", "person"]
        constraints = [
            models.UniqueConstraint(fields=["event", "person"], name="training_attendance_person_once"),
            models.CheckConstraint(condition=Q(state__in=["", "attended", "part", "absent"]), name="training_attendance_state_known"),
            models.CheckConstraint(
                condition=Q(state="", marked_at=None, marked_by=None) | (~Q(state="") & Q(marked_at__isnull=False, marked_by__isnull=False)),
                name="training_attendance_marked_at_and_by_with_state",
            ),
        ]

    def __str__(self):
        return f"{self.event_id}: {self.person_id}"


class AttendanceChange(models.Model):
    """A correction after attendance was saved, with its reason; shown on the event's page."""

    attendance = models.ForeignKey(Attendance, models.PROTECT, related_name="changes")
    state_before = models.CharField(max_length=10, choices=Attendance.State, blank=True)
    state_after = models.CharField(max_length=10, choices=Attendance.State, blank=True)
    reason = models.CharField(_("Reason"), max_length=300)
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-changed_at", "-id"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="training_attendancechange_has_reason")]

    def __str__(self):
        return f"{self.state_before} → {self.state_after}"
