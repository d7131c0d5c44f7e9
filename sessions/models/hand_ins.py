"""What was handed in, and what became of it."""

from django.db import models
from django.db.models import F, Func, Q
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from sessions.models.records import CardSession
from sessions.models.tablets import Tablet, WorkerTicket
from vein_care.accounts.models import OfOrganisation, Organisation, User


class QuarantinedRecordQuerySet(OfOrganisation):
    def unresolved(self):
        return self.filter(resolved_at=None)

    def resolved(self):
        """Those that somebody has dealt with, the last one first."""
        return self.filter(resolved_at__isnull=False).order_by("-resolved_at", "-id")


class QuarantinedRecord(models.Model):
    """A record that could be read but not accepted, kept as it came for a coordinator to look at: taken in after all, or set aside."""

    class Resolution(models.TextChoices):
        STORED = "stored", _("Put right and stored")
        SET_ASIDE = "set_aside", _("Set aside")

    class SetAsideReason(models.TextChoices):
        DOUBLE = "double", _("It is here already, in another record")
        TRIAL = "trial", _("A trial, nobody was there")
        UNCLEAR = "unclear", _("It cannot be told what happened")
        NOT_OURS = "not_ours", _("It is not about a session of ours")
        PERSON_ASKED = "person_asked", _("The person asked for it not to be kept")

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    # The composite foreign key (tablet, organisation) in the migrations stands for this one.
    tablet = models.ForeignKey(Tablet, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False)
    received_at = models.DateTimeField()
    payload = models.BinaryField(
        help_text=_("The opened record, byte for byte: it may hold what no database text can. Emptied 30 days after it was stored as a session.")
    )
    field = models.CharField(max_length=80, help_text=_("Path of the first field that was not accepted, such as session.site."))
    rule = models.CharField(max_length=40, help_text=_("Which rule refused it: a code of sessions/rules.py."))
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    resolution = models.CharField(max_length=9, choices=Resolution, blank=True, default="")
    # With a default in the database as well: a server of the version before does not name the column.
    set_aside_reason = models.CharField(max_length=12, choices=SetAsideReason, blank=True, default="", db_default="")

    objects = QuarantinedRecordQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at", "-id"]
        indexes = [
            models.Index(fields=["organisation", "-received_at", "-id"], name="care_sessions_quarantine_org"),
            models.Index(fields=["tablet"], condition=Q(resolved_at=None), name="care_sessions_quarantine_open"),
            models.Index(
                fields=["organisation", "-resolved_at", "-id"], condition=Q(resolved_at__isnull=False), name="care_sessions_quarantine_done"
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(field__regex=r"^[a-z_]+(\.[a-z_0-9]+)*$"), name="care_sessions_quarantinedrecord_field_is_path"),
            models.CheckConstraint(condition=Q(rule__regex=r"^[a-z_]+$"), name="care_sessions_quarantinedrecord_rule_is_code"),
            models.CheckConstraint(
                condition=Q(resolved_at=None, resolved_by=None, resolution="")
                | Q(resolved_at__isnull=False, resolved_by__isnull=False, resolution__in=["stored", "set_aside"]),
                name="care_sessions_quarantinedrecord_resolved_together",
            ),
            models.CheckConstraint(
                condition=Q(resolution="set_aside", set_aside_reason__in=["double", "trial", "unclear", "not_ours", "person_asked"])
                | (~Q(resolution="set_aside") & Q(set_aside_reason="")),
                name="care_sessions_quarantinedrecord_reason_with_set_aside",
            ),
            models.CheckConstraint(
                condition=Q(resolution="stored") | ~Q(payload=b""), name="care_sessions_quarantinedrecord_payload_until_stored"
            ),
        ]

    def __str__(self):
        return f"{self.pk}: {self.field} {self.rule}"


class HandIn(models.Model):
    """The server's memory that it has a record, by which a repeat is known. Outlives the session it points to."""

    class Fate(models.TextChoices):
        STORED = "stored", _("Stored")
        QUARANTINED = "quarantined", _("Kept for a coordinator to look at")

    record_id = models.UUIDField(help_text=_("Made by the tablet."))
    digest = models.BinaryField(max_length=32, help_text=_("SHA-256 of the opened record and whose ticket it carried."))
    fate = models.CharField(max_length=11, choices=Fate)
    session = models.ForeignKey(CardSession, models.SET_NULL, null=True, related_name="hand_ins", db_index=False)
    quarantined_record = models.ForeignKey(QuarantinedRecord, models.SET_NULL, null=True, related_name="hand_ins", db_index=False)
    received_at = models.DateTimeField(null=True, help_text=_("Cleared after 30 days."))
    ticket = models.ForeignKey(
        WorkerTicket, models.SET_NULL, null=True, related_name="+", db_index=False, help_text=_("Cleared after 30 days.")
    )

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["record_id", "digest"], name="care_sessions_handin_content_once"),
            models.UniqueConstraint(fields=["record_id"], condition=Q(fate="stored"), name="care_sessions_handin_stored_once"),
            models.UniqueConstraint(fields=["session"], name="care_sessions_handin_session_once"),
            models.UniqueConstraint(fields=["quarantined_record"], name="care_sessions_handin_quarantine_once"),
            models.CheckConstraint(
                condition=Exact(Func(F("digest"), function="octet_length", output_field=models.IntegerField()), 32),
                name="care_sessions_handin_digest_is_sha256",
            ),
            models.CheckConstraint(
                condition=Q(fate="stored", quarantined_record=None) | Q(fate="quarantined", session=None),
                name="care_sessions_handin_points_at_its_fate",
            ),
        ]

    def __str__(self):
        return f"{self.record_id} {self.fate}"
