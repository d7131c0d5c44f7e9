"""vein_care/database.py: the server in .data/, with real servers in folders of their own."""

import contextlib
import os
import pwd
import re
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg2
import pytest

from tests.vein_care.clones import copy_of_clone, plain_environment, run_module
from vein_care import database
from vein_care.database import EmbeddedServer
from vein_care.folders import ROOT
from vein_care.problems import Problem


@contextlib.contextmanager
def server_in(folder):
    server = EmbeddedServer(folder)
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server below a closed folder with spaces in its name, so deep that a socket inside would have too long a path."""
    closed = tmp_path_factory.mktemp("a folder with spaces") / "closed"
    closed.mkdir(mode=0o700)
    deep = closed / "/".join(["quite a long name for one folder"] * 6)
    deep.mkdir(parents=True)
    with server_in(deep / "postgresql") as running:
        running.folder.mkdir(mode=0o700)
        (running.folder / "unfinished" / "base").mkdir(parents=True)  # an earlier first start was cut short
        running.start()
        yield running


@pytest.fixture(scope="module")
def unlucky_server(tmp_path_factory):
    """A server for accidents; a test may leave it running or stopped."""
    with server_in(tmp_path_factory.mktemp("accidents") / "postgresql") as server:
        yield server


def ask(url, query):
    """Return the first column of the first row."""
    with contextlib.closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute(query)
        return cursor.fetchone()[0] if cursor.description else None


def postmaster(server):
    return psutil.Process(server.recorded_pid())


# Starting and joining


def test_a_server_starts_in_a_deep_folder_with_spaces_even_after_a_first_start_that_was_cut_short(server):
    assert len(str(server.files)) > 200
    assert ask(server.url("postgres", "postgres"), "SHOW data_directory") == str(server.files)
    assert not (server.folder / "unfinished").exists()


def test_the_version_in_the_folder_name_is_that_of_the_server(server):
    assert ask(server.url(), "SHOW server_version_num").startswith(server.files.name)


def test_a_second_start_joins_the_first(server):
    before = server.recorded_pid()

    url = EmbeddedServer(server.folder).start()

    assert url == server.url()
    assert server.recorded_pid() == before


def test_several_starts_at_once_share_one_server(tmp_path):
    program = "import sys, pathlib; from vein_care.database import EmbeddedServer; print(EmbeddedServer(pathlib.Path(sys.argv[1])).start())"

    with server_in(tmp_path / "postgresql") as server:
        command = [sys.executable, "-c", program, str(server.folder)]
        starts = [subprocess.Popen(command, cwd=ROOT, env=plain_environment(), stdout=subprocess.PIPE, text=True) for _ in range(4)]
        urls = {start.communicate(timeout=120)[0].strip() for start in starts}

        assert urls == {server.url()}
        assert ask(server.url(), "SELECT 1") == 1


def test_the_role_owns_its_database_and_is_no_superuser(server):
    assert ask(server.url(), "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()") == "vein_care"
    assert ask(server.url(), "SELECT rolcreatedb AND NOT rolsuper FROM pg_roles WHERE rolname = current_user") is True


def test_text_is_kept_as_utf_8_and_ordered_the_same_on_every_machine(server):
    assert ask(server.url(), "SHOW server_encoding") == "UTF8"
    assert ask(server.url(), "SELECT datlocprovider::text || datlocale FROM pg_database WHERE datname = current_database()") == "bC.UTF-8"


# Who may reach it


def test_nobody_else_reaches_the_server(server):
    assert ask(server.url(), "SHOW listen_addresses") == ""
    assert server.socket_folder().stat().st_mode & 0o777 == 0o700
    assert server.folder.stat().st_mode & 0o777 == 0o700
    assert ask(server.url("postgres", "postgres"), "SELECT string_agg(auth_method, ',') FROM pg_hba_file_rules") == "peer"
    assert {line.split('"')[1] for line in (server.files / "pg_ident.conf").read_text().splitlines()} == {"root", pwd.getpwuid(os.geteuid()).pw_name}


def test_the_server_never_runs_as_root_and_may_at_most_read_past_closed_folders(server):
    capabilities = re.search(r"CapEff:\s*(\w+)", Path(f"/proc/{server.recorded_pid()}/status").read_text())[1]

    assert postmaster(server).uids().real != 0
    assert int(capabilities, 16) in ({1 << 1, 1 << 2} if os.geteuid() == 0 else {0})


def test_the_server_may_run_programs_below_closed_folders_and_is_told_so(server):
    closed = next(folder for folder in server.folder.parents if folder.name == "closed")
    program = closed / "program"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    asks = [sys.executable, "-c", "import os, sys; sys.exit(not os.access(sys.argv[1], os.X_OK))", str(program)]

    assert subprocess.run(server.as_server_user(asks)).returncode == 0


def test_no_folder_is_opened_to_others(server):
    closed = next(folder for folder in server.folder.parents if folder.name == "closed")

    assert closed.stat().st_mode & 0o777 == 0o700
    assert server.folder.parent.stat().st_uid == os.geteuid()


def test_the_log_holds_neither_statements_nor_values(server):
    with pytest.raises(psycopg2.errors.UniqueViolation):
        ask(server.url(), "CREATE TEMP TABLE talk (area text UNIQUE); INSERT INTO talk VALUES ('talked about'), ('talked about')")

    log = server.log.read_text()
    assert "duplicate key value violates unique constraint" in log
    assert "talked about" not in log


# Accidents


def test_a_killed_server_starts_again_with_its_data(unlucky_server, monkeypatch):
    monkeypatch.delenv("PGOPTIONS")  # or nothing would wait for the disk, as in other tests
    ask(unlucky_server.start(), "CREATE TABLE kept AS SELECT 42 AS answer")
    postmaster(unlucky_server).kill()

    assert ask(unlucky_server.start(), "SELECT answer FROM kept") == 42


def test_a_left_over_pid_of_another_program_does_not_hinder_a_start(unlucky_server):
    unlucky_server.start()
    lines = unlucky_server.status_lines()
    unlucky_server.stop()
    (unlucky_server.files / "postmaster.pid").write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")

    assert ask(unlucky_server.start(), "SELECT 1") == 1


def test_a_server_that_does_not_start_says_why_and_where_to_read_on(unlucky_server, tmp_path, monkeypatch):
    unlucky_server.start()
    unlucky_server.stop()
    settings = unlucky_server.files / "postgresql.conf"
    before = settings.read_text()
    settings.write_text("shared_buffers = nonsense\n")
    sockets = tmp_path / "sockets"
    sockets.mkdir()
    monkeypatch.setattr(database, "SOCKET_FOLDERS", sockets)

    with pytest.raises(Problem) as refusal:
        unlucky_server.start()
    settings.write_text(before)

    assert list(sockets.iterdir()) == []
    assert str(refusal.value).startswith("PostgreSQL did not start (configuration file ")
    assert f"{unlucky_server.log} says why." in str(refusal.value)
    assert 'invalid value for parameter "shared_buffers"' in unlucky_server.log.read_text()


def test_stop_ends_every_process_and_leaves_nothing_in_tmp(unlucky_server):
    unlucky_server.start()
    socket_folder, processes = unlucky_server.socket_folder(), unlucky_server.processes()

    assert unlucky_server.stop() is True

    assert processes
    assert unlucky_server.processes() == []
    assert not socket_folder.exists()
    assert unlucky_server.stop() is False


def test_only_socket_folders_of_ours_are_removed(tmp_path):
    for folder in [tmp_path, Path("/tmp"), None]:
        database.remove_socket_folder(folder)

    assert tmp_path.is_dir()


# run


def test_run_passes_the_exit_code_and_the_address_on(server):
    done = run_module("vein_care.database", "run", "--", "sh", "-c", "echo $DATABASE_URL; exit 7", clone=ROOT, DATABASE_URL=server.url())

    assert done.returncode == 7
    assert done.stdout == f"{server.url()}\n"


def test_run_becomes_the_command_so_that_signals_reach_it(server):
    command = [sys.executable, "-m", "vein_care.database", "run", "--", "sh", "-c", "trap 'exit 9' TERM; echo ready; while :; do sleep 0.1; done"]

    with subprocess.Popen(command, cwd=ROOT, env=plain_environment(DATABASE_URL=server.url()), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGTERM)

        assert process.wait(timeout=60) == 9


def test_run_without_database_url_starts_the_server_and_finds_its_psql(tmp_path):
    clone = copy_of_clone(tmp_path / "a clone")

    first = run_module("vein_care.database", "run", "--", "sh", "-c", 'psql -At "$DATABASE_URL" -c "SELECT current_user"', clone=clone)
    server = EmbeddedServer(clone / ".data" / "postgresql")
    before = server.recorded_pid()
    second = run_module("vein_care.database", "run", "--", "true", clone=clone)
    after = server.recorded_pid()
    stopped = run_module("vein_care.database", "stop", clone=clone)

    assert (first.returncode, first.stdout) == (0, "vein_care\n")
    assert (second.returncode, second.stdout) == (0, "")
    assert before and before == after  # and took no second server
    assert stopped.stdout == "PostgreSQL is stopped.\n"


def test_run_of_a_command_that_does_not_exist_says_so(server):
    done = run_module("vein_care.database", "run", "--", "no-such-command", clone=ROOT, DATABASE_URL=server.url())

    assert (done.returncode, done.stdout.strip()) == (1, "There is no command called no-such-command.")


# DATABASE_URL


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://vein_care@127.0.0.1:9/vein_care",
        "postgresql://vein_care@/vein_care?host=/no/such/folder",
        "not an address",
    ],
)
def test_an_address_that_leads_nowhere_gets_a_sentence(url):
    done = run_module("vein_care.database", "run", "--", "true", clone=ROOT, DATABASE_URL=url)

    assert done.returncode == 1
    assert re.fullmatch(r"DATABASE_URL does not lead to a database \(.+\)\. Correct it, or leave it out .+\.", done.stdout.strip())


def test_a_database_that_is_missing_is_named(server):
    with pytest.raises(Problem, match='database "elsewhere" does not exist'):
        database.require_usable(server.url(database="elsewhere"))


@pytest.mark.parametrize("version", [150000, 150018, 180006])
def test_a_server_from_15_up_is_new_enough(version):
    database.require_new_enough(version)


@pytest.mark.parametrize("version", [140019, 90624])
def test_an_older_server_is_refused(version):
    with pytest.raises(Problem, match=f"needs PostgreSQL 15 or newer, and DATABASE_URL leads to {version // 10_000}"):
        database.require_new_enough(version)
