"""Writes to the deck as a whole: loading the shipped files, publishing a release, going back, recalling a card."""

import hashlib
import json
from dataclasses import asdict

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cards import content_files, stored_pictures
from cards.models import Card, CardDraft, CardText, CardVersion, DeckRelease, DeckReleaseCard
from cards.refusals import AlreadyPublished as AlreadyPublished
from cards.releases import Releases
from vein_care.accounts import audit

TEXT_FIELDS = ["title", "line", "alt", "say", "offer", "how_sure"]
FRONT = ["title", "line", "alt"]
WORDS = ["title", "line", "alt", "say", "ask_first", "ask_second", "offer", "how_sure"]
FACTS = ["hand_over", "strength", "sources", "reviewed_on"]


class Deck(Releases):
    """Releases of the deck: what is peculiar to cards."""

    noun, part = "deck", "card"
    lock_number = 7310
    release_model, place_model, version_model, draft_model = DeckRelease, DeckReleaseCard, CardVersion, CardDraft
    prefetch = ("texts",)

    def slug_of_file(self, file):
        return file.slug

    def digest_of_file(self, file):
        return digest_of(file)

    def version_from_file(self, file, *, number, digest):
        return _new_version(file, number=number, digest=digest)

    def version_from_draft(self, draft, *, number):
        return _version_of(draft, number=number)

    def contents_of(self, version):
        """{part: value} of a version in the shipped language, as a form or a comparison has it."""
        text = next(text for text in version.texts.all() if text.language == content_files.LANGUAGE)
        return {name: getattr(text, name) for name in WORDS} | {name: getattr(version, name) for name in FACTS}

    def contents_of_draft(self, draft):
        return {name: getattr(draft, name) for name in [*WORDS, *FACTS]}

    def put_contents(self, draft, contents):
        for name, value in contents.items():
            setattr(draft, name, value)

    def is_as_begun(self, draft, contents):
        return draft.drawing_id is None and super().is_as_begun(draft, contents)

    def notes(self):
        return {"shipped": _("The deck as shipped"), "upgrade": _("Changed by an upgrade"), "back": _("Back to release %(number)s")}

    def refusals(self):
        return {
            "saved": _("%(who)s saved this card at %(when)s, while you were writing."),
            "taken_out": _("Somebody took the changes on this card out while you were writing."),
            "other_version": _("Somebody put another version of this card into the draft while you were writing."),
            "same": _("Tablets show the cards of this release already; there is nothing to go back to."),
        }


DECK = Deck()
lock_the_deck = DECK.lock
load_deck = DECK.load
make_draft = DECK.make_draft
seen_mark = DECK.seen_mark
publish_release = DECK.publish_release
go_back = DECK.go_back
enter_reviewers = DECK.enter_reviewers


# Versions of cards


def digest_of(file, *, pictures=content_files.PICTURES_DIR):
    """SHA-256, in hex, of everything a reader sees of this card: its words and its picture."""
    words = {name: value for name, value in asdict(file).items() if name != "file" and not (name == "translations" and not value)}
    return digest_of_words(words, (pictures / file.picture).read_bytes())


def digest_of_words(words, picture):
    canonical = json.dumps(words, sort_keys=True, default=str, ensure_ascii=False).encode()
    return hashlib.sha256(canonical + picture).hexdigest()


def _new_version(file, *, number, digest):
    card, _made = Card.objects.get_or_create(slug=file.slug, defaults={"area_id": file.area})
    version = CardVersion.objects.create(
        card=card,
        number=number,
        is_short_deck=file.short,
        picture=file.picture,
        drawing=stored_pictures.store_shipped(file.picture),
        hand_over=list(file.hand_over),
        strength=file.strength,
        sources=list(file.sources),
        reviewed_on=file.reviewed_on,
        country=file.country,
        clinical_reviewer=file.clinical_reviewer,
        digest=digest,
    )
    ask_first, ask_second = file.ask
    words = {name: getattr(file, name) for name in TEXT_FIELDS}
    CardText.objects.create(version=version, language=content_files.LANGUAGE, ask_first=ask_first, ask_second=ask_second, **words)
    CardText.objects.bulk_create(
        CardText(version=version, language=front.language, title=front.title, line=front.line, alt=front.alt, reviewer=front.reviewer)
        for front in file.translations
    )
    return version


def _version_of(draft, *, number):
    base = draft.base
    drawing = draft.drawing or base.drawing
    words = {name: getattr(draft, name) for name in WORDS}
    facts = {name: getattr(draft, name) for name in FACTS}
    body = bytes(drawing.body) if drawing else b""
    version = CardVersion.objects.create(
        card=draft.card,
        number=number,
        is_short_deck=base.is_short_deck,
        picture=f"{drawing.digest[:32]}.webp" if draft.drawing else base.picture,
        drawing=drawing,
        country=base.country,
        digest=digest_of_words({"slug": draft.card.slug, "number": number} | words | facts, body),
        written_by=draft.changed_by,
        **facts,
    )
    CardText.objects.create(version=version, language=content_files.LANGUAGE, **words)
    _keep_translations(base, version, draft)
    return version


def _keep_translations(base, version, draft):
    """Words in other languages go along while the front they translate is the same; otherwise they would say something else."""
    texts = {text.language: text for text in base.texts.all()}
    own = texts.pop(content_files.LANGUAGE, None)
    if draft.drawing or own is None or any(getattr(own, name) != getattr(draft, name) for name in FRONT):
        return
    for text in texts.values():
        text.pk, text._state.adding, text.version = None, True, version
        text.save()


# Recall


@transaction.atomic
def recall_card(*, card, by, reason):
    """No tablet shows the card from its next contact on. Records that name it stay valid."""
    recalled = Card.objects.filter(pk=card.pk, recalled_at=None)
    if recalled.update(recalled_at=timezone.now(), recalled_by=by, recall_reason=reason):
        audit.record("card.recalled", by=by, target=card, slug=card.slug, reason=reason)


@transaction.atomic
def show_card_again(*, card, by):
    recalled = Card.objects.filter(pk=card.pk, recalled_at__isnull=False)
    if recalled.update(recalled_at=None, recalled_by=None, recall_reason=""):
        audit.record("card.shown_again", by=by, target=card, slug=card.slug)
