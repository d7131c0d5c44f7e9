"""sessions/summaries/charts.py: lengths, words, and what cannot be drawn."""

import re

import pytest
from django.template.loader import render_to_string

from sessions.marks import Mark
from sessions.summaries import charts
from sessions.summaries.charts import Item

HIDDEN, NOT_RECORDED = Mark.HIDDEN, Mark.NOT_RECORDED
WEEKS = [Item(f"{number}", number, full=f"week {number}") for number in range(1, 54)]


def drawn(chart):
    return render_to_string("sessions/charts/chart.html", {"chart": chart})


def kinds():
    return [
        charts.bars("a", "Areas", [("Water", 3), ("Acids", HIDDEN)]),
        charts.shares("b", "Lengths", [("Under 5", 3), ("From 5", 1)]),
        charts.columns("c", "Weeks", [("1", 3), ("2", 0)]),
        charts.grid("d", "Months", ["Jan"], [("Water", [3])]),
    ]


def test_the_longest_bar_fills_its_row_and_the_others_are_as_long_as_their_share_of_it():
    chart = charts.bars("areas", "Areas", [("Water", 200), ("Acids", 50), ("Sharing", 1)])

    assert [(item.text, item.length) for item in chart.items] == [("200", "100"), ("50", "25"), ("1", "1")]


def test_none_hidden_and_not_recorded_look_different_from_each_other_and_from_an_answer():
    rows = [("Water", 9), ("Acids", 0), ("Sharing", HIDDEN), ("Missed", NOT_RECORDED), Item("Not asked", 4, "not_asked")]

    chart = charts.bars("areas", "Areas", rows)

    assert [(item.look, item.text) for item in chart.items] == [
        ("answer", "9"),
        ("zero", "0"),
        ("hidden", "hidden"),
        ("not_recorded", "not recorded"),
        ("apart", "4"),
    ]
    assert [look for look, _words in chart.key] == ["hidden", "not_recorded"]
    bars = re.findall(r'<svg class="chart-bar".*?</svg>', drawn(chart), re.DOTALL)
    assert len({re.sub(r"\d", "", bar) for bar in bars}) == 5


def test_the_parts_of_a_whole_stand_side_by_side_in_their_order_and_fill_it():
    chart = charts.shares("length", "Length", [("Under 5", 1), ("From 5", 2), ("From 20", 1)])

    assert [(item.x, item.length, item.share) for item in chart.items] == [("0", "25", "25%"), ("25", "50", "50%"), ("75", "25", "25%")]
    assert len({item.pattern for item in chart.items}) == 3


def test_shares_of_rounded_parts_are_those_of_the_published_whole():
    chart = charts.shares("offers", "Offers", [("Held", 315), ("Stopped early", 295), ("Not today", 640)], whole=1260)

    assert [item.share for item in chart.items] == ["25%", "23%", "51%"]
    assert float(chart.items[-1].end) == 100


def test_a_share_too_small_to_round_is_not_called_nothing():
    chart = charts.shares("length", "Length", [("Under 5", 1), ("From 5", 999), ("From 20", 0)])

    assert [item.share for item in chart.items] == ["under 1%", "over 99%", "0%"]


def test_no_shares_are_drawn_of_a_whole_with_a_hidden_part():
    chart = charts.shares("length", "Length", [("Under 5", 20), ("From 5", HIDDEN)])

    assert (chart.kind, [item.share for item in chart.items]) == ("bars", ["", ""])
    assert "%" not in chart.description


def test_columns_stand_on_one_line_with_the_part_that_is_filled_within_them():
    tall, half = charts.columns("time", "Time", [Item("Jan", 20, part=10), Item("Feb", 10, part=0)], whole="offers", part="taken up").items

    assert (float(tall.y) + float(tall.length), float(half.y) + float(half.length)) == (152, 152)
    assert (float(tall.length), float(half.length), float(tall.part_length), float(half.part_length)) == (130, 65, 65, 0)


@pytest.mark.parametrize("count", [1, 2, 12, 53])
def test_columns_stay_within_the_picture_and_do_not_touch(count):
    items = charts.columns("time", "Time", WEEKS[:count]).items

    ends = [(float(item.x), float(item.x) + float(item.width)) for item in items]
    assert ends[0][0] >= 0
    assert ends[-1][1] <= 100
    assert all(before[1] < after[0] for before, after in zip(ends, ends[1:], strict=False))


@pytest.mark.parametrize("count", [1, 2, 12, 53])
@pytest.mark.parametrize("value", [1, 1_234_567])
@pytest.mark.parametrize(("rooms", "pixels"), [({""}, 300), ({"", "wide"}, 620)])
def test_words_of_columns_never_run_into_each_other(count, value, rooms, pixels):
    points = [Item("29 Sep", value if number else 9_999_999) for number in range(count)]

    letters = [each for each in charts.columns("time", "Time", points).letters if each.room in rooms]

    for line in {each.y for each in letters}:
        spans = [span(each, pixels) for each in letters if each.y == line]
        assert all(before[1] <= after[0] for before, after in zip(spans, spans[1:], strict=False))
        assert all(left >= 0 and right <= pixels for left, right in spans)


def span(letters, pixels):
    middle, width = float(letters.x) / 100 * pixels, len(letters.text) * charts.LETTER_PX
    left = middle - width * {"start": 0, "middle": 0.5, "end": 1}[letters.anchor]
    return round(left, 1), round(left + width, 1)


def test_a_short_chart_is_said_in_full_and_a_long_one_by_its_gist():
    short = charts.columns("time", "Time", [Item("Jan", 1_240, part=HIDDEN, full="January 2026")], whole="offers", part="taken up")
    long = charts.columns("time", "Time", [*WEEKS[:-1], Item("53", HIDDEN, full="week 53")])

    assert short.description == "January 2026: 1,240 offers, hidden taken up."
    assert long.description == "53 columns, from week 1 to week 53. The most: week 52: 52. The fewest: week 1: 1. 1 of them is hidden."


@pytest.mark.parametrize("draw", [charts.bars, charts.shares, charts.columns])
def test_without_any_values_there_is_a_sentence_and_no_picture(draw):
    page = drawn(draw("time", "Time", [], empty="No session was held in these months."))

    assert "No session was held in these months." in page
    assert "<svg" not in page


@pytest.mark.parametrize("draw", [charts.bars, charts.shares, charts.columns])
def test_where_all_is_none_that_is_drawn(draw):
    assert {item.look for item in draw("time", "Time", [("Jan", 0), ("Feb", 0)]).items} == {"zero"}


@pytest.mark.parametrize("value", [-1, 1.5, "3", True])
def test_what_nobody_can_have_counted_is_refused(value):
    with pytest.raises(ValueError, match="a whole number from 0"):
        charts.bars("areas", "Areas", [("Water", value)])


def test_every_picture_has_a_title_and_a_description_in_words():
    for chart in kinds()[:3]:
        page = drawn(chart)

        assert f'<title id="chart-{chart.name}-title">{chart.title}</title>' in page
        assert f'<desc id="chart-{chart.name}-desc">{chart.description}</desc>' in page
        assert 'role="img"' in page
    assert '<caption class="visually-hidden">Months</caption>' in drawn(kinds()[3])


def test_a_site_may_be_called_anything():
    name = "<script>alert('x')</script>" + "x" * 200

    pages = [
        drawn(charts.bars("a", name, [(name, 3)])),
        drawn(charts.shares("b", name, [(name, 3)])),
        drawn(charts.columns("c", name, [Item(name, 3, full=name)])),
        drawn(charts.grid("d", name, [name], [(name, [3])])),
    ]

    assert all("<script" not in page and "x" * 200 in page for page in pages)


def test_nothing_is_drawn_with_styles_that_the_content_policy_would_refuse():
    assert not any("style" in drawn(chart) for chart in kinds())


def test_where_all_is_none_or_hidden_there_is_nothing_to_see():
    assert [charts.bars("areas", "Areas", [("Water", value), ("Acids", 0)]).draws for value in [1, HIDDEN, NOT_RECORDED, 0]] == [
        True,
        False,
        False,
        False,
    ]
    assert not charts.grid("areas", "Areas", ["Jan"], [("Water", [HIDDEN])]).draws
    assert charts.grid("areas", "Areas", ["Jan"], [("Not asked", [3], "not_asked")]).draws
    assert not charts.bars("areas", "Areas", []).draws
