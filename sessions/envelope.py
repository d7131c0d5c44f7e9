"""From opened bytes to the parts of a record, whatever was sent. Pure."""

import json
import math
import re
import uuid
from dataclasses import dataclass
from functools import cached_property

from sessions import clocks
from sessions.rules import Problem

SCHEMA = 1
RECORD_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.ASCII)
PARTS = {"schema", "record_id", "ticket", "made", "session"}


class NotARecord(Exception):
    """Not JSON, or nothing in it that says which record it is."""


@dataclass(frozen=True)
class Envelope:
    """A record as it came: everything but `record_id` may be any JSON value, or missing."""

    opened: bytes
    record_id: uuid.UUID
    parts: dict

    @property
    def ticket(self):
        return self.parts.get("ticket")

    @property
    def session(self):
        return self.parts.get("session")

    @cached_property
    def _made(self):
        return clocks.read_made(self.parts.get("made"))

    @property
    def made(self):
        """clocks.Made, once `problem` is known to be None."""
        return self._made[0]

    @property
    def problem(self):
        """The first thing that is wrong with the envelope itself, or None. The ticket and the session have their own checks."""
        schema = self.parts.get("schema")
        if type(schema) is not int:
            return Problem("schema", "type" if "schema" in self.parts else "required")
        if schema != SCHEMA:
            return Problem("schema", "newer_schema" if schema > SCHEMA else "unknown_schema")
        missing = [name for name in ("ticket", "made", "session") if name not in self.parts]
        if missing:
            return Problem(missing[0], "required")
        if self.parts.keys() - PARTS:
            return Problem("record", "unknown_field")
        return self._made[1] or (None if isinstance(self.session, dict) else Problem("session", "type"))


def read(opened):
    """The Envelope in these bytes. Raises NotARecord."""
    try:
        parts = json.loads(opened.decode("utf-8"), parse_int=_number)
    except (ValueError, RecursionError):
        raise NotARecord from None
    record_id = parts.get("record_id") if isinstance(parts, dict) else None
    if not isinstance(record_id, str) or not RECORD_ID.fullmatch(record_id):
        raise NotARecord
    return Envelope(opened=opened, record_id=uuid.UUID(record_id), parts=parts)


def _number(digits):
    """Python refuses to read thousands of digits; no field takes more than nineteen."""
    return int(digits) if len(digits) < 20 else math.inf

