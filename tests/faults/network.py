"""The network between tablets and the server: it passes everything on, until it is told to do something else with hand-ins.

A rule is a function of an Exchange, one request with its answer. What it does not pass on, the server never sees.
"""

import contextlib
import http
import json
import re
import socket
import struct
import threading

from vein_care.local import listen_on

HAND_IN = "/sessions/records/"
PATIENCE_SECONDS = 40
LENGTH = re.compile(rb"\r\nContent-Length: *(\d+)", re.IGNORECASE)
CONNECTION = re.compile(rb"\r\nConnection: *[^\r]*", re.IGNORECASE)


class Gone(Exception):
    """One end of a connection is not there any more."""


class Network:
    """Listens on one port for as long as it is open and leads to the port `upstream`."""

    def __init__(self):
        self.upstream = None
        self._listener = listen_on(0)
        self.port = self._listener.getsockname()[1]
        self._clients = set()
        self._rules = []
        self._accepting()

    @property
    def url(self):
        return f"http://localhost:{self.port}"

    def close(self):
        """Nobody gets through, and what was connected is cut off."""
        if self._listener is None:
            return
        listener, self._listener = self._listener, None
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for client in list(self._clients):
            cut(client)

    def open(self):
        if self._listener is None:
            self._listener = listen_on(self.port)
            self._accepting()

    @contextlib.contextmanager
    def doing(self, rule, *, to=HAND_IN, times=None, method="POST"):
        """Do this with requests to an address, the first `times` of them or all. Yields a Rule, which counts."""
        active = Rule(rule, to, times, method)
        self._rules.append(active)
        try:
            yield active
        finally:
            self._rules.remove(active)
        if not active.hits:
            raise AssertionError("nothing met the fault that this case is about")

    def as_usual(self):
        self._rules.clear()
        self.open()

    def _accepting(self):
        threading.Thread(target=self._accept, args=[self._listener], daemon=True).start()

    def _accept(self, listener):
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            if self._listener is not listener:
                cut(client)
                return
            threading.Thread(target=self._serve, args=[client], daemon=True).start()

    def _serve(self, client):
        self._clients.add(client)
        client.settimeout(PATIENCE_SECONDS)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            while self._serve_one(client):
                pass
        except (Gone, OSError):
            cut(client)
        finally:
            self._clients.discard(client)
            client.close()

    def _serve_one(self, client):
        """Returns whether the connection goes on."""
        head, rest = read_head(client)
        exchange = Exchange(client, head, rest, self.upstream)
        rule = next((rule for rule in self._rules if rule.takes(exchange)), None)
        if rule:
            rule.act(exchange)
        else:
            exchange.pass_on()
        return exchange.goes_on


class Rule:
    def __init__(self, act, address, times, method):
        self.act = act
        self.hits = 0
        self._address = address
        self._left = times
        self._method = method
        self._lock = threading.Lock()

    def takes(self, exchange):
        if exchange.method != self._method or not exchange.path.startswith(self._address):
            return False
        with self._lock:
            if self._left == 0:
                return False
            self._left = self._left and self._left - 1
            self.hits += 1
            return True


class Exchange:
    """One request, and what becomes of it."""

    def __init__(self, client, head, rest, upstream):
        self.client = client
        self.head = head
        self.method, self.path = head.split(b" ", 2)[:2]
        self.method, self.path = self.method.decode(), self.path.decode()
        self.goes_on = True
        self._rest = rest
        self._upstream = upstream

    @property
    def length(self):
        found = LENGTH.search(self.head)
        return int(found[1]) if found else 0

    def body(self, share=1.0):
        """The first part of the body, as it arrives."""
        wanted = int(self.length * share)
        while len(self._rest) < wanted:
            self._rest += received(self.client)
        return self._rest[:wanted]

    def pass_on(self):
        self.reply(self.fetch())

    def fetch(self, body=None):
        """Let the server have the request, and return its whole answer. The connection to it ends with that."""
        body = self.body() if body is None else body
        with self.connected() as server:
            server.sendall(CONNECTION.sub(b"", self.head[:-4]) + b"\r\nConnection: close\r\n\r\n" + body)
            answer = b""
            while part := server.recv(65536):
                answer += part
        if b"\r\n\r\n" not in answer:
            raise Gone
        return answer

    def connected(self):
        if self._upstream is None:
            raise Gone
        return socket.create_connection(("127.0.0.1", self._upstream), PATIENCE_SECONDS)

    def reply(self, answer):
        head, _, body = answer.partition(b"\r\n\r\n")
        self.goes_on = bool(LENGTH.search(head)) or b" 304 " in head[:16]
        self.client.sendall(CONNECTION.sub(b"", head) + (b"" if self.goes_on else b"\r\nConnection: close") + b"\r\n\r\n" + body)

    def cut(self):
        self.goes_on = False
        cut(self.client)


# What can be done with a request


def cut_before(exchange):
    """The connection breaks before anything of the record is through."""
    exchange.cut()


def cut_half_way(exchange):
    """Half of the record reaches the server."""
    half = exchange.body(0.5)
    with exchange.connected() as server:
        server.sendall(exchange.head + half)
    exchange.cut()


def cut_after(exchange):
    """All of it reaches the server, and the tablet is cut off before anybody could answer."""
    body = exchange.body()
    exchange.cut()
    exchange.fetch(body)


def drop_answer(exchange):
    """The server has it and says so, and nobody hears it."""
    exchange.fetch()
    exchange.cut()


def half_answer(exchange):
    """The answer stops in the middle of the receipt."""
    answer = exchange.fetch()
    exchange.client.sendall(answer[: -(len(answer.partition(b"\r\n\r\n")[2]) // 2)])
    exchange.goes_on = False


def half_head(exchange):
    """The answer stops in the middle of its headers."""
    exchange.client.sendall(exchange.fetch()[:40])
    exchange.goes_on = False


def answer(status, body="", *, content_type="text/html", headers=None):
    """A rule: somebody on the way answers, and the server hears nothing of it."""

    def act(exchange):
        exchange.body()
        exchange.reply(made(status, body, content_type, headers))

    return act


def answer_json(status, body, **options):
    return answer(status, json.dumps(body), content_type="application/json", **options)


def answer_after_commit(status, body="", **options):
    """A rule: the server has it, and somebody on the way says something else."""
    say = answer(status, body, **options)

    def act(exchange):
        exchange.fetch()
        say(exchange)

    return act


def slowly(seconds):
    """A rule: everything takes so much longer."""

    def act(exchange):
        threading.Event().wait(seconds)
        exchange.pass_on()

    return act


def with_a_flipped_byte(exchange):
    """One byte of the seal changes on the way."""
    body = bytearray(exchange.body())
    body[-20] = ord("A") if body[-20] != ord("A") else ord("B")
    exchange.reply(exchange.fetch(bytes(body)))


class Gate:
    """A rule: a request waits until it is let go on, before the server has it or after.

    `arrived` is set when one waits here; `go` lets all of them on.
    """

    def __init__(self, *, after_commit=False):
        self.after_commit = after_commit
        self.arrived = threading.Event()
        self.go = threading.Event()

    def __call__(self, exchange):
        said = exchange.fetch() if self.after_commit else exchange.body()
        self.arrived.set()
        self.go.wait(PATIENCE_SECONDS)
        if self.after_commit:
            exchange.reply(said)
        else:
            exchange.pass_on()


class Listener:
    """A rule that passes everything on and keeps the bodies."""

    def __init__(self, then=None):
        self.bodies = []
        self._then = then or Exchange.pass_on

    def __call__(self, exchange):
        self.bodies.append(exchange.body().decode())
        self._then(exchange)


# Bytes


def made(status, body, content_type, headers=None):
    phrases = {each.value: each.phrase for each in http.HTTPStatus}
    lines = {"Content-Type": content_type, "Content-Length": len(body.encode())} | (headers or {})
    head = f"HTTP/1.1 {status} {phrases.get(status, 'Other')}\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return head.encode() + b"\r\n" + body.encode()


def read_head(client):
    """(head with its empty line, what came after it)"""
    read = b""
    while b"\r\n\r\n" not in read:
        read += received(client)
    head, _, rest = read.partition(b"\r\n\r\n")
    return head + b"\r\n\r\n", rest


def received(client):
    part = client.recv(65536)
    if not part:
        raise Gone
    return part


def cut(client):
    """Break a connection at once, as a lost network does: no farewell."""
    with contextlib.suppress(OSError):
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.shutdown(socket.SHUT_RD)
    client.close()
