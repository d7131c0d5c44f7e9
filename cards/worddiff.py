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
