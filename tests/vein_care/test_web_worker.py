"""vein_care/web_worker.py, in a real gunicorn with gunicorn.conf.py."""

import contextlib
import http.client
import os
import time

import pytest

from tests.browser.serving import serving
from vein_care.web_worker import STAYS_MS

THREADS = 2


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    environment = os.environ | {"GUNICORN_CMD_ARGS": f"--workers 1 --threads {THREADS}", "DJANGO_SETTINGS_MODULE": "vein_care.settings"}
    with serving(tmp_path_factory.mktemp("server"), environment=environment, application="tests.vein_care.which_thread") as server:
        yield server


@pytest.fixture
def connect(server):
    with contextlib.ExitStack() as open_ones:
        yield lambda: open_ones.enter_context(contextlib.closing(http.client.HTTPConnection("localhost", server.port, timeout=60)))


def asked(connection):
    """The thread that answered."""
    connection.request("GET", "/")
    answer = connection.getresponse()
    assert answer.status == 200
    return answer.read()


def test_what_comes_at_once_on_one_connection_is_answered_by_one_thread(connect):
    """On a busy machine a request may come too late for that now and then, so there are some tries."""
    assert any(times_stayed(connect()) >= 26 for _try in range(20))  # of 39; nearly none where each goes to the thread that is free longest


def times_stayed(connection):
    threads = [asked(connection) for _ in range(40)]
    return sum(before == after for before, after in zip(threads, threads[1:], strict=False))


def test_a_connection_that_was_quiet_for_a_while_is_answered_too(connect):
    connection = connect()
    asked(connection)
    time.sleep(STAYS_MS * 3 / 1000)

    assert asked(connection)


def test_more_connections_than_threads_all_get_their_answers_and_soon(connect):
    connections = [connect() for _ in range(THREADS * 4)]

    # With a thread that stayed for as long as a connection lives, each try would take seconds.
    assert any(seconds_of_five_rounds(connections) < 5 for _try in range(5))


def seconds_of_five_rounds(connections):
    began = time.monotonic()
    for _ in range(5):
        assert all(map(asked, connections))
    return time.monotonic() - began


def test_two_requests_sent_in_one_go_are_both_answered(server, connect):
    connection = connect()
    connection.connect()
    one = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"

    connection.sock.sendall(one + one)

    connection.sock.settimeout(60)
    received = b""
    while received.count(b"200 OK") < 2:
        received += connection.sock.recv(4096)
