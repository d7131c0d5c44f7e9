"""Rows straight from PostgreSQL: COPY … TO STDOUT on a connection of its own, run by a thread, handed over in blocks of whole rows.

The thread waits while nobody takes its blocks, so an export needs no more memory for a million rows than for a thousand. Whoever takes
them may stop at any row: then the statement is cancelled and the connection closed, and nothing goes on in PostgreSQL.
"""

import contextlib
import queue
import threading
import time

import psycopg2
from django.conf import settings
from django.db import connections

BLOCK_BYTES = 1 << 17
BLOCKS_AHEAD = 4
LOOKS_EVERY_SECONDS = 0.2
NAME = "vein-care-export"
NOTHING_YET = (b"", 0)
# A thousand rows of a week by index: compiling their statement anew each week would take longer than it saves. Days are ISO days everywhere.
PLANNED = "SET jit = off; SET random_page_cost = 1.1; SET datestyle = 'ISO, YMD'; SET client_encoding = 'UTF8'"


class CopyBroke(Exception):
    """PostgreSQL did not give all rows."""


class NobodyTakesIt(CopyBroke):
    """The reader is there, and has taken nothing for EXPORT_PATIENCE_SECONDS."""


class NotThere(Exception):
    """The database that exports are read from does not answer."""


class Snapshot:
    """The rows as they are at one moment, for every file of one export. Closing it ends whatever goes on."""

    def __init__(self):
        try:
            self.connection = psycopg2.connect(**_address(), application_name=NAME)
        except psycopg2.OperationalError as error:
            raise NotThere from error
        self.connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
        with self.connection.cursor() as cursor:
            cursor.execute(PLANNED)
        self._copying = None

    def rows(self, statement, values):
        """All rows of a statement that has few. Raises CopyBroke."""
        try:
            with self.connection.cursor() as cursor:
                cursor.execute(statement, values)
                return cursor.fetchall()
        except psycopg2.Error as error:
            raise CopyBroke(type(error).__name__) from error

    def blocks(self, statements, *, options):
        """Yield (bytes, number of rows) of all statements, one after the other; now and then nothing, while PostgreSQL takes its time.

        statements: an iterator of (statement, values); the next is asked for when the one before has ended, from another thread.
        options: of COPY, such as "FORMAT csv". Raises CopyBroke.
        """
        self._copying = copying = _Copying(self.connection, statements, options)
        try:
            yield from copying.blocks()
        finally:
            copying.end()
            self._copying = None

    def close(self):
        if self._copying:
            self._copying.end()
        self.connection.close()


def _address():
    """Where exports are read: the replica, where there is one."""
    if settings.DATABASE_REPLICA_URL:
        return {"dsn": settings.DATABASE_REPLICA_URL}
    wanted = connections["default"].get_connection_params()
    return {name: wanted[name] for name in wanted if name not in {"cursor_factory", "context", "prepare_threshold"}}


class _Copying:
    """One run of the thread. It writes rows here (`write` is what COPY calls), and blocks of them wait in a short queue."""

    def __init__(self, connection, statements, options):
        self._connection, self._statements, self._options = connection, statements, options
        self._waiting = queue.Queue(maxsize=BLOCKS_AHEAD)
        self._is_over = False
        self._rows, self._bytes = [], 0
        self._thread = threading.Thread(target=self._run, name=NAME, daemon=True)

    def blocks(self):
        self._thread.start()
        while True:
            try:
                block = self._waiting.get(timeout=LOOKS_EVERY_SECONDS)
            except queue.Empty:  # whoever takes the blocks may want to stop meanwhile
                block = NOTHING_YET
            if isinstance(block, Exception):
                raise block
            if block is None:
                return
            yield block

    def end(self):
        """Make sure that neither the thread nor PostgreSQL goes on."""
        self._is_over = True
        while self._thread.is_alive():
            with contextlib.suppress(psycopg2.Error):
                self._connection.cancel()
            self._thread.join(LOOKS_EVERY_SECONDS)

    def write(self, row):
        if self._is_over:
            raise CopyBroke
        self._rows.append(row)
        self._bytes += len(row)
        if self._bytes >= BLOCK_BYTES:
            self._hand_over()

    def _hand_over(self):
        if self._rows:
            self._put((b"".join(self._rows), len(self._rows)))
            self._rows, self._bytes = [], 0

    def _put(self, block):
        patient_until = time.monotonic() + settings.EXPORT_PATIENCE_SECONDS
        while not self._is_over:
            with contextlib.suppress(queue.Full):
                return self._waiting.put(block, timeout=LOOKS_EVERY_SECONDS)
            if time.monotonic() > patient_until:
                raise NobodyTakesIt
        raise CopyBroke

    def _run(self):
        outcome = None
        try:
            with self._connection.cursor() as cursor:
                for statement, values in self._statements:
                    cursor.copy_expert(f"COPY ({cursor.mogrify(statement, values).decode()}) TO STDOUT WITH ({self._options})", self)
                    self._hand_over()
        except CopyBroke as broken:
            outcome = broken
        except psycopg2.Error as error:
            outcome = CopyBroke(type(error).__name__)
        if isinstance(outcome, NobodyTakesIt):
            self._connection.close()
        with contextlib.suppress(CopyBroke):
            self._put_last(outcome)

    def _put_last(self, outcome):
        """What tells the taker that there is no more. Somebody who does not even take that is no reason to stay."""
        is_taken = False
        while not is_taken and not self._is_over:
            with contextlib.suppress(queue.Full):
                self._waiting.put(outcome, timeout=LOOKS_EVERY_SECONDS)
                is_taken = True
