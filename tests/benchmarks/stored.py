"""A million sessions of the demo's organisation with their parts and hand-ins, put in by PostgreSQL itself."""

import contextlib

from psycopg2.errors import InsufficientPrivilege

from tests.benchmarks.surroundings import connected, execute

MILLION = 1_000_000
DAYS = 1095


def store_sessions(url, count=MILLION):
    """Bring `count` sessions into a copy of the benchmarks' database, as if handed in over three years, and leave its tables vacuumed.

    All were held, so that they have more parts than sessions have on average: two areas, two cards, two resources, a signpost.
    """
    from sessions.counting import generating
    from sessions.models import WorkerTicket
    from vein_care.accounts.models import Site

    ticket = WorkerTicket.objects.latest("issued_at")
    somebody = ticket.user
    with contextlib.closing(connected(url)) as connection:
        execute(connection, "SET work_mem = '128MB'")
        with connection.cursor() as cursor:
            generating.write(
                cursor,
                organisation=somebody.organisation,
                sites=list(Site.objects.filter(organisation=somebody.organisation).values_list("id", flat=True)),
                count=count,
                days=DAYS,
                worker=somebody.id,
                ticket=str(ticket.id),
                outcomes=["held"],
            )
        execute(connection, f"VACUUM (ANALYZE) {', '.join(generating.TABLES)}")
    let_settle(url)


def let_settle(url):
    """Have PostgreSQL write to the disk what was stored: done beside whatever is measured next, it would be measured, too."""
    with contextlib.closing(connected(url)) as connection, contextlib.suppress(InsufficientPrivilege):
        execute(connection, "CHECKPOINT")  # a privilege; without it PostgreSQL does this when it sees fit
