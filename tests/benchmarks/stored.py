"""A million sessions with their parts and hand-ins, put in by PostgreSQL itself."""

import contextlib

from psycopg2.errors import InsufficientPrivilege

from tests.benchmarks.surroundings import connected, execute

MILLION = 1_000_000
FIRST = 10_000_000  # their ids begin here, far above what tablets hand in meanwhile
DAYS = 1095

TABLES = ["cardsession", "areadiscussed", "cardshown", "resourcegiven", "signpostgiven", "handin"]

SESSIONS = """
INSERT INTO care_sessions_cardsession (
    id, organisation_id, site_id, delivered_by_id, submitted_by_id, held_on, part_of_day, setting_id, outcome, moment_id,
    private_space, length_band_id, areas_recorded, resources_recorded, signposts_recorded, deck_release_id, entry, clock_flag, voided_reason
)
SELECT %(first)s + n, %(organisation)s, (%(sites)s)[1 + n %% %(site_count)s], %(worker)s, %(worker)s,
    current_date - (n %% %(days)s), (ARRAY['morning', 'afternoon', 'evening', 'night'])[1 + n %% 4], 'fixed_site', 'held', 'not_asked',
    n %% 2 = 0, 'under_5', true, true, true, %(release)s, 'tablet', '', ''
FROM generate_series(1, %(count)s) AS n
"""

# Every session gets the parts at the places n, n + 1 … of its list, so that all differ.
PARTS = {
    "areadiscussed": ("area_id, mattered_most", "(%(areas)s)[1 + (n + k) %% %(area_count)s], k = 0", 2),
    "cardshown": ("card_version_id", "(%(cards)s)[1 + (n + k) %% %(card_count)s]", 2),
    "resourcegiven": ("resource_id, status, quantity", "(%(resources)s)[1 + (n + k) %% %(resource_count)s], 'given', 1 + n %% 20", 3),
    "signpostgiven": ("kind_id", "(%(kinds)s)[1 + (n + k) %% %(kind_count)s]", 1),
}

PART = """
INSERT INTO care_sessions_{table} (session_id, {columns})
SELECT %(first)s + n, {values} FROM generate_series(1, %(count)s) AS n, generate_series(0, {most}) AS k
"""

HAND_INS = """
INSERT INTO care_sessions_handin (record_id, digest, fate, session_id, received_at, ticket_id)
SELECT gen_random_uuid(), sha256(n::text::bytea), 'stored', %(first)s + n, now() - (n %% %(days)s) * interval '1 day', %(ticket)s
FROM generate_series(1, %(count)s) AS n
"""

FOREIGN_KEYS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'f' AND conrelid = ANY(%s::regclass[])
"""


def store_sessions(url, count=MILLION):
    """Bring `count` sessions into a copy of the benchmarks' database, as if handed in over three years, and leave its tables vacuumed."""
    values = values_of_the_demo() | {"count": count, "first": FIRST, "days": DAYS}
    with contextlib.closing(connected(url)) as connection:
        with rules_checked_at_once(connection):
            execute(connection, SESSIONS, values)
            for table, (columns, expressions, each) in PARTS.items():
                execute(connection, PART.format(table=table, columns=columns, values=expressions, most=each - 1), values)
            execute(connection, HAND_INS, values)
        execute(connection, "SELECT setval(pg_get_serial_sequence('care_sessions_cardsession', 'id'), %s)", [FIRST + count])
        execute(connection, f"VACUUM (ANALYZE) {', '.join(table_names())}")
        with contextlib.suppress(InsufficientPrivilege):  # a privilege; without it PostgreSQL does this when it sees fit
            execute(connection, "CHECKPOINT")


def values_of_the_demo():
    """What rows of the demo organisation point to, as lists to choose from."""
    from cards.models import CardVersion, DeckRelease, PracticeArea
    from sessions.models import Resource, SignpostKind, WorkerTicket
    from vein_care.accounts.models import Site

    ticket = WorkerTicket.objects.latest("issued_at")
    somebody = ticket.user
    lists = {
        "site": list(Site.objects.filter(organisation=somebody.organisation).values_list("id", flat=True)),
        "area": list(PracticeArea.objects.values_list("code", flat=True)),
        "card": list(CardVersion.objects.values_list("id", flat=True)),
        "resource": list(Resource.objects.values_list("code", flat=True)),
        "kind": list(SignpostKind.objects.values_list("code", flat=True)),
    }
    values = {f"{name}s": items for name, items in lists.items()} | {f"{name}_count": len(items) for name, items in lists.items()}
    return values | {
        "organisation": somebody.organisation_id,
        "worker": somebody.id,
        "release": DeckRelease.objects.current().id,
        "ticket": str(ticket.id),
    }


@contextlib.contextmanager
def rules_checked_at_once(connection):
    """Take foreign keys and our own triggers off the tables, and put them back: 30 million single checks would take many minutes."""
    with connection.cursor() as cursor:
        cursor.execute(FOREIGN_KEYS, [table_names()])
        foreign_keys = cursor.fetchall()
    for table, name, _ in foreign_keys:
        execute(connection, f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    switch_triggers(connection, "DISABLE")
    yield
    switch_triggers(connection, "ENABLE")
    for table, name, definition in foreign_keys:
        execute(connection, f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')


def switch_triggers(connection, how):
    for table in table_names():
        execute(connection, f"ALTER TABLE {table} {how} TRIGGER USER")


def table_names():
    return [f"care_sessions_{table}" for table in TABLES]
