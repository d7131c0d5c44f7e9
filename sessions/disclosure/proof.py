"""The proof that a hidden cell keeps three values, and what else to hide where there is none.

Two tables that look the same to a reader differ by cycles (year.py). So a hidden cell can be one more if there is a cycle through it on which every
step leaves each cell between what a reader knows of it. A shortest one is looked for; all hidden cells on it are proved at the same time.
Where there is none, the cheapest cycle is looked for on which more is hidden.
"""

import heapq

from sessions.disclosure.cycles import cycle_through, traced
from sessions.disclosure.links import TOTALS
from sessions.disclosure.rows import ENOUGH, State

NEVER = 1 << 60
OF_A_ZERO = 1 << 30
HEADLINE = 20
FIRST_STEPS = 6


def note(move, found, steps):
    """Keep what a cycle proves: of every code that moves, in every cell on it."""
    for known, by in move.cells:
        for cell, sign in found:
            side = known.up if sign * by > 0 else known.down
            side[cell] = max(side[cell], steps * abs(by))


def prove(stage, moves, known, cell):
    """Whether this hidden cell keeps three values, whatever is worked out."""
    single = []
    for move in moves.of(known, cell):
        for along in (1, -1):
            if found := cycle_through(stage, move.room, cell, along, ENOUGH):
                note(move, found, ENOUGH)
            elif found := cycle_through(stage, move.room, cell, along, 1):
                note(move, found, 1)
                single.append((move, found))
            if known.lacks(cell) <= 0:
                return True
    return any(prove_after(stage, moves, known, cell, *each) for each in single[:FIRST_STEPS])


def prove_after(stage, moves, known, cell, first, taken):
    """Whether there is a step more, of whatever kind, once a first one is taken."""
    by = dict(taken)[cell] * first.by(known)
    with first.taken(taken):
        for move in moves.of(known, cell):
            if cycle_through(stage, move.room_now, cell, by * move.by(known), 1):
                side = known.up if by > 0 else known.down
                side[cell] = max(side[cell], 2)
                return True
    return False


class Repair:
    """What else to hide, for cells without a proof. Only what is shown for the first time in this stage: the rest is out."""

    def __init__(self, stage, year, moves):
        self.stage, self.moves = stage, moves
        self.weight = {cell: year.weight(cell) for cell in stage.cells}

    def cells(self, known, cell):
        """[(row, cell)] to hide with the least loss so that the cell can be proved; empty if nothing helps."""
        best, cheapest = [], NEVER
        for move in self.moves.of(known, cell):
            by = move.by(known)
            for along in (1, -1):
                side = known.up if along * by > 0 else known.down
                steps = side[cell] + known.lacks(cell)
                cost, found = self._cheapest_cycle(move, cell, along, steps, cheapest)
                if cost < cheapest:
                    best, cheapest = found, cost
        return best

    def _cheapest_cycle(self, move, cell, along, steps, limit):
        cost, _ = self._loss(move, cell, along, steps)
        if cost >= limit:
            return NEVER, []
        tail, head = self.stage.ends[cell] if along > 0 else reversed(self.stage.ends[cell])
        came, costs, heap, turn, done = {head: None}, {head: cost}, [(cost, 0, head)], 0, set()
        while heap:
            cost, _, node = heapq.heappop(heap)
            if node == tail or cost >= limit:
                break
            if node in done:
                continue
            done.add(node)
            for way, to, sign in self.stage.ways[node]:
                if way == cell:
                    continue
                sum_ = cost + self._loss(move, way, sign, steps)[0]
                if sum_ < min(costs.get(to, NEVER), limit):
                    turn += 1
                    costs[to], came[to] = sum_, (way, sign, node)
                    heapq.heappush(heap, (sum_, turn, to))
        if costs.get(tail, NEVER) >= limit:
            return NEVER, []
        path = [(cell, along), *traced(came, tail)]
        return costs[tail], [(row, each) for each, sign in path for row in self._loss(move, each, sign, steps)[1]]

    def _loss(self, move, cell, sign, steps):
        """(cost, rows to hide) so that the move has room for these steps here."""
        if move.room(cell)[sign < 0] >= steps:
            return 0, ()
        weight, cost, to_hide = self.weight.get(cell), 0, []
        for known, by in move.parts:
            change = sign * by * steps
            if known.least[cell] <= known.numbers[cell] + change <= known.most[cell]:
                continue
            row_cost = self._loss_of_row(known.row, cell, change, weight) if known.row and weight else NEVER
            if row_cost >= NEVER:
                return NEVER, ()
            cost += row_cost
            to_hide.append(known.row)
        return cost, to_hide

    @staticmethod
    def _loss_of_row(row, cell, change, weight):
        number, state = row.numbers[cell], row.state[cell]
        if state == State.ZERO and change > 0:
            return OF_A_ZERO * weight
        if state == State.SHOWN and number + change >= row.rule.hide_below:
            return weight * (1000 * (HEADLINE if row.key in TOTALS else 1) + min(number, 999))
        return NEVER
