"""Exports of a million sessions, over HTTP: how long, how much memory, when the first byte comes, and what tablets notice of it."""

import contextlib
import datetime
import http.client
import io
import os
import re
import threading
import time
from dataclasses import dataclass
from operator import truediv
from pathlib import Path
from statistics import median

import psutil
import xlsxwriter

from tests.benchmarks import client
from tests.benchmarks.desk import CSRF_FIELD, FORM, asked, connected
from tests.benchmarks.hand_in import TABLETS, senders_to
from tests.benchmarks.lines import Line, at_least, at_most, tell, under
from tests.benchmarks.neighbours import Neighbours
from tests.benchmarks.summary import coordinator_of
from tests.benchmarks.surroundings import connected as database_at
from tests.benchmarks.tablets import cookie_of, sealed_records, signed_in_tablets
from tests.browser.serving import serving

MILLION, YEARS, SITES = 1_000_000, 3, 20
DAYS_OF_HUNDRED_THOUSAND = round(YEARS * 365.25 / 10)
ROUNDS, ROUND_SECONDS, RECORDS_A_ROUND = 3, 4, 400
PEAK = re.compile(r"VmHWM:\s+(\d+) kB")
LONG_SECONDS = 600


@dataclass(frozen=True)
class Taken:
    """One export: seconds to its first byte and to its last, and how large it was."""

    first: float
    whole: float
    size: int


def measure(folder):
    folder = folder / "exports"
    folder.mkdir()
    organisation = made_up()
    coordinator = coordinator_of(organisation)
    with serving(folder, environment=os.environ) as server:
        yield from lines_of_files(server, coordinator)
        yield Line("export, peak of a web process after all of these", peak_of_web_processes(), "MB", under(150))
        yield from lines_of_hand_ins(server, coordinator)


def made_up():
    from sessions.counting.generating import generate

    tell(f"making {MILLION:,} sessions")
    return generate(MILLION, sites=SITES, years=YEARS)


def lines_of_files(server, coordinator):
    all_days, some_days = days_until_today(YEARS * 366), days_until_today(DAYS_OF_HUNDRED_THOUSAND)
    csv = took(server, coordinator, "csv", all_days)
    raw = raw_copy(coordinator, all_days)
    yield Line("CSV of 1 million sessions, to COPY alone", csv.whole / raw, "times", at_most(2))
    yield Line("CSV of 1 million sessions, first byte", csv.first, "s", under(1))
    zipped = took(server, coordinator, "zip", all_days)
    raw = raw_copy(coordinator, all_days, with_parts=True)
    yield Line("ZIP of 1 million sessions, to COPY alone", zipped.whole / raw, "times", at_most(2))
    yield Line("ZIP of 1 million sessions, first byte", zipped.first, "s", under(1))
    book = took(server, coordinator, "xlsx", some_days)
    yield Line("XLSX of 100 thousand sessions, to XlsxWriter alone", book.whole / xlsxwriter_alone(coordinator, some_days), "times", at_most(3))
    yield Line("XLSX of 100 thousand sessions, first byte", book.first, "s", under(1))


def days_until_today(days):
    from sessions.models.records import EARLIEST_HELD_ON

    today = datetime.date.today()
    return max(EARLIEST_HELD_ON, today - datetime.timedelta(days=days - 1)), today


# Taking


def took(server, coordinator, file_format, days):
    neighbours = Neighbours()
    taken, rows = take(server, coordinator, file_format, days)
    tell(f"{file_format} of {rows:,} sessions: {taken.whole:.1f} s, {taken.size / 1e6:.0f} MB, first byte after {taken.first:.2f} s")
    tell(f"while other programs took {neighbours.share():.0%} of the processors")
    return taken


def take(server, coordinator, file_format, days, *, until=None):
    """Take a whole export as a browser does; or, with the event `until`, go away when it is set. Returns (Taken, rows that were sent)."""
    export = asked_for(coordinator, file_format, days)
    page = f"/sessions/exports/{export.pk}/"
    with contextlib.closing(connected(server.port)) as connection:
        cookie = cookie_of(coordinator)
        _, headers, answer = asked(connection, "GET", page, headers={"Cookie": cookie})
        token = CSRF_FIELD.search(answer)[1].decode()
        csrf = headers["Set-Cookie"].partition(";")[0]
    connection = http.client.HTTPConnection("localhost", server.port, timeout=LONG_SECONDS)
    with contextlib.closing(connection):
        began = time.perf_counter()
        connection.request("POST", f"{page}file/", f"csrfmiddlewaretoken={token}", {"Cookie": f"{cookie}; {csrf}", "Content-Type": FORM})
        answer = connection.getresponse()
        if answer.status != 200:
            raise client.WrongAnswer(f"An export was answered with {answer.status}.")
        size = len(answer.read(1))
        first = time.perf_counter() - began
        while (block := answer.read(1 << 16)) and not (until and until.is_set()):
            size += len(block)
    taken = Taken(first, time.perf_counter() - began, size)
    if until is None and ended(export) != "complete":
        raise client.WrongAnswer(f"An export ended as {ended(export)}.")
    export.refresh_from_db()
    return taken, export.rows


def asked_for(coordinator, file_format, days):
    from django.utils import timezone

    from sessions.models import Export

    return Export.objects.create(
        organisation=coordinator.organisation,
        asked_by=coordinator,
        asked_at=timezone.now(),
        what="sessions",
        file_format=file_format,
        query=f"view=inside&from={days[0]}&to={days[1]}",
        about="the benchmarks",
        is_inside=True,
        reason="To measure",
        expected=MILLION,
    )


def ended(export):
    """Its state, as soon as it is not running any more: the last byte goes out a moment before the row says so."""
    for _try in range(100):
        export.refresh_from_db()
        if export.is_over:
            break
        time.sleep(0.05)
    return export.state


# What it is compared with


def raw_copy(coordinator, days, *, with_parts=False):
    """Seconds that COPY takes for the same statements, into nothing, on a connection with the same settings."""
    from sessions.exports import statements
    from sessions.exports.copying import PLANNED

    tables, selection = tables_there_are(), selection_of(coordinator, days)
    began = time.perf_counter()
    with contextlib.closing(database_at(os.environ["DATABASE_URL"])) as database, database.cursor() as cursor, open(os.devnull, "wb") as nothing:
        cursor.execute(PLANNED)
        for columns, template in tables if with_parts else tables[:1]:
            for first, last, before in weeks(cursor, selection):
                statement, values = statements.of_week(template, selection, first, last, before=before, harmless=True, columns=columns)
                cursor.copy_expert(f"COPY ({cursor.mogrify(statement, values).decode()}) TO STDOUT WITH (FORMAT csv)", nothing)
    return time.perf_counter() - began


def tables_there_are():
    from sessions.exports import columns, statements

    return [(columns.SESSION, statements.SESSIONS), *((columns.PARTS[name], template) for name, template in statements.PARTS.items())]


def selection_of(coordinator, days):
    from sessions.exports.statements import Selection

    return Selection(coordinator.organisation_id, *days, seed=1)


def weeks(cursor, selection):
    from sessions.exports import statements

    cursor.execute(statements.WEEKS.format(counted=selection.counted), selection.values)
    before = 0
    for week, rows in cursor.fetchall():
        yield max(week, selection.first), min(week + statements.SIX_DAYS, selection.last), before
        before += rows


def xlsxwriter_alone(coordinator, days):
    """Seconds that XlsxWriter takes to write the same cells, rows in memory, to a workbook in memory."""
    from sessions.exports import columns, statements
    from sessions.exports.copying import Snapshot
    from sessions.exports.tables import CopiedTable, Numbers

    with contextlib.closing(Snapshot()) as snapshot:
        selection = selection_of(coordinator, days)
        table = CopiedTable("sessions", columns.SESSION, statements.SESSIONS, snapshot, selection, Numbers(snapshot, selection))
        rows = [row for block in table.value_blocks() for row in block]
    began = time.perf_counter()
    with xlsxwriter.Workbook(io.BytesIO(), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, datetime.date):
                    sheet.write_datetime(number, column, value, day)
                elif value is not None:
                    sheet.write(number, column, value)
    return time.perf_counter() - began


def peak_of_web_processes():
    """The most memory that any process that answers requests has ever had resident, in MB."""
    servers = [process for process in psutil.Process().children() if "gunicorn" in " ".join(process.cmdline())]
    workers = [worker for server in servers for worker in server.children()]
    return max(int(PEAK.search(Path(f"/proc/{worker.pid}/status").read_text())[1]) for worker in workers) * 1024 / 1e6


# Hand-ins meanwhile


def lines_of_hand_ins(server, coordinator):
    """The rate of a round with an export under way, to that of the round before without one."""
    tablets = signed_in_tablets(server.port, TABLETS)
    senders = senders_to(server, tablets, sealed_records(tablets, (2 * ROUNDS + 1) * RECORDS_A_ROUND))
    client.run(senders, seconds=1, most=RECORDS_A_ROUND)
    alone, beside = [], []
    for _round in range(ROUNDS):
        alone.append(client.run(senders, seconds=ROUND_SECONDS, most=RECORDS_A_ROUND))
        with under_way(server, coordinator):
            beside.append(client.run(senders, seconds=ROUND_SECONDS, most=RECORDS_A_ROUND))
        tell(f"hand-ins: {alone[-1]:.0f} a second, beside an export {beside[-1]:.0f}")
    yield Line("hand-in while an export goes on, to without", median(map(truediv, beside, alone)), "ratio", at_least(0.5))


@contextlib.contextmanager
def under_way(server, coordinator):
    """An export of a million sessions that has begun, and whose reader goes away in the end."""
    is_enough = threading.Event()
    reader = threading.Thread(target=take, args=(server, coordinator, "csv", days_until_today(YEARS * 366)), kwargs={"until": is_enough})
    reader.start()
    time.sleep(0.5)
    try:
        yield
    finally:
        is_enough.set()
        reader.join()
