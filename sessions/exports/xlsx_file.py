"""The workbook: everything in it is made by XlsxWriter but the rows of the table, which are written into its sheet while they come.

XlsxWriter has a workbook whole before the first byte of it can be sent. So it makes one with a single row, which is cut in two where its
rows are; what comes before is sent at once, then the real rows, then what comes after. The sheet about the file is sent last, since only
then the number of rows is known.
"""

import datetime
import io
import re
import zipfile

import xlsxwriter
from django.utils.translation import gettext as _

from sessions.exports.columns import DAY
from sessions.exports.zipping import Archive

SUFFIX, TYPE = "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 1_048_576 - 1  # of Excel, less the headings
TABLE, ABOUT = "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"
ROWS_END = "</sheetData>"
EXTENT = re.compile(r'<dimension ref="[^"]*"/>')
DAY_STYLE = re.compile(r'<c r="A2" s="(\d+)">')
NUMBER_OF_ROWS = 1_048_577  # stands in the sheet about the file until the real number is known; no table has so many
FIRST_DAY = datetime.date(1899, 12, 30)
REMEMBERED = 20_000


class TooManyRows(Exception):
    """More sessions came in than a sheet has room for, after somebody was told that there is room."""


def pieces(contents):
    """Yield (bytes, rows in them)."""
    parts = _parts_of_empty_workbook(contents)
    table, about = parts.pop(TABLE), parts.pop(ABOUT)
    archive = Archive(expected_rows=0)
    for name, part in parts.items():
        archive.add(name, part)
    yield archive.taken(), 0
    before, after = _cut(table)
    count = 0
    with archive.open(TABLE) as sheet:
        sheet.write(before.encode())
        rows = SheetRows(contents.main.columns, day_style=DAY_STYLE.search(table)[1])
        for block in contents.main.value_blocks():
            if count + len(block) > MOST_ROWS:
                raise TooManyRows
            sheet.write(rows.written(block, first=count + 2))
            count += len(block)
            yield archive.taken(), len(block)
        sheet.write(after.encode())
    archive.add(ABOUT, about.replace(f">{NUMBER_OF_ROWS}<", f">{count}<").encode())
    archive.close()
    yield archive.taken(), 0


def _parts_of_empty_workbook(contents):
    """{name: content} of the workbook; of the two sheets as text. The table has its headings, and a row with a day for its style."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        _lay_out_table(book, contents)
        _write_about(book, contents)
    with zipfile.ZipFile(made) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return parts | {name: parts[name].decode() for name in [TABLE, ABOUT]}


def _lay_out_table(book, contents):
    sheet, heading = book.add_worksheet(contents.sheet_name), book.add_format({"bold": True})
    sheet.freeze_panes(1, 1)
    for number, column in enumerate(contents.main.columns):
        sheet.set_column(number, number, column.width)
        sheet.write_string(0, number, column.name, heading)
    sheet.write_datetime(1, 0, FIRST_DAY, book.add_format({"num_format": "yyyy-mm-dd"}))
    if contents.is_inside:
        sheet.set_header("&C" + contents.mark.replace("&", "&&"))
        sheet.set_tab_color("#b00020")
    sheet.set_landscape()
    sheet.repeat_rows(0)


def _write_about(book, contents):
    sheet, wrapped = book.add_worksheet(_("About")), book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 90, wrapped)
    for number, sentence in enumerate(contents.sentences):
        sheet.write_string(number, 0, sentence, wrapped)
    sheet.write_string(number + 1, 0, _("Rows"), wrapped)
    sheet.write_number(number + 1, 1, NUMBER_OF_ROWS)


def _cut(sheet):
    """What comes before the rows, headings among it, and what comes after. How far the rows reach is not said: nobody needs it."""
    start, end = sheet.index('<row r="2"'), sheet.index(ROWS_END)
    return EXTENT.sub("", sheet[:start]), sheet[end:]


class SheetRows:
    """Rows as a sheet holds them. Texts that come again and again, such as codes, are made ready once."""

    def __init__(self, columns, *, day_style):
        letters = [xlsxwriter.utility.xl_col_to_name(number) for number in range(len(columns))]
        day = f' s="{day_style}"'
        self._begins = [f'<c r="{letter}%d"{day if column.type == DAY else ""}' for letter, column in zip(letters, columns, strict=True)]
        self._known = {}

    def written(self, rows, *, first):
        """The bytes of these rows. first: the number of the first of them in the sheet, from 1."""
        known, lines = self._known, []
        if len(known) > REMEMBERED:
            known.clear()
        for number, row in enumerate(rows, start=first):
            cells = []
            for begin, value in zip(self._begins, row, strict=True):
                if value is None or value == "":
                    continue
                end = known.get(value)
                if end is None:
                    end = known[value] = _end_of_cell(value)
                cells.append(begin % number + end)
            lines.append(f'<row r="{number}">{"".join(cells)}</row>')
        return "".join(lines).encode()


NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
LOOKS_ESCAPED = re.compile(r"_(x[0-9A-Fa-f]{4}_)")


def _end_of_cell(value):
    if isinstance(value, datetime.date):
        return f"><v>{(value - FIRST_DAY).days}</v></c>"
    if isinstance(value, int):
        return f"><v>{value}</v></c>"
    text = LOOKS_ESCAPED.sub(r"_x005F_\1", value)
    text = NOT_IN_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "_x000D_")
    kept = ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
    return f' t="inlineStr"><is><t{kept}>{text}</t></is></c>'
