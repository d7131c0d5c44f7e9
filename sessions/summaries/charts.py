"""Pictures of figures: pure functions from plain data to a frozen Chart, which templates/sessions/charts/chart.html draws.

    {% include "sessions/charts/chart.html" with chart=block.chart only %}

Values are whole numbers from 0, or a Mark where there is no number to show. Every chart says in `description` all that it shows, or the gist of
it where that is long. Lengths are text with a point, ready for an attribute: templates format numbers as people read them.
"""

import math
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sessions.marks import Mark, in_short, in_words, what_signs_mean

# Answers are filled. What is no answer (not recorded, not asked, would rather not say) is hatched and stands apart.
ANSWER = "answer"
# Of something that is there the eye must see something.
LEAST_PERCENT = 1.0
# Beyond this many, a description says the gist instead of everything.
SAID_ONE_BY_ONE = 16
LOOKS_OF_SHARES = 6
# What a column chart is laid out for: a phone held upright, and a tablet, an open page or paper.
NARROW_PX, WIDE_PX = 300, 620
LETTER_PX = 7
PLOT_TOP_PX, PLOT_PX = 22, 130
MARK_PX = {Mark.HIDDEN: 12, Mark.NOT_RECORDED: 6}
BELOW_PX = PLOT_TOP_PX + PLOT_PX + 17
COLUMN_PERCENT = 72
# One or two columns are no wider than if there were so many.
FEWEST_SLOTS = 4


@dataclass(frozen=True)
class Item:
    """A row of bars, a part of shares, or a column. part: of `value`, how many were …; full: the label in full, where `label` is short for it."""

    label: str
    value: int | Mark
    kind: str = ANSWER
    part: int | Mark | None = None
    full: str = ""

    def __post_init__(self):
        for value in [self.value, self.part]:
            check(value) if value is not None else None


@dataclass(frozen=True)
class Drawn:
    """One bar, part, column or cell as it is drawn.

    look: answer, apart, zero, hidden or not_recorded. length, x, end, width: in percent; of columns, length, y and middle are pixels.
    """

    label: str
    text: str
    look: str
    length: str = ""
    share: str = ""
    pattern: str = ""
    x: str = ""
    y: str = ""
    end: str = ""
    width: str = ""
    middle: str = ""
    part_look: str = ""
    part_y: str = ""
    part_length: str = ""
    says: str = ""


@dataclass(frozen=True)
class Letters:
    """Words in a column chart. room: "" if they fit on a phone, "wide" if on wider screens and paper alone."""

    text: str
    x: str
    y: str
    anchor: str
    room: str = ""


@dataclass(frozen=True)
class Chart:
    """kind: bars, columns, shares, grid, or none, which says `sentence` instead of drawing. key: (look, words) of what needs to be said."""

    name: str
    title: str
    kind: str
    description: str = ""
    items: list = field(default_factory=list)
    letters: list = field(default_factory=list)
    headings: list = field(default_factory=list)
    key: list = field(default_factory=list)
    sentence: str = ""

    @property
    def draws(self):
        """Whether there is anything to see: where all is none or hidden, a table says it better."""
        cells = [cell for _label, row in self.items for cell in row] if self.kind == "grid" else self.items
        return any(cell.look in {"answer", "apart"} for cell in cells)


def bars(name, title, rows, *, empty=""):
    """Horizontal bars, in the order given. rows: Items or (label, value) pairs.

    name: told apart from the other charts of the page; letters and dashes.
    empty: the sentence for a chart without rows.
    """
    rows = _items(rows)
    if not rows:
        return _none(name, title, empty)
    highest = _highest(row.value for row in rows)
    drawn = [
        Drawn(label=row.label, text=in_words(row.value), look=_look(row), length=_percent(row.value, highest, least=LEAST_PERCENT)) for row in rows
    ]
    return Chart(name, title, "bars", description=_list_in_words(rows), items=drawn, key=_key(row.value for row in rows))


def shares(name, title, parts, *, whole=None, empty=""):
    """One bar of all parts, in the order given, and each with its share. parts: Items or (label, value) pairs that add up to a whole.

    whole: what the shares are of where parts were rounded, and may not add up to it; their sum unless told.
    With anything but numbers among them there is no whole to draw shares of: then these are bars.
    """
    parts = _items(parts)
    values = [part.value for part in parts]
    if any(isinstance(value, Mark) for value in values) or not sum(values):
        return bars(name, title, parts, empty=empty)
    drawn, before = [], 0
    for number, part in enumerate(parts):
        share = _share_in_words(part.value, whole or sum(values))
        drawn.append(
            Drawn(
                label=part.label,
                text=in_words(part.value),
                look=_look(part),
                share=share,
                pattern=str(number % LOOKS_OF_SHARES + 1),
                x=_percent(before, sum(values)),
                end=_percent(before + part.value, sum(values)),
                length=_percent(part.value, sum(values)),
            )
        )
        before += part.value
    words = "; ".join(f"{part.label}: {part.text} ({part.share})" for part in drawn)
    return Chart(name, title, "shares", description=f"{words}.", items=drawn)


def columns(name, title, points, *, whole="", part="", empty=""):
    """Columns over time, oldest first. points: Items, or (label, value) pairs; with `part`, its share of the column is filled.

    whole, part: what the columns, and the filled parts of them, count: "offers", "taken up". Needed where the points have parts.
    """
    points = _items(points)
    if not points:
        return _none(name, title, empty)
    highest = _highest(point.value for point in points)
    slot = 100 / max(len(points), FEWEST_SLOTS)
    drawn = [_column(point, number * slot, slot, highest, whole=whole, part=part) for number, point in enumerate(points)]
    key = [("answer", _("Filled: %(what)s") % {"what": part}), ("whole", _("The whole column: %(what)s") % {"what": whole})] if part else []
    return Chart(
        name,
        title,
        "columns",
        description=_points_in_words(points, whole=whole, part=part),
        items=drawn,
        letters=[*_below(points, slot), *_above(points, drawn, slot)],
        key=key + _key(value for point in points for value in [point.value, point.part]),
    )


def grid(name, title, headings, rows, *, empty=""):
    """A table with a bar in each cell. headings: of the columns; rows: (label, values), or (label, values, kind), with a value for each of them."""
    if not rows or not headings:
        return _none(name, title, empty)
    rows = [(*row, ANSWER)[:3] for row in rows]
    values = [check(value) for _label, cells, _kind in rows for value in cells]
    highest = _highest(values)
    drawn = [(label, [_cell(*cell, kind, highest) for cell in zip(headings, cells, strict=True)]) for label, cells, kind in rows]
    return Chart(name, title, "grid", items=drawn, headings=list(headings), key=_key(values))


def _cell(heading, value, kind, highest):
    says = in_words(value)
    text = value.sign if isinstance(value, Mark) else says
    return Drawn(label=heading, text=text, look=_look(Item(heading, value, kind)), length=_percent(value, highest, least=4), says=says)


def check(value):
    """The value itself. Raises ValueError for what nobody can have counted."""
    if isinstance(value, Mark) or (type(value) is int and value >= 0):
        return value
    raise ValueError(f"a whole number from 0, or a mark, not {value!r}")


def _items(rows):
    return [row if isinstance(row, Item) else Item(*row) for row in rows]


def _none(name, title, sentence):
    return Chart(name, title, "none", sentence=sentence or _("Nothing has been written down for this yet."))


def _highest(values):
    return max((value for value in values if type(value) is int), default=0)


def _look(item):
    if isinstance(item.value, Mark):
        return item.value.value
    if item.value == 0:
        return "zero"
    return "answer" if item.kind == ANSWER else "apart"


def _percent(value, whole, *, least=0.0):
    if isinstance(value, Mark) or not value:
        return "0"
    return _number(max(100 * value / whole, least))


def _number(value):
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _share_in_words(value, whole):
    percent = 100 * value / whole
    if 0 < percent < 1:
        return _("under 1%")
    if 99 < percent < 100:
        return _("over 99%")
    return f"{percent_of(value, whole)}%"


def percent_of(value, whole):
    """A whole number, halves upwards."""
    return math.floor(100 * value / whole + 0.5)


def _key(values):
    signs = {mark.sign: mark.value for mark in Mark}
    return [(signs[sign], sentence) for sign, sentence in what_signs_mean(values)]


def _list_in_words(rows):
    return "; ".join(f"{row.label}: {in_words(row.value)}" for row in rows) + "."


# Columns


def _column(point, left, slot, highest, *, whole, part):
    width = slot * COLUMN_PERCENT / 100
    x = left + (slot - width) / 2
    height = _height(point.value, highest)
    part_height = _height(point.part, highest)
    has_part = point.part is not None
    return Drawn(
        label=point.full or point.label,
        text=in_words(point.value),
        look=_look(point),
        x=_number(x),
        end=_number(x + width),
        width=_number(width),
        middle=_number(PLOT_TOP_PX + PLOT_PX - height / 2),
        y=_number(PLOT_TOP_PX + PLOT_PX - height),
        length=_number(height),
        part_look=_look(Item(point.label, point.part)) if has_part else "",
        part_y=_number(PLOT_TOP_PX + PLOT_PX - part_height),
        part_length=_number(part_height),
        says=_point_in_words(point, whole=whole, part=part),
    )


def _height(value, highest):
    if isinstance(value, Mark):
        return MARK_PX[value]
    if not value:
        return 0
    return max(PLOT_PX * value / highest, 2)


def _point_in_words(point, *, whole, part):
    label, value = point.full or point.label, in_words(point.value)
    if point.part is None:
        return f"{label}: {value} {whole}".rstrip()
    return f"{label}: {value} {whole}, {in_words(point.part)} {part}"


def _points_in_words(points, *, whole, part):
    if len(points) <= SAID_ONE_BY_ONE:
        return "; ".join(_point_in_words(point, whole=whole, part=part) for point in points) + "."
    numbers = [point for point in points if type(point.value) is int]
    said = [_("%(count)d columns, from %(first)s to %(last)s.") % {"count": len(points), "first": _name(points[0]), "last": _name(points[-1])}]
    if numbers:
        most, least = max(numbers, key=lambda point: point.value), min(numbers, key=lambda point: point.value)
        said += [_("The most: %(point)s.") % {"point": _point_in_words(most, whole=whole, part=part)}]
        said += [_("The fewest: %(point)s.") % {"point": _point_in_words(least, whole=whole, part=part)}]
    for mark in Mark:
        if count := sum(point.value is mark for point in points):
            said += [ngettext("%(count)d of them is %(mark)s.", "%(count)d of them are %(mark)s.", count) % {"count": count, "mark": mark.word}]
    return " ".join(said)


def _name(point):
    return point.full or point.label


def _below(points, slot):
    """The labels under the columns: all where they fit, else the middle one of every two, three, …, as many as there is room for."""
    needed = 100 / slot * (max(len(point.label) for point in points) + 1) * LETTER_PX
    wide = math.ceil(needed / WIDE_PX)
    groups = math.ceil(needed / NARROW_PX / wide)
    for place, number in enumerate(range(wide // 2, len(points), wide)):
        letters = _letters(points[number].label, (number + 0.5) * slot, BELOW_PX, room="" if place % groups == groups // 2 else "wide")
        if letters.anchor == "middle":
            yield letters


def _above(points, drawn, slot):
    """The values over the columns: all where they fit, else the highest."""
    texts = [in_short(point.value) for point in points]
    needed = 100 / slot * (max(map(len, texts)) * LETTER_PX + 4)
    numbers = [number for number, point in enumerate(points) if type(point.value) is int]
    always = range(len(points)) if needed <= NARROW_PX else {max(numbers, key=lambda number: points[number].value)} if numbers else ()
    for number, text in enumerate(texts):
        if number in always or needed <= WIDE_PX:
            yield _letters(text, (number + 0.5) * slot, float(drawn[number].y) - 6, room="" if number in always else "wide")


def _letters(text, x, y, *, room=""):
    """Letters under the middle of a column; at an edge, they begin or end there."""
    half = 100 * len(text) * LETTER_PX / 2 / (WIDE_PX if room else NARROW_PX)
    if x < half:
        return Letters(text, "0", _number(y), "start", room)
    if x > 100 - half:
        return Letters(text, "100", _number(y), "end", room)
    return Letters(text, _number(x), _number(y), "middle", room)
