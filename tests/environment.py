"""A pytest plugin, loaded before settings are read: the surroundings of every test run.

With DATABASE_URL unset, the server in .data/ is started or joined, so `.venv/bin/pytest tests/cards` is enough.
"""

import contextlib
import gc
import importlib
import os

import pytest

from vein_care.database import ensure_database_url
from vein_care.folders import DATA, ROOT, private_folder
from vein_care.problems import Problem

os.environ.update(
    SECRET_KEY="only for tests",
    ALLOWED_HOSTS="testserver,localhost,127.0.0.1",
    SEALING_KEYS_DIR=str(private_folder(DATA / "test-keys")),
    VEIN_CARE_DEMO="0",
    DEBUG="0",
    # Each session is counted by itself, whatever its number is; test_counted_at_once.py tries how it is otherwise.
    # Nothing here outlives the power going off, so that nobody waits for the disk at the end of each transaction.
    PGOPTIONS="-c vein_care.count_every=1 -c synchronous_commit=off",
)

try:
    ensure_database_url()
except Problem as problem:
    raise SystemExit(f"\n{problem}\n") from None


@pytest.hookimpl(tryfirst=True, optionalhook=True)
def pytest_xdist_auto_num_workers():
    """One more than there are processors, up to what the Makefile allows: browser tests wait for the browser now and then."""
    return None if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ else (os.cpu_count() or 1) + 1


@pytest.hookimpl(wrapper=True)
def pytest_collection(session):
    """What is collected stays until the end: to look through it for garbage again and again takes a fifth of collecting it."""
    gc.disable()
    try:
        if hasattr(session.config, "workerinput"):
            compile_with_the_others(session.config)
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def compile_with_the_others(config):
    """Import the files of tests, each process of a run beginning elsewhere: each finds compiled what the others have compiled meanwhile.

    In a new clone that is most of collecting: pytest writes every assertion anew.
    """
    paths = sorted(path for argument in config.args for path in (ROOT / argument).rglob("test_*.py"))
    number, processes = int(config.workerinput["workerid"].removeprefix("gw")), config.workerinput["workercount"]
    begin = len(paths) * number // processes
    for path in paths[begin:] + paths[:begin]:
        with contextlib.suppress(Exception):  # which collecting it will tell
            importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))


def pytest_unconfigure():
    gc.unfreeze()  # or libraries in C count what they call leaks, and say so on the terminal
