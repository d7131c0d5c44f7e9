"""What changed, word by word."""

from hypothesis import given
from hypothesis import strategies as st

from cards.worddiff import IN, OUT, SAME, compare

TEXTS = st.lists(st.sampled_from(["a", "new", "pad", "dry,", "after."]), max_size=12).map(" ".join)


def test_replaced_words_stand_out_before_in():
    assert compare("A new, sterile ampoule first.", "A new ampoule first.") == [
        (SAME, "A"),
        (OUT, "new, sterile"),
        (IN, "new"),
        (SAME, "ampoule first."),
    ]


def test_line_breaks_and_double_spaces_are_no_change():
    assert compare("one  two\nthree", "one two three") == [(SAME, "one two three")]


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_from_the_pieces(before, after):
    pieces = compare(before, after)

    assert " ".join(words for kind, words in pieces if kind != IN) == before
    assert " ".join(words for kind, words in pieces if kind != OUT) == after
