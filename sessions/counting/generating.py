"""Many made-up sessions, put in by PostgreSQL itself: to see how the product does with a million of them.

Every draw is the hash of the session's number, so that all codes come up equally often and two runs draw the same. Drawn so, they look like
no real service, and the figures say nothing.
"""

import contextlib

from django.db import ProgrammingError, connection, transaction
from psycopg2.errors import InsufficientPrivilege

from cards.models import DeckRelease, DeckReleaseCard, PracticeArea
from sessions.models import CardSession, LengthBand, Moment, Reason, Resource, Setting, SignpostKind
from vein_care.accounts import audit
from vein_care.accounts.models import Organisation, Site

TABLES = [f"care_sessions_{table}" for table in ["cardsession", "areadiscussed", "cardshown", "resourcegiven", "signpostgiven", "handin", "tally"]]


def draw(salt, choices):
    """SQL: 0 to choices - 1, for the session numbered n."""
    return f"abs(hashint8extended(n, {salt}) %% {choices})"


def pick(salt, values):
    """SQL: one of the array `values` for the session numbered n."""
    return f"(%({values})s)[1 + {draw(salt, f'cardinality(%({values})s)')}]"


DRAWN = f"""
    SELECT n, %(first)s + n AS id, outcome, is_taken_up, site_number,
        is_taken_up AND {draw(2, 10)} > 0 AS areas_recorded,
        is_taken_up AND {draw(3, 10)} > 0 AS resources_recorded,
        is_taken_up AND {draw(4, 10)} > 0 AS signposts_recorded
    FROM generate_series(1, %(count)s::bigint) AS n
    CROSS JOIN LATERAL (SELECT {pick(1, "outcomes")} AS outcome, {draw(5, "cardinality(%(sites)s)")}::integer AS site_number) AS first_drawn
    CROSS JOIN LATERAL (SELECT outcome IN ('held', 'cut_short') AS is_taken_up) AS then_known
"""

# A site works in two settings, as a rule.
SESSIONS = f"""
INSERT INTO care_sessions_cardsession (
    id, organisation_id, site_id, delivered_by_id, submitted_by_id, held_on, part_of_day, setting_id, outcome, reason_id, moment_id,
    private_space, length_band_id, areas_recorded, resources_recorded, signposts_recorded, deck_release_id, entry, clock_flag, voided_reason
)
SELECT id, %(organisation)s, (%(sites)s)[1 + site_number], %(worker)s, %(worker)s,
    current_date - {draw(6, "%(days)s")}::integer, {pick(7, "parts_of_day")},
    (%(settings)s)[1 + (2 * site_number + {draw(8, 2)}) %% cardinality(%(settings)s)], outcome,
    CASE WHEN outcome <> 'held' THEN {pick(9, "reasons")} END, CASE WHEN is_taken_up THEN {pick(10, "moments")} ELSE 'not_asked' END,
    CASE WHEN is_taken_up THEN {pick(11, "private")} END, CASE WHEN is_taken_up THEN {pick(12, "lengths")} END,
    areas_recorded, resources_recorded, signposts_recorded, %(release)s, 'tablet', '', ''
FROM ({DRAWN}) AS drawn
"""

# {table: statement}. A session has none to four of each kind, and to two signposts, at the places after a drawn one in their list.
PARTS = {
    "areadiscussed": f"""
        INSERT INTO care_sessions_areadiscussed (session_id, area_id, mattered_most)
        SELECT id, (%(areas)s)[1 + ({draw(13, "cardinality(%(areas)s)")} + k) %% cardinality(%(areas)s)], k = 0 AND {draw(14, 2)} = 0
        FROM ({DRAWN}) AS drawn, generate_series(1, {draw(15, 5)}) AS k1, LATERAL (SELECT k1 - 1 AS k) AS place WHERE areas_recorded
    """,
    "cardshown": f"""
        INSERT INTO care_sessions_cardshown (session_id, card_version_id)
        SELECT id, (%(cards)s)[1 + ({draw(16, "cardinality(%(cards)s)")} + k) %% cardinality(%(cards)s)]
        FROM ({DRAWN}) AS drawn, generate_series(1, {draw(17, "least(5, 1 + cardinality(%(cards)s))")}) AS k WHERE is_taken_up
    """,
    "resourcegiven": f"""
        INSERT INTO care_sessions_resourcegiven (session_id, resource_id, status, quantity)
        SELECT id, (%(resources)s)[1 + ({draw(18, "cardinality(%(resources)s)")} + k) %% cardinality(%(resources)s)], status,
            CASE WHEN status = 'given' THEN (ARRAY[NULL, 1, 5, 10, 20])[1 + abs(hashint8extended(n * 8 + k, 20) %% 5)] END
        FROM ({DRAWN}) AS drawn, generate_series(1, {draw(21, 5)}) AS k,
            LATERAL (SELECT (ARRAY['given', 'offered_not_wanted', 'none_left'])[1 + abs(hashint8extended(n * 8 + k, 19) %% 3)] AS status) AS s
        WHERE resources_recorded
    """,
    "signpostgiven": f"""
        INSERT INTO care_sessions_signpostgiven (session_id, kind_id)
        SELECT id, (%(kinds)s)[1 + ({draw(22, "cardinality(%(kinds)s)")} + k) %% cardinality(%(kinds)s)]
        FROM ({DRAWN}) AS drawn, generate_series(1, {draw(23, 3)}) AS k WHERE signposts_recorded
    """,
}

# Without a ticket, as after 30 days.
HAND_INS = f"""
INSERT INTO care_sessions_handin (record_id, digest, fate, session_id, received_at, ticket_id)
SELECT gen_random_uuid(), sha256(id::text::bytea), 'stored', id,
    CASE WHEN %(ticket)s::uuid IS NOT NULL THEN now() - {draw(6, "%(days)s")} * interval '1 day' END, %(ticket)s::uuid
FROM ({DRAWN}) AS drawn
"""

# All tallies of the organisation anew: those of days from the sessions, the others from those. They lie on the disk as they would if they had
# come in day by day: each where its first session was counted, and of the whole organisation that is early in a day or a month.
COUNTED = [
    "DELETE FROM care_sessions_tally WHERE organisation_id = %(organisation)s",
    """
    INSERT INTO care_sessions_tally (organisation_id, grain, measure, day, site_id, setting_id, code, sessions, quantity)
    SELECT organisation_id, 'day', measure, day, site_id, setting_id, code, count(*), sum(quantity)
    FROM care_sessions_tally_rows()
    WHERE organisation_id = %(organisation)s AND voided_at IS NULL
    GROUP BY organisation_id, measure, day, site_id, setting_id, code
    ORDER BY day
    """,
    "ANALYZE care_sessions_tally",
    """
    INSERT INTO care_sessions_tally (organisation_id, grain, measure, day, site_id, setting_id, code, sessions, quantity)
    SELECT kept.organisation_id, part.grain, kept.measure, part.day, part.site_id, part.setting_id, kept.code, sum(sessions), sum(quantity)
    FROM care_sessions_tally AS kept
    CROSS JOIN LATERAL care_sessions_parts_of(kept.day, kept.site_id, kept.setting_id) AS part
    WHERE kept.organisation_id = %(organisation)s AND kept.grain = 'day' AND part.grain <> 'day'
    GROUP BY 1, 2, 3, 4, 5, 6, 7
    ORDER BY part.day, part.grain
    """,
]

# Foreign keys, and what must be unique where there is no order in it: an index is made much faster of all rows than row by row.
RULES = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = ANY(%s::regclass[])
    AND (contype = 'f' OR contype = 'u' AND conrelid IN ('care_sessions_handin'::regclass, 'care_sessions_tally'::regclass))
ORDER BY contype DESC
"""


class NotPossible(Exception):
    """Nothing was made; says why."""


def generate(count, *, sites=20, years=1):
    """Make an organisation with so many sites and sessions in the last years, all in one transaction. Returns it. Raises NotPossible."""
    refuse_among_real_ones()
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            organisation = _make_organisation(count)
            places = Site.objects.bulk_create(
                Site(organisation=organisation, name=f"Site {number}", kind=Site.Kind.values[number % len(Site.Kind.values)])
                for number in range(1, sites + 1)
            )
            cursor.execute("SET LOCAL work_mem = '128MB'")
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            write(cursor, organisation=organisation, sites=[site.pk for site in places], count=count, days=round(365.25 * years))
            audit.record("sessions.generated", target=organisation, organisation_id=organisation.pk, sessions=count)
    except ProgrammingError as error:
        if isinstance(error.__cause__, InsufficientPrivilege):
            raise NotPossible("Only the owner of the tables can do this: DATABASE_URL names another role.") from error
        raise
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM (ANALYZE) {', '.join(TABLES)}")
    return organisation


def refuse_among_real_ones():
    """Raise NotPossible where there is any organisation that was not made up, with sessions or without.

    Whether one is made up is said when it is made, by the demo or by this, and the database lets nobody change it.
    """
    real = Organisation.objects.filter(is_made_up=False).count()
    if real:
        raise NotPossible(
            f"There are services in this database that were not made up ({real}). Made-up sessions never go where real ones are, or may come. "
            "Take an empty database, or one of the demo."
        )


def _make_organisation(count):
    taken = Organisation.objects.filter(is_made_up=True).count()
    return Organisation.objects.create(name=f"Made-up service {taken + 1} with {count:,} sessions", is_made_up=True)


def write(cursor, *, organisation, sites, count, days, worker=None, ticket=None, outcomes=None):
    """Write sessions with parts, hand-ins and tallies, as if they had come in over so many days to today. Returns the number before the first.

    organisation: a row, sites: ids. worker, ticket: ids, who delivered all of them and handed them in. outcomes: to choose from, all unless said.
    Takes the rules off the tables meanwhile, and puts them back: then PostgreSQL checks all rows at once.
    """
    values = _lists() | {
        "organisation": organisation.pk,
        "sites": sites,
        "count": count,
        "days": days,
        "worker": worker,
        "ticket": ticket,
        "outcomes": outcomes or CardSession.Outcome.values,
    }
    with rules_checked_at_once(cursor):
        cursor.execute("SELECT greatest(max(id), 0) FROM care_sessions_cardsession")
        values["first"] = cursor.fetchone()[0] or 0
        for statement in [SESSIONS, *PARTS.values(), HAND_INS]:
            cursor.execute(statement, values)
        cursor.execute("SELECT setval(pg_get_serial_sequence('care_sessions_cardsession', 'id'), %s)", [values["first"] + count])
        for table in TABLES[:-1]:
            cursor.execute(f"ANALYZE {table}")
        for statement in COUNTED:
            cursor.execute(statement, values)
    return values["first"]


def _lists():
    """What sessions point to, each as a list to choose from; with None where a session may say nothing."""

    def codes(model):
        return list(model.objects.order_by("position").values_list("code", flat=True))

    release = DeckRelease.objects.current()
    return {
        "areas": codes(PracticeArea),
        "cards": list(DeckReleaseCard.objects.filter(release=release).order_by("position").values_list("version", flat=True)),
        "kinds": codes(SignpostKind),
        "lengths": [None, *codes(LengthBand)],
        "moments": codes(Moment),
        "parts_of_day": CardSession.PartOfDay.values,
        "private": [None, True, False],
        "reasons": [None, *codes(Reason)],
        "release": release.pk,
        "resources": codes(Resource),
        "settings": codes(Setting),
    }


@contextlib.contextmanager
def rules_checked_at_once(cursor):
    """Take rules and our own triggers off the tables, and put them back: 30 million single checks would take many minutes."""
    cursor.execute(RULES, [TABLES])
    rules = cursor.fetchall()
    for table, name, _definition in rules:
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    for table in TABLES:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    for table in TABLES:
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    for table, name, definition in rules:
        cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')


def multiply_tallies(organisation, times):
    """Let the tallies of a made-up organisation say that there were so many times as many sessions, to look at figures of ten million."""
    if not organisation.is_made_up:
        raise NotPossible("Only figures that were made up can be changed.")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE care_sessions_tally SET sessions = sessions * %s, quantity = quantity * %s WHERE organisation_id = %s",
            [times, times, organisation.pk],
        )
        cursor.execute("VACUUM (ANALYZE) care_sessions_tally")
