"""Sessions and their parts. Areas discussed, cards shown and resources given are three separate facts.

There is no column for anything about the person, and no time finer than a part of a day (docs/decisions/0006-no-exact-times.md).
That parts are there only where a session says so is a trigger: see the migrations.
"""

import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cards.models import CardVersion, DeckRelease, PracticeArea
from sessions.models.codes import LengthBand, Moment, Reason, Resource, Setting, SignpostKind
from vein_care.accounts.models import Organisation, Site, User

EARLIEST_HELD_ON = datetime.date(2020, 1, 1)


class CardSessionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Sessions of the person's own organisation; none for somebody programme-wide, who sees figures only."""
        return self.filter(organisation=user.organisation_id) if user.organisation_id else self.none()

    def of_worker(self, user):
        """What this person delivered in the organisation they belong to today."""
        return self.visible_to(user).filter(delivered_by=user)

    def counted(self):
        """Without what was voided."""
        return self.filter(voided_at=None)

    def with_received_at(self):
        """Each with `received_at`, when the server took it in: None after 30 days."""
        return self.annotate(received_at=F("hand_ins__received_at"))


class CardSession(models.Model):
    """One offer of the cards to one person, taken up or not."""

    class Outcome(models.TextChoices):
        HELD = "held", _("Held")
        CUT_SHORT = "cut_short", _("Stopped early")
        DECLINED = "declined", _("Not today")
        DID_NOT_ATTEND = "did_not_attend", _("Did not come")
        NOT_OFFERED = "not_offered", _("Not offered")

    class PartOfDay(models.TextChoices):
        MORNING = "morning", _("Morning")
        AFTERNOON = "afternoon", _("Afternoon")
        EVENING = "evening", _("Evening")
        NIGHT = "night", _("Night")

    class Entry(models.TextChoices):
        TABLET = "tablet", _("On a tablet")
        AFTERWARDS = "afterwards", _("Afterwards, on a form")

    class ClockFlag(models.TextChoices):
        NONE = "", _("The tablet's clock was right")
        CORRECTED = "corrected", _("Date and part of day were corrected for the tablet's clock")
        UNCHECKED = "unchecked", _("The tablet's clock could not be checked")

    class VoidReason(models.TextChoices):
        BY_MISTAKE = "by_mistake", _("Saved by mistake")
        TWICE = "twice", _("Written down twice")
        TRIAL = "trial", _("A trial, nobody was there")
        PERSON_ASKED = "person_asked", _("The person asked for it not to be kept")

    # The composite foreign key (site, organisation) in the migrations stands for both of these.
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    site = models.ForeignKey(Site, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    delivered_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", db_index=False, help_text=_("Empty for a counter tablet, and after 13 months.")
    )
    submitted_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", db_index=False, help_text=_("Who entered it; empty for a counter tablet.")
    )
    held_on = models.DateField(help_text=_("In the site's time zone."))
    part_of_day = models.CharField(max_length=9, choices=PartOfDay)
    setting = models.ForeignKey(Setting, models.PROTECT, related_name="+", db_index=False)
    outcome = models.CharField(max_length=14, choices=Outcome)
    reason = models.ForeignKey(Reason, models.PROTECT, null=True, related_name="+", db_index=False, help_text=_("Empty: not recorded."))
    moment = models.ForeignKey(Moment, models.PROTECT, related_name="+", db_index=False)
    private_space = models.BooleanField(null=True, help_text=_("Empty: not recorded."))
    length_band = models.ForeignKey(
        LengthBand, models.PROTECT, null=True, related_name="+", db_index=False, help_text=_("Empty: not recorded.")
    )
    areas_recorded = models.BooleanField(help_text=_("Yes with no areas: none of them was talked about."))
    resources_recorded = models.BooleanField(help_text=_("Yes with no resources: nothing was handed over."))
    signposts_recorded = models.BooleanField(help_text=_("Yes with no signposts: none was given."))
    deck_release = models.ForeignKey(DeckRelease, models.PROTECT, null=True, related_name="+", db_index=False)
    entry = models.CharField(max_length=10, choices=Entry)
    clock_flag = models.CharField(max_length=10, choices=ClockFlag, blank=True, default=ClockFlag.NONE)
    voided_at = models.DateTimeField(null=True)
    voided_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", db_index=False, help_text=_("Empty, too, 13 months after the session.")
    )
    voided_reason = models.CharField(max_length=12, choices=VoidReason, blank=True, default="")

    objects = CardSessionQuerySet.as_manager()

    NOT_TAKEN_UP = (Outcome.DECLINED, Outcome.DID_NOT_ATTEND, Outcome.NOT_OFFERED)
    OUTCOMES_WITH_REASON = (*NOT_TAKEN_UP, Outcome.CUT_SHORT)

    class Meta:
        ordering = ["-held_on", "-id"]
        indexes = [
            models.Index(fields=["organisation", "held_on"], name="care_sessions_session_org_day"),
            models.Index(fields=["organisation", "held_on"], condition=Q(voided_at__isnull=False), name="care_sessions_session_voided"),
            models.Index(fields=["delivered_by", "held_on"], condition=Q(delivered_by__isnull=False), name="care_sessions_session_worker"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(held_on__gte=EARLIEST_HELD_ON), name="care_sessions_cardsession_held_on_plausible"
            ),
            models.CheckConstraint(
                condition=Q(part_of_day__in=["morning", "afternoon", "evening", "night"]), name="care_sessions_cardsession_part_of_day_known"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["held", "cut_short", "declined", "did_not_attend", "not_offered"]),
                name="care_sessions_cardsession_outcome_known",
            ),
            models.CheckConstraint(condition=Q(entry__in=["tablet", "afterwards"]), name="care_sessions_cardsession_entry_known"),
            models.CheckConstraint(
                condition=Q(clock_flag__in=["", "corrected", "unchecked"]), name="care_sessions_cardsession_clock_flag_known"
            ),
            models.CheckConstraint(
                condition=Q(reason=None) | Q(outcome__in=["cut_short", "declined", "did_not_attend", "not_offered"]),
                name="care_sessions_cardsession_reason_with_outcome",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["held", "cut_short"])
                | Q(areas_recorded=False, resources_recorded=False, signposts_recorded=False),
                name="care_sessions_cardsession_recorded_when_taken_up",
            ),
            models.CheckConstraint(
                condition=Q(voided_at=None, voided_by=None, voided_reason="")
                | Q(voided_at__isnull=False, voided_reason__in=["by_mistake", "twice", "trial", "person_asked"]),
                name="care_sessions_cardsession_voided_together",
            ),
        ]

    def __str__(self):
        return f"{self.pk}: {self.held_on} {self.part_of_day}"


class AreaDiscussed(models.Model):
    """A practice area that was talked about, with or without a card."""

    session = models.ForeignKey(CardSession, models.CASCADE, related_name="areas", db_index=False)
    area = models.ForeignKey(PracticeArea, models.PROTECT, related_name="+", db_index=False)
    mattered_most = models.BooleanField(default=False)

    class Meta:
        ordering = ["session", "area__position"]
        constraints = [
            models.UniqueConstraint(fields=["session", "area"], name="care_sessions_areadiscussed_once"),
            models.UniqueConstraint(
                fields=["session"], condition=Q(mattered_most=True), name="care_sessions_areadiscussed_one_mattered_most"
            ),
        ]

    def __str__(self):
        return f"{self.session_id}: {self.area_id}"


class CardShown(models.Model):
    """A card that was opened; whether its area was talked about is another question."""

    session = models.ForeignKey(CardSession, models.CASCADE, related_name="cards", db_index=False)
    card_version = models.ForeignKey(CardVersion, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        ordering = ["session", "card_version"]
        constraints = [models.UniqueConstraint(fields=["session", "card_version"], name="care_sessions_cardshown_once")]

    def __str__(self):
        return f"{self.session_id}: {self.card_version_id}"


class ResourceGiven(models.Model):
    """Something handed over, or offered and not wanted, or asked for with none left. No row: not offered, or not recorded."""

    class Status(models.TextChoices):
        GIVEN = "given", _("Given")
        OFFERED_NOT_WANTED = "offered_not_wanted", _("Not wanted")
        NONE_LEFT = "none_left", _("None left")

    MOST = 10_000

    session = models.ForeignKey(CardSession, models.CASCADE, related_name="resources", db_index=False)
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="+", db_index=False)
    status = models.CharField(max_length=18, choices=Status)
    quantity = models.PositiveIntegerField(null=True, help_text=_("Empty: given, not counted."))

    class Meta:
        ordering = ["session", "resource__position"]
        constraints = [
            models.UniqueConstraint(fields=["session", "resource"], name="care_sessions_resourcegiven_once"),
            models.CheckConstraint(
                condition=Q(status__in=["given", "offered_not_wanted", "none_left"]), name="care_sessions_resourcegiven_status_known"
            ),
            models.CheckConstraint(
                condition=Q(quantity=None) | Q(status="given", quantity__gte=1, quantity__lte=10_000),
                name="care_sessions_resourcegiven_quantity_when_given",
            ),
        ]

    def __str__(self):
        return f"{self.session_id}: {self.resource_id} {self.status}"


class SignpostGiven(models.Model):
    """A kind of service the person was told about. Not a referral, and no result is recorded."""

    session = models.ForeignKey(CardSession, models.CASCADE, related_name="signposts", db_index=False)
    kind = models.ForeignKey(SignpostKind, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        ordering = ["session", "kind__position"]
        constraints = [models.UniqueConstraint(fields=["session", "kind"], name="care_sessions_signpostgiven_once")]

    def __str__(self):
        return f"{self.session_id}: {self.kind_id}"
