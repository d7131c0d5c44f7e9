"""The audit trail."""

from django.db import models
from django.utils import timezone


class AuditEventQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Events of the person's own organisation; all of them for a superuser."""
        if user.is_superuser:
            return self
        return self.filter(organisation_id=user.organisation_id) if user.organisation_id else self.none()


class AuditEvent(models.Model):
    """What happened, who did it, to what. Append-only: a trigger refuses UPDATE and DELETE, and no feature reads it back.

    Ids and words, not foreign keys: the trail must not stop a row from being changed, nor change with it.
    """

    at = models.DateTimeField(default=timezone.now)
    type = models.CharField(max_length=60)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=80, blank=True, default="")
    organisation_id = models.BigIntegerField(null=True)
    target_type = models.CharField(max_length=60, blank=True, default="")
    target_id = models.CharField(max_length=64, blank=True, default="")
    details = models.JSONField(default=dict)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["organisation_id", "-at"], name="accounts_audit_org_at")]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.type}"
