"""A pytest plugin, loaded before settings are read: the surroundings of every test run.

With DATABASE_URL unset, the server in .data/ is started or joined, so `.venv/bin/pytest tests/cards` is enough.
"""

import gc
import os

import pytest

from vein_care.database import ensure_database_url
from vein_care.folders import DATA, private_folder
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
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_unconfigure():
    gc.unfreeze()  # or libraries in C count what they call leaks, and say so on the terminal
