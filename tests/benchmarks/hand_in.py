"""Handing in over HTTP: real gunicorn, real PostgreSQL, eight tablets at once."""

import contextlib
import os
from operator import truediv
from statistics import median

from tests.benchmarks import client
from tests.benchmarks.counting import seconds_of
from tests.benchmarks.lines import Line, at_least, at_most, tell
from tests.benchmarks.neighbours import Neighbours
from tests.benchmarks.stored import MILLION, store_sessions
from tests.benchmarks.surroundings import SECOND_COPY, connected, copied_database, execute, value_of
from tests.benchmarks.tablets import sealed_records, signed_in_tablets
from tests.browser.serving import serving

TABLETS = 8
WARM_UP = (2, 400)  # seconds, and the records each tablet has for them: a run ends early when one tablet has sent all
ROUNDS = [(4, 800)] * 5
RECORDS = sum(records for _, records in [WARM_UP, *ROUNDS])
BARE_TIMES = 10  # the bare view gets the same records so many times over

ROWS_OF_A_RECORD = {"cardsession": 1, "areadiscussed": 2, "cardshown": 2, "resourcegiven": 3, "signpostgiven": 1, "handin": 1}
COUNTING = "SELECT array_agg(tgname::text) FROM pg_trigger WHERE tgfoid IN ('care_sessions_note'::regproc, 'care_sessions_count_noted'::regproc)"
BARE_TABLE = "CREATE TABLE benchmark_bare (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, record_id uuid UNIQUE, size integer)"


def measure(folder):
    near_empty_url = os.environ["DATABASE_URL"]
    tablets = prepare(folder, near_empty_url)
    with copied_database() as full_url, copied_database(SECOND_COPY) as uncounted_url:
        count_no_more(uncounted_url)
        tell(f"storing {MILLION:,} sessions")
        store_sessions(full_url, MILLION)
        tell(f"sealing {3 * TABLETS * RECORDS:,} records")
        with (
            receiving(folder / "near-empty", near_empty_url, tablets) as near_empty,
            receiving(folder / "uncounted", uncounted_url, tablets) as uncounted,
            receiving(folder / "full", full_url, tablets) as full,
            bare_view(folder / "bare", tablets) as bare,
        ):
            rates = measure_in_turns({"near-empty": near_empty, "without tallies": uncounted, "1 million stored": full, "bare view": bare})
        require_true_tallies(near_empty_url)
    yield from lines(*rates.values())


def prepare(folder, url):
    """Sign tablets in, and leave nobody connected to the database, so that it can be copied."""
    from django.db import connection

    with contextlib.closing(connected(url)) as database:
        execute(database, BARE_TABLE)
    with serving(folder, environment=os.environ) as server:
        tablets = signed_in_tablets(server.port, TABLETS)
    connection.close()
    return tablets


def count_no_more(url):
    """Take away the triggers that keep the tallies."""
    with contextlib.closing(connected(url)) as database:
        for trigger in value_of(database, COUNTING):
            execute(database, f"DROP TRIGGER {trigger} ON care_sessions_cardsession")


def require_true_tallies(url):
    """Raise WrongAnswer unless the tallies are what the sessions say."""
    seconds_of(url, "recount")


def lines(near_empty, uncounted, full, bare):
    """Rates of every round. Shares are taken within a round: over a minute, this machine may become faster or slower by a fifth."""
    yield Line("hand-in over HTTP, near-empty", median(near_empty), "records/s", at_least(400))
    yield Line("tallies, cost of a hand-in", median(map(truediv, uncounted, near_empty)) - 1, "ratio", at_most(0.25))
    yield Line("bare view with one INSERT", median(bare), "requests/s")
    yield Line("hand-in, as a share of the bare view", median(map(truediv, near_empty, bare)), "ratio")
    yield Line("hand-in over HTTP, 1 million stored", median(full), "records/s")
    yield Line("hand-in, 1 million stored to near-empty", median(map(truediv, full, near_empty)), "ratio", at_least(0.85))


def measure_in_turns(all_senders):
    """{name: answers a second in every round}, after a warm-up of each."""
    rates = {name: [] for name in all_senders}
    for seconds, most in [WARM_UP, *ROUNDS]:
        for name, senders in all_senders.items():
            neighbours = Neighbours()
            rates[name].append(client.run(senders, seconds=seconds, most=most * (BARE_TIMES if name == "bare view" else 1)))
            tell(f"{name}: {rates[name][-1]:.0f} answers a second, while other programs took {neighbours.share():.0%} of the processors")
    return {name: each[1:] for name, each in rates.items()}


@contextlib.contextmanager
def receiving(folder, url, tablets):
    """Serve the product on a database and yield tablets with sealed records to send.

    Raises WrongAnswer in the end unless every record got its receipt, and every receipt has its rows.
    """
    folder.mkdir()
    with serving(folder, environment=os.environ | {"DATABASE_URL": url}) as server:
        senders = senders_to(server, tablets, sealed_records(tablets, RECORDS))
        before = stored_rows(url)
        yield senders
    require_rows(url, before, received=sum(client.require_receipts(each.answers) for each in senders))


@contextlib.contextmanager
def bare_view(folder, tablets):
    """Serve the bare view and yield tablets that ask it with the very bytes of a hand-in, over and over."""
    folder.mkdir()
    with serving(folder, environment=os.environ, application="tests.benchmarks.bare") as server:
        senders = senders_to(server, tablets, [records * BARE_TIMES * RECORDS for records in sealed_records(tablets, 1)])
        yield senders
    for each in senders:
        client.require_created(each.answers)


def senders_to(server, tablets, supplies):
    return [client.Sender(server.port, tablet.token, supply) for tablet, supply in zip(tablets, supplies, strict=True)]


def stored_rows(url):
    with contextlib.closing(connected(url)) as connection:
        return {table: value_of(connection, f"SELECT count(*) FROM care_sessions_{table}") for table in ROWS_OF_A_RECORD}


def require_rows(url, before, *, received):
    """Raise WrongAnswer unless there are now as many more rows of each kind as so many receipts promise."""
    promised = {table: before[table] + each * received for table, each in ROWS_OF_A_RECORD.items()}
    if stored_rows(url) != promised:
        raise client.WrongAnswer(f"{received} receipts promise {promised}, and there are {stored_rows(url)}.")
