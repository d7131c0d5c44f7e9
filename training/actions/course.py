"""Writes to the course as a whole: loading the shipped modules, drafts, review, publishing, going back."""

from django.utils.translation import gettext as _

from cards.releases import Releases
from training import contents as shapes
from training.models import Check, CourseRelease, CourseReleaseModule, Lesson, Module, ModuleDraft, ModuleVersion

OF_A_VERSION = [
    "title",
    "summary",
    "minutes",
    "expires_after_months",
    "facilitator_notes",
    "reviewed_on",
    "country",
    "clinical_reviewer",
]


class Course(Releases):
    """Releases of the course: what is peculiar to modules. What is written is a dict in the shape of `contents.to_json`."""

    noun, part = "course", "module"
    lock_number = 7320
    release_model, place_model, version_model, draft_model = CourseRelease, CourseReleaseModule, ModuleVersion, ModuleDraft
    prefetch = ("lessons", "checks")

    def slug_of_file(self, file):
        return file.contents.slug

    def digest_of_file(self, file):
        return file.contents.digest

    def version_from_file(self, file, *, number, digest):
        module, _made = Module.objects.get_or_create(slug=file.contents.slug)
        return make_version(module, file.contents, number=number)

    def version_from_draft(self, draft, *, number):
        """Nobody has read the changed words as a clinician yet, so the name goes."""
        contents = shapes.from_json(draft.contents | {"clinical_reviewer": ""})
        return make_version(draft.module, contents, number=number, by=draft.changed_by)

    def contents_of(self, version):
        return shapes.to_json(shapes.from_version(version))

    def contents_of_draft(self, draft):
        return draft.contents

    def put_contents(self, draft, contents):
        draft.contents = contents

    def notes(self):
        return {"shipped": _("The course as shipped"), "upgrade": _("Changed by an upgrade"), "back": _("Back to release %(number)s")}

    def refusals(self):
        return {
            "saved": _("%(who)s saved this module at %(when)s, while you were writing."),
            "taken_out": _("Somebody took the changes on this module out while you were writing."),
            "other_version": _("Somebody put another version of this module into the draft while you were writing."),
            "same": _("The course has the modules of this release already; there is nothing to go back to."),
        }


COURSE = Course()
load_course = COURSE.load


def make_version(module, contents, *, number, by=None):
    """The ModuleVersion that says these contents, with its lessons and checks. by: None when it came with the app."""
    facts = {name: getattr(contents, name) for name in OF_A_VERSION}
    version = ModuleVersion.objects.create(
        module=module,
        number=number,
        outcomes=list(contents.outcomes),
        sources=list(contents.sources),
        digest=contents.digest,
        written_by=by,
        **facts,
    )
    Lesson.objects.bulk_create(
        Lesson(version=version, position=position, title=lesson.title, body=lesson.body) for position, lesson in enumerate(contents.lessons, start=1)
    )
    Check.objects.bulk_create(
        Check(version=version, position=position, **values) for position, values in enumerate(shapes.to_json(contents)["checks"], start=1)
    )
    return version
