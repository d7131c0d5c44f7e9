"""Twenty tablets that come back into the net with full outboxes, at the same moment: how long until the server has everything."""

import contextlib
import math
import os
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from tests.benchmarks import client
from tests.benchmarks.hand_in import ROWS_OF_A_RECORD, senders_to, stored_rows
from tests.benchmarks.lines import Line, tell, under
from tests.benchmarks.neighbours import Neighbours
from tests.benchmarks.surroundings import connected
from tests.benchmarks.tablets import sealed_records, signed_in_tablets
from tests.browser.serving import serving

TABLETS = 20
EACH = 25
PATIENCE_SECONDS = 60
NAME = f"{TABLETS * EACH} records from {TABLETS} tablets, drained"


def measure(folder):
    folder = folder / "drained"
    folder.mkdir()
    url = os.environ["DATABASE_URL"]
    with serving(folder, environment=os.environ) as server:
        tablets = signed_in_tablets(server.port, TABLETS)
        tell(f"sealing {TABLETS * EACH:,} records")
        supplies = sealed_records(tablets, EACH)
        sent = [sealed.record_id for supply in supplies for sealed in supply]
        senders = senders_to(server, tablets, supplies)
        before = stored_rows(url)
        neighbours = Neighbours()
        took = drain(senders)
        tell(f"drained in {took:.2f} s, while other programs took {neighbours.share():.0%} of the processors")
    wrong = problems(sent, [answer for each in senders for answer in each.answers], hand_ins(url, sent), grown(before, stored_rows(url)))
    for each in wrong:
        tell(each)
    yield Line(NAME, math.inf if wrong else took, "s", under(10))


def drain(senders):
    """Let all begin at the same moment and send all they have, each over a connection of its own. Returns seconds until the last answer."""
    start = threading.Barrier(len(senders) + 1)
    until = time.perf_counter() + PATIENCE_SECONDS

    def send(sender):
        start.wait()
        with contextlib.suppress(client.WrongAnswer, OSError):  # then records are without an answer, which is counted
            sender.send(EACH, until=until, is_over=threading.Event())

    with ThreadPoolExecutor(len(senders)) as pool:
        sending = [pool.submit(send, sender) for sender in senders]
        start.wait()
        began = time.perf_counter()
        for each in sending:
            each.result()
        return time.perf_counter() - began


def problems(sent, answers, stored, rows):
    """What is not as it must be, in words; nothing when each record was answered with 201 and is there once.

    sent: record ids. answers: (SealedRecord, status, body). stored: the ids of these among the hand-ins, with every repetition.
    rows: {table: how many more there are than before}.
    """
    created = Counter(sealed.record_id for sealed, status, _ in answers if status == 201)
    there = Counter(stored)
    promised = {table: each * len(sent) for table, each in ROWS_OF_A_RECORD.items()}
    found = {
        "not answered with 201, once": sum(created[each] != 1 for each in sent),
        "lost": sum(there[each] == 0 for each in sent),
        "doubled": sum(there[each] > 1 for each in sent),
    }
    wrong = [f"{count} of {len(sent)} records {what}" for what, count in found.items() if count]
    return wrong + ([] if rows == promised else [f"rows beyond those before: {rows} instead of {promised}"])


def hand_ins(url, record_ids):
    """Those of these record ids that are in PostgreSQL, as often as they are."""
    with contextlib.closing(connected(url)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT record_id::text FROM care_sessions_handin WHERE record_id::text = ANY(%s)", [record_ids])
        return [record_id for (record_id,) in cursor.fetchall()]


def grown(before, after):
    return {table: after[table] - before[table] for table in before}
