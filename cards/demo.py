"""A made-up draft, so that the editors' pages are not empty when somebody tries them."""

from cards import editing
from cards.models import DeckRelease

# (card, what is changed): other words for the same facts, since somebody may take a demo for advice.
CHANGES = [
    ("ampoule", {"line": "Water goes into your vein, so a new, sterile ampoule comes first, each time."}),
    ("enough-kit", {"say": "Many people run short, and then it is the supply that falls short, not them."}),
]


def make_draft(*, by):
    """A draft by one editor that waits for another to read it. Without a deck nothing happens."""
    current = DeckRelease.objects.current()
    if current is None:
        return
    release = editing.begin_draft(by=by)
    for slug, words in CHANGES:
        version = current.versions.select_related("card").prefetch_related("texts").filter(card__slug=slug).first()
        if version:
            contents = editing.contents_of(version) | words
            editing.save_words(release=release, card=version.card, contents=contents, revision=editing.revision_of(None, version), by=by)
    editing.ask_for_review(release=release, by=by)
