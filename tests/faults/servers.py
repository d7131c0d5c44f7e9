"""A PostgreSQL server and a gunicorn of this run's own, so that stopping and killing them hurts nobody."""

import contextlib
import os
import signal
import subprocess
import sys

import psutil
import psycopg2

from tests.browser.serving import PATIENCE_SECONDS, Server, wait_until_ready
from vein_care.database import NAME, EmbeddedServer, outlived
from vein_care.folders import DATA, ROOT
from vein_care.local import listen_on

APPLICATION = "tests.faults.wsgi"


class Database:
    """The embedded PostgreSQL with a data folder of its own. Its address stays the same when it is started anew."""

    def __init__(self, folder, *, number=1):
        self.server = EmbeddedServer(DATA / "faults" / f"postgresql-{number}")
        self._socket = folder / "postgresql"  # leads to the folder of the socket, which is another one after each start

    @property
    def url(self):
        return f"postgresql://{NAME}@/{NAME}?host={self._socket}&port=5432"

    def make_anew(self):
        self.server.start()
        with contextlib.closing(psycopg2.connect(self.server.url("postgres", "postgres"))) as connection:
            connection.autocommit = True
            connection.cursor().execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        self.server.ensure_database()
        self._lead_there()

    def start(self):
        self.server.start()
        self._lead_there()

    def stop(self):
        """What is under way is rolled back, and everybody is sent away."""
        self.server.stop()

    def crash(self):
        """As when the power fails: all processes end at once, and the next start repairs what they left."""
        running = self.server.processes()
        for process in running:
            with contextlib.suppress(psutil.Error):
                process.kill()
        outlived(running, PATIENCE_SECONDS)

    def version(self):
        with contextlib.closing(self.connected()) as connection:
            return f"{connection.server_version // 10_000}.{connection.server_version % 10_000}"

    def connected(self):
        return psycopg2.connect(self.url)

    def _lead_there(self):
        self._socket.unlink(missing_ok=True)
        self._socket.symlink_to(self.server.socket_folder())


class Web:
    """gunicorn with gunicorn.conf.py. Each start takes a free port."""

    def __init__(self, folder):
        self.log = folder / "gunicorn.log"
        self.port = None
        self._process = None

    @property
    def is_running(self):
        return self._process is not None

    def start(self, environment):
        with listen_on(0) as listener, self.log.open("a") as output:
            command = [sys.executable, "-m", "gunicorn", "--bind", f"fd://{listener.fileno()}", APPLICATION]
            more = {"pass_fds": [listener.fileno()], "stdout": output, "stderr": subprocess.STDOUT, "cwd": ROOT}
            self._process = subprocess.Popen(command, env=os.environ | environment, **more)
            self.port = listener.getsockname()[1]
        wait_until_ready(self._process, Server(port=self.port, log=self.log))

    def stop(self):
        """Requests under way are finished."""
        if self._process:
            self._process.terminate()
            self._process.wait(PATIENCE_SECONDS)
            self._process = None

    def kill(self):
        """As when the machine is pulled from the wall: the process and all its workers end at once."""
        for pid in [*self.workers(), self._process.pid]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait(PATIENCE_SECONDS)
        self._process = None

    def kill_workers(self):
        """gunicorn itself stays, and starts new ones."""
        for pid in self.workers():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def workers(self):
        return [child.pid for child in psutil.Process(self._process.pid).children()]
