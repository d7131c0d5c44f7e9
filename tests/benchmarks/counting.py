"""Making up a million sessions, and comparing their tallies with them: the commands, from their start to their end."""

import os
import subprocess
import sys
import time

from tests.benchmarks.client import WrongAnswer
from tests.benchmarks.lines import Line, tell, under
from tests.benchmarks.stored import MILLION
from tests.benchmarks.surroundings import copied_database
from vein_care.folders import ROOT


def measure(folder):
    from django.db import connection

    connection.close()
    with copied_database() as url:
        tell(f"making up {MILLION:,} sessions")
        yield Line("generate 1 million sessions", seconds_of(url, "generate_sessions", str(MILLION)), "s", under(120))
        tell("recounting them")
        yield Line("recount of 1 million sessions", seconds_of(url, "recount"), "s", under(60))


def seconds_of(url, *command):
    """How long a command of manage.py takes. Raises WrongAnswer if it fails."""
    started = time.perf_counter()
    done = subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=os.environ | {"DATABASE_URL": url}, capture_output=True, text=True)
    if done.returncode:
        raise WrongAnswer(f"{' '.join(command)} failed: {done.stdout}{done.stderr}")
    return time.perf_counter() - started
