"""How many sessions there were of each kind, kept by the database as they come in, and an organisation's own rules about figures.

No row of a tally is about one session. The triggers that keep them are in the migrations (docs/decisions/0050-counting.md).
"""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sessions.models.codes import Setting
from sessions.models.records import CardSession
from vein_care.accounts.models import OfOrganisation, Organisation, Site


class Grain(models.TextChoices):
    """What a row is the sum of. Most readers ask for the whole organisation, and find it added up, however many sites it has."""

    DAY = "day", _("One day of a site in a setting")
    MONTH = "month", _("A month of a site in a setting")
    WHOLE_DAY = "whole_day", _("One day of the whole organisation")
    WHOLE_MONTH = "whole_month", _("A month of the whole organisation")


class Measure(models.TextChoices):
    """What a tally counts. All but the outcome and its reasons are of sessions that were taken up (held, cut_short)."""

    OUTCOME = "outcome", _("Outcome")
    REASON_DECLINED = "reason_declined", _("Why not today")
    REASON_DID_NOT_ATTEND = "reason_did_not_attend", _("Why they did not come")
    REASON_NOT_OFFERED = "reason_not_offered", _("Why it was not offered")
    REASON_CUT_SHORT = "reason_cut_short", _("Why it stopped early")
    AREA = "area", _("Talked about")
    MATTERED_MOST = "mattered_most", _("Mattered most")
    CARD = "card", _("Cards shown")
    RESOURCE_GIVEN = "resource_given", _("Given")
    RESOURCE_GIVEN_UNCOUNTED = "resource_given_uncounted", _("Given, not counted")
    RESOURCE_NOT_WANTED = "resource_not_wanted", _("Not wanted")
    RESOURCE_NONE_LEFT = "resource_none_left", _("None left")
    SIGNPOST = "signpost", _("Told about")
    MOMENT = "moment", _("What prompted it")
    LENGTH = "length", _("About how long")
    PRIVATE_SPACE = "private_space", _("Somewhere private")


class Tally(models.Model):
    """How many sessions of a day or a month say the same. What was voided or put aside counts nowhere.

    A session counts once for each code it names, so the codes of areas, cards, resources and signposts add up to more than the sessions.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    grain = models.CharField(max_length=11, choices=Grain)
    day = models.DateField(help_text=_("The day, or the first of the month."))
    # The composite foreign key (site, organisation) in the migrations stands for both.
    site = models.ForeignKey(
        Site, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False, help_text=_("Empty: all sites and settings.")
    )
    setting = models.ForeignKey(Setting, models.PROTECT, null=True, related_name="+", db_index=False)
    measure = models.CharField(max_length=24, choices=Measure)
    # NULL, since an empty text would be one more thing that a session could say.
    code = models.CharField(max_length=60, null=True, help_text=_("What the sessions said. Empty: not recorded."))  # noqa: DJ001
    sessions = models.PositiveIntegerField(help_text=_("How many sessions."))
    quantity = models.PositiveBigIntegerField(default=0, help_text=_("How many things were given in them, where they were counted."))

    objects = OfOrganisation.as_manager()

    class Meta:
        ordering = ["organisation", "grain", "measure", "day", "site", "setting", "code"]
        constraints = [
            # Its index is the way to read them, too. The measure stands before the day, so that one measure of a year lies together.
            models.UniqueConstraint(
                fields=["organisation", "grain", "measure", "day", "site", "setting", "code"],
                name="care_sessions_tally_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(grain__in=Grain.values), name="care_sessions_tally_grain_known"),
            models.CheckConstraint(
                condition=Q(grain__in=["day", "month"], site__isnull=False, setting__isnull=False)
                | Q(grain__in=["whole_day", "whole_month"], site=None, setting=None),
                name="care_sessions_tally_site_unless_whole",
            ),
            models.CheckConstraint(condition=Q(grain__in=["day", "whole_day"]) | Q(day__day=1), name="care_sessions_tally_month_begins_on_first"),
            models.CheckConstraint(condition=Q(measure__in=Measure.values), name="care_sessions_tally_measure_known"),
            models.CheckConstraint(condition=Q(quantity=0) | Q(measure="resource_given"), name="care_sessions_tally_quantity_of_given"),
        ]

    def __str__(self):
        return f"{self.organisation_id}, {self.grain} {self.day}, site {self.site_id}, {self.setting_id}: {self.measure} {self.code}"


class Uncounted(models.Model):
    """A session that was stored or voided, and is not in the tallies yet: they are counted some at a time, one transaction at a time.

    Whoever counts next takes it along; figures include it meanwhile. So nobody ever waits for somebody else's tally.
    """

    # The rows of one transaction or a few, and gone again: foreign keys would cost more than they guard.
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    session = models.ForeignKey(CardSession, models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    change = models.SmallIntegerField(help_text=_("1: counts from now on. -1: does not any more."))

    class Meta:
        ordering = ["id"]
        verbose_name_plural = _("uncounted")
        indexes = [models.Index(fields=["organisation", "id"], name="care_sessions_uncounted_org")]
        constraints = [models.CheckConstraint(condition=Q(change__in=[1, -1]), name="care_sessions_uncounted_one_more_or_less")]

    def __str__(self):
        return f"{self.session_id}: {self.change:+}"


class SummaryRulesQuerySet(OfOrganisation):
    def of(self, organisation_id):
        """The rules of an organisation, or what holds where nobody has set any. One statement."""
        return self.filter(pk=organisation_id).first() or SummaryRules(organisation_id=organisation_id)


class SummaryRules(models.Model):
    """What an organisation has settled about its figures and how long its sessions are kept. Without a row the defaults hold."""

    LEAST_HIDDEN, DEFAULT_HIDDEN, MOST_HIDDEN, LONGEST_KEPT = 5, 8, 50, 240

    organisation = models.OneToOneField(Organisation, models.PROTECT, primary_key=True, related_name="summary_rules")
    hide_below = models.PositiveSmallIntegerField(
        _("hide numbers below"),
        default=DEFAULT_HIDDEN,
        validators=[MinValueValidator(LEAST_HIDDEN), MaxValueValidator(MOST_HIDDEN)],
        help_text=_("Smaller numbers are hidden in everything that is meant to be shared."),
    )
    keep_months = models.PositiveSmallIntegerField(
        _("keep sessions for so many months"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_KEPT)],
        help_text=_("Older sessions are deleted; their totals stay. Empty: nothing is deleted."),
    )
    kept_from = models.DateField(null=True, blank=True, editable=False, help_text=_("The first day whose sessions are still kept. Empty: all are."))

    objects = SummaryRulesQuerySet.as_manager()

    class Meta:
        ordering = ["organisation"]
        verbose_name_plural = _("summary rules")
        constraints = [
            models.CheckConstraint(condition=Q(hide_below__gte=5, hide_below__lte=50), name="care_sessions_summaryrules_hide_below_in_range"),
            models.CheckConstraint(
                condition=Q(keep_months=None) | Q(keep_months__gte=1, keep_months__lte=240), name="care_sessions_summaryrules_keep_months_in_range"
            ),
            models.CheckConstraint(condition=Q(kept_from=None) | Q(kept_from__day=1), name="care_sessions_summaryrules_kept_from_first"),
        ]

    def __str__(self):
        return f"{self.organisation_id}: hide below {self.hide_below}, keep {self.keep_months or 'all'} months"
