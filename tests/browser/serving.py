"""The web server of the browser tests and of the screenshots: gunicorn with gunicorn.conf.py, on collected static files."""

import contextlib
import functools
import http.client
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.browser.chromium import INSECURE_HOST
from vein_care.folders import DATA, ROOT, one_at_a_time, private_folder
from vein_care.local import listen_on
from vein_care.problems import Problem

PATIENCE_SECONDS = 30
OF_EVERY_SERVER = {
    "SECRET_KEY": "only for tests",
    "ALLOWED_HOSTS": f"localhost,127.0.0.1,{INSECURE_HOST}",
    "VEIN_CARE_DEMO": "1",
    "DEBUG": "0",
    "DJANGO_SETTINGS_MODULE": "vein_care.settings",
}


@dataclass(frozen=True)
class Server:
    """A running server. url is a secure origin, insecure_url the same server under a name that is none."""

    port: int
    log: Path

    @property
    def url(self):
        return f"http://localhost:{self.port}"

    @property
    def insecure_url(self):
        return f"http://{INSECURE_HOST}:{self.port}"

    def said(self):
        """Everything the server has written to its log."""
        return self.log.read_text()


def surroundings(*, database, folder):
    """The environment of a server whose sealing keys lie in `folder`, with static files collected as `make run` collects them."""
    own = {"DATABASE_URL": database_url(database), "SEALING_KEYS_DIR": str(private_folder(folder / "sealing-keys"))}
    return os.environ | OF_EVERY_SERVER | own | {"STATIC_ROOT": static_files()}


@functools.cache
def static_files():
    """The folder of collected static files, made once by whoever comes first. Other servers of this process take the same."""
    folders = {"STATIC_ROOT": private_folder(DATA / "browser-tests") / "static", "SEALING_KEYS_DIR": private_folder(DATA / "test-keys")}
    environment = os.environ | OF_EVERY_SERVER | {name: str(folder) for name, folder in folders.items()}
    # A process of its own, because the settings of this one may say other things.
    command = [sys.executable, "-m", "tests.browser.prepare"]
    with one_at_a_time(DATA / "browser-tests" / "prepare.lock"):
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise Problem(f"The browser tests could not be prepared:\n{done.stdout}{done.stderr}")
    return done.stdout.strip()


def database_url(name):
    """The address of another database on the server of DATABASE_URL."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    return f"{parts.scheme}://{parts.netloc}/{name}" + (f"?{parts.query}" if parts.query else "")


@contextlib.contextmanager
def serving(folder, *, environment, application="vein_care.wsgi"):
    """Run gunicorn on a free port of 127.0.0.1, and yield a Server. What it says goes to a file in `folder`."""
    log = folder / "gunicorn.log"
    with listen_on(0) as listener, log.open("w") as output:
        command = [sys.executable, "-m", "gunicorn", "--bind", f"fd://{listener.fileno()}", application]
        process = subprocess.Popen(command, env=environment, pass_fds=[listener.fileno()], stdout=output, stderr=subprocess.STDOUT, cwd=ROOT)
        server = Server(port=listener.getsockname()[1], log=log)
    try:
        wait_until_ready(process, server)
        yield server
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def wait_until_ready(process, server):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_there(server.port):
        if process.poll() is not None or time.monotonic() > deadline:
            raise Problem(f"The web server did not start. It said:\n{server.said()}")
        time.sleep(0.05)


def is_there(port):
    connection = http.client.HTTPConnection("localhost", port, timeout=PATIENCE_SECONDS)
    with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    return False
