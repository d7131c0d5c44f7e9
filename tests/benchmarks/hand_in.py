"""Handing in over HTTP: real gunicorn, real PostgreSQL, eight tablets at once."""

import contextlib
import os
import statistics

from tests.benchmarks import client
from tests.benchmarks.lines import Line, at_least, tell
from tests.benchmarks.neighbours import Neighbours
from tests.benchmarks.stored import MILLION, store_sessions
from tests.benchmarks.surroundings import connected, execute, value_of
from tests.benchmarks.tablets import sealed_records, signed_in_tablets
from tests.browser.serving import serving

TABLETS = 8
WARM_UP = (2, 400)  # seconds, and the records each tablet has for them: a run ends early when one tablet has sent all
RUNS = [(4, 800)] * 3
RECORDS = sum(records for _, records in [WARM_UP, *RUNS])

ROWS_OF_A_RECORD = {"cardsession": 1, "areadiscussed": 2, "cardshown": 2, "resourcegiven": 3, "signpostgiven": 1, "handin": 1}
BARE_TABLE = "CREATE TABLE benchmark_bare (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, record_id uuid UNIQUE, size integer)"


def measure(folder):
    near_empty = hand_in_rate(folder, "near-empty")
    yield Line("hand-in over HTTP, near-empty", near_empty, "records/s", at_least(400))

    at_most = bare_rate(folder)
    yield Line("bare view with one INSERT", at_most, "requests/s")
    yield Line("hand-in, as a share of the bare view", near_empty / at_most, "ratio")

    tell(f"storing {MILLION:,} sessions")
    store_sessions(MILLION)
    full = hand_in_rate(folder, f"{MILLION:,} sessions stored")
    yield Line("hand-in over HTTP, 1 million stored", full, "records/s")
    yield Line("hand-in, 1 million stored to near-empty", full / near_empty, "ratio", at_least(0.85))


def hand_in_rate(folder, state):
    """Records a second. Raises WrongAnswer unless every record got its receipt, and every receipt has its rows."""
    with serving(folder, environment=os.environ) as server:
        tablets = signed_in_tablets(server.port, TABLETS)
        tell(f"sealing {TABLETS * RECORDS:,} records")
        supplies = sealed_records(tablets, RECORDS)
        before = stored_rows()
        tell(f"handing in, {state}")
        sending = senders(server.port, tablets, supplies)
        rate = median_rate(sending)
    require_rows(before, received=sum(client.require_receipts(each.answers) for each in sending))
    return rate


def bare_rate(folder):
    """Requests a second that the bare view answers, asked with the very bytes of a hand-in, over and over."""
    with contextlib.closing(connected(os.environ["DATABASE_URL"])) as connection:
        execute(connection, BARE_TABLE)
    with serving(folder, environment=os.environ) as server:
        tablets = signed_in_tablets(server.port, TABLETS)
    supplies = [records * 10 * RECORDS for records in sealed_records(tablets, 1)]
    tell("asking the bare view")
    with serving(folder, environment=os.environ, application="tests.benchmarks.bare") as server:
        sending = senders(server.port, tablets, supplies)
        rate = median_rate(sending, records_times=10)
    for each in sending:
        client.require_created(each.answers)
    return rate


def senders(port, tablets, supplies):
    return [client.Sender(port, tablet.token, supply) for tablet, supply in zip(tablets, supplies, strict=True)]


def median_rate(sending, *, records_times=1):
    """Warm up, run several times, and return the median of the runs' answers a second."""
    rates = []
    for seconds, most in [WARM_UP, *RUNS]:
        neighbours = Neighbours()
        rates.append(client.run(sending, seconds=seconds, most=most * records_times))
        tell(f"{rates[-1]:.0f} answers a second, while other programs took {neighbours.share():.0%} of the processors")
    return statistics.median(rates[1:])


def stored_rows():
    with contextlib.closing(connected(os.environ["DATABASE_URL"])) as connection:
        return {table: value_of(connection, f"SELECT count(*) FROM care_sessions_{table}") for table in ROWS_OF_A_RECORD}


def require_rows(before, *, received):
    """Raise WrongAnswer unless there are now as many more rows of each kind as so many receipts promise."""
    promised = {table: before[table] + each * received for table, each in ROWS_OF_A_RECORD.items()}
    if stored_rows() != promised:
        raise client.WrongAnswer(f"{received} receipts promise {promised}, and there are {stored_rows()}.")
