"""Tables to take away: what a cell becomes, and a file whose end is known."""

import datetime

import pytest

from vein_care.table_files import csv_answer, plain_cell


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        (True, "yes"),
        (-3, -3),
        (2.5, 2.5),
        (datetime.date(2026, 11, 22), "2026-11-22"),
        ("Jo Marsh", "Jo Marsh"),
        ("=HYPERLINK()", "'=HYPERLINK()"),
        ("+44", "'+44"),
        ("-1", "'-1"),
        ("@sum", "'@sum"),
        ("\tcmd", "'\tcmd"),
        ("", ""),
    ],
)
def test_a_cell_is_harmless_and_plain(value, cell):
    assert plain_cell(value) == cell


@pytest.mark.parametrize("rows", [0, 1, 500, 1203])
def test_the_last_line_says_how_many_rows_there_are(rows):
    answer = csv_answer("names", ["Number"], ([number] for number in range(rows)))

    lines = b"".join(answer.streaming_content).decode().split("\r\n")

    assert lines[0] == "\ufeffNumber"
    assert lines[-2:] == [f"Rows,{rows}", ""]
    assert len(lines) == rows + 3


def test_it_is_sent_as_it_is_made():
    made = []
    rows = (made.append(number) or [number] for number in range(2000))

    next(iter(csv_answer("names", ["Number"], rows).streaming_content))

    assert len(made) == 500
