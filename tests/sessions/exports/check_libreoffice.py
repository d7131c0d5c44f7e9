"""Exported files opened in LibreOffice and saved again as CSV: what it sees is what was exported. Run by `make test-ops`, not by `make test`."""

import csv
import datetime
import subprocess

import pytest

from sessions.exports.columns import SESSION, SUMMARY, WITH_DAY
from tests.factories import CardSessionFactory, SiteFactory
from tests.sessions.exports.taking import read_csv, take
from tests.sessions.exports.test_session_files import NAMES_OF_SITES

# Comma, double quote, UTF-8, from line 1; then what is shown in the cells, every sheet to a file of its own.
AS_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
FROM_CSV = "CSV:44,34,76,1,,1033,false,false"
PATIENCE_SECONDS = 180


@pytest.fixture
def opened(tmp_path):
    """opened(content, suffix): {name of a sheet: rows of texts}, as LibreOffice understands the file."""

    def convert(content, suffix):
        path = tmp_path / f"export.{suffix}"
        path.write_bytes(content)
        command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile"]
        command += [f"--infilter={FROM_CSV}"] if suffix == "csv" else []
        command += ["--convert-to", AS_CSV, "--outdir", str(tmp_path / "out")]
        subprocess.run([*command, str(path)], check=True, capture_output=True, timeout=PATIENCE_SECONDS)
        return {file.stem.removeprefix("export-"): read(file) for file in (tmp_path / "out").iterdir()}

    return convert


def read(file):
    with file.open(newline="", encoding="utf-8") as lines:
        return list(csv.reader(lines))


@pytest.fixture
def odd_sites(full_session, organisation):
    for name in NAMES_OF_SITES:
        CardSessionFactory(site=SiteFactory(organisation=organisation, name=name), held_on=datetime.date(2026, 9, 9))


def as_shown(text):
    """A line break is a line break; characters that nobody sees, LibreOffice leaves out."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x07", "")


def without_sites(rows, place):
    return sorted(row[:place] + row[place + 1 :] for row in rows)


def test_a_workbook_of_sessions_has_every_cell_as_the_csv_has_it(desk, odd_sites, opened):
    names = [column.name for column in SESSION + WITH_DAY]
    plain = read_csv(take(desk, with_day="on"))[1]

    sheet = opened(take(desk, file_format="xlsx", with_day="on"), "xlsx")["Not for sharing"]

    assert sheet[0] == names
    assert len(sheet) == len(plain) + 1
    assert without_sites([row[1:] for row in sheet[1:]], 2) == without_sites([list(row.values())[1:] for row in plain], 2)
    assert sorted(as_shown(row[3]) for row in sheet[1:]) == sorted(map(as_shown, [*NAMES_OF_SITES, "Harbour van"]))


def test_nothing_in_a_csv_is_taken_for_a_formula(desk, odd_sites, opened):
    [sheet] = opened(take(desk), "csv").values()

    start = next(number for number, row in enumerate(sheet) if row[0] == "row")
    rows = sheet[start + 1 : -1]
    harmless = [f"'{name}" if name[0] in "=+-@\t\r\n＝" else name for name in NAMES_OF_SITES]
    assert sheet[0][0].startswith("# Not for sharing.")
    assert sheet[-1][:2] == ["# Rows", str(len(rows))]
    assert sorted(as_shown(row[3]) for row in rows) == sorted(map(as_shown, [*harmless, "Harbour van"]))


def test_a_workbook_says_what_it_is_on_a_sheet_of_its_own(desk, full_session, opened):
    about = opened(take(desk, file_format="xlsx"), "xlsx")["About"]

    assert about[0][0] == "Not for sharing. For use inside Harbour Outreach only."
    assert about[-1][:2] == ["Rows", "1"]


def test_a_workbook_of_the_summary_has_every_figure(desk, full_session, opened):
    plain = read_csv(take(desk, what="summary", query="view=share&period=2026-q3"))[1]

    sheet = opened(take(desk, what="summary", query="view=share&period=2026-q3", file_format="xlsx"), "xlsx")["Summary"]

    assert sheet[0] == [column.name for column in SUMMARY]
    assert sheet[1:] == [list(row.values()) for row in plain]
