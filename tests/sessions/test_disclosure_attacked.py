"""No hidden number can be worked out: an exact attacker with a solver, and one who tries every possible year."""

import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessions.disclosure import HIDDEN, protect
from tests.sessions.attacker import Attacker
from tests.sessions.tight_years import tight_years
from tests.sessions.years import SETTINGS, SITES, Figure, OfYear, published_cells, some_sessions, truth_of, year_of

LOOKED_AT = 8
SEEDS = st.integers(0, 10**9)


def hidden_numbers(published, truth, seed):
    """Some hidden cells that are not zero, always the same for a seed."""
    found = [(key, cell) for key, cells in published.items() for cell in cells if is_hidden(published, truth, key, cell)]
    return random.Random(seed).sample(found, min(LOOKED_AT, len(found)))


def protected(sessions):
    found = protect(year_of(sessions))
    return published_cells(found.figures()), truth_of(sessions)


@settings(max_examples=4, deadline=None)
@given(SEEDS, st.sampled_from([3, 13, 40, 90, 200, 400]))
def test_nobody_who_sets_all_tables_against_each_other_narrows_a_hidden_number_to_fewer_than_three_values(seed, count):
    published, truth = protected(some_sessions(seed, count))
    values = Attacker(published, truth, *places(published)).values_together()

    found = {each: values(*each) for each in hidden_numbers(published, truth, seed)}

    assert {each: count for each, count in found.items() if count < 3} == {}


@settings(max_examples=30, deadline=None)
@given(tight_years())
def test_where_rounding_gives_most_away_every_small_number_keeps_three_values_and_no_hidden_one_is_known(sessions):
    """Every hidden number of every table, for both readers. A number of eight or more may be left with two values where it is listed as unproved."""
    found = protect(year_of(sessions))
    published, truth = published_cells(found.figures()), truth_of(sessions)
    unproved = {(key, list(published[key])[cell]) for key, cell in found.unproved}

    few = {each: values for each, values in values_of_all(published, truth).items() if values < 3}

    assert {(key, cell): values for (key, cell), values in few.items() if truth[key][cell] < 8 or (key, cell) not in unproved or values < 2} == {}
    assert {published[key][cell] for key, cell in unproved} <= {HIDDEN}


def values_of_all(published, truth):
    """How many values each hidden number keeps, for the reader who can narrow it further."""
    attacker = Attacker(published, truth, *places(published))
    together, found = attacker.values_together(), {}
    for key, cells in published.items():
        alone = attacker.values_alone(key)
        found |= {(key, cell): min(together(key, cell), alone(cell)) for cell in cells if is_hidden(published, truth, key, cell)}
    return found


def is_hidden(published, truth, key, cell):
    """And is no zero: that such a one is zero may be found out (0051)."""
    return published[key][cell] is HIDDEN and truth[key][cell] > 0


@settings(max_examples=6, deadline=None)
@given(SEEDS, st.sampled_from([13, 40, 90, 200, 400]))
def test_nobody_who_knows_which_hidden_numbers_are_small_narrows_one_to_fewer_than_three_values_from_its_own_tables(seed, count):
    published, truth = protected(some_sessions(seed, count))
    attacker = Attacker(published, truth, *places(published))
    looked_at = sorted(hidden_numbers(published, truth, seed), key=str)

    found = {}
    for key, group in itertools.groupby(looked_at, key=lambda each: each[0]):
        values = attacker.values_alone(key)
        found |= {(key, cell): values(cell) for _, cell in group}

    assert {each: count for each, count in found.items() if count < 3} == {}


def made_of(*numbers):
    """Sessions by (outcome, month, site)."""
    return [(month, site, "van", [("outcome", outcome, 0)]) for count, outcome, month, site in numbers for _ in range(count)]


@pytest.mark.parametrize(
    "sessions",
    [
        # Rounded all one way, what is shown leaves the small number at 1, or at 6 and 7.
        made_of((13, "held", 0, 3), (13, "held", 1, 3), (1, "held", 2, 3)),
        made_of((12, "held", 0, 3), (6, "held", 1, 3)),
        made_of((12, "held", 0, 3), (6, "declined", 0, 3)),
        made_of((13, "held", 0, 3), (13, "held", 3, 3), (13, "held", 6, 5), (1, "held", 9, 5)),
        made_of((13, "held", 0, 3), (13, "held", 0, 5), (1, "declined", 0, 3), (2, "did_not_attend", 0, 5)),
        # The year alone, shown as 15, would leave the third month at 0 and 1.
        made_of((8, "held", 0, 3), (8, "held", 1, 3), (1, "held", 2, 3)),
    ],
)
def test_numbers_that_rounding_would_give_away_keep_three_values(sessions):
    found = values_of_all(*protected(sessions))

    assert {each: values for each, values in found.items() if values < 3} == {}


def places(published):
    cells = next(iter(published.values()))
    return ([name for name in names if (kind, name, 0) in cells] for kind, names in (("site", SITES), ("setting", SETTINGS)))


# Everything that can be, tried out: one quarter, two sites, two answers

MOST = 8


def possible_codes(cells):
    """All (months, sites) of a code that look like these five cells and the quarter, none of them above MOST."""
    quarter = cells[5]
    for months in itertools.product(*(numbers_like(cell) for cell in cells[:2]), [0]):
        if not looks(sum(months), quarter):
            continue
        for first in numbers_like(cells[3]):
            second = sum(months) - first
            if second >= 0 and looks(second, cells[4]):
                yield (*months, first, second, sum(months))


def numbers_like(value):
    return [number for number in range(MOST + 1) if looks(number, value)]


def looks(number, value):
    if value is HIDDEN:
        return True
    return number == 0 if value == 0 else number >= 8 and 5 * round(number / 5) == value


@settings(max_examples=6, deadline=None)
@given(st.lists(st.lists(st.integers(0, 4), min_size=2, max_size=2), min_size=4, max_size=4))
def test_trying_every_possible_quarter_leaves_three_values_for_every_hidden_number(counts):
    truth = {}
    grid = {"feedback": {}}
    for code, of_sites in (("yes", counts[:2]), ("no", counts[2:])):
        months = [*(a + b for a, b in zip(*of_sites, strict=True)), 0]
        sites = {nth: [Figure(sum(of_site)), Figure(), Figure(), Figure()] for nth, of_site in enumerate(of_sites)}
        grid["feedback"][code] = OfYear([Figure(number) for number in months] + [Figure()] * 9, sites, {})
        truth[code] = [*months, *map(sum, of_sites), sum(months)]
    figures = protect(grid, months_over=3).figures().get("feedback", {})
    shown = {code: [*of["months"], *(of["sites"][nth]["quarters"][0] for nth in (0, 1)), *of["quarters"]] for code, of in figures.items()}
    nothing = [0] * 6

    possible = [set(possible_codes(shown.get(code, nothing))) for code in ("yes", "no")]
    seen = {code: [set() for _ in range(6)] for code in ("yes", "no")}
    for yes, no in itertools.product(*possible):
        if all(looks(a + b, value) for a, b, value in zip(yes, no, shown.get("answers", nothing), strict=True)):
            for nth in range(6):
                seen["yes"][nth].add(yes[nth])
                seen["no"][nth].add(no[nth])

    for code, numbers in truth.items():
        for nth, number in enumerate(numbers):
            if number and shown[code][nth] is HIDDEN:
                assert len(seen[code][nth]) >= 3, (code, nth, shown)
