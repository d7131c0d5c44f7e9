"""What the editors' pages about the course show: the modules, a draft and what is changed in it, in words."""

from dataclasses import dataclass

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cards import content_files
from cards.release_pages import Change, ReleasePages, name_of
from cards.releases import revision_of
from training import course_texts, markdown, rendering
from training.actions.course import COURSE
from training.models import CourseRelease, CourseReleaseModule, ModuleDraft, ModuleVersion


@dataclass(frozen=True)
class Entry:
    """A module as it is in a release or draft: its contents (`contents.to_json`), and where they come from."""

    part: object
    version: object
    draft: object
    contents: dict

    @property
    def title(self):
        return self.contents["title"]

    @property
    def revision(self):
        return revision_of(self.draft, self.version)

    @property
    def version_in_words(self):
        if self.draft:
            return _("%(number)s, changed here") % {"number": self.version.number}
        return str(self.version.number)


class CoursePages(ReleasePages):
    """Pages about releases of the course."""

    releases = COURSE
    permissions = {"edit": "training.edit_module", "review": "training.review_module", "publish": "training.publish_module"}
    whole, prefix = "training:course", "training:course-"
    part_edit, part_detail = "training:module-edit", "training:module-detail"
    row_template = "training/_entry_row.html"

    def entries_of_each(self, releases):
        """{release id: {module id: Entry} in the order of the course}. Four statements, however many there are."""
        found = {release.pk: {} for release in releases}
        own = ModuleDraft.objects.filter(release__in=found).order_by().select_related("changed_by")
        drafts = {(draft.release_id, draft.module_id): draft for draft in own}
        places = CourseReleaseModule.objects.filter(release__in=found).order_by("position")
        for place in places.select_related("version__module", "version__written_by").prefetch_related("version__lessons", "version__checks"):
            module_id = place.version.module_id
            found[place.release_id][module_id] = entry_of(place.version, drafts.get((place.release_id, module_id)))
        return found

    def change_of(self, old, entry):
        return Change(entry, old, parts=course_texts.compare(old.contents if old else None, entry.contents))

    def count_findings(self, entry):
        found = course_texts.findings_of(entry.part.slug, course_texts.flat(entry.contents))
        return sum(len(each) for each in found.values())

    def words(self):
        return {
            "whole": _("The course"),
            "begun": _("A draft with the modules of the current release. Nothing changes for those who learn until it is published."),
            "up_to_date": _("The draft has the modules of the current release now, and keeps its own changes. Look at it once more."),
            "published": _("Release %(number)s is published. Whoever opens a changed module from now on reads the new version."),
            "reviewed": _("%(who)s has read it. What was done stays done with the version it was done with; what was published never changes."),
            "gone_back": _("Release %(new)s has the modules of release %(old)s."),
            "go_back": _("A new release with the modules of release %(number)s is published at once. Nothing is deleted."),
            "read_all": _("Read everything below. If something is wrong, change it, or talk to whoever wrote it."),
            "nothing_yet": _("Nothing yet. Open a module below and change it."),
            "all_parts": _("All its modules"),
        }

    def changed_in_words(self, found, gone):
        count = len(found)
        sentence = ngettext("%(count)s module differs", "%(count)s modules differ", count) % {"count": count}
        if gone:
            sentence += ", " + ngettext("%(count)s is left out", "%(count)s are left out", len(gone)) % {"count": len(gone)}
        return sentence

    def findings_in_words(self, count):
        sentence = ngettext(
            "The language check has %(count)s remark. It stands beside the field of its module.",
            "The language check has %(count)s remarks. They stand beside the fields of their modules.",
            count,
        )
        return sentence % {"count": count}


COURSE_PAGES = CoursePages()


def entry_of(version, draft):
    return Entry(version.module, version, draft, draft.contents if draft else COURSE.contents_of(version))


def present_course(release, *, today):
    """The modules of the current release, and those whose review is due."""
    versions = release.versions.select_related("module").order_by("places__position") if release else []
    rows = [{"module": version.module, "version": version, "is_due": version.review_due_on < today} for version in versions]
    return {"rows": rows, "due": sorted((row for row in rows if row["is_due"]), key=lambda row: row["version"].review_due_on)}


def present_module(module, *, today):
    """A module as people read it now, with its versions, newest first, each with the releases it is in."""
    versions = list(module.versions.order_by("-number").select_related("written_by").prefetch_related("releases", "lessons", "checks"))
    for version in versions:
        version.numbers = sorted(release.number for release in version.releases.all() if release.number)
    current = CourseRelease.objects.current()
    shown = next((version for version in versions if current and current.number in version.numbers), versions[0])
    pictures = rendering.card_pictures()
    drafts = CourseRelease.objects.drafts().filter(versions__module=module).select_related("created_by").distinct()
    return {
        "module": module,
        "shown": shown,
        "versions": versions,
        "drafts": [(draft, name_of(draft)) for draft in drafts],
        "lessons": [(lesson, rendering.screens_of(lesson.body, pictures=pictures)) for lesson in shown.lessons.all()],
        "checks": shown.checks.all(),
        "notes": rendering.facilitator_html(shown.facilitator_notes),
        "sources": rendering.sources_of(shown.sources),
        "is_due": shown.review_due_on < today,
    }


def present_module_edit(release, entry, form, *, theirs):
    """The form in sections with, beside each field, what the language check says, what is changed, and how a text looks.

    theirs: what somebody else has saved meanwhile, or None.
    """
    current = CourseRelease.objects.current()
    published = current.versions.filter(module=entry.part).select_related("module").prefetch_related("lessons", "checks").first()
    before = course_texts.flat(COURSE.contents_of(published)) if published else {}
    now, typed = course_texts.flat(entry.contents), form.typed()
    found = course_texts.findings_of(entry.part.slug, typed)
    pictures = rendering.card_pictures()
    sections = {}
    for name in now:
        row = {
            "field": form[name],
            "findings": found.get(name, []),
            "pieces": course_texts.pieces_of(name, before.get(name), now[name]) if before.get(name) != now[name] else [],
            "screens": course_texts.preview(name, typed[name] or "", pictures=pictures) if course_texts.is_markdown(name) else [],
        }
        sections.setdefault(_section_of(name), []).append(row)
    return {
        "release": release,
        "name": name_of(release),
        "entry": entry,
        "form": form,
        "sections": [{"id": key, "title": _title_of(key), "rows": rows} for key, rows in sections.items()],
        "count": sum(len(each) for each in found.values()),
        "theirs": course_texts.compare(theirs, form.contents()) if theirs else [],
        "versions": ModuleVersion.objects.filter(module=entry.part).order_by(F("number").desc()),
        "is_preview": "preview" in form.data,
        "sources": rendering.sources_of([*content_files.sources(), *markdown.OWN_KEYS]),
    }


def _section_of(name):
    words = name.split("_")
    return f"{words[0]}-{words[1]}" if words[0] in {"lesson", "check"} else "notes" if name == "facilitator_notes" else "module"


def _title_of(key):
    kind, _dash, number = key.partition("-")
    titles = {"module": _("The module"), "notes": _("For a face-to-face half-hour"), "lesson": _("Lesson %(number)s"), "check": _("Scene %(number)s")}
    return titles[kind] % {"number": number}
