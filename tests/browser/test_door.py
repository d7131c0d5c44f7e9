"""A closed door refuses, and what was asked before it closed is answered."""

import contextlib
import socket
import threading

import pytest

from tests.browser.door import Door
from vein_care.local import listen_on


@pytest.fixture
def door():
    door = Door()
    yield door
    door.close()


@pytest.fixture
def server():
    with listen_on(0) as listener:
        yield listener


def knock(door):
    return socket.create_connection(("127.0.0.1", door.port), timeout=10)


def come_and_go(door, server):
    with knock(door), server.accept()[0]:
        pass


def test_a_door_refuses_while_it_is_closed_and_keeps_its_port(door, server):
    door.open(server.getsockname()[1])
    port = door.port
    come_and_go(door, server)

    door.close()

    with pytest.raises(ConnectionRefusedError):
        knock(door)
    door.open(server.getsockname()[1])
    assert door.port == port
    come_and_go(door, server)


def test_what_was_asked_is_answered_while_the_door_closes_and_then_the_connection_ends(door, server):
    door.open(server.getsockname()[1])
    with knock(door) as outside, contextlib.closing(server.accept()[0]) as inside:
        outside.sendall(b"who is there?")
        assert inside.recv(100) == b"who is there?"
        closing = threading.Thread(target=door.close)
        closing.start()
        assert inside.recv(100) == b"", "the server hears that nothing more comes"

        inside.sendall(b"somebody")
        inside.close()

        closing.join()
        assert outside.recv(100) == b"somebody"
        assert outside.recv(100) == b""


def test_a_server_that_does_not_end_a_connection_is_said_to_be_at_fault(door, server, monkeypatch):
    monkeypatch.setattr("tests.browser.door.PATIENCE_SECONDS", 0.1)
    door.open(server.getsockname()[1])
    with knock(door), server.accept()[0], pytest.raises(TimeoutError, match="does not end a connection"):
        door.close()
