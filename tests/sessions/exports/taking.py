"""Taking an export as somebody at a desk does, and reading what came."""

import csv
import io
import re
import zipfile
from xml.etree import ElementTree

from django.db import connection
from django.urls import reverse

from sessions.models import Export
from vein_care.table_files import BYTE_ORDER_MARK

DAYS = "view=inside&from=2026-07-01&to=2026-09-30"
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def ask(client, *, query=DAYS, **values):
    """Fill in the form of the start page, and return the Export."""
    posted = {"what": "sessions", "file_format": "csv", "reason": "To plan the winter"} | values
    response = client.post(f"{reverse('sessions:export-start')}?{query}", {name: value for name, value in posted.items() if value})
    assert response.status_code == 302, response.context["form"].errors | response.context["filter"].errors
    return Export.objects.latest("pk")


def begin(client, export):
    return client.post(reverse("sessions:export-file", args=[export.pk]))


def take(client, **values):
    """The whole file, as bytes."""
    return begin(client, ask(client, **values)).getvalue()


def read_csv(content):
    """(notes, rows as dicts) of a plain CSV, as a program reads it that passes over lines beginning with #."""
    text = content.decode()
    assert text.startswith(BYTE_ORDER_MARK)
    lines = text.removeprefix(BYTE_ORDER_MARK).split("\n")
    first = next(number for number, line in enumerate(lines) if not line.startswith("#"))
    assert lines[-1] == "" and lines[-2].startswith("# ")
    table = "\n".join(lines[first:-2])
    return lines[:first] + [lines[-2]], list(csv.DictReader(io.StringIO(table, newline="")))


def read_zip(content):
    """{name: text}"""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode() for name in archive.namelist()}


def read_table(text):
    return list(csv.DictReader(io.StringIO(text, newline="")))


def read_xlsx(content, sheet=1):
    """Rows of a sheet as lists of texts, blanks as None; what is escaped in it is told as it was."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        root = ElementTree.fromstring(archive.read(f"xl/worksheets/sheet{sheet}.xml"))
    rows = []
    for row in root.iter(f"{SHEET}row"):
        cells = {re.sub(r"\d", "", cell.get("r")): _text(cell) for cell in row}
        rows.append([cells.get(letter) for letter in "ABCDEFGHIJKLMNOPQRSTUV"])
    return rows


def _text(cell):
    text = cell.findtext(f"{SHEET}is/{SHEET}t") if cell.get("t") == "inlineStr" else cell.findtext(f"{SHEET}v")
    return text and re.sub(r"_x([0-9A-F]{4})_", lambda found: chr(int(found[1], 16)), text)


def as_text(value):
    return None if value is None or value == "" else str(value)


def going_on():
    """What PostgreSQL still does for exports of this database, now: within a transaction it would go on saying what it said at first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT query FROM pg_stat_activity WHERE application_name = 'vein-care-export' AND datname = current_database()")
        return [query for (query,) in cursor.fetchall()]


