"""Tablets and worker tickets: who may hand in, and who delivers (design.md §9)."""

import uuid

from django.db import models
from django.db.models import F, Func, Q
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from vein_care.accounts.models import OfOrganisation, Organisation, Site, User


class Tablet(models.Model):
    """A device that may hand in records, and nothing else. Its token is kept as a hash only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    # The composite foreign key (site, organisation) in the migrations stands for this one.
    site = models.ForeignKey(Site, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False)
    label = models.CharField(_("label"), max_length=40, blank=True, default="", help_text=_("What it says on the back of the tablet."))
    token_hash = models.BinaryField(max_length=32, help_text=_("SHA-256 of the token."))
    is_counter = models.BooleanField(_("counter tablet"), default=False, help_text=_("Used by whoever is at the counter; records name nobody."))
    enrol_hash = models.BinaryField(
        max_length=32, null=True, help_text=_("SHA-256 of the code with which a device becomes this counter tablet. Empty once used.")
    )
    enrol_until = models.DateTimeField(null=True, help_text=_("How long that code is good for."))
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    last_contact_at = models.DateTimeField(null=True)
    unsent = models.PositiveIntegerField(null=True, help_text=_("Records waiting on the tablet when it last called."))
    window_started_at = models.DateTimeField(null=True, help_text=_("Begin of the hour over which hand-ins are counted."))
    window_records = models.PositiveIntegerField(default=0)
    window_bytes = models.PositiveBigIntegerField(default=0)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = OfOrganisation.as_manager()

    class Meta:
        ordering = ["-created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["token_hash"], name="care_sessions_tablet_token_unique"),
            # The target of a composite foreign key, so that no record can pair a tablet with another organisation.
            models.UniqueConstraint(fields=["id", "organisation"], name="care_sessions_tablet_id_organisation_unique"),
            models.CheckConstraint(
                condition=Exact(Func(F("token_hash"), function="octet_length", output_field=models.IntegerField()), 32),
                name="care_sessions_tablet_token_is_hashed",
            ),
            models.CheckConstraint(condition=Q(is_counter=False) | Q(site__isnull=False), name="care_sessions_tablet_counter_has_site"),
            models.UniqueConstraint(fields=["enrol_hash"], name="care_sessions_tablet_enrol_unique"),
            models.CheckConstraint(
                condition=Q(enrol_hash=None) | Exact(Func(F("enrol_hash"), function="octet_length", output_field=models.IntegerField()), 32),
                name="care_sessions_tablet_enrol_is_hashed",
            ),
            models.CheckConstraint(
                condition=Q(enrol_hash=None, enrol_until=None) | Q(enrol_hash__isnull=False, enrol_until__isnull=False, is_counter=True),
                name="care_sessions_tablet_enrol_together",
            ),
            models.CheckConstraint(
                condition=Q(revoked_by=None) | Q(revoked_at__isnull=False), name="care_sessions_tablet_revoked_by_with_at"
            ),
        ]

    def __str__(self):
        return self.label or _t("Tablet %(id)s") % {"id": str(self.id)[:4].upper()}


class WorkerTicket(models.Model):
    """A statement "this worker, this tablet, until …". A signed copy lies in each record (sessions/tickets.py)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", help_text=_("Empty on a counter tablet."))
    tablet = models.ForeignKey(Tablet, models.PROTECT, related_name="tickets")
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-issued_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("issued_at")), name="care_sessions_workerticket_expires_later"),
            models.CheckConstraint(
                condition=Q(revoked_by=None) | Q(revoked_at__isnull=False), name="care_sessions_workerticket_revoked_by_with_at"
            ),
        ]

    def __str__(self):
        return str(self.id)
