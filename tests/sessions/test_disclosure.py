"""The rule of design §11, sentence by sentence."""

import pytest

from sessions.disclosure import HIDDEN, Rule, protect
from tests.sessions.years import Figure, OfYear, four, some_sessions, truth_of, year_of


def sessions(count, outcome="held", *, month=0, site=3, setting="van"):
    return [(month, site, setting, [("outcome", outcome, 0)])] * count


def quarter(found, code, *, site=None):
    of_code = found.figures()["outcome"][code]
    return (of_code["sites"][site] if site else of_code)["quarters"][0]


def shown(number, *, hide_below=8):
    return quarter(protect(year_of(sessions(number)), rule=Rule(hide_below)), "held")


@pytest.mark.parametrize("number", [1, 4, 7])
def test_one_to_seven_are_hidden(number):
    assert shown(number) is HIDDEN


@pytest.mark.parametrize(("number", "value"), [(8, 10), (12, 10), (13, 15), (17, 15), (18, 20), (1002, 1000), (1003, 1005)])
def test_the_rest_is_rounded_to_five(number, value):
    assert shown(number) == value


def test_zero_is_shown():
    found = protect(year_of(sessions(20)))

    assert found.figures()["outcome"]["held"]["quarters"] == [20, 0, 0, 0]


@pytest.mark.parametrize(
    ("number", "hide_below", "value"), [(10, 11, HIDDEN), (11, 11, 15), (12, 11, 15), (5, 5, 5), (4, 5, HIDDEN), (49, 50, HIDDEN), (50, 50, 50)]
)
def test_the_threshold_is_a_setting_and_every_shown_number_stands_for_three_or_more(number, hide_below, value):
    assert shown(number, hide_below=hide_below) == value


def test_parts_are_rounded_independently_of_their_total():
    found = protect(year_of(sessions(12) + sessions(12, site=5)))

    assert [quarter(found, "held", site=3), quarter(found, "held", site=5), quarter(found, "held")] == [10, 10, 25]


def test_lone_hidden_answer_takes_the_next_smallest_with_it():
    found = protect(year_of(sessions(40) + sessions(9, "declined") + sessions(5, "did_not_attend")))

    assert [quarter(found, code) for code in ("held", "declined", "did_not_attend")] == [40, HIDDEN, HIDDEN]


def test_two_hidden_answers_take_nothing_with_them():
    found = protect(year_of(sessions(40) + sessions(4, "declined") + sessions(5, "did_not_attend") + sessions(14, "cut_short")))

    assert [quarter(found, code) for code in ("held", "cut_short", "declined", "did_not_attend")] == [40, 15, HIDDEN, HIDDEN]


def test_lone_hidden_site_takes_the_next_smallest_with_it():
    found = protect(year_of(sessions(40) + sessions(20, site=5) + sessions(3, site=7)))

    assert [quarter(found, "held", site=site) for site in (3, 5, 7)] == [40, HIDDEN, HIDDEN]


def test_hidden_answer_that_nothing_can_be_hidden_with_is_left_alone():
    found = protect(year_of(sessions(5, "not_offered")))

    assert quarter(found, "not_offered") is HIDDEN


def test_total_that_would_narrow_a_hidden_number_to_two_values_is_not_shown_with_it():
    """Months of 17, 17 and 1 look like 15, 15 and hidden, and a quarter of 35 would leave the last at 1 to 7; 13, 13 and 1 leave it at 1."""
    found = protect(year_of(sessions(13) + sessions(13, month=1) + sessions(1, month=2)))

    of_held = found.figures()["outcome"]["held"]
    assert [of_held["months"][2], HIDDEN in (of_held["months"][0], of_held["months"][1], of_held["quarters"][0])] == [HIDDEN, True]


def test_total_that_narrows_nothing_stays():
    found = protect(year_of(sessions(15) + sessions(15, month=1) + sessions(4, month=2)))

    of_held = found.figures()["outcome"]["held"]
    assert [of_held["months"][:3], of_held["quarters"][0]] == [[15, 15, HIDDEN], 35]


def test_of_a_small_number_not_even_the_zeros_among_its_parts_are_shown():
    found = protect(year_of(sessions(3) + sessions(30, "declined", month=3)))

    assert {quarter(found, code) for code in ("offers", "held", "declined")} == {HIDDEN}


def test_months_come_with_their_quarter():
    figures = protect(year_of(sessions(20) + sessions(20, month=3)), months_over=4).figures()

    assert figures["outcome"]["held"]["months"] == [20, 0, 0]


def test_what_was_out_stays_as_it_was_when_the_year_goes_on():
    grid = year_of(some_sessions(5, 300))
    early, late = (protect(grid, months_over=months).figures() for months in (6, 12))

    for measure, codes in early.items():
        for code, of_code in codes.items():
            assert late[measure][code]["months"][:6] == of_code["months"]
            assert late[measure][code]["quarters"][:2] == of_code["quarters"]


def test_the_same_year_gives_the_same_figures():
    grid = year_of(some_sessions(7, 120))
    other_way_round = {measure: dict(reversed(codes.items())) for measure, codes in reversed(grid.items())}

    assert protect(grid).figures() == protect(other_way_round).figures()


@pytest.mark.parametrize("seed", [12, 13, 14])
def test_totals_of_a_service_with_a_hundred_and_sixty_sessions_a_year_are_shown(seed):
    """Of the whole service, in each quarter and in the year, unless they are small themselves. Whatever else has to be hidden for it."""
    sessions = some_sessions(seed, 160)
    figures, truth = protect(year_of(sessions)).figures()["outcome"], truth_of(sessions)

    for code in ("offers", "taken_up"):
        numbers = [truth["outcome", code]["quarter", nth] for nth in range(4)]
        assert [number for number, value in zip(numbers, figures[code]["quarters"], strict=True) if value is HIDDEN and number >= 8] == []
        assert figures[code]["year"] != [HIDDEN]


def test_total_of_a_year_below_eight_is_hidden():
    assert protect(year_of(some_sessions(11, 3))).figures()["outcome"]["offers"]["year"] == [HIDDEN]


def test_sites_that_do_not_add_up_to_their_months_are_refused():
    wrong = OfYear([Figure(9)] + [Figure()] * 11, {3: four()}, {})

    with pytest.raises(ValueError, match="add up"):
        protect({"outcome": {"held": wrong}})


@pytest.mark.parametrize("rule", [{"base": 2}, {"hide_below": 2}])
def test_rule_that_could_not_leave_three_values_is_refused(rule):
    with pytest.raises(ValueError, match="fewer than 3"):
        Rule(**rule)


def test_nothing_at_all_gives_nothing():
    assert protect({}).figures() == {}
