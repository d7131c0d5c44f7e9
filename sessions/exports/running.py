"""The life of an export: asked for, begun once, and ended as complete, stopped or broken off. Each step is in the audit trail."""

import errno
import logging
import threading
import time

from django.db import Error, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sessions.exports import contents, csv_file, summary_tables, xlsx_file, zip_file
from sessions.exports.copying import CopyBroke, NobodyTakesIt, NotThere, Snapshot
from sessions.models import Export
from vein_care.accounts import audit

logger = logging.getLogger(__name__)

FILES = {Export.Format.CSV: csv_file, Export.Format.XLSX: xlsx_file, Export.Format.ZIP: zip_file}
SAYS_EVERY_SECONDS = 1.0
TRIES_TO_END, SECONDS_BETWEEN = 5, 1.0
ONE_AT_A_TIME = 7_052_026  # the number of the lock under which exports are counted and begun


class Refused(Exception):
    """This cannot be begun now; says why, and what to do, for the page."""


class IsStopped(BrokenPipeError):
    """Somebody pressed Stop. What goes out is cut off here, so that nobody takes it for the whole.

    To the web server it is as if the reader had gone, which it does not put down as an error.
    """

    def __init__(self):
        super().__init__(errno.EPIPE, "stopped")


class _Places:
    """How many exports this web process has under way: each keeps one of its few threads, and pages need some, too."""

    def __init__(self):
        self._lock, self._taken = threading.Lock(), 0

    def take(self, most):
        with self._lock:
            if self._taken >= most:
                raise Refused(_("Several exports are being made at this moment. Try again in a minute."))
            self._taken += 1

    def give_back(self):
        with self._lock:
            self._taken -= 1


places = _Places()


def begin(export, *, settings, now):
    """Claim an export that is ready and open what it is read from. Returns a Sending. Raises Refused, with a sentence for the page."""
    places.take(settings.EXPORTS_AT_ONCE_OF_A_PROCESS)
    snapshot = None
    try:
        snapshot = _snapshot() if export.what == Export.What.SESSIONS else None
        _claim(export, most=settings.EXPORTS_AT_ONCE, now=now)
    except BaseException:
        places.give_back()
        if snapshot:
            snapshot.close()
        raise
    return Sending(export, snapshot)


def _snapshot():
    try:
        return Snapshot()
    except NotThere:
        raise Refused(_("The database that exports are read from does not answer just now. Try again in a minute.")) from None


@transaction.atomic
def _claim(export, *, most, now):
    """Set it running if it may. One after the other: of two that press at the same moment, one is refused."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
    settle_abandoned(now=now)
    if Export.objects.filter(organisation=export.organisation_id).running(now=now).count() >= most:
        raise Refused(_("Your service has as many exports under way as there can be at once. Wait until one has ended, or stop it."))
    if not export.may_begin(now=now):
        raise Refused(_("This export was begun already, or is too old to begin. Ask for a new one."))
    ready = Export.objects.filter(pk=export.pk, state=Export.State.READY)
    if not ready.update(state=Export.State.RUNNING, began_at=now, seen_at=now):
        raise Refused(_("This export was begun already. Ask for a new one if you need the file again."))
    export.refresh_from_db()
    audit.record("export.begun", by=export.asked_by, target=export, organisation_id=export.organisation_id, **facts(export))


def settle_abandoned(*, now):
    """Say of exports whose server ended without a word that they broke off. Returns how many there were."""
    settled = 0
    for export in Export.objects.abandoned(now=now).select_related("asked_by"):
        settled += _end(export, Export.State.BROKEN_OFF, export.rows, why=Export.Why.SERVER, now=now)
    return settled


def facts(export):
    """What the audit trail says of an export besides who and when."""
    return {
        "what": export.what,
        "format": export.file_format,
        "about": export.about,
        "with_day": export.with_day,
        "expected": export.expected,
    } | ({"reason": export.reason} if export.reason else {})


@transaction.atomic
def _end(export, state, rows, *, why="", now):
    """Note how it ended, once. Returns whether this was the first time."""
    running = Export.objects.filter(pk=export.pk, state=Export.State.RUNNING)
    if not running.update(state=state, rows=rows, why=why, seen_at=now, ended_at=now):
        return False
    found = {"rows": rows} | ({"why": why} if why else {})
    audit.record(f"export.{state}", by=export.asked_by, target=export, organisation_id=export.organisation_id, **facts(export) | found)
    return True


def stop(export):
    """Ask a running export to stop; it does within a second or two. Returns whether it was running."""
    return bool(Export.objects.filter(pk=export.pk, state=Export.State.RUNNING).update(is_to_stop=True))


def _state_after(ended):
    """(state, why) of an export whose pieces ended so."""
    if isinstance(ended, StopIteration):
        return Export.State.COMPLETE, ""
    if isinstance(ended, IsStopped):
        return Export.State.STOPPED, ""
    known = {NobodyTakesIt: Export.Why.STANDSTILL, CopyBroke: Export.Why.DATABASE, xlsx_file.TooManyRows: Export.Why.ROWS}
    return Export.State.BROKEN_OFF, known.get(type(ended), Export.Why.SERVER)


def _contents_of(export, snapshot):
    return contents.of_sessions(export, snapshot) if export.what == Export.What.SESSIONS else summary_tables.of_summary(export)


class Sending:
    """The bytes of an export, to be iterated once. Whatever happens, `close` leaves nothing behind and says how it ended."""

    def __init__(self, export, snapshot):
        self.export, self._snapshot = export, snapshot
        self._rows, self._said_at, self._is_closed = 0, time.monotonic(), False
        self._state, self._why = Export.State.BROKEN_OFF, Export.Why.READER
        try:
            self.contents = _contents_of(export, snapshot)
            self._pieces = FILES[export.file_format].pieces(self.contents)
        except BaseException:
            self._why = Export.Why.SERVER
            self.close()
            raise

    def __iter__(self):
        return self

    def __next__(self):
        try:
            while True:
                piece, rows = next(self._pieces)
                self._rows += rows
                self._say_how_far()
                if piece:
                    return piece
        except BaseException as ended:
            self._state, self._why = _state_after(ended)
            self.close()
            raise

    def close(self):
        """Also called by the web server, as soon as it knows that the reader is gone."""
        if self._is_closed:
            return
        self._is_closed = True
        try:
            if hasattr(self, "_pieces"):
                self._pieces.close()
            if self._snapshot:
                self._snapshot.close()
        finally:
            places.give_back()
            self._say_how_it_ended()

    def _say_how_far(self):
        """Once a second: how many rows there are so far. Hears whether it is to stop."""
        if time.monotonic() - self._said_at < SAYS_EVERY_SECONDS:
            return
        self._said_at = time.monotonic()
        going_on = Export.objects.filter(pk=self.export.pk, state=Export.State.RUNNING)
        try:
            if not going_on.update(rows=self._rows, seen_at=timezone.now()) or going_on.filter(is_to_stop=True).exists():
                raise IsStopped
        except Error:
            connection.close()  # it may come back, and the rows come by another connection

    def _say_how_it_ended(self):
        for _try in range(TRIES_TO_END):
            try:
                _end(self.export, self._state, self._rows, why=self._why, now=timezone.now())
                return
            except Error:
                connection.close()
                time.sleep(SECONDS_BETWEEN)
        logger.error("How export %s ended could not be noted: the database does not answer. It will be found later.", self.export.pk)
