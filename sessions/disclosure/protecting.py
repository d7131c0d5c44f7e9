"""Protect every figure of an organisation and a year that the to-share view can show, all at once."""

from dataclasses import dataclass, field
from itertools import product

from sessions.disclosure.earlier import Earlier
from sessions.disclosure.links import ITEMS, OUTCOME, TOTALS, parts_of, tables, withdrawn_with
from sessions.disclosure.moves import Moves
from sessions.disclosure.proof import LITTLE, Repair, is_headline, prove
from sessions.disclosure.rounding import Rule
from sessions.disclosure.rows import ENOUGH, Row, State
from sessions.disclosure.year import MONTHS, QUARTERS, YEAR, Year
from sessions.marks import Mark

HIDDEN = Mark.HIDDEN


@dataclass
class Protected:
    """rows: {(measure, code): Row} of the codes that are not zero throughout. unproved: hidden cells without a proof (0051)."""

    year: Year
    rule: Rule
    rows: dict
    months_over: int
    unproved: list = field(default_factory=list)

    def shown(self, key, cell):
        """A rounded number, 0, or HIDDEN; None where the period is not over."""
        row = self.rows[key]
        state = row.state[cell]
        if state == State.SHOWN:
            return self.rule.rounded(row.numbers[cell])
        return {State.HIDDEN: HIDDEN, State.ZERO: 0, State.NOT_YET: None}[state]

    def figures(self):
        """{measure: {code: {"months": […], "quarters": […], "year": […], "sites": {id: {"quarters", "year"}}, "settings": the same}}}.

        Only periods that are over: the lists grow with the year. What is not here is 0.
        """
        found = {}
        for measure, code in self.rows:
            found.setdefault(measure, {})[code] = self._of_code((measure, code))
        return found

    def _of_code(self, key):
        quarters_over, year_over = self.months_over // 3, self.months_over // MONTHS  # months come with their quarter

        def shown(first, count):
            return [self.shown(key, cell) for cell in range(first, first + count)]

        def of(first):
            return {"quarters": shown(first, quarters_over), "year": shown(first + QUARTERS, year_over)}

        return {
            "months": shown(0, 3 * quarters_over),
            **of(MONTHS),
            "sites": {site: of(first) for site, first in self.year.first_of_site.items()},
            "settings": {setting: of(first) for setting, first in self.year.first_of_setting.items()},
        }


def protect(grid, *, rule=None, months_over=MONTHS):
    """Protected figures of a year.

    grid: {measure: {code or None: code's year}} with what counting.figures.YearOfCode has: `months` (12), `sites` {id: [4]}, `settings`
    {code: [4]} (or none at all), each of figures with `sessions` and `quantity`. What is not in the grid is zero. months_over: how many
    months of the year are over. Raises ValueError where months, sites and settings do not add up. Always the same for the same grid.
    """
    rule = rule or Rule()
    years = [of_year for codes in grid.values() for of_year in codes.values()]
    year = Year(*(sorted({place for of_year in years for place in getattr(of_year, kind)}) for kind in ("sites", "settings")))
    rows = read_rows(grid, year, rule)
    hiding = Hiding(rows, year, rule)
    for stage in year.stages(months_over):
        hiding.settle(stage)
    return Protected(year, rule, rows, months_over, sorted({(known.row.key, cell) for known, cell in hiding.unproved}, key=str))


def read_rows(grid, year, rule):
    """{(measure, code): Row} of all codes, of the totals that are shown with them, and of the things that were given."""
    numbers = {}
    for measure, codes in grid.items():
        for code, of_year in codes.items():
            numbers[measure, code] = numbers_of(of_year, year, "sessions")
            if measure == "resource_given":
                numbers[ITEMS, code] = numbers_of(of_year, year, "quantity")
    for total, (measure, codes) in TOTALS.items():
        parts = [found for (of, code), found in numbers.items() if of == measure and (codes is None or code in codes)]
        if parts:
            numbers[total] = [sum(cell) for cell in zip(*parts, strict=True)]
    return {key: Row(key, numbers[key], rule) for key in sorted(numbers, key=str) if any(numbers[key])}


def numbers_of(of_year, year, name):
    def of(figures):
        return [getattr(figure, name) for figure in figures]

    by_place = ({place: of(figures) for place, figures in places.items()} for places in (of_year.sites, of_year.settings))
    return year.numbers(of(of_year.months), *by_place)


class Hiding:
    """Decides what is hidden, month after month. unproved: {(Known, cell)}."""

    def __init__(self, rows, year, rule):
        self.rows, self.year, self.rule = rows, year, rule
        self.moves = Moves(rows, year)
        self.code_tables = [[rows[key] for key in keys] for keys in tables(rows)]
        self.parts = parts_of(rows)
        self.quarters, self.unproved = [], set()

    def settle(self, stage):
        for row in self.rows.values():
            for known in (row.alone, row.together):
                for cell in stage.ends:
                    known.up[cell] = known.down[cell] = 0
            for cell in stage.cells:
                row.settle(cell)
        self.earlier = Earlier(stage, tuple(self.quarters) if stage.whole == YEAR else (), self.year, self.moves)
        self.quarters.append(stage)
        self._say_nothing_of_parts(stage)
        self._leave_none_alone(stage)
        while self._prove_all(stage):
            self._leave_none_alone(stage)

    def hide(self, row, cell):
        """Hide what could be shown by itself. How many things were given says something about in how many sessions, so they go with it."""
        row.hide(cell)
        self.moves.forget(row, cell)
        items = self.rows.get((ITEMS, row.key[1])) if row.key[0] == "resource_given" else None
        if items:
            self._silence(items, cell)
        return [(each, cell) for each in (row, items) if each]

    # Nothing is said of the parts of a small number

    def _say_nothing_of_parts(self, stage):
        """What breaks down a small number is hidden altogether: which of the parts are zero would say too much about so few.

        So a reader sees that the number is small, and not hidden to protect another one.
        """
        small = [(row, cell) for row in self.rows.values() for cell in stage.cells if self.rule.is_small(row.numbers[cell])]
        silent, waiting = set(), [part for each in small for part in self._parts(*each, stage)]
        while waiting:
            part = waiting.pop()
            if part not in silent:
                silent.add(part)
                waiting += self._parts(*part, stage)
        for row, cell in silent:
            row.hide_altogether(cell)
        for row, cell in small:
            if (row, cell) not in silent and self._parts(row, cell, stage):
                row.together.most[cell] = self.rule.hide_below - 1

    def _parts(self, row, cell, stage):
        """By code in the same cell, and by month, site and setting."""
        return [(self.rows[key], cell) for key in self.parts.get(row.key, ())] + [(row, each) for each in stage.parts.get(cell, ())]

    # One hidden cell of a table takes the next smallest with it

    def _leave_none_alone(self, stage):
        found = True
        while found:
            found = [lone for table in self._tables(stage) if (lone := companion(table))]
            for row, cell in found:
                if row.state[cell] == State.SHOWN:
                    self.hide(row, cell)

    def _tables(self, stage):
        for rows in self.code_tables:
            for cell in stage.cells:
                yield [(row, cell) for row in rows]
        for row in self.rows.values():
            for cells in stage.tables:
                yield [(row, cell) for cell in cells]

    # No total narrows a hidden cell to fewer than three values

    def _prove_all(self, stage):
        """Prove every hidden cell, hiding more where needed. Returns whether more was hidden."""
        repair, hidden_more = Repair(stage, self.year, self.moves), False
        waiting = [(row, cell) for row in self.rows.values() for cell in stage.ends if row.state[cell] == State.HIDDEN and row.numbers[cell]]
        for row, cell in waiting:
            for known in (row.alone, row.together):
                to_hide = self._prove(stage, repair, known, cell)
                hidden_more |= bool(to_hide)
                waiting += to_hide
        return hidden_more

    def _prove(self, stage, repair, known, cell):
        """Prove one cell. Returns [(row, cell)] that had to be hidden for it."""
        hidden = []
        ways = self._ways(stage, repair, known, cell)
        while known.lacks(cell) > 0 and not self.earlier.prove(known, cell) and not prove(stage, self.moves, known, cell):
            to_hide = next(ways, None)
            if to_hide is None:
                self.unproved.add((known, cell))
                return hidden
            hidden += to_hide
        self.unproved.discard((known, cell))
        return hidden

    def _ways(self, stage, repair, known, cell):
        """Ways to hide more, the one with the least loss first. Each is taken when it is asked for: [(row, cell)] that it hid."""
        yield from self._repairs(repair, known, cell, limit=LITTLE)
        for key in withdrawn_with(known.row.key):
            if key in self.rows:
                yield self._withdraw(stage, [self.rows[key]])
        if found := self.earlier.to_hide(known, cell):
            cells, rows = found
            yield [hid for each in cells for hid in self.hide(*each)] + self._withdraw(stage, rows)
        yield from self._repairs(repair, known, cell)
        # For a small number, and for one that would be known, whatever it takes; for others a third value is not worth so much.
        if self.rule.is_small(known.numbers[cell]) or known.lacks(cell) == ENOUGH:
            yield from self._withdrawals(stage, known.row.key[0])
            yield from self._repairs(repair, known, cell, headlines=True)
            yield self._withdraw(stage, self.rows.values(), headlines=True)

    def _repairs(self, repair, known, cell, **how):
        while to_hide := repair.cells(known, cell, **how) or (known.lacks(cell) == ENOUGH and repair.cells(known, cell, more=1, **how)):
            yield [hid for each in to_hide for hid in self.hide(*each)]

    def _withdrawals(self, stage, measure):
        """Whole tables of this quarter or year: all answers to the question, all answers, all totals but those of the whole service."""
        answers = [row for row in self.rows.values() if row.key not in TOTALS]
        if measure != OUTCOME:
            yield self._withdraw(stage, [row for row in answers if row.key[0] == measure])
        yield self._withdraw(stage, answers)
        yield self._withdraw(stage, self.rows.values())

    def _withdraw(self, stage, rows, *, headlines=False):
        """Say nothing of these rows in all that becomes known now."""
        hidden = []
        for row, cell in product(rows, stage.cells):
            is_total = row.key in TOTALS and not headlines
            if (row.together if is_total else row.alone).is_open(cell) or (is_total and is_headline(row, cell)):
                continue
            if is_total:
                row.hide_as_part(cell)
                self.moves.forget(row, cell)
            else:
                self._silence(row, cell)
            if row.numbers[cell]:
                hidden.append((row, cell))
        return hidden

    def _silence(self, row, cell):
        row.hide_altogether(cell)
        self.moves.forget(row, cell)
        if row.key[0] == "resource_given" and (ITEMS, row.key[1]) in self.rows:
            self._silence(self.rows[ITEMS, row.key[1]], cell)


def companion(table):
    """What a lone hidden cell takes with it: the smallest that is shown. None if none is hidden, or more than one."""
    hidden = [row.numbers[cell] for row, cell in table if row.state[cell] == State.HIDDEN]
    if len(hidden) != 1 or hidden == [0]:
        return None
    shown = [(row.numbers[cell], nth) for nth, (row, cell) in enumerate(table) if row.state[cell] == State.SHOWN]
    return table[min(shown)[1]] if shown else None
