"""The database backend of the settings. Django finds it by the name of this module."""

import select
import time

from django.db.backends.postgresql import base

# Longer than this, a network may have dropped a connection without either end being told. Then only a statement shows whether it lives.
TRUSTED_SECONDS = 10


class DatabaseWrapper(base.DatabaseWrapper):
    """Asks PostgreSQL "SELECT 1" before a request, as Django does, but not where the last request on this connection has only just ended well.

    A hand-in has two statements of its own, so that a third to ask whether anybody is there is a lot. A server that stops, restarts or
    ends a connection says so to the connection; one look at what has arrived, without a round trip, is enough to know.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._ended_well_at = None
        self.prepared = set()

    def connect(self):
        self._ended_well_at = None
        self.prepared = set()  # names of the statements that this connection knows (prepared.py)
        super().connect()

    def close_if_unusable_or_obsolete(self):
        """Django calls this before and after each request; a connection with which something went wrong is checked or closed here."""
        used = self.connection is not None and self.health_check_done
        super().close_if_unusable_or_obsolete()
        if used:
            self._ended_well_at = time.monotonic() if self.connection is not None else None

    def close_if_health_check_failed(self):
        if self.connection is not None and self._has_just_ended_well() and not self._has_heard_something():
            self.health_check_done = True
        super().close_if_health_check_failed()

    def _has_just_ended_well(self):
        return self._ended_well_at is not None and time.monotonic() - self._ended_well_at < TRUSTED_SECONDS

    def _has_heard_something(self):
        """Between requests PostgreSQL has nothing to say but farewell."""
        if self.connection.closed:
            return True
        arrived = select.poll()
        arrived.register(self.connection.fileno(), select.POLLIN)
        return bool(arrived.poll(0))
