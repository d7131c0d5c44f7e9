"""What is an order, and what is a sentence."""

import pytest

from cards.deckrules import is_imperative, sentence_count


@pytest.mark.parametrize(
    "title",
    ["Use your own spoon", "Don't share", "Don’t share", "Do not share", "Rest your veins", "Press on it", "Wash", "NEVER alone", "Check the date"],
)
def test_a_title_that_orders_is_found(title):
    assert is_imperative(title)


@pytest.mark.parametrize(
    "title",
    [
        "A spoon of your own",
        "How much citric?",
        "Does it look worse today?",
        "Do you need it?",
        "Rest for a vein",
        "Water and filters count too",
        "Water",
        "Pressing afterwards",
        "",
    ],
)
def test_a_title_that_names_or_asks_is_left_alone(title):
    assert not is_imperative(title)


@pytest.mark.parametrize(
    ("text", "count"),
    [("One.", 1), ("One. Two", 2), ("Ask 111 or 2.5 of them, e.g. today.", 1), ("One! “Two?” Three.", 3), ("No stop", 1)],
)
def test_sentences_are_counted_by_what_ends_and_begins_them(text, count):
    assert sentence_count(text) == count
