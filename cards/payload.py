"""A release as data for tablets: the deck part of the deck JSON (docs/reference/hand-in.md)."""

from django.utils import timezone

from cards import content_files, stored_pictures
from cards.models import PracticeArea

FRONT = ["title", "line", "alt"]
FRONT_AND_BACK = [*FRONT, "say", "offer"]


def deck(release):
    """{"schema", "release", …, "areas", "cards"} of a published release, ready for JSON. Four queries, whatever its size."""
    places = release.places.select_related("version__card").prefetch_related("version__texts")
    return {
        "schema": 1,
        "release": release.number,
        "published_on": timezone.localdate(release.published_at).isoformat(),
        "clinically_reviewed": release.is_clinically_reviewed,
        "language": content_files.LANGUAGE,
        "areas": [{"code": area.code, "label": area.label} for area in PracticeArea.objects.filter(is_retired=False)],
        "cards": [_card(place.version) for place in places],
        "recalled": sorted(place.version.card.slug for place in places if place.version.card.recalled_at),
    }


def _card(version):
    texts = {text.language: text for text in version.texts.all()}
    return {
        "slug": version.card.slug,
        "version": version.number,
        "area": version.card.area_id,
        "short": version.is_short_deck,
        "picture": stored_pictures.url_of(version),
        "texts": {language: _text(text) for language, text in texts.items()},
        "hand_over": version.hand_over,
        "evidence": {"strength": version.strength, "text": texts[content_files.LANGUAGE].how_sure},
        # A version keeps its sources, also those that a later table does not list any more.
        "sources": [{"key": key, "label": content_files.sources().get(key, {"label": key})["label"]} for key in version.sources],
        "reviewed_on": version.reviewed_on.isoformat(),
        "country": version.country,
    }


def _text(text):
    """Both sides in the deck's own language; in any other the front, and whether it is a draft."""
    if text.language != content_files.LANGUAGE:
        return {name: getattr(text, name) for name in FRONT} | {"draft": text.is_draft_translation}
    words = {name: getattr(text, name) for name in FRONT_AND_BACK}
    return words | {"ask": [text.ask_first, text.ask_second]}
