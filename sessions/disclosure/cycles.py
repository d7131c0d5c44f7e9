"""Steps from the truth to other tables that look the same: which codes move, along which cycle of cells, and how far there is room."""

from collections import deque
from contextlib import contextmanager

from sessions.disclosure.rounding import NO_LIMIT


class Move:
    """Some codes that go up and others that go down, by the same steps along the same cycle, so that all sums between codes stay true.

    parts: [(Known, how much a step adds)].
    """

    def __init__(self, parts):
        self.parts = parts
        self.cells = [(known, by) for known, by in parts if known.row]
        self._room = {}

    def by(self, known):
        return next(by for each, by in self.cells if each is known)

    def room(self, cell):
        """How many steps there is room for in this cell: (up, down). It is remembered until `forget`."""
        found = self._room.get(cell)
        if found is None:
            found = self._room[cell] = self.room_now(cell)
        return found

    def forget(self, cell):
        self._room.pop(cell, None)

    def room_now(self, cell):
        up = down = NO_LIMIT
        for known, by in self.parts:
            number = known.numbers[cell]
            above, below = known.most[cell] - number, number - known.least[cell]
            if by < 0:
                above, below, by = below, above, -by
            if by > 1:
                above, below = above // by, below // by
            if above < up:
                up = above
            if below < down:
                down = below
            if up <= 0 and down <= 0:
                break
        return max(up, 0), max(down, 0)

    @contextmanager
    def taken(self, cycle):
        """While in it, the numbers are what they would be after one step along this cycle. What `room` remembers is not true then."""
        self._take(cycle, 1)
        yield
        self._take(cycle, -1)

    def _take(self, cycle, steps):
        for known, by in self.parts:
            for cell, sign in cycle:
                known.numbers[cell] += sign * by * steps


def cycle_through(stage, room, cell, along, steps):
    """[(cell, +1 or -1)] through this cell, +1 for it if along, with room for so many steps everywhere. None if there is none."""
    if room(cell)[along < 0] < steps:
        return None
    tail, head = stage.ends[cell] if along > 0 else reversed(stage.ends[cell])
    came, waiting = {head: None}, deque([head])
    while waiting and tail not in came:
        node = waiting.popleft()
        for way, to, sign in stage.ways[node]:
            if to not in came and way != cell and room(way)[sign < 0] >= steps:
                came[to] = (way, sign, node)
                waiting.append(to)
    return [(cell, along), *traced(came, tail)] if tail in came else None


def traced(came, node):
    while came[node]:
        way, sign, node = came[node]
        yield way, sign
