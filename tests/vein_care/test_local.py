"""vein_care/local.py: the demo on this machine, its secrets, its port and its end."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request

import psutil
import pytest

from tests.vein_care.clones import copy_of_clone, plain_environment, run_module
from vein_care import local
from vein_care.folders import ROOT
from vein_care.problems import Problem


@pytest.fixture
def data(tmp_path, monkeypatch):
    monkeypatch.setattr(local, "DATA", tmp_path)
    monkeypatch.setattr(local, "private_folder", lambda path=tmp_path: (path.mkdir(exist_ok=True), path)[1])
    return tmp_path


@pytest.fixture
def clone(tmp_path):
    """A new clone; whatever was started in it is stopped after the test."""
    clone = copy_of_clone(tmp_path / "a new clone")
    yield clone
    run_module("vein_care.local", "stop", clone=clone)


# The port


def test_a_free_port_is_listened_on_for_this_machine_only():
    with local.listen_on(0) as listener:
        assert listener.getsockname()[0] == "127.0.0.1"


def test_a_port_in_use_names_another_and_says_how_to_end_an_earlier_run():
    with local.listen_on(0) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(Problem, match=rf"Port {port} is in use\. .* PORT={port % 65535 + 1} make run\. .* make stop"):
            local.listen_on(port)


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_make_run_on_a_port_in_use_ends_before_anything_is_started(host):
    with socket.socket() as other:
        other.bind((host, 0))
        other.listen()

        done = run_module("vein_care.local", "run", clone=ROOT, PORT=str(other.getsockname()[1]))

    assert done.returncode == 1
    assert re.fullmatch(r"Port \d+ is in use\..*", done.stdout.strip())


@pytest.mark.parametrize("text", ["", "eighty", "0", "65536", "-1", "80 80", "٣"])
def test_a_port_that_is_none_gets_a_sentence(text):
    with pytest.raises(Problem, match="Set it to a number .* PORT=8001 make run"):
        local.wanted_port(text)


# Secrets


def test_the_secret_key_is_made_once_and_only_its_owner_may_read_it(data):
    first = local.secret_key()

    assert local.secret_key() == first
    assert len(first) >= 50
    assert (data / "secret-key").stat().st_mode & 0o777 == 0o600


# Stopping


def test_stop_ends_what_was_started_and_not_a_later_process_with_the_same_number(data):
    mine, later = [subprocess.Popen(["sleep", "60"]) for _ in range(2)]
    notes = data / "web"
    notes.mkdir()
    (notes / "8000").write_text(f"{mine.pid} {psutil.Process(mine.pid).create_time()}")
    (notes / "8001").write_text(f"{later.pid} 1.0")
    (notes / "8002").write_text("999999999 1.0")

    remembered = [process.pid for process in local.remembered_processes()]
    for process in (mine, later):
        process.kill()
        process.wait()

    assert remembered == [mine.pid]
    assert list(notes.iterdir()) == []


def test_stop_with_nothing_running_says_so(clone):
    done = run_module("vein_care.local", "stop", clone=clone)

    assert (done.returncode, done.stdout) == (0, "Nothing was running.\n")


# All of it


def wait_for(process, text):
    """Read what a process says until it says `text`."""
    said = ""
    for line in process.stdout:
        said += line
        if text in line:
            return said
    raise AssertionError(said)


@pytest.fixture
def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def start(clone, port):
    command = [sys.executable, "-m", "vein_care.local", "run"]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "stdin": subprocess.DEVNULL}
    return subprocess.Popen(command, cwd=clone, env=plain_environment(PORT=port), text=True, **streams)


def restart_seconds(clone, port):
    """Start and stop the demo in a clone that is set up already; returns how long the start took."""
    began = time.monotonic()
    with start(clone, port) as demo:
        wait_for(demo, "make stop")
        seconds = time.monotonic() - began
        run_module("vein_care.local", "stop", clone=clone)
    return seconds


def test_the_demo_starts_answers_stops_and_starts_again_quickly(clone, free_port):
    with start(clone, free_port) as first:
        said = wait_for(first, "make stop")
        with urllib.request.urlopen(f"http://127.0.0.1:{free_port}/deliver/") as page:
            status, cookies = page.status, page.headers.get_all("Set-Cookie")
        stopped = run_module("vein_care.local", "stop", clone=clone)

    assert f"Vein Care is ready: http://localhost:{free_port}\n" in said
    assert "Sign in with the password " in said
    assert (status, cookies) == (200, None)
    assert (first.returncode, stopped.stdout) == (0, "Vein Care is stopped.\n")
    assert min(restart_seconds(clone, free_port) for _ in range(2)) < 5
    secrets = [clone / ".data" / "secret-key", *(clone / ".data" / "sealing-keys").iterdir()]
    assert len(secrets) >= 2
    assert {path.stat().st_mode & 0o777 for path in secrets} == {0o600}
    assert {path.stat().st_uid for path in secrets} == {os.geteuid()}
