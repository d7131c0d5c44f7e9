"""A migrated database for tests to begin with, made once for each state of the migrations.

Migrating takes some seconds of computing, and every process of a run needs a database of its own: each copies this one. It stays on the
server for the next run, `vein_care_tests_…`, and goes when no run has used it for some days.
"""

import contextlib
import datetime
import hashlib
import os
import subprocess
import sys
from pathlib import Path

from django.apps import apps
from django.db import connection

from tests.browser.serving import database_url
from vein_care.folders import ROOT
from vein_care.problems import Problem

BEGINS = "vein_care_tests_"
KEPT_DAYS = 3
LOCK = 1_407_202_611  # any number that nobody else locks
OF_OURS = "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database WHERE starts_with(datname, %s)"


def migrated_database():
    """The name of the database to copy. Of many processes at once, one makes it and the others wait."""
    name = BEGINS + digest_of_sources()
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        cursor.execute(OF_OURS, [BEGINS])
        last_used = dict(cursor.fetchall())
        if name not in last_used:
            make(cursor, name)
        note_use(cursor, name, last_used)
    return name


def digest_of_sources():
    digest = hashlib.sha256()
    for path in sources():
        # By the end of its path, so that every clone beside this one makes use of the same database.
        digest.update(b"%s\0%s\0" % ("/".join(path.parts[-3:]).encode(), path.read_bytes()))
    return digest.hexdigest()[:16]


def sources():
    """All that decides what a migrated database holds: the migrations of every app, and the codes that are loaded after them."""
    paths = [path for config in apps.get_app_configs() for path in (Path(config.path) / "migrations").glob("*.py")]
    for app in ("cards", "sessions"):
        paths += [path for path in (ROOT / app).rglob("*") if path.name == "codes.py" or path.suffix == ".toml"]
    return sorted(paths, key=lambda path: path.parts[-3:])


def make(cursor, name):
    """Under another name until it is whole: a run may be ended at any moment."""
    unfinished = f"{BEGINS}unfinished"
    cursor.execute(f"DROP DATABASE IF EXISTS {unfinished} WITH (FORCE)")
    cursor.execute(f"CREATE DATABASE {unfinished}")
    environment = os.environ | {"DATABASE_URL": database_url(unfinished)}
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise Problem(f"The database of the tests could not be migrated:\n{done.stdout}{done.stderr}")
    cursor.execute(f"ALTER DATABASE {unfinished} RENAME TO {name}")


def note_use(cursor, name, last_used):
    """Note the day, and drop what no run has used for long."""
    today = datetime.date.today()
    cursor.execute(f"COMMENT ON DATABASE {name} IS '{today.isoformat()}'")
    oldest = (today - datetime.timedelta(days=KEPT_DAYS)).isoformat()
    for other, day in last_used.items():
        if other != name and day and day < oldest:
            with contextlib.suppress(Exception):  # somebody is copying it at this moment, and so it is used after all
                cursor.execute(f"DROP DATABASE {other}")
