"""The one shape in which figures reach the page, the report, the pictures and the summary export."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from sessions.marks import Mark, in_words

MANY = 6  # so many rows of nothing but stars say less than one line


class Kind(StrEnum):
    """What a row says. The rows that are no answer are told apart from one another, and from an answer that was given by nobody, which is 0."""

    ANSWER = "answer"
    NOT_RECORDED = "not_recorded"
    NOT_ASKED = "not_asked"
    PREFER_NOT_TO_SAY = "prefer_not_to_say"
    NONE = "none"  # recorded, and it was none: nothing handed over, none of these
    DOES_NOT_APPLY = "does_not_apply"
    TOTAL = "total"
    APART = "apart"  # beside the others and in no total of theirs


@dataclass(frozen=True)
class Share:
    """A share of sessions in whole per cent, never of what persons do."""

    percent: int


@dataclass(frozen=True)
class Column:
    """A column of figures. unit: sessions, items, answers, people, modules or share."""

    code: str
    label: str | Promise
    unit: str = "sessions"


@dataclass(frozen=True)
class Row:
    """values: int, a sessions.marks.Mark, Share, or None where there can be no figure, one for each column.

    code: None where nothing was recorded. group: a heading over this row and those after it that have the same.
    """

    code: str | None
    label: str | Promise
    values: tuple
    kind: Kind = Kind.ANSWER
    group: str | Promise = ""

    @property
    def cells(self):
        """(what is seen, what is read out instead or "") of each value, ready for a table."""
        return [in_a_cell(value) for value in self.values]


def in_a_cell(value):
    if value is None:
        return "", _("does not apply")
    if isinstance(value, Mark):
        return value.sign, value.word
    return (f"{value.percent}%" if isinstance(value, Share) else in_words(value)), ""


@dataclass(frozen=True)
class Block:
    """One part of a summary: what it says, its figures, and how they are drawn.

    first: heading of the column of labels. chart: a charts.Chart, or None where a table says it better. note: what to keep in mind when reading.
    folded: rows that a page leaves out because all their figures are 0; files have them all.
    links: (label, address, whether it is this one), for a page. in_order: rows follow one another, as months do, and none is put elsewhere.
    """

    name: str
    heading: str | Promise
    sentence: str
    first: str | Promise
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    chart: object | None = None
    note: str = ""
    folded: tuple[Row, ...] = ()
    links: tuple = ()
    in_order: bool = False

    @property
    def withheld(self):
        """Answers of which every figure is hidden, where there are many: a table puts them into one line, and files have them all."""
        stars = tuple(row for row in self.rows if row.kind == Kind.ANSWER and all(value is Mark.HIDDEN for value in row.values))
        return stars if len(stars) >= MANY and not self.in_order else ()

    @property
    def table_rows(self):
        withheld = {id(row) for row in self.withheld}
        return tuple(row for row in self.rows if id(row) not in withheld)

    @property
    def all_rows(self):
        return self.rows + self.folded

    @property
    def has_hidden(self):
        return any(value is Mark.HIDDEN for row in self.rows for value in row.values)
