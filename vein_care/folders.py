"""Where things lie on this machine. Uses the standard library only, since set-up starts here."""

import contextlib
import fcntl
import os
from pathlib import Path

from vein_care.problems import Problem

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / ".data"


def private_folder(path=DATA):
    """Make a folder that only its owner may enter, and return it."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(path.parent, error) from error
    if not os.access(str(path), os.W_OK | os.X_OK):
        raise Problem(f"{path} belongs to somebody else. Run this as the user who made it, or delete it and start again.")
    return path


def cannot_write(path, error):
    """Return the Problem for a folder that refuses a file or folder; `error` is the OSError."""
    return Problem(f"Nothing can be written in {path} ({error.strerror}). Clone Vein Care into a folder that you may write to, and start again.")


@contextlib.contextmanager
def one_at_a_time(path):
    """Hold the lock file `path`, so that of two commands started at once the second waits for the first."""
    try:
        lock = path.open("a")
    except OSError as error:
        raise cannot_write(path.parent, error) from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
