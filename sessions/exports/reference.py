"""docs/reference/export-columns.md, generated from the table of columns. A test compares the file with this output."""

from sessions.exports.columns import BETWEEN, CODES, COLUMNS, PARTS, SUMMARY, WORDS, of_sessions

HEADER = """# Columns of exported files

Generated from `sessions/exports/columns.py` with `manage.py export_columns`; a test fails when this page falls behind.
Names of columns and codes never change; new columns come at the end. How to take and read the files: [Export figures](../how-to/export-figures.md).

A code stands for itself; its label is in `codes.csv` of the ZIP, under the list named here. Several codes in one cell are joined by `{between}`.
A number of things given stands behind its code: `water_ampoules:10`.
"""


def render():
    """The whole page as Markdown text, ending in a newline."""
    sessions = _table("Sessions row by row", "sessions.csv, the plain CSV and the workbook.", of_sessions(with_day=True))
    parts = [HEADER.format(between=BETWEEN), _words(), sessions]
    parts += [_table(f"{name}.csv", f"Only in the ZIP: {name} one to a line.", columns) for name, columns in PARTS.items()]
    parts += [
        _table("Summary", "summary.csv, the plain CSV and the workbook: one line for each figure of the page.", SUMMARY),
        _table("codes.csv", "Only in the ZIP.", CODES),
        _table("columns.csv", "Only in the ZIP: this page as a table.", COLUMNS),
    ]
    return "\n".join(parts)


def _words():
    rows = [f"| `{word}` | {meaning} |" for word, meaning in WORDS.items()]
    blank = "| empty | Never 0, and never one of these: each column says what it means. |"
    return "\n".join(["| In place of a code | Meaning |", "| --- | --- |", *rows, blank, ""])


def _table(heading, about, columns):
    lines = [f"## {heading}\n", f"{about}\n", "| Column | Type | Meaning | Codes | Empty means |", "| --- | --- | --- | --- | --- |"]
    lines += [f"| `{column.name}` | {column.type} | {column.meaning} | {_codes(column)} | {column.blank or '–'} |" for column in columns]
    return "\n".join(lines) + "\n"


def _codes(column):
    found = ([f"list `{column.codes}`"] if column.codes else []) + [f"`{word}`" for word in column.words]
    return ", ".join(found) or "–"
