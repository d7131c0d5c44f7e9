"""The shipped deck in the database of each test: loaded once, and put back as it was, with the same numbers, each time the database was emptied."""

from cards import actions, content_files, deckfile
from cards.models import Card, CardText, CardVersion, DeckRelease, DeckReleaseCard, Picture

ROWS_BEFORE_THE_RELEASE = [Card, Picture, CardVersion, CardText]


class ShippedDeck:
    """Release 1."""

    def __init__(self):
        self._rows = None

    def put_there(self):
        if self._rows is None:
            actions.load_deck(deckfile.read_deck(content_files.CONTENT_DIR, pictures=content_files.PICTURES_DIR).cards)
            self._rows = {model: list(model.objects.all()) for model in [*ROWS_BEFORE_THE_RELEASE, DeckRelease, DeckReleaseCard]}
            return
        for model in ROWS_BEFORE_THE_RELEASE:
            model.objects.bulk_create(self._rows[model])
        [release] = self._rows[DeckRelease]
        published = {"number": release.number, "published_at": release.published_at}
        DeckRelease.objects.create(pk=release.pk, note=release.note, created_at=release.created_at)
        DeckReleaseCard.objects.bulk_create(self._rows[DeckReleaseCard])
        DeckRelease.objects.filter(pk=release.pk).update(**published)
