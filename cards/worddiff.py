"""What changed between two texts, word by word."""

import difflib
from typing import NamedTuple

SAME, OUT, IN = "same", "out", "in"


class Piece(NamedTuple):
    """Some words in a row that stayed, were taken out or were put in."""

    kind: str
    words: str


def compare(before, after):
    """The pieces of `before` and `after` in reading order; what is taken out stands before what is put in its place."""
    old, new = before.split(), after.split()
    pieces = []
    for kind, old_from, old_to, new_from, new_to in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece(SAME, " ".join(old[old_from:old_to])))
            continue
        if old_to > old_from:
            pieces.append(Piece(OUT, " ".join(old[old_from:old_to])))
        if new_to > new_from:
            pieces.append(Piece(IN, " ".join(new[new_from:new_to])))
    return pieces


def shortened(pieces, *, around=12):
    """The same pieces with long stretches that stayed cut down to a few words before and after what changed."""
    last = len(pieces) - 1
    return [_cut(piece, around, is_first=place == 0, is_last=place == last) if piece.kind == SAME else piece for place, piece in enumerate(pieces)]


def _cut(piece, around, *, is_first, is_last):
    words = piece.words.split()
    before = [] if is_first else words[:around]
    after = [] if is_last else words[-around:]
    if len(words) <= len(before) + len(after) + 3:
        return piece
    return Piece(SAME, " ".join([*before, "…", *after]))
