"""A rescue file: the sealed records that wait on a tablet, saved as a file and handed in by a coordinator (docs/reference/hand-in.md §7).

Each record goes the way of every hand-in, as if the tablet that its ticket names had brought it. So handing the file in twice, or while the
tablet sends the same records itself, is harmless.
"""

import json
import re
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sessions import clocks, hand_in, tablets, tickets

MARK = "vein_care_rescue"
VERSION = 1
LARGEST_FILE = 64 * 1024 * 1024
LONGEST_LINE = hand_in.LARGEST_SEALED + 1024
MOST_RECORDS = 1_000_000
MOST_UNREADABLE = 1_000
ORIGIN = re.compile(r"https?://[A-Za-z0-9.:\[\]-]{1,100}", re.ASCII)
STORED, HERE, LOOK_AT, ELSEWHERE, NOT_OURS, BROKEN, TOO_MANY = "stored", "here", "look_at", "elsewhere", "not_ours", "broken", "too_many"
WHY_NOT = {"unknown_key": NOT_OURS, "quarantine_full": TOO_MANY}


class NotARescueFile(Exception):
    """It cannot be one; says why and what to do, for the page."""


@dataclass(frozen=True)
class Header:
    """What the first line says: the address that the tablet had, "" if it says none, and how many records follow, or None."""

    origin: str
    records: int | None


@dataclass
class Outcome:
    """What came of a file, counted. unreadable: lines that hold no record. is_given_up: there were so many that the rest was not read."""

    header: Header
    tried: int = 0
    unreadable: int = 0
    is_given_up: bool = False
    counts: dict = field(default_factory=dict)

    @property
    def missing(self):
        """How many records the file should hold and does not; if it does not say how many, the lines that could not be read."""
        return self.unreadable if self.header.records is None else max(self.header.records - self.tried, 0)

    @property
    def is_all_here(self):
        is_whole = self.tried > 0 and not self.missing and not self.is_given_up
        return is_whole and not any(self.counts.get(fate) for fate in [NOT_OURS, BROKEN, TOO_MANY])


def read_header(file):
    """The Header of a file opened for reading bytes, which stands at its first record afterwards. Raises NotARescueFile."""
    said = _object(file.readline(LONGEST_LINE).removeprefix(b"\xef\xbb\xbf"))
    version = said.get(MARK)
    if type(version) is not int or version < 1:
        raise NotARescueFile(_("This is not a rescue file. Its name begins with “cards-rescue”; it is saved on the tablet, under “This tablet”."))
    if version > VERSION:
        raise NotARescueFile(_("This file was saved by a newer app than this server knows. Have the server updated, then try again."))
    origin, records = said.get("origin"), said.get("records")
    is_origin = isinstance(origin, str) and ORIGIN.fullmatch(origin)
    return Header(origin if is_origin else "", records if type(records) is int and 0 <= records <= MOST_RECORDS else None)


def hand_in_file(file, header, *, by):
    """Hand in every record of a file that stands after its header. Yields the Outcome so far, after each record and at the end; the same
    object each time.

    Blank lines come from mail programs, one or two for each record. A file with more than MOST_UNREADABLE lines that are neither is not read
    to its end, nor is one with as many blank lines in a row.
    """
    outcome = Outcome(header)
    blank = 0
    while not outcome.is_given_up and (line := file.readline(LONGEST_LINE)):
        sealed = _sealed_in(line)
        if sealed is not None:
            blank = 0
            outcome.tried += 1
            fate = _hand_in(sealed, by=by)
            outcome.counts[fate] = outcome.counts.get(fate, 0) + 1
            yield outcome
        elif line.strip():
            outcome.unreadable += 1
        else:
            blank += 1
        outcome.is_given_up = max(outcome.unreadable, blank) >= MOST_UNREADABLE
    yield outcome


def _hand_in(sealed, *, by):
    """What became of one sealed record. Nothing is known of the tablet's clock at this moment, so what it says is believed and marked."""
    try:
        record = hand_in.open_record(sealed)
        claims = tickets.read(record.ticket)
        tablet = tablets.named_by(claims, organisation_id=by.organisation_id)
        receipt = hand_in.hand_in(record, claims=claims, tablet=tablet, reading=clocks.Reading(), now=timezone.now())
    except hand_in.Refused as refusal:
        return WHY_NOT.get(refusal.error, BROKEN)
    if not receipt.is_new:
        return HERE
    if receipt.problem is None:
        return STORED
    is_elsewhere = claims is not None and claims.organisation_id != by.organisation_id
    return ELSEWHERE if is_elsewhere else LOOK_AT


def _sealed_in(line):
    sealed = _object(line).get("sealed")
    return sealed.encode() if isinstance(sealed, str) and sealed.isascii() else None


def _object(line):
    try:
        said = json.loads(line.decode("utf-8"), parse_int=lambda digits: int(digits[:20]))
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def in_words(outcome, *, origin):
    """[(kind, sentence)] for the page; kind is one of the fates, "given_up", "missing", "origin", "nothing" or "all".

    origin: the address of this server.
    """
    told = [(fate, sentence(count)) for fate, sentence in SENTENCES.items() if (count := outcome.counts.get(fate))]
    if outcome.is_given_up:
        told.append(("given_up", _given_up()))
    elif outcome.missing:
        told.append(("missing", _missing(outcome.missing)))
    elif not outcome.tried:
        told.append(("nothing", _("There is no record in this file. Nothing waited on the tablet when it was saved.")))
    if outcome.is_all_here:
        told.append(("all", _("Everything in this file is here. The tablet may show it as waiting until it reaches this server; that does no harm.")))
    if outcome.header.origin not in ("", origin):
        addresses = {"there": outcome.header.origin, "here": origin}
        told.append(("origin", _("It was saved from %(there)s, and this is %(here)s. It was tried all the same.") % addresses))
    return told


def _counted(singular, plural, count):
    return ngettext(singular, plural, count) % {"count": number_format(count, force_grouping=True)}


def _given_up():
    return _("A thousand lines of this file hold no record, so the rest of it was not read. Save it again on the tablet, and hand that in.")


def _missing(count):
    return _counted(
        "%(count)s record that should be in this file is not in it: it was cut short or damaged. Save it again on the tablet, and hand that in.",
        "%(count)s records that should be in this file are not in it: it was cut short or damaged. Save it again on the tablet, and hand that in.",
        count,
    )


SENTENCES = {
    STORED: lambda count: _counted("%(count)s record is stored now.", "%(count)s records are stored now.", count),
    HERE: lambda count: _counted("%(count)s record was here already.", "%(count)s records were here already.", count),
    LOOK_AT: lambda count: _counted(
        "%(count)s record is safe here, but somebody has to look at it.", "%(count)s records are safe here, but somebody has to look at them.", count
    ),
    ELSEWHERE: lambda count: _counted(
        "%(count)s record is another service's. It is safe here, and waits for its coordinators.",
        "%(count)s records are another service's. They are safe here, and wait for its coordinators.",
        count,
    ),
    NOT_OURS: lambda count: _counted(
        "%(count)s record was sealed to a key that this server does not have. Is it from another installation? Keep the file, and try it there.",
        "%(count)s records were sealed to a key that this server does not have. Are they from another installation? Keep the file, and try it there.",
        count,
    ),
    BROKEN: lambda count: _counted(
        "%(count)s record could not be opened, its seal is broken. Save the file again on the tablet, and hand that in.",
        "%(count)s records could not be opened, their seals are broken. Save the file again on the tablet, and hand that in.",
        count,
    ),
    TOO_MANY: lambda count: _counted(
        "%(count)s record was not taken in, because too many wait to be looked at. Deal with some of them, then hand in this file again.",
        "%(count)s records were not taken in, because too many wait to be looked at. Deal with some of them, then hand in this file again.",
        count,
    ),
}
