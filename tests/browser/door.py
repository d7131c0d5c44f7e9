"""The door of a server: a port that hands every connection on to it, or refuses all of them."""

import contextlib
import socket
import threading

from vein_care.local import listen_on

PATIENCE_SECONDS = 20


class Door:
    """Always the same port of 127.0.0.1, from the first time it is open."""

    def __init__(self):
        self.port = 0
        self._listener = self._letting_in = None
        self._led_through = []

    def open(self, server_port):
        self._listener = listen_on(self.port)
        self.port = self._listener.getsockname()[1]
        self._letting_in = start(self._let_in, self._listener, server_port)

    def close(self):
        """Listen no more, and let what is under way be answered. Returns when every connection has ended; TimeoutError if the server ends none."""
        if not self._listener:
            return
        end(self._listener, socket.SHUT_RDWR)
        self._letting_in.join()
        self._listener.close()
        self._listener = None
        for outside, thread in self._led_through:
            end(outside, socket.SHUT_RD)
            thread.join(PATIENCE_SECONDS)
            if thread.is_alive():
                raise TimeoutError("The server does not end a connection that has said all it had to say.")
        self._led_through.clear()

    def _let_in(self, listener, server_port):
        with contextlib.suppress(OSError):  # it is closed
            while True:
                outside, _ = listener.accept()
                self._led_through.append((outside, start(lead_through, outside, server_port)))


def lead_through(outside, server_port):
    """Both ways, until both sides have said all they had to say."""
    with outside, contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", server_port)) as inside:
        back = start(hand_on, inside, outside)
        hand_on(outside, inside)
        back.join()


def hand_on(giver, taker):
    with contextlib.suppress(OSError):  # either may be gone
        while said := giver.recv(65536):
            taker.sendall(said)
    end(taker, socket.SHUT_WR)


def end(connection, how):
    with contextlib.suppress(OSError):  # it has ended already
        connection.shutdown(how)


def start(target, *args):
    thread = threading.Thread(target=target, args=args, daemon=True)
    thread.start()
    return thread
