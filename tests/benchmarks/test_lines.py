import pytest

from tests.benchmarks.lines import Line, at_least, at_most, under


@pytest.mark.parametrize(
    ("value", "budget", "verdict"),
    [
        (400, at_least(400), "ok"),
        (399.9, at_least(400), "short"),
        (15, at_most(15), "ok"),
        (16, at_most(15), "short"),
        (99.9, under(100), "ok"),
        (100, under(100), "short"),
        (3, None, "ok"),
    ],
)
def test_a_line_says_whether_its_budget_holds(value, budget, verdict):
    assert str(Line("anything", value, "units", budget)).split()[-1] == verdict


def test_a_line_names_what_it_measures_in_which_unit_against_what():
    line = Line("hand-in over HTTP", 612.345, "records/s", at_least(400))

    assert str(line).split() == ["hand-in", "over", "HTTP", "612.3", "records/s", "≥", "400", "ok"]


def test_a_line_without_a_budget_says_so():
    line = Line("bare view", 12_345.6, "requests/s")

    assert str(line).split() == ["bare", "view", "12,346", "requests/s", "-", "ok"]
