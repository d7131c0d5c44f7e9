"""Writes to a draft release of the deck: its words, pictures and versions, asking for a review and giving it.

Every change of what a draft holds takes back its review and the names of its readers: they read something else.
"""

from django.db import transaction

from cards.actions import DECK, FACTS, WORDS
from cards.releases import asked_mark, may_review, revision_of
from vein_care.accounts import audit

__all__ = [
    "FACTS",
    "WORDS",
    "ask_for_review",
    "asked_mark",
    "begin_draft",
    "bring_up_to_date",
    "choose_version",
    "contents_of",
    "discard_draft",
    "give_review",
    "may_review",
    "revision_of",
    "save_picture",
    "save_words",
]

begin_draft = DECK.begin_draft
discard_draft = DECK.discard_draft
contents_of = DECK.contents_of
bring_up_to_date = DECK.bring_up_to_date
ask_for_review = DECK.ask_for_review
give_review = DECK.give_review


def save_words(*, release, card, contents, revision, by):
    """Keep what somebody wrote on a card: `Releases.save_contents`."""
    return DECK.save_contents(release=release, part=card, contents=contents, revision=revision, by=by)


def choose_version(*, release, card, version, revision, by):
    """Put another version of a card into the draft: `Releases.choose_version`."""
    DECK.choose_version(release=release, part=card, version=version, revision=revision, by=by)


@transaction.atomic
def save_picture(*, release, card, picture, alt, revision, by):
    """Give a card of the draft another picture, with the words that say what it shows."""
    DECK.open_draft(release)
    draft, base = DECK.draft_for_update(release, card, revision)
    if draft is None:
        draft = DECK.new_draft(release, card, base)
        DECK.put_contents(draft, contents_of(base))
    draft.drawing, draft.alt = picture, alt
    DECK.save_draft(draft, by=by)
    audit.record("card.picture_uploaded", by=by, target=release, slug=card.slug, picture=picture.digest[:16])
    return draft
