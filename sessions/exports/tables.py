"""A table to be written to a file, whichever the file: as lines of CSV, or as values for a workbook. Both come in blocks of whole rows."""

import datetime
import re
from dataclasses import dataclass, field

from sessions.exports import statements
from sessions.exports.columns import DAY, WHOLE
from vein_care.table_files import plain_cell

ROWS_AT_A_TIME = 500
AS_CSV = "FORMAT csv{quoted}"
AS_VALUES = "FORMAT text"
NEEDS_QUOTES = re.compile(r'[,"#\r\n]')


@dataclass
class ListedTable:
    """Rows that are in memory: a few hundred figures, or codes."""

    name: str
    columns: list
    rows: list

    def csv_blocks(self):
        for rows in _in_blocks(self.rows):
            yield csv_lines([plain_cell(value) for value in row] for row in rows), len(rows)

    def value_blocks(self):
        yield from _in_blocks(self.rows)


@dataclass
class CopiedTable:
    """Rows that PostgreSQL writes, a calendar week at a time. numbers: shared by the tables of one file, so that a row has one number in all."""

    name: str
    columns: list
    template: str
    snapshot: object
    selection: statements.Selection
    numbers: "Numbers"

    def csv_blocks(self):
        quoted = ", ".join(f'"{column.name}"' for column in self.columns if column.typed)
        named = f", FORCE_QUOTE ({quoted})" if quoted else ""
        yield from self.snapshot.blocks(self._statements(harmless=True), options=AS_CSV.format(quoted=named))

    def value_blocks(self):
        readers = [_READERS[column.type] for column in self.columns]
        for block, _rows in self.snapshot.blocks(self._statements(harmless=False), options=AS_VALUES):
            lines = block.decode().split("\n")[:-1]
            yield [[read(cell) for read, cell in zip(readers, line.split("\t"), strict=True)] for line in lines]

    def _statements(self, *, harmless):
        for first, last, before in self.numbers.weeks():
            yield statements.of_week(self.template, self.selection, first, last, before=before, harmless=harmless, columns=self.columns)


@dataclass
class Numbers:
    """How many rows there are before each week, known once the sessions themselves are counted: one statement for all."""

    snapshot: object
    selection: statements.Selection
    _weeks: list = field(default=None)

    def weeks(self):
        if self._weeks is None:
            self._weeks, before = [], 0
            for week, rows in self.snapshot.rows(statements.WEEKS.format(counted=self.selection.counted), self.selection.values):
                first, last = max(week, self.selection.first), min(week + statements.SIX_DAYS, self.selection.last)
                self._weeks.append((first, last, before))
                before += rows
        return self._weeks


def csv_lines(rows):
    """Lines of values that are plain already. A # is quoted, too: outside of quotes, programs that pass over notes would end the line there."""
    return "".join(f"{','.join(map(_quoted, row))}\n" for row in rows).encode()


def _quoted(value):
    text = str(value)
    return '"' + text.replace('"', '""') + '"' if NEEDS_QUOTES.search(text) else text


def _in_blocks(rows):
    for start in range(0, len(rows), ROWS_AT_A_TIME):
        yield rows[start : start + ROWS_AT_A_TIME]


# How COPY writes text: \N is NULL, and a backslash stands before what would end a cell or a line.

_ESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def _text(cell):
    if "\\" not in cell:
        return cell
    if cell == "\\N":
        return None
    pieces = iter(cell.split("\\"))
    found = [next(pieces)]
    for piece in pieces:
        if piece:
            found.append(_ESCAPED.get(piece[0], piece[0]) + piece[1:])
        else:  # two in a row are one of them, and what follows the second is as it is
            found.append("\\" + next(pieces, ""))
    return "".join(found)


def _whole(cell):
    return None if cell == "\\N" else int(cell)


def _day(cell):
    return None if cell == "\\N" else datetime.date.fromisoformat(cell)


_READERS = {WHOLE: _whole, DAY: _day}
_READERS = _READERS | {"string": _text}
