"""A client light enough to share two processors with what it measures: plain sockets, kept open, a thread for each."""

import hashlib
import json
import re
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from tests.benchmarks.tablets import BOOT, elapsed_ms, now

PATIENCE_SECONDS = 30
LENGTH = re.compile(rb"\r\nContent-Length: *(\d+)", re.IGNORECASE)


class WrongAnswer(Exception):
    """An answer other than the one every record must get."""


class Connection:
    """A tablet's connection, with the sealed records it has yet to send and the answers so far."""

    def __init__(self, port, token, supply):
        self.token = token
        self.supply = supply
        self.answers = []  # (SealedRecord, status, body)
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def close(self):
        self.socket.close()

    def send(self, most, *, until, is_over):
        """Send up to `most` records, one after the other; sets the event `is_over` when that comes before the time is up."""
        for _ in range(most):
            if time.perf_counter() >= until or is_over.is_set():
                return
            sealed = self.supply.pop()
            self.socket.sendall(request(sealed.body, token=self.token, unsent=len(self.supply)))
            self.answers.append((sealed, *answer(self.socket)))
        is_over.set()


def run(connections, *, seconds, most):
    """Send over all connections at once for so long, or until one has sent `most` records. Returns answers a second."""
    already = sum(len(each.answers) for each in connections)
    is_over = threading.Event()
    with ThreadPoolExecutor(len(connections)) as pool:
        started = time.perf_counter()
        list(pool.map(lambda each: each.send(most, until=started + seconds, is_over=is_over), connections))
        took = time.perf_counter() - started
    return (sum(len(each.answers) for each in connections) - already) / took


def request(body, *, token, unsent):
    head = (
        "POST /sessions/records/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/jose\r\n"
        f"Authorization: Tablet {token}\r\nTablet-Now: {now()}\r\nTablet-Elapsed: {BOOT}:{elapsed_ms()}\r\n"
        f"Tablet-Unsent: {unsent}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def answer(connection):
    """Read one answer that says its length. Returns (status, body)."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += received_from(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    length = int(LENGTH.search(head)[1])
    while len(body) < length:
        body += received_from(connection)
    return int(head[9:12]), body


def received_from(connection):
    received = connection.recv(65536)
    if not received:
        raise WrongAnswer("The web server closed a connection without an answer.")
    return received


def require_receipts(answers):
    """Return how many answers there are; raise WrongAnswer unless each is a 201 with the receipt that lets a tablet forget its record."""
    require_created(answers)
    for sealed, _, body in answers:
        receipt = {"record_id": sealed.record_id, "fate": "stored", "sealed_sha256": hashlib.sha256(sealed.body).hexdigest()}
        if json.loads(body) != {"receipt": receipt}:
            raise WrongAnswer(f"A record got a receipt that is not its own: {shown(body)}")
    return len(answers)


def require_created(answers):
    for _, status, body in answers:
        if status != 201:
            raise WrongAnswer(f"A record was answered with {status} {shown(body)}")


def shown(body):
    return body[:300].decode(errors="replace")
