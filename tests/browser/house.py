"""A server that opens and closes at one address, as another version if need be, and knows what it was asked.

What closes is its door: to start Python, gunicorn and the product anew takes seconds of computing.
"""

import contextlib
import time
from dataclasses import dataclass

from tests.browser.chromium import ARGUMENTS, find_chromium, sandbox_arguments
from tests.browser.door import Door
from tests.browser.serving import serving


@dataclass(frozen=True)
class Asked:
    """One request: its path, how it was answered, and the bytes of the answer's body as sent."""

    path: str
    status: int
    size: int


class House:
    def __init__(self, folder, *, environment, application="vein_care.wsgi"):
        self._folder = folder
        self._log = folder / "asked"
        self._application = application
        self.environment = environment | {
            # Without sendfile, or bytes that the system sends by itself would not be counted.
            "GUNICORN_CMD_ARGS": f"--workers 1 --no-sendfile --access-logfile {self._log} --access-logformat '%(U)s %(s)s %(B)s'",
        }
        self._door = Door()
        self._server = None
        self._changes = {}
        self._running = contextlib.ExitStack()

    def open(self, **changes):
        """Let people in to the server with these settings, which is started if another or none is running."""
        self.close()
        if not self._server or changes != self._changes:
            self.end()
            server = serving(self._folder, environment=self.environment | changes, application=self._application)
            self._server, self._changes = self._running.enter_context(server), changes
        self._door.open(self._server.port)

    def close(self):
        """Refuse every connection from now on. What was asked already is answered first."""
        self._door.close()

    def end(self):
        self.close()
        self._server = None
        self._running.close()

    @property
    def url(self):
        return f"http://localhost:{self.port}"

    @property
    def port(self):
        return self._door.port

    def asked(self, since=0):
        """Every request so far but the first `since`. Waits until none has come for a while, since a line is written after its answer."""
        before, said = None, self._log.read_text()
        while said != before:
            time.sleep(0.3)
            before, said = said, self._log.read_text()
        lines = [line.split() for line in said.splitlines()]
        return [Asked(path, int(status), int(size)) for path, status, size in lines[since:]]


def launch_device(browser_type, folder, **options):
    """The browser of one device, whose profile lies in `folder`: what it keeps is there when it starts again."""
    return browser_type.launch_persistent_context(
        folder,
        executable_path=find_chromium(),
        args=ARGUMENTS + sandbox_arguments(),
        has_touch=True,
        locale="en-GB",
        timezone_id="Europe/London",
        reduced_motion="reduce",
        **options,
    )
