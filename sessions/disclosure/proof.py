"""The proof that a hidden cell keeps three values, and what else to hide where there is none.

Two tables that look the same to a reader differ by cycles (year.py). So a hidden cell can be one more if there is a cycle through it on which every
step leaves each cell between what a reader knows of it. All hidden cells on a cycle that is found are proved at the same time.
Where there is none, the cheapest cycle is looked for on which more is hidden.
"""

import heapq
from itertools import islice, product

from sessions.disclosure.cycles import traced
from sessions.disclosure.links import OFFERS, TAKEN_UP, TOTALS
from sessions.disclosure.rows import ENOUGH, State
from sessions.disclosure.year import MONTHS, YEAR

NEVER = 1 << 60
OF_A_TOTAL = 20  # times what an answer costs
LITTLE = 1000 * OF_A_TOTAL  # less than any total costs
FIRST_STEPS = 6
MOST_FOR_ROOM = 12


def note(move, found, steps):
    """Keep what a cycle proves: of every code that moves, in every cell on it."""
    way = [(move, found, steps)]
    for known, by in move.cells:
        for cell, sign in found:
            known.note(cell, sign * steps * by, way)


def prove(stage, moves, known, cell):
    """Whether this hidden cell keeps three values, whatever is worked out."""
    single = []
    for plan in moves.of(known):
        for along in (1, -1):
            if found := plan.cycle(stage, cell, along, ENOUGH):
                note(*found, ENOUGH)
            elif found := plan.cycle(stage, cell, along, 1):
                note(*found, 1)
                single.append(found)
            if known.lacks(cell) <= 0:
                return True
    return any(prove_after(stage, moves, known, cell, *each) for each in single[:FIRST_STEPS]) or prove_with_room(stage, moves, known, cell)


def prove_after(stage, moves, known, cell, first, taken, taken_steps=1, steps=(1,)):
    """Whether enough values are proved with steps, of whatever kind, once others are taken."""
    number = known.numbers[cell]
    with first.taken(taken, taken_steps):
        for plan, along, more in product(moves.of(known), (1, -1), steps):
            if found := plan.cycle(stage, cell, along, more, now=True):
                change = known.numbers[cell] - number + along * more * found[0].by(known)
                known.note(cell, change, [(first, taken, taken_steps), (*found, more)])
                if known.lacks(cell) <= 0:
                    return True
    return False


def prove_with_room(stage, moves, known, cell):
    """Whether it is proved once there is more room: more sessions in this cell, or fewer or more elsewhere, by steps that need not go through it."""
    if known is known.row.alone:
        return False
    ways = islice(steps_for_room(stage, moves, known.row.key, cell), MOST_FOR_ROOM)
    return any(prove_after(stage, moves, known, cell, *way, (ENOUGH, 1)) for way in ways)


def steps_for_room(stage, moves, key, cell):
    """(Move, cycle, steps)"""
    ways = [(whole, cell, 1) for whole in moves.wholes(key)]
    ways += [(total, stage.whole, along) for along in (-1, 1) for total in (TAKEN_UP, OFFERS)]
    for whole, each, along in ways:
        if whole in moves.rows:
            for plan in moves.of(moves.rows[whole].together):
                yield from ways_of(plan, stage, each, along)


def ways_of(plan, stage, cell, along):
    """[(Move, cycle, steps)] through this cell with as many steps as are needed, or with one; none if there is no room."""
    found = ((plan.cycle(stage, cell, along, steps), steps) for steps in (ENOUGH, 1))
    return [(*cycle, steps) for cycle, steps in found if cycle][:1]


class Repair:
    """What else to hide, for cells without a proof. Only what is shown for the first time in this stage: the rest is out."""

    def __init__(self, stage, year, moves):
        self.stage, self.moves = stage, moves
        self.weight = {cell: year.weight(cell) for cell in stage.cells}
        self.headlines = False

    def cells(self, known, cell, *, limit=NEVER, more=ENOUGH, headlines=False):
        """[(row, cell)] to hide with the least loss, below the limit, so that the cell can be proved; empty if nothing helps.

        more: so many more values will do. headlines: whether totals of the whole service and all that becomes known may be hidden, too.
        """
        self.headlines = headlines
        best, cheapest = [], limit
        for plan in self.moves.of(known):
            for along in (1, -1):
                cost, found = self._cheapest_cycle(plan, cell, along, self._steps(plan, known, cell, along, more), cheapest)
                if found and cost < cheapest:
                    best, cheapest = found, cost
        return best

    def _cheapest_cycle(self, plan, cell, along, steps, limit):
        cost = self._loss_of_plan(plan, cell, along, steps)
        if cost >= limit:
            return NEVER, []
        tail, head = self.stage.ends[cell] if along > 0 else reversed(self.stage.ends[cell])
        came, costs, heap, turn, done = {head: None}, {head: cost}, [(cost, 0, head)], 0, set()
        while heap:
            cost, _, node = heapq.heappop(heap)
            if node == tail:
                break
            if node in done:
                continue
            done.add(node)
            for way, to, sign in self.stage.ways[node]:
                if way == cell or to in done:
                    continue
                sum_ = cost + self._loss_of_plan(plan, way, sign, steps)
                if sum_ < min(costs.get(to, NEVER), limit):
                    turn += 1
                    costs[to], came[to] = sum_, (way, sign, node)
                    heapq.heappush(heap, (sum_, turn, to))
        if costs.get(tail, NEVER) >= limit:
            return NEVER, []
        return self._on(plan, [(cell, along), *traced(came, tail)], steps)

    @staticmethod
    def _steps(plan, known, cell, along, more):
        """How many more there have to be this way."""
        moves = [plan.base, *(answer for answers in plan.questions for answer in answers)]
        by = next(by for move in moves for each, by in move.cells if each is known)
        return (known.up if along * by > 0 else known.down)[cell] + min(known.lacks(cell), more)

    def _on(self, plan, cycle, steps):
        """(cost, [(row, cell)]) of hiding what is in the way on this cycle, with the cheapest answer to each question."""

        def cost_of(move):
            return sum(self._loss(move, cell, sign, steps)[0] for cell, sign in cycle)

        chosen = [plan.base, *(min(answers, key=cost_of) for answers in plan.questions)]
        cost = sum(map(cost_of, chosen))
        if cost >= NEVER:
            return NEVER, []
        return cost, [(row, cell) for move in chosen for cell, sign in cycle for row in self._loss(move, cell, sign, steps)[1]]

    def _loss_of_plan(self, plan, cell, sign, steps):
        cost = self._loss(plan.base, cell, sign, steps)[0]
        for answers in plan.questions:
            if cost >= NEVER:
                return NEVER
            cost += min(self._loss(answer, cell, sign, steps)[0] for answer in answers)
        return cost

    def _loss(self, move, cell, sign, steps):
        """(cost, rows to hide) so that the move has room for these steps here."""
        if move.room(cell)[sign < 0] >= steps:
            return 0, ()
        weight, cost, to_hide = self.weight.get(cell), 0, []
        for known, by in move.parts:
            change = sign * by * steps
            if known.least[cell] <= known.numbers[cell] + change <= known.most[cell]:
                continue
            row_cost = self._loss_of_row(known, cell, change, weight) if known.row and weight and self._may_hide(known.row, cell) else NEVER
            if row_cost >= NEVER:
                return NEVER, ()
            cost += row_cost
            to_hide.append(known.row)
        return cost, to_hide

    def _may_hide(self, row, cell):
        return self.headlines or not is_headline(row, cell)

    @staticmethod
    def _loss_of_row(known, cell, change, weight):
        row = known.row
        number = row.numbers[cell]
        if row.state[cell] == State.SHOWN and number + change >= (row.rule.hide_below if known is row.alone else 1):
            return weight * (1000 * (OF_A_TOTAL if row.key in TOTALS else 1) + min(number, 999))
        return NEVER


def is_headline(row, cell):
    """Whether it is a total of the whole service in a quarter or the year."""
    return row.key in TOTALS and MONTHS <= cell <= YEAR
