"""A release as data for tablets: the deck part of the deck JSON (docs/reference/hand-in.md)."""

from cards import content_files, stored_pictures
from cards.models import PracticeArea

FRONT_AND_BACK = ["title", "line", "alt", "say", "offer"]


def deck(release):
    """{"schema", "release", …, "areas", "cards"} of a published release, ready for JSON. Four queries, whatever its size."""
    places = release.places.select_related("version__card").prefetch_related("version__texts")
    return {
        "schema": 1,
        "release": release.number,
        "published_on": release.published_at.date().isoformat(),
        "clinically_reviewed": release.is_clinically_reviewed,
        "language": content_files.LANGUAGE,
        "areas": [{"code": area.code, "label": area.label} for area in PracticeArea.objects.filter(is_retired=False)],
        "cards": [_card(place.version) for place in places],
        "recalled": sorted(place.version.card.slug for place in places if place.version.card.recalled_at),
    }


def _card(version):
    return {
        "slug": version.card.slug,
        "version": version.number,
        "area": version.card.area_id,
        "short": version.is_short_deck,
        "picture": stored_pictures.url_of(version),
        "texts": {text.language: _text(text) for text in version.texts.all()},
        "hand_over": version.hand_over,
        "evidence": {"strength": version.strength, "text": _how_sure(version)},
        "sources": [{"key": key, "label": content_files.sources()[key]["label"]} for key in version.sources],
        "reviewed_on": version.reviewed_on.isoformat(),
        "country": version.country,
    }


def _how_sure(version):
    return next(text.how_sure for text in version.texts.all() if text.language == content_files.LANGUAGE)


def _text(text):
    words = {name: getattr(text, name) for name in FRONT_AND_BACK}
    return words | {"ask": [text.ask_first, text.ask_second]}
