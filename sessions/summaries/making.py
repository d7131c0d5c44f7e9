"""How rows of a block are made of figures and codes."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sessions import reference
from sessions.marks import Mark
from sessions.summaries import charts
from sessions.summaries.shapes import Column, Kind, Row, Share

NOT_RECORDED = gettext_lazy("Not recorded")
# From so many answers on, those that nobody gave are put together.
LONG = 8
KINDS = {
    None: Kind.NOT_RECORDED,
    "not_asked": Kind.NOT_ASKED,
    "prefer_not_to_say": Kind.PREFER_NOT_TO_SAY,
    "nothing": Kind.NONE,
    "none": Kind.NONE,
    "none_of_these": Kind.NONE,
}
SESSIONS = Column("sessions", gettext_lazy("Sessions"))


def coded_rows(table, values_of, *, none=None, not_recorded=True):
    """A row for each code of the table in its order, then `none` = (code, label), then what was not recorded.

    values_of: code → tuple of values. A code that is no longer in use has a row only where somebody used it.
    """
    rows = []
    for code in reference.codes()[table].values():
        values = values_of(code.code)
        if not code.is_retired or not is_nothing(values):
            rows.append(Row(code.code, _(code.label), values, KINDS.get(code.code, Kind.ANSWER)))
    if none:
        rows.append(Row(none[0], none[1], values_of(none[0]), Kind.NONE))
    if not_recorded:
        rows.append(Row(None, NOT_RECORDED, values_of(None), Kind.NOT_RECORDED))
    return tuple(rows)


def is_nothing(values):
    return not any(value is Mark.HIDDEN or value for value in values)


def fold(rows):
    """(rows to show, rows of answers that nobody gave): the second are put into one line where the list is long."""
    if len([row for row in rows if row.kind == Kind.ANSWER]) < LONG:
        return rows, ()
    empty = [row for row in rows if row.kind == Kind.ANSWER and is_nothing(row.values)]
    return tuple(row for row in rows if row not in empty), tuple(empty)


def by_number(rows):
    """Answers with the highest number first, the rest after them as they were. What is hidden stands after what is shown."""
    answers = [row for row in rows if row.kind == Kind.ANSWER]
    answers.sort(key=lambda row: -row.values[0] if type(row.values[0]) is int else 0)
    return tuple(answers) + tuple(row for row in rows if row.kind != Kind.ANSWER)


def with_shares(columns, rows, whole, *, kinds=(Kind.ANSWER,)):
    """(columns, rows) with the share of `whole` at the end; as they are where anything is hidden, since a share would give it away."""
    if type(whole) is not int or not whole or any(row.values[0] is Mark.HIDDEN for row in rows):
        return columns, rows
    shares = tuple(_with_share(row, whole if row.kind in kinds else 0) for row in rows)
    return (*columns, Column("share", _("Share"), "share")), shares


def _with_share(row, whole):
    share = Share(charts.percent_of(row.values[0], whole)) if whole else None
    return Row(row.code, row.label, (*row.values, share), row.kind, row.group)


def bars(name, title, rows, *, most=None, empty=""):
    """Bars of the first column. most: of the answers, no more than these are drawn; the table has them all."""
    answers = [row for row in rows if row.kind == Kind.ANSWER][:most]
    rest = [row for row in rows if row.kind != Kind.ANSWER and not is_nothing(row.values[:1])]
    return charts.bars(name, title, [item(row) for row in [*answers, *rest]], empty=empty)


def shares(name, title, rows, *, empty=""):
    """One bar of all rows that add up to a whole."""
    drawn = [item(row) for row in rows if row.kind not in {Kind.TOTAL, Kind.APART}]
    total = next((row.values[0] for row in rows if row.kind == Kind.TOTAL and type(row.values[0]) is int), None)
    return charts.shares(name, title, drawn, whole=total, empty=empty)


def grid(name, title, columns, rows, *, empty=""):
    drawn = [(str(row.label), list(row.values), row.kind.value) for row in rows]
    return charts.grid(name, title, [str(column.label) for column in columns], drawn, empty=empty)


def item(row):
    return charts.Item(str(row.label), row.values[0], kind=row.kind.value)
