"""What a reader knows of the cells of one code: between which numbers each lies.

Two readers are kept out. One sets the tables of all codes against each other, and takes a hidden number for any number from 1 on, for so it says.
The other keeps to one code, and somehow knows of every hidden number of it whether it is small or only hidden to protect another.
"""

from enum import IntEnum

from sessions.disclosure.rounding import LEAST_VALUES, NO_LIMIT

ENOUGH = LEAST_VALUES - 1


class State(IntEnum):
    NOT_YET = 0  # the period is not over
    ZERO = 1
    SHOWN = 2
    HIDDEN = 3


class Known:
    """What is known of some numbers: each lies between least and most. numbers: the truth.

    row: the Row whose cells they are; None where they are no cells, but what is left to a bound that a reader knows.
    up, down: by how much each is proved to be able to be larger or smaller, with all that is shown staying as it is.
    ways: {cell: {+1 or -1: how it was found to be furthest up or down, as [(Move, cycle, steps)]}}.
    """

    __slots__ = ("down", "least", "most", "numbers", "row", "up", "ways")

    def __init__(self, numbers, row=None, least=None, most=None):
        size = len(numbers)
        self.numbers, self.row = numbers, row
        self.least, self.most = least or [0] * size, most or [NO_LIMIT] * size
        self.up, self.down, self.ways = [0] * size, [0] * size, {}

    def note(self, cell, change, way=None):
        """The number in this cell can be so much more, or less."""
        side = self.up if change > 0 else self.down
        if abs(change) > side[cell]:
            side[cell] = abs(change)
            if way:
                self.ways.setdefault(cell, {})[1 if change > 0 else -1] = way

    def is_open(self, cell):
        """Whether nothing at all is known of it."""
        return self.least[cell] == 0 and self.most[cell] == NO_LIMIT

    def lacks(self, cell):
        """How many more values there have to be."""
        return ENOUGH - self.up[cell] - self.down[cell]


class Row:
    """The cells of one code. alone: to the reader who keeps to this code. together: to the one who compares codes."""

    def __init__(self, key, numbers, rule):
        self.key, self.numbers, self.rule = key, numbers, rule
        self.total = sum(numbers[:12])
        self.state = [State.NOT_YET] * len(numbers)
        self.alone, self.together = Known(numbers, self), Known(numbers, self)

    def settle(self, cell):
        """Decide by the number alone."""
        number, rule = self.numbers[cell], self.rule
        if number == 0:
            self._know(cell, State.ZERO, 0, 0)
        elif rule.is_small(number):
            self._know(cell, State.HIDDEN, 1, rule.hide_below - 1)
            self.together.most[cell] = NO_LIMIT
        else:
            self._know(cell, State.SHOWN, *rule.between(rule.rounded(number)))

    def hide(self, cell):
        """Hide what could be shown by itself."""
        self._know(cell, State.HIDDEN, self.rule.hide_below, NO_LIMIT)
        self.together.least[cell] = 1

    def hide_altogether(self, cell):
        """Hide it without saying that it is not zero."""
        self._know(cell, State.HIDDEN, 0, NO_LIMIT)

    def hide_as_part(self, cell):
        """Hide it altogether beside a total that stays: whoever is told whether it is small is told that all the same."""
        self.hide_altogether(cell)
        if self.numbers[cell] < self.rule.hide_below:
            self.alone.most[cell] = self.rule.hide_below - 1
        else:
            self.alone.least[cell] = self.rule.hide_below

    def _know(self, cell, state, least, most):
        self.state[cell] = state
        for known in (self.alone, self.together):
            known.least[cell], known.most[cell] = least, most
