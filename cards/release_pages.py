"""What pages about releases show, for the deck and for the course alike: where a release comes from, what is changed in it, in words."""

from dataclasses import dataclass, field, replace

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from cards.models import Release
from cards.releases import asked_mark, may_review


@dataclass(frozen=True)
class Change:
    """What is different about one part: `pieces` by field, each with its name."""

    entry: object
    before: object
    parts: list = field(default_factory=list)
    has_new_picture: bool = False
    findings: int = 0

    @property
    def is_new(self):
        return self.before is None


class ReleasePages:
    """The pages of one kind of releases. An entry is a part as it is in a release or draft: it has `part`, `title` and `version_in_words`.

    Attributes of a kind:
    releases: the `Releases` they are about. permissions: {"edit", "review", "publish"} to who may.
    whole: the URL name of the page on all of it. prefix: what the URL names of the pages in `cards.views.releases` begin with.
    part_edit, part_detail: URL names of the pages on one part, in a draft and by itself.
    row_template: shows one `entry` in the list of a release, which has the class list_class.
    """

    releases = None
    permissions = {}
    whole = prefix = part_edit = part_detail = row_template = ""
    list_class = "rows"

    # What a kind says for itself

    def entries_of_each(self, releases):
        """{release id: {part id: entry} in order}. A constant number of statements, however many there are."""
        raise NotImplementedError

    def change_of(self, old, entry):
        """The Change from the entry `old`, or None, to `entry`."""
        raise NotImplementedError

    def words(self):
        """The sentences that name the kind, by what they are for; `cards.presenters.DeckPages` has them all."""
        raise NotImplementedError

    def count_findings(self, entry):
        """How many remarks the language check has on an entry."""
        raise NotImplementedError

    def changed_in_words(self, found, gone):
        raise NotImplementedError

    def findings_in_words(self, count):
        raise NotImplementedError

    # What all have

    @property
    def urls(self):
        names = ["release-detail", "draft-begin", "draft-discard", "draft-up-to-date", "review-ask", "review-give"]
        names += ["release-publish", "release-back", "release-readers"]
        own = {"whole": self.whole, "part_edit": self.part_edit, "part_detail": self.part_detail}
        return own | {name.replace("-", "_"): f"{self.prefix}{name}" for name in names}

    def entries_of(self, release):
        """{part id: entry} in order."""
        return self.entries_of_each([release])[release.pk] if release else {}

    def changes(self, before, after):
        """What is different in `after`, as Change in its order, and the entries that are gone. Both are from `entries_of`."""
        found = []
        for part_id, entry in after.items():
            old = before.get(part_id)
            change = self.change_of(old, entry)
            if old is None or change.parts or change.has_new_picture:
                found.append(change)
        return found, [entry for part_id, entry in before.items() if part_id not in after]

    def present_draft_rows(self, drafts, current):
        """A row for each draft, held against the current release."""
        if not drafts:
            return []
        entries, now = self.entries_of_each(drafts), self.entries_of(current)
        return [self._draft_row(draft, *self.changes(now, entries[draft.pk])) for draft in drafts]

    def _draft_row(self, draft, found, gone):
        word, level = state_of(draft)
        line = f"{release_in_words(draft)} · {self.changed_in_words(found, gone)}"
        return {"release": draft, "name": name_of(draft), "line": line, "state": word, "level": level}

    def present_whole(self, *, earlier_shown):
        """What the page on all of it says of its releases."""
        releases = self.releases.release_model.objects
        current = releases.select_related("published_by", "reviewed_by").current()
        drafts = releases.drafts().select_related("created_by").order_by("-created_at")
        published = releases.published().select_related("published_by", "reviewed_by").order_by("-number")
        return {
            "pages": self,
            "current": current,
            "current_line": release_in_words(current) if current else "",
            "drafts": self.present_draft_rows(list(drafts), current),
            "earlier": [(release, release_in_words(release)) for release in published[1 : earlier_shown + 1]],
        }

    def present_release(self, release, *, viewer):
        """A release held against the one before it, a draft against the current one."""
        current = self.releases.release_model.objects.current()
        earlier = release.based_on if release.published_at else current
        after = self.entries_of(release)
        found, gone = self.changes(self.entries_of(earlier), after) if earlier else ([], [])
        found = [change if change.is_new else replace(change, findings=self.count_findings(change.entry)) for change in found]
        is_draft = release.published_at is None
        findings = sum(change.findings for change in found)
        return {
            "pages": self,
            "urls": self.urls,
            "words": self.words(),
            "release": release,
            "name": name_of(release),
            "line": release_in_words(release),
            "state": state_of(release),
            "is_draft": is_draft,
            "is_current": current is not None and release.pk == current.pk,
            "earlier": earlier,
            "is_behind": is_draft and release.based_on_id is not None and release.based_on_id != current.pk,
            "changes": found,
            "gone": gone,
            "summary": self.changed_in_words(found, gone),
            "findings": self.findings_in_words(findings) if findings else "",
            "entries": after.values(),
            "asked": asked_mark(release),
            "may_review": is_draft and viewer.has_perm(self.permissions["review"]) and may_review(release, viewer),
        }


def release_in_words(release):
    """One line on where a release came from and who stood by it."""
    parts = []
    if release.published_at:
        day = formats.date_format(timezone.localtime(release.published_at), "j F Y")
        who = release.published_by
        parts.append(_("Published %(day)s by %(who)s") % {"day": day, "who": who} if who else _("Published %(day)s, as shipped") % {"day": day})
        if release.reviewed_by:
            parts.append(_("read by %(who)s") % {"who": release.reviewed_by})
        if release.reason_alone:
            parts.append(_("published alone: %(reason)s") % {"reason": release.reason_alone})
        return " · ".join(parts)
    day = formats.date_format(timezone.localtime(release.created_at), "j F Y")
    if release.origin == Release.Origin.APP:
        parts.append(_("Came %(day)s with the new version of the app") % {"day": day})
    else:
        parts.append(_("Begun %(day)s by %(who)s") % {"day": day, "who": release.created_by})
    return " · ".join(parts)


def name_of(release):
    if release.number:
        return _("Release %(number)s") % {"number": release.number}
    if release.origin == Release.Origin.APP:
        return _("Draft from the new version of the app")
    return _("Draft by %(who)s") % {"who": release.created_by} if release.created_by else _("Draft")


def state_of(release):
    """(word, level) for the tag of a draft."""
    if release.published_at:
        return None
    if release.reviewed_at:
        return _("Read, ready to publish"), "ok"
    if release.review_asked_at:
        return _("Waits to be read"), "warning"
    return _("Being written"), ""
