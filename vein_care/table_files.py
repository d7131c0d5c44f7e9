"""Tables to take away: CSV and XLSX, both safe to open in a spreadsheet.

Text that begins like a formula is made harmless; numbers and days are left alone; days are ISO dates. A last line says how many rows
there are, so that a file cut short is known by its missing end.
"""

import csv
import datetime
import io

import xlsxwriter
from django.http import HttpResponse, StreamingHttpResponse
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _

BYTE_ORDER_MARK = "\ufeff"
ROWS_AT_A_TIME = 500
FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def plain_cell(value):
    """A value as a CSV cell holds it: nothing for None, ISO days, and an apostrophe before what a spreadsheet would take for a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int | float):
        return value
    if isinstance(value, datetime.date):
        return value.isoformat()
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA_BEGINS) else text


def csv_answer(name, columns, rows):
    """A download that is sent as it is made. columns: headings. rows: any iterable of lists."""
    answer = StreamingHttpResponse(_csv_pieces(columns, rows), content_type="text/csv; charset=utf-8")
    return as_file(answer, f"{name}.csv")


def xlsx_answer(name, columns, rows):
    """The same as a workbook with one sheet; it is whole before it is sent, and row by row on the disk until then."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet()
    day, heading = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, len(columns), 16)
    sheet.write_row(0, 0, columns, heading)
    number = 0
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, datetime.date):
                sheet.write_datetime(number, column, value, day)
            elif isinstance(value, int | float) and not isinstance(value, bool):
                sheet.write_number(number, column, value)
            elif value not in (None, ""):
                sheet.write_string(number, column, str(value if not isinstance(value, bool) else plain_cell(value)))
    sheet.write_row(number + 1, 0, _last_line(number))
    book.close()
    return as_file(HttpResponse(made.getvalue(), content_type=XLSX), f"{name}.xlsx")


def as_file(answer, name):
    """The answer as a download that nobody keeps on the way."""
    answer["Content-Disposition"] = f'attachment; filename="{get_valid_filename(name)}"'
    answer["Cache-Control"] = "no-store"
    return answer


def _last_line(count):
    return [_("Rows"), count]


def _csv_pieces(columns, rows):
    """Text of some hundred lines at a time."""
    written = io.StringIO()
    writer = csv.writer(written)
    written.write(BYTE_ORDER_MARK)
    writer.writerow(map(plain_cell, columns))
    count = 0
    for count, row in enumerate(rows, start=1):
        writer.writerow(map(plain_cell, row))
        if count % ROWS_AT_A_TIME == 0:
            yield _emptied(written)
    writer.writerow(_last_line(count))
    yield _emptied(written)


def _emptied(written):
    text = written.getvalue()
    written.seek(0)
    written.truncate()
    return text
