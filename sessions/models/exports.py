"""Files that somebody took away, or began to: who, what of, and what became of it."""

import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from vein_care.accounts.models import Organisation, User

STILL_THERE = datetime.timedelta(minutes=2)
MAY_BEGIN = datetime.timedelta(hours=1)


class ExportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those of the person's own organisation; somebody programme-wide sees their own."""
        if user.organisation_id:
            return self.filter(organisation=user.organisation_id)
        return self.filter(organisation=None, asked_by=user)

    def running(self, *, now):
        """Those that go on. One of which nothing was heard for two minutes does not, whatever its row says."""
        return self.filter(state=Export.State.RUNNING, seen_at__gt=now - STILL_THERE)

    def abandoned(self, *, now):
        """Those whose server ended without a word."""
        return self.filter(state=Export.State.RUNNING, seen_at__lte=now - STILL_THERE)


class Export(models.Model):
    """One file: asked for, and then, if somebody began to take it, complete, stopped or broken off."""

    class What(models.TextChoices):
        SESSIONS = "sessions", _("Sessions, row by row")
        SUMMARY = "summary", _("Summary")

    class Format(models.TextChoices):
        CSV = "csv", _("CSV")
        XLSX = "xlsx", _("Spreadsheet (XLSX)")
        ZIP = "zip", _("ZIP for programs")

    class State(models.TextChoices):
        READY = "ready", _("Not begun")
        RUNNING = "running", _("Under way")
        COMPLETE = "complete", _("Complete")
        STOPPED = "stopped", _("Stopped")
        BROKEN_OFF = "broken_off", _("Broken off")

    class Why(models.TextChoices):
        READER = "reader", _("Whoever took it went away")
        STANDSTILL = "standstill", _("Nothing was taken of it for a while")
        DATABASE = "database", _("The database ended it")
        SERVER = "server", _("The web server ended it")
        ROWS = "rows", _("More rows came in than a spreadsheet holds")

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="+", db_index=False, help_text=_("Empty: of all services, to share.")
    )
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    what = models.CharField(max_length=8, choices=What)
    file_format = models.CharField(max_length=4, choices=Format)
    query = models.CharField(max_length=200, help_text=_("What it is about, as in the address of the summary."))
    about = models.CharField(max_length=200, help_text=_("The same in words."))
    is_inside = models.BooleanField(help_text=_("Every figure, not for sharing."))
    with_day = models.BooleanField(default=False, help_text=_("With the day of each session, not only the week."))
    reason = models.CharField(max_length=200, blank=True, default="", help_text=_("What it is for, as somebody wrote it; asked for with sessions."))
    expected = models.PositiveIntegerField(help_text=_("How many rows it will have, about."))
    state = models.CharField(max_length=10, choices=State, default=State.READY)
    why = models.CharField(max_length=10, choices=Why, blank=True, default="", help_text=_("Why it broke off."))
    rows = models.PositiveIntegerField(default=0, help_text=_("Rows sent."))
    is_to_stop = models.BooleanField(default=False, help_text=_("Somebody pressed Stop."))
    began_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True, help_text=_("When it was last known to go on."))
    ended_at = models.DateTimeField(null=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["organisation", "-id"], name="care_sessions_export_of_org"),
            models.Index(fields=["organisation"], condition=Q(state="running"), name="care_sessions_export_running"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(what__in=["sessions", "summary"]), name="care_sessions_export_what_known"),
            models.CheckConstraint(condition=Q(file_format__in=["csv", "xlsx", "zip"]), name="care_sessions_export_format_known"),
            models.CheckConstraint(
                condition=~Q(what="sessions") & Q(with_day=False) | Q(what="sessions", is_inside=True) & ~Q(reason=""),
                name="care_sessions_export_sessions_inside_with_reason",
            ),
            models.CheckConstraint(condition=Q(is_inside=False) | Q(organisation__isnull=False), name="care_sessions_export_inside_of_one"),
            models.CheckConstraint(
                condition=Q(state="ready", began_at=None, seen_at=None, ended_at=None, rows=0)
                | Q(state="running", began_at__isnull=False, seen_at__isnull=False, ended_at=None)
                | Q(state__in=["complete", "stopped", "broken_off"], began_at__isnull=False, seen_at__isnull=False, ended_at__isnull=False)
                & Q(ended_at__gte=F("began_at")),
                name="care_sessions_export_times_of_state",
            ),
            models.CheckConstraint(
                condition=Q(state="broken_off", why__in=["reader", "standstill", "database", "server", "rows"]) | ~Q(state="broken_off") & Q(why=""),
                name="care_sessions_export_why_broken_off",
            ),
        ]

    def __str__(self):
        return f"{self.pk}: {self.what} {self.file_format}, {self.state}"

    @property
    def is_over(self):
        return self.ended_at is not None

    def may_begin(self, *, now):
        return self.state == self.State.READY and now < self.asked_at + MAY_BEGIN
