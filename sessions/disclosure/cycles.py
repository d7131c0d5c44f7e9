"""Steps from the truth to other tables that look the same: which codes move, along which cycle of cells, and how far there is room."""

from collections import deque
from contextlib import contextmanager

from sessions.disclosure.rounding import NO_LIMIT

DETOURS = 6


class Move:
    """Some codes that go up and others that go down, by the same steps along the same cycle.

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
    def taken(self, cycle, steps=1):
        """While in it, the numbers are what they would be after steps along this cycle. What `room` remembers is not true then."""
        self._take(cycle, steps)
        try:
            yield
        finally:
            self._take(cycle, -steps)

    def _take(self, cycle, steps):
        for known, by in self.parts:
            for cell, sign in cycle:
                known.numbers[cell] += sign * by * steps


class Plan:
    """A Move, and for each question a session answers the Moves of the answers it may give: one of them along the whole cycle."""

    def __init__(self, base, questions=()):
        self.base, self.questions = base, questions

    def cycle(self, stage, cell, along, steps, *, now=False):
        """(Move, [(cell, +1 or -1)]): a cycle through this cell, +1 for it if along, with room for so many steps everywhere. None if none is found.

        now: without what is remembered of the room there is.
        """
        room, side_of = Move.room_now if now else Move.room, {1: 0, -1: 1}
        blocked, base, questions = set(), self.base, self.questions

        def has_room(way, sign):
            side = side_of[sign]
            if room(base, way)[side] < steps or way in blocked:
                return False
            return not questions or all(any(room(answer, way)[side] >= steps for answer in answers) for answers in questions)

        for _detour in range(DETOURS):
            found = cycle_through(stage, has_room, cell, along)
            if not found or not questions:
                return found and (base, found)
            chosen = [self._answer(answers, found, steps, room) for answers in questions]
            if None not in chosen:
                return self.together(chosen), found
            blocked.add(self._narrowest(questions[chosen.index(None)], found, steps, room))
        return None

    def together(self, chosen):
        return Move(self.base.parts + [part for answer in chosen for part in answer.parts])

    @staticmethod
    def _answer(answers, cycle, steps, room):
        return next((answer for answer in answers if all(room(answer, cell)[sign < 0] >= steps for cell, sign in cycle)), None)

    @staticmethod
    def _narrowest(answers, cycle, steps, room):
        """The cell, but the first, in which the fewest answers have room."""
        others = cycle[1:] or cycle
        return min(others, key=lambda each: (sum(room(answer, each[0])[each[1] < 0] >= steps for answer in answers), each[0]))[0]


def cycle_through(stage, has_room, cell, along):
    if not has_room(cell, along):
        return None
    tail, head = stage.ends[cell] if along > 0 else reversed(stage.ends[cell])
    came, waiting = {head: None}, deque([head])
    while waiting and tail not in came:
        node = waiting.popleft()
        for way, to, sign in stage.ways[node]:
            if to not in came and way != cell and has_room(way, sign):
                came[to] = (way, sign, node)
                waiting.append(to)
    return [(cell, along), *traced(came, tail)] if tail in came else None


def traced(came, node):
    while came[node]:
        way, sign, node = came[node]
        yield way, sign
