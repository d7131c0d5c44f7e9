import pytest

from tests.cards.deckfolder import DeckFolder


@pytest.fixture
def deck(tmp_path):
    return DeckFolder(tmp_path)
