"""Somebody who has every page and file that is to share, knows every rule of the product, and a solver. Shares no code with the product."""

from functools import cached_property
from math import inf

from sessions.marks import Mark

HIDE_BELOW, MUCH = 8, 10_000
QUARTERS = range(4)
OFFERS, TAKEN_UP = ("outcome", "offers"), ("outcome", "taken_up")
TOTALS = (OFFERS, TAKEN_UP, ("feedback", "answers"))
SEVERAL = {"area": "none_of_these", "resource_given": "nothing", "signpost": "none"}
GIVEN, UNCOUNTED, ITEMS = "resource_given", "resource_given_uncounted", "resource_items"


def looks_like(value):
    """The numbers that are shown as this one."""
    alike = [number for number in range(HIDE_BELOW, value + 10) if 5 * round(number / 5) == value]
    return alike[0], alike[-1]


class Attacker:
    """published, truth: {key: {cell: …}}. The truth is looked at only to be told what is small, never for a number."""

    def __init__(self, published, truth, sites, settings):
        self.published, self.truth = published, truth
        self.places = [("site", site) for site in sites] + [("setting", setting) for setting in settings]
        self.sites, self.settings = sites, settings
        self.cells = list(next(iter(published.values())))
        self.keys = list(published)
        self.number_of = {(key, cell): nth for nth, (key, cell) in enumerate((key, cell) for key in self.keys for cell in self.cells)}
        self.rows = []

    # What is known of one cell

    def is_hidden(self, key, cell):
        return self.published[key][cell] is Mark.HIDDEN

    def wholes(self, key, cell):
        """What this cell is a part of, that came out at the same time."""
        measure, code = key
        if measure in (UNCOUNTED, ITEMS):
            yield (GIVEN, code), cell
        elif measure.startswith("reason_"):
            yield ("outcome", measure.removeprefix("reason_")), cell
        elif measure != "outcome" or code in ("held", "cut_short"):
            yield TAKEN_UP, cell
        elif code in ("taken_up", "declined", "did_not_attend"):
            yield OFFERS, cell
        kind, *rest = cell
        if kind == "month":
            yield key, ("quarter", rest[0] // 3)
        if kind in ("site", "setting"):
            yield key, ("year",) if rest[1] == "year" else ("quarter", rest[1])

    def is_silent(self, key, cell):
        """Nothing is said: it may be zero. So of all parts of a small number, and of a code of which some zero is hidden without that."""
        return any(self.says_nothing_of_parts(*whole) for whole in self.wholes(key, cell)) or self.is_withdrawn(key, cell)

    def says_nothing_of_parts(self, key, cell):
        if key not in self.published:
            return False
        is_part = any(self.says_nothing_of_parts(*whole) for whole in self.wholes(key, cell))
        return 0 < self.truth[key][cell] < HIDE_BELOW or (self.is_hidden(key, cell) and is_part)

    def is_withdrawn(self, key, cell):
        together = [each for each in self.cells if self._stage(each) == self._stage(cell)]
        return all(self.is_hidden(key, each) for each in together) or (key[0] == ITEMS and self.is_withdrawn((GIVEN, key[1]), cell))

    def is_part_of_shown_total(self, key, cell):
        """All months and places of a total may be hidden, zeros too, so that the total itself stays."""
        together = [each for each in self.cells if self._stage(each) == self._stage(cell) and each[0] not in ("quarter", "year")]
        return key in TOTALS and cell in together and all(self.is_hidden(key, each) for each in together)

    @staticmethod
    def _stage(cell):
        return "year" if "year" in cell else cell[1] // 3 if cell[0] == "month" else cell[-1]

    def between(self, key, cell, *, is_told):
        value, number = self.published[key][cell], self.truth[key][cell]
        if value is not Mark.HIDDEN:
            return (0, 0) if value == 0 else looks_like(value)
        if self.is_silent(key, cell) or (key[0] == ITEMS and self.is_hidden((GIVEN, key[1]), cell)):
            return 0, MUCH
        is_small = number < HIDE_BELOW
        if self.is_part_of_shown_total(key, cell):
            return (0, MUCH) if not is_told else (0, HIDE_BELOW - 1) if is_small else (HIDE_BELOW, MUCH)
        if is_told:
            return (1, HIDE_BELOW - 1) if is_small else (HIDE_BELOW, MUCH)
        return 1, HIDE_BELOW - 1 if is_small and (key, cell) in self.all_wholes else MUCH

    @cached_property
    def all_wholes(self):
        return {whole for key in self.keys for cell in self.cells for whole in self.wholes(key, cell)}

    # What is known of sums

    def equal(self, whole, parts):
        self.add({whole: -1} | dict.fromkeys(parts, 1), 0, 0)

    def at_least(self, terms):
        self.add(terms, 0, inf)

    def add(self, terms, least, most):
        self.rows.append(({self.number_of[each]: sign for each, sign in terms.items()}, least, most))

    def add_up_over_time_and_place(self, key):
        for quarter in QUARTERS:
            self.equal((key, ("quarter", quarter)), [(key, ("month", month)) for month in range(3 * quarter, 3 * quarter + 3)])
        for first, rest in [(("year",), ("quarter",)), *((place + ("year",), place) for place in self.places)]:
            self.equal((key, first), [(key, (*rest, quarter)) for quarter in QUARTERS])
        for kind, names in (("site", self.sites), ("setting", self.settings)):
            for nth in [*QUARTERS, "year"]:
                whole = ("year",) if nth == "year" else ("quarter", nth)
                self.equal((key, whole), [(key, (kind, name, nth)) for name in names])

    def add_up_over_codes(self, cell):
        there = {measure: [key for key in self.keys if key[0] == measure] for measure in {key[0] for key in self.keys}}

        def at(keys):
            return [(key, cell) for key in keys if key in self.published]

        def outcomes(*codes):
            return at([("outcome", code) for code in codes])

        if OFFERS in self.published:
            self.equal((OFFERS, cell), outcomes("held", "cut_short", "declined", "did_not_attend"))
        if TAKEN_UP not in self.published:
            return
        self.equal((TAKEN_UP, cell), outcomes("held", "cut_short"))
        for measure, keys in there.items():
            if measure.startswith("reason_"):
                self.equal((("outcome", measure.removeprefix("reason_")), cell), at(keys))
            if measure in ("moment", "length"):
                self.equal((TAKEN_UP, cell), at(keys))
        if "private_space" in there:
            has_room = cell[0] == "setting" and cell[1] != "phone"
            self.add({(TAKEN_UP, cell): 1} | dict.fromkeys(at(there["private_space"]), -1), 0, 0 if has_room else inf)
        for key in there.get("card", []):
            self.at_least({(TAKEN_UP, cell): 1, (key, cell): -1})
        self.compare_several(there, cell, at)

    def compare_several(self, there, cell, at):
        for measure, none in SEVERAL.items():
            if measure not in there:
                continue
            recorded = {(TAKEN_UP, cell): 1} | dict.fromkeys(at([(measure, none), (measure, None)]), -1)
            measures = [GIVEN, "resource_not_wanted", "resource_none_left"] if measure == GIVEN else [measure]
            named = [key for each in measures for key in there.get(each, []) if key not in [(measure, none), (measure, None)]]
            for code in {code for _, code in named}:
                self.at_least(recorded | dict.fromkeys(at([(each, code) for each in measures]), -1))
            self.at_least({each: -sign for each, sign in recorded.items()} | dict.fromkeys(at(named), 1))
            if measure == "area":
                self.at_least(recorded | dict.fromkeys(at(there.get("mattered_most", [])), -1))
        for part, whole in (("mattered_most", "area"), (UNCOUNTED, GIVEN)):
            for _, code in there.get(part, []):
                self.at_least({((whole, code), cell): 1, ((part, code), cell): -1})
        for key in there.get(ITEMS, []):
            counted = dict.fromkeys(at([(GIVEN, key[1])]), -1) | dict.fromkeys(at([(UNCOUNTED, key[1])]), 1)
            self.at_least({(key, cell): 1} | counted)
            self.at_least({each: -MUCH * sign for each, sign in counted.items()} | {(key, cell): -1})
            if self.published[key][cell] is not Mark.HIDDEN and self.published[key][cell]:
                self.add({each: -sign for each, sign in counted.items()}, 1, inf)

    # What follows

    def values_together(self):
        """How many values a cell can have, up to three, for somebody who sets all tables against each other: a function of key and cell."""
        for each in self.keys:
            self.add_up_over_time_and_place(each)
        for each in self.cells:
            self.add_up_over_codes(each)
        return self.solver(self.keys, is_told=False)

    def values_alone(self, key):
        """The same for one code alone, for somebody who is told of every hidden number whether it is small: a function of the cell."""
        self.rows = []
        self.add_up_over_time_and_place(key)
        solve = self.solver([key], is_told=True)
        return lambda cell: solve(key, cell)

    def solver(self, keys, *, is_told):
        import numpy as np  # here, since every process of a test run loads this file, and few solve anything
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import coo_array

        columns = {self.number_of[key, cell]: nth for nth, (key, cell) in enumerate((key, cell) for key in keys for cell in self.cells)}
        entries = [(sign, row, columns[number]) for row, (terms, _, _) in enumerate(self.rows) for number, sign in terms.items()]
        signs, rows, numbers = zip(*entries, strict=True)
        matrix = coo_array((signs, (rows, numbers)), shape=(len(self.rows), len(columns))).tocsc()
        sums = LinearConstraint(matrix, [least for _, least, _ in self.rows], [most for _, _, most in self.rows])
        limits = np.array([self.between(key, cell, is_told=is_told) for key in keys for cell in self.cells], dtype=float)

        seen = np.full((2, len(columns)), [[inf], [-inf]])  # the least and the largest number of every cell in all that fits

        def furthest(column, sign, near):
            low, high = limits[:, 0].copy(), limits[:, 1].copy()
            low[column], high[column] = max(low[column], near - 2), min(high[column], near + 2)
            cost = np.zeros(len(columns))
            cost[column] = sign
            found = milp(cost, constraints=sums, bounds=Bounds(low, high), integrality=np.ones(len(columns)))
            assert found.status == 0, f"The truth itself does not fit what is known: {found.message}"
            numbers = np.rint(found.x)
            seen[0], seen[1] = np.minimum(seen[0], numbers), np.maximum(seen[1], numbers)

        def values(key, cell):
            column, number = columns[self.number_of[key, cell]], self.truth[key][cell]
            for sign in (-1, 1):
                if not seen[1][column] - seen[0][column] >= 2:
                    furthest(column, sign, number)
            return min(3, int(seen[1][column] - seen[0][column]) + 1)

        return values
