"""Modules of the course, their immutable versions with lessons and checks, releases, and what editors are writing.

As with the deck (cards/models.py): a completion points at the exact version that was taken, so versions, lessons, checks and the
contents of a published release never change. What changes is a new version in a new release.
"""

import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cards.models import REVIEW_EVERY_DAYS, Release, ReleasePlace


class Module(models.Model):
    """A piece of training that stays itself while its wording changes from version to version."""

    slug = models.SlugField(max_length=60, unique=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["slug"]

    def __str__(self):
        return self.slug


class ModuleVersionQuerySet(models.QuerySet):
    def current(self):
        """The version of each module that the newest published release holds, in the order of the course."""
        newest = CourseRelease.objects.published().order_by("-number").values("pk")[:1]
        return self.filter(places__release__in=newest).order_by("places__position")


class ModuleVersion(models.Model):
    """One wording of a module. Immutable; so are its lessons and checks."""

    module = models.ForeignKey(Module, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(_("Title"), max_length=60)
    summary = models.CharField(_("In one sentence"), max_length=200)
    minutes = models.PositiveSmallIntegerField(_("Minutes"))
    expires_after_months = models.PositiveSmallIntegerField(_("Good for how many months"), help_text=_("0: a completion never expires."))
    outcomes = ArrayField(models.CharField(max_length=200), help_text=_("What somebody can do after it, one sentence each."))
    facilitator_notes = models.TextField(_("Notes for a face-to-face half-hour"), help_text=_("Markdown."))
    sources = ArrayField(models.CharField(max_length=12), help_text=_("Keys of every source that its lessons and checks name."))
    reviewed_on = models.DateField()
    country = models.CharField(max_length=2)
    clinical_reviewer = models.CharField(max_length=120, blank=True, default="", help_text=_("Empty until a named clinician has read it."))
    digest = models.CharField(max_length=64, help_text=_("SHA-256 of everything it says."))
    written_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+", help_text=_("None when it came with the app.")
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ModuleVersionQuerySet.as_manager()

    class Meta:
        ordering = ["module", "number"]
        constraints = [
            models.UniqueConstraint(fields=["module", "number"], name="training_moduleversion_number_unique"),
            models.CheckConstraint(condition=Q(number__gte=1), name="training_moduleversion_number_from_one"),
            models.CheckConstraint(condition=Q(minutes__gte=1), name="training_moduleversion_takes_time"),
            models.CheckConstraint(condition=Q(outcomes__len__gte=1), name="training_moduleversion_has_outcome"),
        ]

    def __str__(self):
        return self.title

    @property
    def review_due_on(self):
        return self.reviewed_on + datetime.timedelta(days=REVIEW_EVERY_DAYS)


class Lesson(models.Model):
    """A lesson of a module version: one to three screens of Markdown, each begun by a "## " heading. Immutable."""

    version = models.ForeignKey(ModuleVersion, models.PROTECT, related_name="lessons")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(_("Title"), max_length=80)
    body = models.TextField(_("Text"), help_text=_("Markdown."))

    class Meta:
        ordering = ["version", "position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="training_lesson_position_unique"),
            models.CheckConstraint(condition=Q(position__gte=1), name="training_lesson_position_from_one"),
        ]

    def __str__(self):
        return self.title


class Check(models.Model):
    """A scene with a question; every answer has feedback, none a mark. Immutable."""

    version = models.ForeignKey(ModuleVersion, models.PROTECT, related_name="checks")
    position = models.PositiveSmallIntegerField()
    key = models.SlugField(max_length=60)
    after_lesson = models.PositiveSmallIntegerField(help_text=_("Position of the lesson at whose end it stands."))
    scenario = models.CharField(_("Scene"), max_length=400)
    question = models.CharField(_("Question"), max_length=200)
    sources = ArrayField(models.CharField(max_length=12), help_text=_("Source keys."))
    answers = models.JSONField(help_text=_("List of {text, feedback, fits}, in order."))

    class Meta:
        ordering = ["version", "position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="training_check_position_unique"),
            models.UniqueConstraint(fields=["version", "key"], name="training_check_key_unique"),
        ]

    def __str__(self):
        return self.key


class CourseRelease(Release):
    """A numbered set of module versions, as a DeckRelease is one of card versions."""

    versions = models.ManyToManyField(ModuleVersion, through="CourseReleaseModule", related_name="releases")


class CourseReleaseModule(ReleasePlace):
    """A module version's place in a release of the course. Immutable once the release is published."""

    release = models.ForeignKey(CourseRelease, models.PROTECT, related_name="places")
    version = models.ForeignKey(ModuleVersion, models.PROTECT, related_name="places")


class ModuleDraft(models.Model):
    """What editors are writing on one module in a draft release. It becomes a ModuleVersion when the release is published.

    `revision` grows with every change, so that of two people who write at once the second is told.
    """

    release = models.ForeignKey(CourseRelease, models.CASCADE, related_name="module_drafts")
    module = models.ForeignKey(Module, models.PROTECT, related_name="drafts")
    base = models.ForeignKey(ModuleVersion, models.PROTECT, related_name="+", help_text=_("The version it was begun from."))
    revision = models.PositiveIntegerField(default=1)
    contents = models.JSONField(help_text=_("Everything a version says, in the shape of training/contents.py."))
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["release", "module"]
        constraints = [
            models.UniqueConstraint(fields=["release", "module"], name="training_moduledraft_module_once"),
            models.CheckConstraint(condition=Q(revision__gte=1), name="training_moduledraft_revision_from_one"),
        ]

    def __str__(self):
        return str(self.module)
