"""A server that opens and closes at one address, as another version if need be, and knows what it was asked."""

import contextlib
import time
from dataclasses import dataclass

from tests.browser.chromium import ARGUMENTS, find_chromium, sandbox_arguments
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
        self._port = 0
        self._running = contextlib.ExitStack()

    def open(self, **changes):
        """Start the server, with other settings if any are named; ends the one that runs."""
        self.close()
        server = serving(self._folder, environment=self.environment | changes, application=self._application, port=self._port)
        self._port = self._running.enter_context(server).port

    def close(self):
        self._running.close()

    @property
    def url(self):
        return f"http://localhost:{self._port}"

    @property
    def port(self):
        return self._port

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
