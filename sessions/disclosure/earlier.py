"""What was proved of a quarter when it came out, in the year: other tables of that quarter are possible as long as the year has room for them.

Where a total of the whole service has none, another quarter may make up for it: a session fewer there for a session more here.
"""

from functools import cached_property
from itertools import product

from sessions.disclosure.links import OFFERS, TAKEN_UP
from sessions.disclosure.proof import is_headline, ways_of
from sessions.disclosure.rows import ENOUGH, State

OF_THE_WHOLE_ROW = 1000


class Earlier:
    """The tables that were found for each hidden cell of a quarter, as changes in all cells of the year."""

    def __init__(self, stage, quarters, year, moves):
        self.stage, self.quarters, self.year, self.moves, self._changes = stage, quarters, year, moves, {}
        self.cells, self.tables = frozenset(stage.cells), {}
        for row in moves.rows.values() if quarters else ():
            for known in (row.alone, row.together):
                self._keep(known)

    def _keep(self, known):
        for cell, ways in known.ways.items():
            for each in {cell, self.year.of_year.get(cell, cell)}:
                self.tables.setdefault((known, each), []).extend(ways.values())

    def prove(self, known, cell):
        """Whether enough of what was found for this cell is still possible."""
        for changes in self._of(known, cell):
            if possible := next(filter(fits, self._options(known, changes)), None):
                known.note(cell, possible[known, cell])
        return known.lacks(cell) <= 0

    def to_hide(self, known, cell):
        """([(row, cell)] to hide, [rows of which nothing may be said]) so that what was found is possible again; None if totals are in the way."""
        found = {}
        for changes in self._of(known, cell):
            for each in self._options(known, changes):
                option, change = self._in_the_way(each), each[known, cell]
                if option is not None and change:
                    found[change] = min(found.get(change, option), option, key=self._loss)
        if enough := [option for change, option in found.items() if abs(change) >= ENOUGH]:
            return min(enough, key=self._loss)
        if not (max(found, default=0) > 0 > min(found, default=0)):
            return None
        return tuple(sum(both, []) for both in zip(found[1], found[-1], strict=True))

    def _options(self, known, changes):
        """The table that was found, and the same with something else in another quarter, that takes back what it changes in totals of the year."""
        yield changes
        if known is known.row.together:
            yield from self._made_up_for(changes)

    @staticmethod
    def _loss(option):
        cells, rows = option
        return len(cells) + OF_THE_WHOLE_ROW * len(rows)

    def _of(self, known, cell):
        if (known, cell) not in self._changes:
            tables = self.tables.get((known, cell), ())
            self._changes[known, cell] = [changes_of((move, self.year.with_year(cycle), steps) for move, cycle, steps in table) for table in tables]
        return self._changes[known, cell]

    def _made_up_for(self, changes):
        wanted = self._of_totals(changes)
        for other in self._others if any(wanted) else ():
            if all(one * two <= 0 for one, two in zip(wanted, self._of_totals(other), strict=True)):
                yield {each: changes.get(each, 0) + other.get(each, 0) for each in changes | other}

    def _of_totals(self, changes):
        return [changes.get((self.moves.rows[key].together, self.stage.whole), 0) for key in (OFFERS, TAKEN_UP) if key in self.moves.rows]

    @cached_property
    def _others(self):
        """What can be otherwise in a quarter so that totals of the year change: one or two sessions more or fewer, of each kind."""
        plans = [plan for key in (OFFERS, TAKEN_UP) if key in self.moves.rows for plan in self.moves.of(self.moves.rows[key].together)]
        found = {}
        for quarter, plan, along in product(self.quarters, plans, (-1, 1)):
            for move, cycle, steps in ways_of(plan, quarter, quarter.whole, along):
                changes = changes_of([(move, self.year.with_year(cycle), steps)])
                found.setdefault((quarter.whole, *self._of_totals(changes)), changes)
        return list(found.values())

    def _in_the_way(self, changes):
        cells, rows = [], []
        for (known, cell), by in changes.items():
            number = known.numbers[cell] + by
            if known.least[cell] <= number <= known.most[cell]:
                continue
            row = known.row
            if row is None or cell not in self.cells or is_headline(row, cell):
                return None
            if row.state[cell] == State.SHOWN and number >= (row.rule.hide_below if known is row.alone else 1):
                cells.append((row, cell))
            else:
                rows.append(row)
        return cells, rows


def changes_of(steps):
    """{(Known, cell): by how much} of [(Move, cycle, steps)]."""
    found = {}
    for move, cycle, times in steps:
        for known, by in move.parts:
            for cell, sign in cycle:
                found[known, cell] = found.get((known, cell), 0) + by * sign * times
    return found


def fits(changes):
    return all(known.least[cell] <= known.numbers[cell] + by <= known.most[cell] for (known, cell), by in changes.items())
