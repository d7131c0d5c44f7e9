"""What limits a change of codes in one cell, besides what is shown of each: the rules of links.py."""

from sessions.disclosure.cycles import Move
from sessions.disclosure.links import TAKEN_UP, WITHOUT_A_ROOM, rules
from sessions.disclosure.rounding import NO_LIMIT
from sessions.disclosure.rows import Known
from sessions.disclosure.year import QUARTERS


class Bounds:
    """Makes Moves of changes ({key: by}), each with the bounds it touches.

    by_key: {key: [(question, Known, sign)]}; the question a bound belongs to is the measure that is answered once in a session, None for cards.
    """

    def __init__(self, rows, year):
        self.rows, self.by_key, self._moves, self._of_key = rows, {}, {}, {}
        for question, rule in rules(rows):
            self._add(question, rule)
        private = {key: -1 for key in rows if key[0] == "private_space"}
        if private:
            self._add("private_space", {TAKEN_UP: 1} | private, most_left_out(year))

    def move(self, change, question=None, taken_up=0):
        """The Move of a change, or None where it would move what is zero all year.

        question: only with the bounds of this one, for the sessions more or less (taken_up) whose answer the change is.
        """
        known_as = (frozenset(change.items()), question, taken_up)
        if known_as not in self._moves:
            self._moves[known_as] = self._make(change, question, taken_up) if change.keys() <= self.rows.keys() else None
        return self._moves[known_as]

    def forget(self, key, cell):
        """Work out anew what there is room for in this cell: it was hidden."""
        for move in self._of_key.get(key, ()):
            move.forget(cell)

    def _make(self, change, question, taken_up):
        parts = [(self.rows[key].together, by) for key, by in change.items()]
        of_bounds = {}
        for key, by in (change | ({TAKEN_UP: taken_up} if taken_up else {})).items():
            for of, bound, sign in self.by_key.get(key, ()):
                # A move with questions of its own leaves their bounds to the answers.
                if of == question or (question is None and TAKEN_UP not in change):
                    of_bounds[bound] = of_bounds.get(bound, 0) + sign * by
        parts += [(bound, by) for bound, by in of_bounds.items() if by]
        move = Move(parts)
        for key in change:
            self._of_key.setdefault(key, []).append(move)
        return move

    def _add(self, question, rule, most=None):
        terms = ([sign * number for number in self.rows[key].numbers] for key, sign in rule.items())
        bound = Known([sum(cell) for cell in zip(*terms, strict=True)], most=most)
        for key, sign in rule.items():
            self.by_key.setdefault(key, []).append((question, bound, sign))


def most_left_out(year):
    """How many sessions may say nothing of the room without counting as not recorded: none where there is a room. By cell."""
    most = [NO_LIMIT] * year.size
    for setting, first in year.first_of_setting.items():
        if setting not in WITHOUT_A_ROOM:
            most[first : first + QUARTERS + 1] = [0] * (QUARTERS + 1)
    return most
