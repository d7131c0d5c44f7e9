"""The ZIP for programs: the sessions, one file for each of their parts, the codes with their labels, and what describes them all.

datapackage.json (Frictionless Data Package) comes last, since it says how many rows each file has: a ZIP that breaks off does not open.
"""

import hashlib
import json

from django.utils import timezone

from sessions.exports import columns as column_table
from sessions.exports.columns import BETWEEN, ROW, WORDS
from sessions.exports.tables import csv_lines
from sessions.exports.zipping import Archive

SUFFIX, TYPE = "zip", "application/zip"
PROFILE = "tabular-data-package"


def pieces(contents):
    """Yield (bytes, rows of the main table in them)."""
    archive, described = Archive(expected_rows=contents.expected), []
    archive.add("README.txt", ("\n".join(contents.readme) + "\n").encode())
    yield archive.taken(), 0
    for table in contents.tables:
        with archive.open(f"{table.name}.csv") as file:
            measured = _Measured(file)
            measured.write(csv_lines([[column.name for column in table.columns]]), 0)
            for block, rows in table.csv_blocks():
                measured.write(block, rows)
                yield archive.taken(), rows if table is contents.main else 0
        described.append(_resource(table, measured, contents))
    package = {
        "profile": PROFILE,
        "name": contents.stem,
        "title": contents.title,
        "description": " ".join(contents.sentences),
        "created": timezone.now().isoformat(timespec="seconds"),
        "keywords": ["not for sharing"] if contents.is_inside else [],
        "resources": described,
    }
    archive.add("datapackage.json", (json.dumps(package, indent=2, ensure_ascii=False) + "\n").encode())
    archive.close()
    yield archive.taken(), 0


class _Measured:
    """A file of the archive that knows how much went into it."""

    def __init__(self, file):
        self._file, self.rows, self.bytes, self._hash = file, 0, 0, hashlib.sha256()

    def write(self, block, rows):
        self._file.write(block)
        self._hash.update(block)
        self.rows += rows
        self.bytes += len(block)

    @property
    def hash(self):
        return f"sha256:{self._hash.hexdigest()}"


def _resource(table, measured, contents):
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": f"{table.name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "doubleQuote": True, "header": True, "lineTerminator": "\n"},
        "rowCount": measured.rows,
        "bytes": measured.bytes,
        "hash": measured.hash,
        "schema": schema(table, contents),
    }


def schema(table, contents):
    """The Table Schema. codeList names the list in codes.csv; an enum holds what one cell may say where it is a single code."""
    described = {"fields": [_field(column, contents.codes) for column in table.columns], "missingValues": [""]}
    if table is contents.main and table.columns[0] is ROW:
        described["primaryKey"] = ROW.name
    elif table.columns[0] is ROW:
        described["primaryKey"] = [column.name for column in table.columns[: 3 if table.name == "cards" else 2]]
        described["foreignKeys"] = [{"fields": ROW.name, "reference": {"resource": contents.main.name, "fields": ROW.name}}]
    elif table.columns is column_table.CODES:
        described["primaryKey"] = ["list", "code"]
    return described


def _field(column, codes):
    described = {"name": column.name, "type": column.type, "description": column.meaning}
    constraints = {} if column.blank else {"required": True}
    if column.type == "date":
        described["format"] = "default"
    if column.codes:
        described["codeList"] = column.codes
    if column.words:
        described["words"] = {word: WORDS[word] for word in column.words}
    if column.is_list:
        described["separator"] = BETWEEN
    elif column.codes:
        constraints["enum"] = [*codes[column.codes], *column.words]
    if constraints:
        described["constraints"] = constraints
    return described
