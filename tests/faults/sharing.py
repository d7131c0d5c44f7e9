"""Worlds side by side, each a process of its own, that share the cases of one run between them.

One world leaves the processors idle a good part of the time: its pages wait for a tablet's pauses, its servers for their start.
"""

import contextlib
import os
import pickle
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from tests.faults.table import STARTED
from vein_care.folders import DATA, ROOT, one_at_a_time, private_folder
from vein_care.problems import Problem

WORLDS = 2 if (os.cpu_count() or 1) > 1 else 1
PATIENCE_SECONDS = 60  # for a world that is told to end: it stops its servers first


class Share:
    """The cases of one run, by name, in a folder that all its worlds see. Each is taken once."""

    def __init__(self, folder):
        self.folder = Path(folder)

    def write_down(self, names):
        (self.folder / "names").write_bytes(pickle.dumps(names))
        (self.folder / "taken").write_text("0")

    @property
    def names(self):
        return pickle.loads((self.folder / "names").read_bytes())

    def taken(self):
        """(name, how far the run is) of one case after the other, until there is none. From the end: the longest stand there, and a short
        one is better as the last, which may be one world's alone."""
        names = self.names
        while (number := self._take()) <= len(names):
            yield names[-number], f"{number}/{len(names)}"

    def _take(self):
        with one_at_a_time(self.folder / "lock"):
            number = int((self.folder / "taken").read_text()) + 1
            (self.folder / "taken").write_text(str(number))
        return number

    def is_done(self, row):
        unfinished = self.folder / f"unfinished-{os.getpid()}-{threading.get_ident()}"
        unfinished.write_bytes(pickle.dumps(row))
        unfinished.rename(self.folder / f"row-{self.names.index(row.name)}")

    def rows(self):
        """In the order of the cases. Raises Problem if there is none for one of them."""
        with contextlib.suppress(FileNotFoundError):
            return [pickle.loads((self.folder / f"row-{number}").read_bytes()) for number in range(len(self.names))]
        raise Problem("Not every case was tried: what stopped the run is said above.")

    def versions_are(self, text):
        (self.folder / "versions").write_text(text)

    @property
    def versions(self):
        return (self.folder / "versions").read_text()


def all_worlds(names, *, worlds):
    """Try the cases of these names. (their Rows, what they were tried on). Raises Problem when a world ends before all is done."""
    private_folder(DATA / "faults")
    with one_at_a_time(DATA / "faults" / "lock"), tempfile.TemporaryDirectory(prefix="vein-care-faults-") as folder:
        share = Share(folder)
        share.write_down(names)
        with contextlib.ExitStack() as running:
            processes = [running.enter_context(world(number, share)) for number in range(1, worlds + 1)]
            wait_for(processes)
        return share.rows(), share.versions


@contextlib.contextmanager
def world(number, share):
    command = [sys.executable, "-m", "tests.faults", "--world", str(number), str(share.folder)]
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | {"VEIN_CARE_FAULTS_STARTED": str(STARTED)})
    try:
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def wait_for(processes):
    """Until all have ended well, or one has not."""
    while any(process.poll() is None for process in processes):
        if any(process.poll() for process in processes):
            return
        time.sleep(0.2)
