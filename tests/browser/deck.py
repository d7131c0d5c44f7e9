"""The shipped deck in the database of each test: loaded once, and put back as it was, with the same numbers, after a test that changed it."""

import io

from django.db import connection

from cards import actions, content_files, deckfile
from cards.models import Card, CardText, CardVersion, DeckRelease, DeckReleaseCard, Picture
from tests import emptying

ROWS_BEFORE_THE_RELEASE = [Card, Picture, CardVersion, CardText]
DECK = emptying.Rows(*ROWS_BEFORE_THE_RELEASE, DeckRelease, DeckReleaseCard)


def take_out_unless_wanted(fixture_names):
    """Before a test, by what it asks for. Those that want the deck mostly come one after the other, and find it where it was."""
    if emptying.is_staying(DECK) and "shipped_deck" not in fixture_names:
        emptying.take_out(DECK)


class ShippedDeck:
    """Release 1."""

    def __init__(self):
        self._release = None
        self._rows = {}

    def put_there(self):
        if emptying.is_staying(DECK):
            return
        if self._release:
            self._put_back()
        else:
            self._load()
        emptying.let_stay(DECK)

    def _load(self):
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
