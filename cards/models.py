"""Practice areas, cards with their immutable versions and pictures, deck releases, and what editors are writing.

A session points at the exact versions that were shown, so versions, their texts and the contents of a release never change:
a trigger refuses UPDATE and DELETE. What changes is a new version in a new release. Until a release is published, the changed words
are a CardDraft, which anybody who edits may change.
"""

import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cards import content_files

REVIEW_EVERY_DAYS = 365


class PracticeArea(models.Model):
    """One of the topics a conversation can touch; independent of the cards shown (intervention.md 1.2 and 10.1)."""

    code = models.CharField(max_length=30, primary_key=True)
    label = models.CharField(_("label"), max_length=40)
    definition = models.CharField(_("definition"), max_length=300)
    position = models.PositiveSmallIntegerField()
    is_retired = models.BooleanField(default=False)

    class Meta:
        ordering = ["position"]

    def __str__(self):
        return self.label


class Card(models.Model):
    """A picture and a subject that stays itself while its wording changes from version to version."""

    slug = models.SlugField(max_length=60, unique=True)
    area = models.ForeignKey(PracticeArea, models.PROTECT, related_name="cards")
    recalled_at = models.DateTimeField(null=True, blank=True, help_text=_("Since when no tablet shows this card."))
    recalled_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, blank=True, related_name="+")
    recall_reason = models.CharField(max_length=300, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(
                condition=Q(recalled_at=None, recalled_by=None, recall_reason="")
                | (Q(recalled_at__isnull=False, recalled_by__isnull=False) & ~Q(recall_reason="")),
                name="cards_card_recalled_at_by_and_reason_together",
            ),
        ]

    def __str__(self):
        return self.slug


class Picture(models.Model):
    """The bytes of a picture under the digest of these bytes, so that an old release keeps its own. Immutable."""

    class Kind(models.TextChoices):
        SVG = "image/svg+xml", "SVG"
        WEBP = "image/webp", "WebP"

    digest = models.CharField(max_length=64, primary_key=True, help_text=_("SHA-256 of the bytes, in hex."))
    content_type = models.CharField(max_length=20, choices=Kind)
    body = models.BinaryField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(content_type__in=["image/svg+xml", "image/webp"]), name="cards_picture_kind_known")]

    def __str__(self):
        return self.digest[:16]


class CardVersion(models.Model):
    """One wording and picture of a card. Immutable."""

    class Strength(models.TextChoices):
        """The evidence tags of intervention.md part 0."""

        RCT = "RCT", _("Randomised trial")
        OBS = "OBS", _("Surveys")
        LAB = "LAB", _("Laboratory work")
        GUID = "GUID", _("Advice from public bodies")
        PRACT = "PRACT", _("Advice from services and peers")

    card = models.ForeignKey(Card, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    is_short_deck = models.BooleanField(_("in the short deck"), default=False)
    picture = models.CharField(max_length=80, help_text=_("File name in static/art, or a name made up for an uploaded picture."))
    drawing = models.ForeignKey(
        Picture, models.PROTECT, null=True, related_name="versions", help_text=_("Its bytes; none for versions from before they were kept.")
    )
    hand_over = ArrayField(models.CharField(max_length=40), default=list, blank=True, help_text=_("Resource codes."))
    strength = models.CharField(max_length=5, choices=Strength)
    sources = ArrayField(models.CharField(max_length=12), help_text=_("Source keys."))
    reviewed_on = models.DateField()
    country = models.CharField(max_length=2)
    clinical_reviewer = models.CharField(max_length=120, blank=True, default="", help_text=_("Empty until a named clinician has read it."))
    digest = models.CharField(max_length=64, help_text=_("SHA-256 of the words and picture this version came from."))
    written_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+", help_text=_("None when it came with the app.")
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["card", "number"]
        constraints = [
            models.UniqueConstraint(fields=["card", "number"], name="cards_cardversion_number_unique"),
            models.CheckConstraint(condition=Q(number__gte=1), name="cards_cardversion_number_from_one"),
            models.CheckConstraint(condition=Q(strength__in=["RCT", "OBS", "LAB", "GUID", "PRACT"]), name="cards_cardversion_strength_known"),
            models.CheckConstraint(condition=Q(sources__len__gte=1), name="cards_cardversion_has_source"),
        ]

    def __str__(self):
        return f"{self.card_id}/{self.number}"

    @property
    def review_due_on(self):
        return self.reviewed_on + datetime.timedelta(days=REVIEW_EVERY_DAYS)

    def is_review_overdue(self, *, on):
        return self.review_due_on < on


class CardText(models.Model):
    """The words of a card version in one language: the front for the person, the back for the worker. Immutable.

    In other languages than the deck's own only the front is there; the back is empty.
    """

    version = models.ForeignKey(CardVersion, models.PROTECT, related_name="texts")
    language = models.CharField(max_length=10)
    title = models.CharField(max_length=60)
    line = models.CharField(max_length=140)
    alt = models.CharField(max_length=300)
    say = models.CharField(max_length=300)
    ask_first = models.CharField(max_length=200)
    ask_second = models.CharField(max_length=200)
    offer = models.CharField(max_length=300)
    how_sure = models.CharField(max_length=600)
    reviewer = models.CharField(
        max_length=120, blank=True, default="", help_text=_("Of a translation: who speaks the language and has read it. Empty until then.")
    )

    class Meta:
        ordering = ["version", "language"]
        constraints = [
            models.UniqueConstraint(fields=["version", "language"], name="cards_cardtext_language_unique"),
            models.CheckConstraint(condition=~Q(title="") & ~Q(line="") & ~Q(alt=""), name="cards_cardtext_front_complete"),
        ]

    def __str__(self):
        return self.title

    @property
    def is_draft_translation(self):
        """In another language than the deck's, and not yet read by somebody who speaks it."""
        return self.language != content_files.LANGUAGE and not self.reviewer


class ReleaseQuerySet(models.QuerySet):
    def published(self):
        return self.filter(published_at__isnull=False)

    def current(self):
        """The newest published release, or None before the first."""
        return self.published().order_by("-number").first()

    def drafts(self):
        return self.filter(published_at=None)


class Release(models.Model):
    """A numbered set of versions: of cards, or of modules of the course. Without a number it is a draft; once published it never changes.

    A draft is the set of versions in `places`, where what editors are writing takes the place of the version it was begun from.
    """

    class Origin(models.TextChoices):
        EDITORS = "editors", _("Begun by an editor")
        APP = "app", _("From the new version of the app")
        BACK = "back", _("Back to an earlier release")

    number = models.PositiveIntegerField(null=True, unique=True)
    note = models.CharField(max_length=300, blank=True, default="")
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.EDITORS)
    based_on = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", help_text=_("The release that was current when it began."))
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, blank=True, related_name="+")
    review_asked_at = models.DateTimeField(null=True)
    review_asked_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, blank=True, related_name="+")
    reason_alone = models.CharField(max_length=300, blank=True, default="", help_text=_("Why it was published without a second editor."))
    clinician = models.CharField(max_length=120, blank=True, default="")
    clinician_on = models.DateField(null=True, blank=True)
    lived_experience = models.CharField(max_length=120, blank=True, default="")
    lived_experience_on = models.DateField(null=True, blank=True)
    writers = models.ManyToManyField("accounts.User", related_name="+", help_text=_("Who changed something in it."))

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(number=None, published_at=None) | Q(number__isnull=False, number__gte=1, published_at__isnull=False),
                name="%(app_label)s_%(class)s_number_and_published_at_together",
            ),
            models.CheckConstraint(
                condition=Q(review_asked_at__isnull=True, review_asked_by__isnull=True)
                | Q(review_asked_at__isnull=False, review_asked_by__isnull=False),
                name="%(app_label)s_%(class)s_review_asked_at_and_by_together",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_at__isnull=True, reviewed_by__isnull=True) | Q(reviewed_at__isnull=False, reviewed_by__isnull=False),
                name="%(app_label)s_%(class)s_reviewed_at_and_by_together",
            ),
            models.CheckConstraint(
                condition=(Q(clinician="", clinician_on=None) | (~Q(clinician="") & Q(clinician_on__isnull=False)))
                & (Q(lived_experience="", lived_experience_on=None) | (~Q(lived_experience="") & Q(lived_experience_on__isnull=False))),
                name="%(app_label)s_%(class)s_reviewer_and_date_together",
            ),
        ]

    def __str__(self):
        return str(_("Release %(number)s") % {"number": self.number} if self.number else _("Draft release"))

    @property
    def is_clinically_reviewed(self):
        """Only when a named clinician and a named person with lived experience have both read it."""
        return bool(self.clinician and self.lived_experience)


class DeckRelease(Release):
    """A release of the deck: card versions."""

    versions = models.ManyToManyField(CardVersion, through="DeckReleaseCard", related_name="releases")


class ReleasePlace(models.Model):
    """A version's place in a release, both of which are named by the child. Immutable once the release is published."""

    position = models.PositiveSmallIntegerField()

    class Meta:
        abstract = True
        ordering = ["release", "position"]
        constraints = [
            models.UniqueConstraint(fields=["release", "version"], name="%(app_label)s_%(class)s_version_once"),
            models.UniqueConstraint(fields=["release", "position"], name="%(app_label)s_%(class)s_position_unique"),
        ]

    def __str__(self):
        return f"{self.release_id}: {self.position}"


class DeckReleaseCard(ReleasePlace):
    """A card version's place in a release of the deck. Immutable once the release is published."""

    release = models.ForeignKey(DeckRelease, models.PROTECT, related_name="places")
    version = models.ForeignKey(CardVersion, models.PROTECT, related_name="places")


class CardDraft(models.Model):
    """What editors are writing on one card in a draft release. It becomes a CardVersion when the release is published.

    `revision` grows with every change, so that of two people who write at once the second is told.
    """

    release = models.ForeignKey(DeckRelease, models.CASCADE, related_name="card_drafts")
    card = models.ForeignKey(Card, models.PROTECT, related_name="drafts")
    base = models.ForeignKey(CardVersion, models.PROTECT, related_name="+", help_text=_("The version it was begun from."))
    revision = models.PositiveIntegerField(default=1)
    title = models.CharField(_("Title"), max_length=60)
    line = models.CharField(_("Line"), max_length=140)
    alt = models.CharField(_("What the picture shows"), max_length=300)
    say = models.CharField(_("Say"), max_length=300)
    ask_first = models.CharField(_("Ask first"), max_length=200)
    ask_second = models.CharField(_("Ask second"), max_length=200)
    offer = models.CharField(_("Offer"), max_length=300)
    how_sure = models.CharField(_("How sure we are"), max_length=600)
    hand_over = ArrayField(models.CharField(max_length=40), default=list, blank=True, help_text=_("Resource codes."))
    strength = models.CharField(max_length=5, choices=CardVersion.Strength)
    sources = ArrayField(models.CharField(max_length=12), help_text=_("Source keys."))
    reviewed_on = models.DateField()
    drawing = models.ForeignKey(
        Picture, models.PROTECT, null=True, related_name="+", help_text=_("An uploaded picture; none keeps that of the base.")
    )
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["release", "card"]
        constraints = [models.UniqueConstraint(fields=["release", "card"], name="cards_carddraft_card_once")]

    def __str__(self):
        return self.title
