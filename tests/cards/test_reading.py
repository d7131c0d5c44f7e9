"""cards/language/reading.py: words, sentences, syllables and the reading age they make."""

import pytest

from cards.language.reading import reading_age, sentences, syllables, words


@pytest.mark.parametrize(
    ("word", "count"),
    [("vein", 1), ("needle", 2), ("used", 1), ("area", 3), ("people", 2), ("serious", 3), ("infection", 3), ("safely", 2), ("being", 2)],
)
def test_syllables_are_counted_by_ear(word, count):
    assert syllables(word) == count


def test_figures_and_signs_are_not_words_and_a_hyphen_parts_two():
    assert words("A 10 % change: don’t re-use it, 3 × a day.") == ["A", "change", "don’t", "re", "use", "it", "a", "day"]


def test_sentences_end_with_their_mark_and_without_one_at_the_end():
    assert sentences("Is it? Yes… “It is.” And 2.5 more") == ["Is it?", "Yes…", "“It is.”", "And 2.5 more"]


def test_the_reading_age_follows_the_formula():
    assert reading_age(["The cat sat on the mat."]) == pytest.approx(0.39 * 6 + 11.8 * 1 - 15.59 + 5)
    assert reading_age(["100 %"]) is None
