"""The smallest valid row of each kind of training. What a test cares about, it names."""

import datetime

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from tests.factories import OrganisationFactory, UserFactory
from training.actions.completing import new_code
from training.models import (
    Assignment,
    AssignmentRound,
    Attendance,
    Check,
    Completion,
    CourseRelease,
    CourseReleaseModule,
    LearningPlace,
    Lesson,
    Module,
    ModuleVersion,
    RefresherDecision,
    Reminder,
    ReminderMail,
    TrainingEvent,
)

REVIEWED_ON = datetime.date(2026, 11, 22)


class ModuleFactory(DjangoModelFactory):
    class Meta:
        model = Module
        django_get_or_create = ("slug",)

    slug = factory.Sequence("module-{}".format)


class ModuleVersionFactory(DjangoModelFactory):
    """A version with two lessons, of two screens and one, and a check after the second: the next of its module, which `slug` names."""

    class Meta:
        model = ModuleVersion
        skip_postgeneration_save = True

    class Params:
        slug = factory.Sequence("module-{}".format)

    module = factory.SubFactory(ModuleFactory, slug=factory.SelfAttribute("..slug"))
    number = factory.LazyAttribute(lambda made: made.module.versions.count() + 1)
    title = factory.LazyAttribute(lambda made: made.module.slug.replace("-", " ").capitalize())
    summary = "What this module is about."
    minutes = 10
    expires_after_months = 24
    outcomes = ["Say what this module is about."]
    facilitator_notes = "**Thirty minutes.** Talk about it in pairs."
    sources = ["K-T3"]
    reviewed_on = REVIEWED_ON
    country = "GB"
    digest = factory.LazyAttribute(lambda made: f"{made.module.slug} {made.number}")

    @factory.post_generation
    def contents(version, create, extracted, **kwargs):
        Lesson.objects.create(version=version, position=1, title="First lesson", body="## One\n\nA fact [K-T3].\n\n## Two\n\nAnother [K-T3].")
        Lesson.objects.create(version=version, position=2, title="Second lesson", body="## Three\n\nA last fact [K-T3].")
        answers = [
            {"text": "Ask first.", "feedback": "It leaves the choice with the person.", "fits": True},
            {"text": "Begin at once.", "feedback": "It may come too soon for somebody.", "fits": False},
        ]
        question = "What could you say?"
        Check.objects.create(
            version=version,
            position=1,
            key="ask-first",
            after_lesson=2,
            scenario="Someone comes in.",
            question=question,
            sources=["K-T3"],
            answers=answers,
        )


class CourseFactory(DjangoModelFactory):
    """A published release of the course. versions: the module versions in it, in order; two modules unless told."""

    class Meta:
        model = CourseRelease
        skip_postgeneration_save = True

    number = None

    @factory.post_generation
    def versions(release, create, extracted, **kwargs):
        versions = extracted or [ModuleVersionFactory(slug="why-vein-care"), ModuleVersionFactory(slug="peers")]
        CourseReleaseModule.objects.bulk_create(
            CourseReleaseModule(release=release, version=version, position=position) for position, version in enumerate(versions, start=1)
        )
        last = CourseRelease.objects.published().order_by("-number").first()
        release.number = last.number + 1 if last else 1
        release.published_at = timezone.now()
        release.save()


class AssignmentRoundFactory(DjangoModelFactory):
    class Meta:
        model = AssignmentRound

    organisation = factory.SubFactory(OrganisationFactory)
    audience = "everyone"
    made_by = factory.SubFactory(UserFactory, organisation=factory.SelfAttribute("..organisation"), roles=["trainer"])


class AssignmentFactory(DjangoModelFactory):
    """A module for a person, in their own organisation, without a day to do it by."""

    class Meta:
        model = Assignment

    person = factory.SubFactory(UserFactory)
    organisation = factory.SelfAttribute("person.organisation")
    round = factory.SubFactory(AssignmentRoundFactory, organisation=factory.SelfAttribute("..organisation"))
    module = factory.SubFactory(ModuleFactory)


class LearningPlaceFactory(DjangoModelFactory):
    class Meta:
        model = LearningPlace

    person = factory.SubFactory(UserFactory)
    version = factory.SubFactory(ModuleVersionFactory)


class TrainingEventFactory(DjangoModelFactory):
    """Held today."""

    class Meta:
        model = TrainingEvent

    organisation = factory.SubFactory(OrganisationFactory)
    title = "Vein care, face to face"
    held_on = factory.LazyFunction(timezone.localdate)
    place = "Mill Street, first floor"
    made_by = factory.SubFactory(UserFactory, organisation=factory.SelfAttribute("..organisation"), roles=["trainer"])


class AttendanceFactory(DjangoModelFactory):
    class Meta:
        model = Attendance

    event = factory.SubFactory(TrainingEventFactory)
    person = factory.SubFactory(UserFactory, organisation=factory.SelfAttribute("..event.organisation"))


class CompletionFactory(DjangoModelFactory):
    """Done online today."""

    class Meta:
        model = Completion

    person = factory.SubFactory(UserFactory)
    organisation = factory.SelfAttribute("person.organisation")
    version = factory.SubFactory(ModuleVersionFactory)
    mode = "online"
    completed_on = factory.LazyFunction(timezone.localdate)
    code = factory.LazyFunction(new_code)
    recorded_by = factory.SelfAttribute("person")


class RefresherDecisionFactory(DjangoModelFactory):
    """No refresher is needed."""

    class Meta:
        model = RefresherDecision

    organisation = factory.SubFactory(OrganisationFactory)
    version = factory.SubFactory(ModuleVersionFactory)
    is_needed = False
    decided_by = factory.SubFactory(UserFactory, organisation=factory.SelfAttribute("..organisation"), roles=["trainer"])


class ReminderMailFactory(DjangoModelFactory):
    class Meta:
        model = ReminderMail

    person = factory.SubFactory(UserFactory)
    day = factory.LazyFunction(timezone.localdate)


class ReminderFactory(DjangoModelFactory):
    """Of an assignment that is due soon."""

    class Meta:
        model = Reminder

    assignment = factory.SubFactory(AssignmentFactory)
    mail = factory.LazyAttribute(lambda made: ReminderMailFactory(person=made.assignment.person))
    kind = "due_soon"
