"""What changed, word by word."""

from hypothesis import given
from hypothesis import strategies as st

from cards.worddiff import IN, OUT, SAME, compare, shortened

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


def test_long_stretches_that_stayed_are_cut_to_what_is_around_a_change():
    words = [str(number) for number in range(40)]
    before, after = " ".join(words), " ".join([*words[:20], "new", *words[20:]])

    pieces = shortened(compare(before, after), around=3)

    assert pieces == [(SAME, "… 17 18 19"), (IN, "new"), (SAME, "20 21 22 …")]


@given(TEXTS, TEXTS)
def test_cutting_keeps_every_change(before, after):
    pieces = compare(before, after)

    cut = shortened(pieces, around=1)

    assert [piece for piece in cut if piece.kind != SAME] == [piece for piece in pieces if piece.kind != SAME]
