"""gunicorn's worker with threads, whose threads stay with a connection for a moment (gunicorn.conf.py)."""

import select

from gunicorn.workers.gthread import ThreadWorker

STAYS_MS = 10
LOOKS_EVERY_MS = 2


class StayingWorker(ThreadWorker):
    """A tablet that empties its outbox, or a page that loads, sends again within milliseconds. Its connection stays with its thread so long.

    gunicorn gives a connection back to its main thread after each answer, which watches it and hands it to a thread again: a third of
    all computing for a hand-in (docs/decisions/0045-threads-that-stay.md). A thread that somebody else waits for does not stay.
    """

    def handle(self, conn):
        goes_on = super().handle(conn)
        while goes_on is True and self.sends_again(conn):
            goes_on = super().handle(conn)
        return goes_on

    def sends_again(self, conn):
        """Whether the next request has begun to arrive, before the time is up and before anybody else needs the thread."""
        if conn.parser.unreader.buf.getvalue():
            return True
        arriving = select.poll()
        arriving.register(conn.sock, select.POLLIN)
        for _ in range(0, STAYS_MS, LOOKS_EVERY_MS):
            if not self.alive or not self.tpool._work_queue.empty():
                return False
            if arriving.poll(LOOKS_EVERY_MS):
                return True
        return False
