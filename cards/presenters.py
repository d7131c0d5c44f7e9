"""What the editors' pages show: the deck, a draft and what is changed in it, in words."""

from dataclasses import dataclass

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cards import content_files, editing, stored_pictures, worddiff
from cards.actions import DECK
from cards.language.check import check_card, file_of_card
from cards.models import CardDraft, CardVersion, DeckRelease, DeckReleaseCard
from cards.release_pages import Change, ReleasePages, name_of
from vein_care.folders import ROOT

PARTS = {
    "title": gettext_lazy("Title"),
    "line": gettext_lazy("Line"),
    "alt": gettext_lazy("What the picture shows"),
    "say": gettext_lazy("Say"),
    "ask_first": gettext_lazy("Ask first"),
    "ask_second": gettext_lazy("Ask second"),
    "offer": gettext_lazy("Offer"),
    "how_sure": gettext_lazy("How sure are we"),
    "hand_over": gettext_lazy("Hand over"),
    "strength": gettext_lazy("Evidence"),
    "sources": gettext_lazy("Sources"),
    "reviewed_on": gettext_lazy("Review date"),
}


@dataclass(frozen=True)
class Entry:
    """A card as it is in a release or draft: its contents, and where they come from."""

    card: object
    version: object
    draft: object
    contents: dict
    picture_url: str
    drawing_id: str

    @property
    def part(self):
        return self.card

    @property
    def title(self):
        return self.contents["title"]

    @property
    def revision(self):
        return editing.revision_of(self.draft, self.version)

    @property
    def version_in_words(self):
        if self.draft:
            return _("%(number)s, changed here") % {"number": self.version.number}
        return str(self.version.number)


def entries_of_each(releases):
    """{release id: {card id: Entry} in the order of the deck}. Three statements, however many there are."""
    found = {release.pk: {} for release in releases}
    own = CardDraft.objects.filter(release__in=found).order_by().select_related("changed_by")
    drafts = {(draft.release_id, draft.card_id): draft for draft in own}
    places = DeckReleaseCard.objects.filter(release__in=found).order_by("position")
    for place in places.select_related("version__card__area", "version__written_by").prefetch_related("version__texts"):
        card_id = place.version.card_id
        found[place.release_id][card_id] = entry_of(place.version, drafts.get((place.release_id, card_id)))
    return found


def entry_of(version, draft):
    contents = {name: getattr(draft, name) for name in PARTS} if draft else editing.contents_of(version)
    drawing = (draft.drawing_id if draft else None) or version.drawing_id
    url = stored_pictures.url_of_digest(draft.drawing_id) if draft and draft.drawing_id else stored_pictures.url_of(version)
    return Entry(version.card, version, draft, contents, url, drawing)


def change_of(old, entry):
    if old is None:
        return Change(entry, None, parts=compare_contents(dict.fromkeys(PARTS, ""), entry.contents), has_new_picture=True)
    has_new_picture = bool(old.drawing_id and entry.drawing_id and old.drawing_id != entry.drawing_id)
    return Change(entry, old, compare_contents(old.contents, entry.contents), has_new_picture)


def compare_contents(before, after):
    """[(name of the part, pieces)] of the parts that differ."""
    return [
        (label, worddiff.compare(in_words(name, before[name]), in_words(name, after[name])))
        for name, label in PARTS.items()
        if before[name] != after[name]
    ]


def in_words(name, value):
    if not value:
        return ""
    if name == "hand_over":
        return ", ".join(content_files.resources().get(code, {"label": code})["label"] for code in value)
    if name == "sources":
        return ", ".join(value)
    if name == "strength":
        return str(CardVersion.Strength(value).label)
    if name == "reviewed_on":
        return formats.date_format(value, "j F Y")
    return value


def findings_of(card, contents):
    """{part: [sentence]} of what the language check says of these words."""
    words = {name: contents.get(name) or "" for name in editing.WORDS}
    found = check_card(words, file=file_of_card(card), root=ROOT)
    return {
        part: [_("“%(word)s”: rather %(instead)s. (%(why)s)") % {"word": flaw.word, "instead": flaw.instead, "why": flaw.why} for flaw in flaws]
        for part, flaws in found.items()
    }


class DeckPages(ReleasePages):
    """Pages about releases of the deck."""

    releases = DECK
    permissions = {"edit": "cards.edit_card", "review": "cards.review_card", "publish": "cards.publish_release"}
    whole, prefix, part_edit, part_detail = "cards:deck", "cards:", "cards:card-edit", "cards:card-detail"
    row_template, list_class = "cards/_release_row.html", "card-rows"

    def entries_of_each(self, releases):
        return entries_of_each(releases)

    def change_of(self, old, entry):
        return change_of(old, entry)

    def count_findings(self, entry):
        return sum(len(each) for each in findings_of(entry.card, entry.contents).values())

    def words(self):
        return {
            "whole": _("The deck"),
            "begun": _("A draft with the cards of the current release. Nothing changes on tablets until it is published."),
            "up_to_date": _("The draft has the cards of the current release now, and keeps its own changes. Look at it once more."),
            "published": _("Release %(number)s is published. Tablets show it from their next contact on."),
            "reviewed": _("%(who)s has read it. Tablets show it from their next contact on; what was published never changes."),
            "gone_back": _("Release %(new)s has the cards of release %(old)s. Tablets show it from their next contact on."),
            "go_back": _("A new release with the cards of release %(number)s is published at once. Nothing is deleted."),
            "read_all": _("Read everything below, both sides of each card. If something is wrong, change it, or talk to whoever wrote it."),
            "nothing_yet": _("Nothing yet. Open a card below and change it."),
            "all_parts": _("All its cards"),
        }

    def changed_in_words(self, found, gone):
        count = len(found)
        sentence = ngettext("%(count)s card differs", "%(count)s cards differ", count) % {"count": count}
        if gone:
            sentence += ", " + ngettext("%(count)s is left out", "%(count)s are left out", len(gone)) % {"count": len(gone)}
        return sentence

    def findings_in_words(self, count):
        sentence = ngettext(
            "The language check has %(count)s remark. It stands beside the field of its card.",
            "The language check has %(count)s remarks. They stand beside the fields of their cards.",
            count,
        )
        return sentence % {"count": count}


DECK_PAGES = DeckPages()
entries_of = DECK_PAGES.entries_of
present_draft_rows = DECK_PAGES.present_draft_rows


# Pages


def present_deck(release, *, today):
    """The current release: cards grouped by area, those overdue for a review, those recalled."""
    entries = list(entries_of(release).values())
    areas = {}
    for entry in entries:
        areas.setdefault(entry.card.area, []).append(_row(entry, today))
    rows = [row for group in areas.values() for row in group]
    return {
        "areas": areas.items(),
        "count": len(rows),
        "overdue": sorted((row for row in rows if row["is_overdue"]), key=lambda row: row["due_on"]),
        "recalled": [row for row in rows if row["card"].recalled_at],
    }


def _row(entry, today):
    return {
        "card": entry.card,
        "title": entry.title,
        "number": entry.version.number,
        "picture_url": entry.picture_url,
        "reviewed_on": entry.version.reviewed_on,
        "due_on": entry.version.review_due_on,
        "is_overdue": entry.version.is_review_overdue(on=today),
        "is_short": entry.version.is_short_deck,
    }


def title_of(card):
    """What the newest version of a card is called."""
    version = card.versions.order_by("-number").prefetch_related("texts").first()
    return editing.contents_of(version)["title"]


def present_card(card):
    """A card with its versions, newest first, each with the releases it is in."""
    versions = list(card.versions.order_by("-number").select_related("written_by").prefetch_related("texts", "releases"))
    for version in versions:
        version.numbers = sorted(release.number for release in version.releases.all() if release.number)
    current = DeckRelease.objects.current()
    shown = next((version for version in versions if current and current.number in version.numbers), versions[0])
    return {
        "card": card,
        "entry": entry_of(shown, None),
        "shown": shown,
        "versions": versions,
        "drafts": [
            (draft, name_of(draft)) for draft in DeckRelease.objects.drafts().filter(versions__card=card).select_related("created_by").distinct()
        ],
        "parts": [(PARTS[name], in_words(name, value)) for name, value in editing.contents_of(shown).items() if name != "title"],
        "is_overdue": shown.is_review_overdue(on=timezone.localdate()),
    }


def form_values(entry):
    values = entry.contents | {"sources": ", ".join(entry.contents["sources"])}
    return values | {"revision": entry.revision}


def present_card_edit(release, entry, form, *, theirs):
    """The form with, beside each field, what the language check says and what is changed.

    theirs: what somebody else has saved meanwhile, or None.
    """
    current = entries_of(DeckRelease.objects.current()).get(entry.card.pk)
    found = findings_of(entry.card, form.typed_words())
    published = current.contents if current else dict.fromkeys(PARTS, "")
    rows = [
        {
            "field": form[name],
            "findings": found.get(name, []),
            "pieces": worddiff.compare(in_words(name, published[name]), in_words(name, entry.contents[name]))
            if published[name] != entry.contents[name]
            else [],
        }
        for name in form.fields
        if name != "revision"
    ]
    return {
        "release": release,
        "name": name_of(release),
        "entry": entry,
        "form": form,
        "rows": rows,
        "count": sum(len(each) for each in found.values()),
        "theirs": compare_contents(theirs, form.contents()) if theirs else [],
        "versions": entry.card.versions.order_by("-number"),
        "revision": entry.revision,
        "is_new_picture": bool(current and current.drawing_id != entry.drawing_id),
        "current": current,
    }
