"""The plain CSV: lines beginning with # say what the file is and how many rows it has; all others are a table.

It opens in a spreadsheet (byte-order mark, nothing that is taken for a formula), and programs read it with `comment="#"`.
"""

import re

from django.utils.translation import gettext as _

from sessions.exports.tables import csv_lines
from vein_care.table_files import BYTE_ORDER_MARK

SUFFIX, TYPE = "csv", "text/csv; charset=utf-8"
ENDS_A_CELL = re.compile(r'[,;"\s]+')


def pieces(contents):
    """Yield (bytes, rows in them). The last line has the number of rows: a file without it is not whole."""
    notes = "".join(f"# {one_cell(sentence)}\n" for sentence in contents.sentences)
    yield (BYTE_ORDER_MARK + notes).encode() + csv_lines([[column.name for column in contents.main.columns]]), 0
    count = 0
    for block, rows in contents.main.csv_blocks():
        count += rows
        yield block, rows
    yield f"# {_('Rows')},{count}\n".encode(), 0


def one_cell(sentence):
    """A sentence with nothing in it that could begin a second cell, or a quoted one."""
    return ENDS_A_CELL.sub(" ", sentence).strip()
