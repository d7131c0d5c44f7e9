"""What trainers ask people to take."""

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from training.models.completions import Completion
from training.models.course import CourseReleaseModule, Module
from vein_care.accounts.models import OfOrganisation, Organisation, Site, User
from vein_care.accounts.roles import Role


class AssignmentRound(models.Model):
    """One act of a trainer: these modules, to these people, by this day. The people are worked out at once, one Assignment each."""

    class Audience(models.TextChoices):
        PEOPLE = "people", _("Chosen people")
        SITE = "site", _("Everyone of a site")
        ROLE = "role", _("Everyone with a role")
        EVERYONE = "everyone", _("Everyone here")

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    audience = models.CharField(max_length=10, choices=Audience)
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+")
    role = models.CharField(max_length=20, choices=Role, blank=True, default="")
    modules = models.ManyToManyField(Module, related_name="+")
    due_on = models.DateField(_("To be done by"), null=True, blank=True)
    note = models.CharField(_("Note"), max_length=300, blank=True, default="", help_text=_("Those who are asked read it."))
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    also_newcomers = models.BooleanField(
        default=False, help_text=_("Whoever joins later and belongs to them is asked too, with as many days as the others had.")
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_reason = models.CharField(max_length=300, blank=True, default="")

    objects = OfOrganisation.as_manager()

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(also_newcomers=False) | ~Q(audience="people"), name="training_assignmentround_newcomers_of_a_group"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_reason="")),
                name="training_assignmentround_withdrawn_at_by_and_reason_together",
            ),
            models.CheckConstraint(
                condition=(Q(audience="site", site__isnull=False) | (~Q(audience="site") & Q(site=None)))
                & ((Q(audience="role") & ~Q(role="")) | (~Q(audience="role") & Q(role=""))),
                name="training_assignmentround_audience_complete",
            ),
        ]

    def __str__(self):
        return self.get_audience_display()


class AssignmentQuerySet(OfOrganisation):
    def open(self):
        """Still to be done: neither withdrawn nor done."""
        return self.filter(withdrawn_at=None, completion=None)

    def with_versions(self):
        """Annotate `asked_version` and `current_version`: the module's number in the course when it was asked for, and now; None without a course."""
        of_module = CourseReleaseModule.objects.filter(version__module=OuterRef("module"), release__published_at__isnull=False)
        newest_first = of_module.order_by("-release__number").values("version__number")
        then = newest_first.filter(release__published_at__lte=OuterRef("made_at"))
        return self.annotate(asked_version=Subquery(then[:1]), current_version=Subquery(newest_first[:1]))


class Assignment(models.Model):
    """One module for one person. Over when it is withdrawn or when `completion` says what it was done with."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    round = models.ForeignKey(AssignmentRound, models.PROTECT, related_name="assignments")
    person = models.ForeignKey(User, models.PROTECT, related_name="assignments")
    module = models.ForeignKey(Module, models.PROTECT, related_name="assignments")
    due_on = models.DateField(null=True, blank=True)
    made_at = models.DateTimeField(default=timezone.now, editable=False, help_text=_("Later than its round's for somebody who joined later."))
    completion = models.ForeignKey(Completion, models.PROTECT, null=True, blank=True, related_name="assignments")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_reason = models.CharField(max_length=300, blank=True, default="")

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "module"], condition=Q(withdrawn_at=None, completion=None), name="training_assignment_open_once"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_reason="")),
                name="training_assignment_withdrawn_at_by_and_reason_together",
            ),
            models.CheckConstraint(condition=Q(withdrawn_at=None) | Q(completion=None), name="training_assignment_withdrawn_or_done"),
        ]
        indexes = [
            models.Index(fields=["organisation", "person"], name="training_assignment_org_person"),
            models.Index(fields=["due_on"], condition=Q(withdrawn_at=None, completion=None), name="training_assignment_open_due"),
        ]

    def __str__(self):
        return f"{self.person_id}: {self.module_id}"

    def is_answered_by(self, version):
        """Whether doing this version of the module is what was asked for. Needs `with_versions()`.

        An earlier one than was there at the time is not, as by a lesson that a tablet kept: else it would close a refresher.
        """
        wanted = [number for number in (self.asked_version, self.current_version) if number is not None]
        return not wanted or version.number >= min(wanted)
