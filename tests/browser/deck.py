"""The shipped deck in the database of each test: loaded once, and put back as it was, with the same numbers, each time the database was emptied."""

import io

from django.db import connection

from cards import actions, content_files, deckfile
from cards.models import Card, CardText, CardVersion, DeckRelease, DeckReleaseCard, Picture

ROWS_BEFORE_THE_RELEASE = [Card, Picture, CardVersion, CardText]


class ShippedDeck:
    """Release 1."""

    def __init__(self):
        self._release = None
        self._rows = {}

    def put_there(self):
        if self._release:
            self._put_back()
            return
        actions.load_deck(deckfile.read_deck(content_files.CONTENT_DIR, pictures=content_files.PICTURES_DIR).cards)
        self._rows = {model: rows_of(model) for model in [*ROWS_BEFORE_THE_RELEASE, DeckReleaseCard]}
        [self._release] = DeckRelease.objects.all()

    def _put_back(self):
        """A release is published last: afterwards its cards could not be added."""
        release = self._release
        for model in ROWS_BEFORE_THE_RELEASE:
            put_rows(model, self._rows[model])
        DeckRelease.objects.create(pk=release.pk, note=release.note, created_at=release.created_at)
        put_rows(DeckReleaseCard, self._rows[DeckReleaseCard])
        DeckRelease.objects.filter(pk=release.pk).update(number=release.number, published_at=release.published_at)


def rows_of(model):
    """All rows of a table, as PostgreSQL copies them: reading and writing objects of each takes ten times as long."""
    rows = io.BytesIO()
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {model._meta.db_table} TO STDOUT (FORMAT binary)", rows)
    return rows.getvalue()


def put_rows(model, rows):
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {model._meta.db_table} FROM STDIN (FORMAT binary)", io.BytesIO(rows))
