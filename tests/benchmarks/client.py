"""A client light enough to share two processors with what it measures: plain sockets, a thread for each."""

import hashlib
import json
import re
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from tests.benchmarks.tablets import BOOT, elapsed_ms, now
from vein_care.problems import Problem

PATIENCE_SECONDS = 30
RECORDS_A_CONNECTION = 25
LENGTH = re.compile(rb"\r\nContent-Length: *(\d+)", re.IGNORECASE)


class WrongAnswer(Problem):
    """An answer other than the one every record must get: a rate of such answers means nothing."""


class Sender:
    """A tablet with the sealed records it has yet to send, and the answers so far.

    It sends like one that comes back into the net: some records over one connection, then over a new one. Kept for good, all
    connections can end up with the same web process (whoever is awake takes them), and the other one would have nothing to do.
    """

    def __init__(self, port, token, supply):
        self.port = port
        self.token = token
        self.supply = supply
        self.answers = []  # (SealedRecord, status, body)

    def send(self, most, *, until, is_over):
        """Send up to `most` records, one after the other; sets the event `is_over` when that comes before the time is up."""
        for _ in range(0, most, RECORDS_A_CONNECTION):
            with socket.create_connection(("127.0.0.1", self.port), PATIENCE_SECONDS) as connection:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                for _ in range(RECORDS_A_CONNECTION):
                    if time.perf_counter() >= until or is_over.is_set():
                        return
                    self.send_one(connection)
        is_over.set()

    def send_one(self, connection):
        sealed = self.supply.pop()
        connection.sendall(request(sealed.body, token=self.token, unsent=len(self.supply)))
        self.answers.append((sealed, *answer(connection)))


def run(senders, *, seconds, most):
    """Let all send at once for so long, or until one has sent `most` records. Returns answers a second."""
    already = sum(len(each.answers) for each in senders)
    is_over = threading.Event()
    with ThreadPoolExecutor(len(senders)) as pool:
        started = time.perf_counter()
        list(pool.map(lambda each: each.send(most, until=started + seconds, is_over=is_over), senders))
        took = time.perf_counter() - started
    return (sum(len(each.answers) for each in senders) - already) / took


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
