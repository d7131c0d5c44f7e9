"""A place of its own for the benchmarks: a database, keys and static files that are made for them and removed afterwards."""

import contextlib
import os
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import psycopg2

from tests.benchmarks.lines import tell
from tests.browser.serving import database_url
from vein_care.folders import ROOT
from vein_care.problems import Problem

NAME = "vein_care_benchmark"
COPY = "vein_care_benchmark_copy"
SECOND_COPY = "vein_care_benchmark_copy_2"
BESIDE = "BENCHMARKS_BESIDE"  # the address of the database from which those are made
NO_LIMIT = str(10**12)


@contextlib.contextmanager
def prepared_surroundings():
    """Set os.environ to an installation made as `make run` makes it, demo data included, and yield a folder for files.

    The database lies on the server of DATABASE_URL; the database named there is only asked to make it.
    Tablets may hand in without limit: eight of them send here what hundreds send in an hour.
    """
    with separate_database(os.environ["DATABASE_URL"]) as url, tempfile.TemporaryDirectory(prefix="vein-care-benchmark-") as name:
        folder = Path(name)
        keys = folder / "sealing-keys"
        keys.mkdir(mode=0o700)
        os.environ[BESIDE] = os.environ["DATABASE_URL"]
        os.environ.update(
            DATABASE_URL=url,
            SECRET_KEY=secrets.token_urlsafe(48),
            SEALING_KEYS_DIR=str(keys),
            STATIC_ROOT=str(folder / "static"),
            ALLOWED_HOSTS="localhost,127.0.0.1,testserver",
            VEIN_CARE_DEMO="1",
            DEBUG="0",
            TABLET_RECORDS_PER_HOUR=NO_LIMIT,
            TABLET_BYTES_PER_HOUR=NO_LIMIT,
            DJANGO_SETTINGS_MODULE="vein_care.settings",
        )
        prepare()
        yield folder


@contextlib.contextmanager
def separate_database(url):
    """Make the benchmarks' database beside the one at `url`, yield its address, and drop it."""
    with contextlib.closing(connected(url)) as server:
        keep_others_away(server)
        for name in (NAME, COPY, SECOND_COPY):  # a benchmark that was killed left them behind
            execute(server, f"DROP DATABASE IF EXISTS {name}")
        execute(server, f"CREATE DATABASE {NAME}")
        try:
            yield database_url(NAME)
        finally:
            execute(server, f"DROP DATABASE {NAME} WITH (FORCE)")


@contextlib.contextmanager
def copied_database(name=COPY):
    """Copy the benchmarks' database as it is, yield the copy's address, and drop it. Nobody may be connected to the original."""
    with contextlib.closing(connected(os.environ[BESIDE])) as server:
        execute(server, f"CREATE DATABASE {name} TEMPLATE {NAME}")
        try:
            yield database_url(name)
        finally:
            execute(server, f"DROP DATABASE {name} WITH (FORCE)")


def keep_others_away(server):
    """Two benchmarks at once would measure each other. This connection stays open until the end, and is known by its name."""
    if value_of(server, "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = %s)", [NAME]):
        raise Problem("Another benchmark is running on this database server. Wait for its end, then start again.")
    execute(server, "SET application_name = %s", [NAME])


def connected(url):
    connection = psycopg2.connect(url)
    connection.autocommit = True
    return connection


def execute(connection, statement, values=None):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def value_of(connection, statement, values=None):
    """Return the first value of the first row."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()[0]


def prepare():
    tell("preparing static files, tables, cards and demo data, as `make run` does")
    done = subprocess.run([sys.executable, "manage.py", "prepare"], cwd=ROOT, stdout=sys.stderr)
    if done.returncode:
        raise Problem("The benchmarks were not run, because of what is said above.")


def describe_machine():
    """One sentence for the record: processors, versions, and how much else is going on, since that falsifies every figure."""
    with contextlib.closing(connected(os.environ["DATABASE_URL"])) as connection:
        version = connection.server_version
    python = ".".join(map(str, sys.version_info[:3]))
    busy = psutil.cpu_percent(interval=3)
    return f"{os.cpu_count()} processors, {busy:.0f} % busy with other things; Python {python}, PostgreSQL {version // 10_000}.{version % 10_000}"
