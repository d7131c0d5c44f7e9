"""The fields of a record. Each takes a value as JSON has it and refuses with the rule it breaks; nothing is guessed or put right.

A page that sends text uses widgets whose `value_from_datadict` gives such values.
"""

import datetime
import re

from django import forms

from sessions import reference
from sessions.rules import Broken

LARGEST_NUMBER = 2**31 - 1
ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class RecordField(forms.Field):
    """A value of one kind; None means that nothing was recorded, where `required` is False.

    retired: codes that are taken although they are no longer in use.
    """

    kind = object
    retired = frozenset()

    def clean(self, value):
        if value is None:
            if self.required:
                raise Broken("required")
            return None
        if type(value) is not self.kind:
            raise Broken("type")
        return self.check(value)

    def check(self, value):
        return value


class FlagField(RecordField):
    kind = bool


class SiteField(RecordField):
    """The id of a site. Whether there is such a site and whose it is, the form asks."""

    kind = int


class ReleaseField(RecordField):
    """The number of a published deck; gives a reference.Release."""

    kind = int

    def check(self, value):
        release = reference.release(value) if 0 < value <= LARGEST_NUMBER else None
        if release is None:
            raise Broken("unknown_release")
        return release


class DayField(RecordField):
    kind = str

    def check(self, value):
        if not ISO_DAY.fullmatch(value):
            raise Broken("not_a_date")
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            raise Broken("not_a_date") from None


class OneOfField(RecordField):
    """One of a closed list of technical states."""

    kind = str

    def __init__(self, choices, **options):
        super().__init__(**options)
        self.values = frozenset(choices.values)

    def check(self, value):
        if value not in self.values:
            raise Broken("unknown_code")
        return value


class CodeField(RecordField):
    """A code of a code table that is in use."""

    kind = str

    def __init__(self, table, **options):
        super().__init__(**options)
        self.table = table

    def check(self, value):
        return known_code(self.table, value, retired=self.retired)


class ListField(RecordField):
    """A list without doubles. `check_entry` gives (what may be there once, the clean entry)."""

    kind = list
    most = 200

    def check(self, value):
        if len(value) > self.most:
            raise Broken("too_many")
        seen, entries = set(), []
        for position, entry in enumerate(value):
            try:
                key, clean = self.check_entry(entry)
                if key in seen:
                    raise Broken("duplicate")
            except Broken as broken:
                raise Broken(broken.code, position, *broken.below) from None
            seen.add(key)
            entries.append(clean)
        return entries


class CodeListField(ListField):
    def __init__(self, table, **options):
        super().__init__(**options)
        self.table = table

    def check_entry(self, entry):
        code = known_code(self.table, entry, retired=self.retired)
        return code, code


class CardListField(ListField):
    """[{"slug", "version"}]; gives (slug, version) pairs. Whether the deck has them, the form asks."""

    def check_entry(self, entry):
        check_keys(entry, {"slug", "version"})
        card = (entry.get("slug"), entry.get("version"))
        for name, kind, value in zip(("slug", "version"), (str, int), card, strict=True):
            if type(value) is not kind:
                raise Broken("type", name)
        return card, card


class ResourceListField(ListField):
    """[{"code", "status", "quantity"}]; gives (code, status, quantity) triples."""

    def __init__(self, statuses, *, given, most_given, **options):
        super().__init__(**options)
        self.statuses = frozenset(statuses.values)
        self.given = given
        self.most_given = most_given

    def check_entry(self, entry):
        check_keys(entry, {"code", "status", "quantity"})
        code = below("code", self._code, entry.get("code"))
        status = below("status", self._status, entry.get("status"))
        quantity = below("quantity", self._quantity, entry.get("quantity"), status)
        return code, (code, status, quantity)

    def _code(self, code):
        return known_code("resources", code, retired=self.retired)

    def _status(self, status):
        if not isinstance(status, str):
            raise Broken("type")
        if status not in self.statuses:
            raise Broken("unknown_code")
        return status

    def _quantity(self, quantity, status):
        if quantity is None:
            return None
        if type(quantity) is not int:
            raise Broken("type")
        if status != self.given or not 1 <= quantity <= self.most_given:
            raise Broken("quantity")
        return quantity


def known_code(table, value, *, retired=frozenset()):
    """The code, if the table has it in use or it is one of these. Raises Broken."""
    if type(value) is not str:
        raise Broken("type")
    code = reference.codes()[table].get(value)
    if code is None:
        raise Broken("unknown_code")
    if code.is_retired and value not in retired:
        raise Broken("retired_code")
    return value


def check_keys(entry, names):
    if type(entry) is not dict:
        raise Broken("type")
    if entry.keys() - names:
        raise Broken("unknown_field")


def below(name, check, *values):
    """Run a check of one part of an entry; what it refuses is refused under that name."""
    try:
        return check(*values)
    except Broken as broken:
        raise Broken(broken.code, name, *broken.below) from None
