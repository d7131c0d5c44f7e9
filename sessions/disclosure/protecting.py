"""Protect every figure of an organisation and a year that the to-share view can show, all at once."""

from dataclasses import dataclass, field

from sessions.disclosure.links import ITEMS, TOTALS, parts_of, tables
from sessions.disclosure.moves import Moves
from sessions.disclosure.proof import Repair, prove
from sessions.disclosure.rounding import Rule
from sessions.disclosure.rows import Row, State
from sessions.disclosure.year import MONTHS, QUARTERS, Year
from sessions.marks import Mark

HIDDEN = Mark.HIDDEN


@dataclass
class Protected:
    """rows: {(measure, code): Row} of the codes that are not zero throughout. unproved: cells with fewer than three values; there must be none."""

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
        quarters_over, year_over = self.months_over // 3, self.months_over // MONTHS

        def shown(first, count):
            return [self.shown(key, cell) for cell in range(first, first + count)]

        def of(first):
            return {"quarters": shown(first, quarters_over), "year": shown(first + QUARTERS, year_over)}

        return {
            "months": shown(0, self.months_over),
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
    return Protected(year, rule, rows, months_over, sorted(hiding.unproved, key=str))


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
    """Decides what is hidden, month after month. unproved: {(key, cell)}."""

    def __init__(self, rows, year, rule):
        self.rows, self.year, self.rule = rows, year, rule
        self.moves = Moves(rows, year)
        self.code_tables = [[rows[key] for key in keys] for keys in tables(rows)]
        self.parts = parts_of(rows)
        self.unproved = set()

    def settle(self, stage):
        for row in self.rows.values():
            for known in (row.alone, row.together):
                for cell in stage.ends:
                    known.up[cell] = known.down[cell] = 0
            for cell in stage.cells:
                row.settle(cell)
        for key in self.parts:
            for cell in stage.cells:
                if self.rule.is_small(self.rows[key].numbers[cell]):
                    self._hide_parts(key, cell)
        self._leave_none_alone(stage)
        while self._prove_all(stage):
            self._leave_none_alone(stage)

    def hide(self, row, cell):
        row.hide(cell)
        self.moves.forget(row, cell)
        if (items := self.rows.get((ITEMS, row.key[1]))) and row.key[0] == "resource_given":
            items.hide_altogether(cell)
            self.moves.forget(items, cell)

    def _hide_parts(self, key, cell):
        """What breaks down a small number is hidden altogether: which of the parts are zero would say too much about so few.

        So a reader sees that the number is small, and not hidden to protect another one.
        """
        self.rows[key].together.most[cell] = min(self.rule.hide_below - 1, self.rows[key].together.most[cell])
        for part in self.parts[key]:
            self.rows[part].hide_altogether(cell)

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
        self.unproved.discard((known.row.key, cell))
        while known.lacks(cell) > 0 and not prove(stage, self.moves, known, cell):
            to_hide = repair.cells(known, cell)
            if not to_hide:
                self.unproved.add((known.row.key, cell))
                break
            for each in to_hide:
                self.hide(*each)
            hidden += to_hide
        return hidden


def companion(table):
    """What a lone hidden cell takes with it: the smallest that is shown. None if none is hidden, or more than one."""
    hidden = [row.numbers[cell] for row, cell in table if row.state[cell] == State.HIDDEN]
    if len(hidden) != 1 or hidden == [0]:
        return None
    shown = [(row.numbers[cell], nth) for nth, (row, cell) in enumerate(table) if row.state[cell] == State.SHOWN]
    return table[min(shown)[1]] if shown else None
