"""The web server, started as `make run` starts it."""

import contextlib
import http.client
import subprocess
import sys
import time

from vein_care.folders import ROOT
from vein_care.local import listen_on
from vein_care.problems import Problem

PATIENCE_SECONDS = 30


@contextlib.contextmanager
def serving(folder, *, application="vein_care.wsgi", path="/healthz"):
    """Run gunicorn with gunicorn.conf.py on a free port of 127.0.0.1, and yield the port.

    What it says goes to a file in `folder`. `path` answers 200 once it is there.
    """
    log = folder / f"{application}.log"
    with listen_on(0) as listener, log.open("w") as output:
        port = listener.getsockname()[1]
        command = [sys.executable, "-m", "gunicorn", "--bind", f"fd://{listener.fileno()}", application]
        process = subprocess.Popen(command, pass_fds=[listener.fileno()], stdout=output, stderr=subprocess.STDOUT, cwd=ROOT)
    try:
        wait_until_ready(process, port, path, log)
        yield port
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def wait_until_ready(process, port, path, log):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_there(port, path):
        if process.poll() is not None or time.monotonic() > deadline:
            raise Problem(f"The web server did not start. It said:\n{log.read_text()}")
        time.sleep(0.1)


def is_there(port, path):
    try:
        return get(port, path)[0] == 200
    except (OSError, http.client.HTTPException):
        return False


def get(port, path, headers=None):
    """Return (status, body) of one GET."""
    connection = http.client.HTTPConnection("localhost", port, timeout=PATIENCE_SECONDS)
    with contextlib.closing(connection):
        connection.request("GET", path, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read()
