"""Comparing the tallies with the sessions themselves, and putting right what differs.

What a tally should say is what the sessions say less what is noted and not counted yet, seen at one moment: PostgreSQL works it out in one
statement for a month of an organisation. Somebody who stores or voids a session meanwhile changes both sides alike, so nobody has to wait.
Repairing holds the lock under which tallies are written; sessions that come in are noted, as they are whenever somebody else is counting.
The sessions of days before `kept_from` are gone, or about to go: there, only the sums are compared with the tallies of single days.
"""

import datetime
from dataclasses import dataclass

from django.db import connection, transaction

from sessions.counting.figures import DAY, first_of_next_month, firsts
from sessions.models import Grain, Measure
from sessions.periods import Span
from vein_care.accounts import audit

# The rows of a month that are not what they should be. A month and a whole organisation are sums of days, so they are added up from the days
# as these should be. Whether the sessions are gone is asked in the same statement: sessions are deleted only after it is so.
# Of a key there is at most one row on either side, so that max() is that row. Sums are of integers where they can be: PostgreSQL adds those up
# much faster than bigint, which it makes numeric, and most tallies have no quantity.
DIFFERENCES = """
WITH gone AS MATERIALIZED (
    SELECT EXISTS (SELECT FROM care_sessions_summaryrules WHERE organisation_id = %(organisation)s AND kept_from > %(first)s) AS are_gone
), said AS (
    SELECT day, site_id, setting_id, measure, code, 1 AS sessions, quantity
    FROM care_sessions_tally_rows()
    WHERE organisation_id = %(organisation)s AND day BETWEEN %(first)s AND %(last)s AND voided_at IS NULL AND NOT (SELECT are_gone FROM gone)
    UNION ALL
    SELECT day, site_id, setting_id, measure, code, -sessions, -quantity
    FROM care_sessions_uncounted_rows(%(organisation)s)
    WHERE day BETWEEN %(first)s AND %(last)s AND NOT (SELECT are_gone FROM gone)
    UNION ALL
    SELECT day, site_id, setting_id, measure, code, sessions, quantity
    FROM care_sessions_tally
    WHERE organisation_id = %(organisation)s AND grain = 'day' AND day BETWEEN %(first)s AND %(last)s AND (SELECT are_gone FROM gone)
), days AS MATERIALIZED (
    SELECT date_trunc('month', day::timestamp)::date AS month, day, site_id, setting_id, measure, code, sum(sessions)::integer AS sessions,
        coalesce(sum(quantity) FILTER (WHERE quantity <> 0), 0)::bigint AS quantity
    FROM said GROUP BY day, site_id, setting_id, measure, code
), should AS (
    SELECT 'day' AS grain, day, site_id, setting_id, measure, code, sessions, quantity FROM days
    UNION ALL
    SELECT CASE WHEN grouping(day, site_id) = 2 THEN 'month' WHEN grouping(day, site_id) = 1 THEN 'whole_day' ELSE 'whole_month' END,
        coalesce(day, month), site_id, setting_id, measure, code, sum(sessions), coalesce(sum(quantity) FILTER (WHERE quantity <> 0), 0)::bigint
    FROM days
    GROUP BY GROUPING SETS ((month, site_id, setting_id, measure, code), (day, measure, code), (month, measure, code))
), both_sides AS (
    SELECT grain, day, site_id, setting_id, measure, code, sessions, quantity, NULL::integer AS kept_sessions, NULL::bigint AS kept_quantity
    FROM should
    UNION ALL
    SELECT grain, day, site_id, setting_id, measure, code, NULL, NULL, sessions, quantity FROM care_sessions_tally
    WHERE organisation_id = %(organisation)s AND grain = ANY(%(grains)s) AND measure = ANY(%(measures)s) AND day BETWEEN %(first)s AND %(last)s
), compared AS (
    SELECT grain, day, site_id, setting_id, measure, code, coalesce(max(kept_sessions), 0) AS kept_sessions, coalesce(max(sessions), 0) AS sessions,
        coalesce(max(kept_quantity), 0) AS kept_quantity, coalesce(max(quantity), 0) AS quantity
    FROM both_sides
    GROUP BY 1, 2, 3, 4, 5, 6
)
SELECT * FROM compared WHERE sessions <> kept_sessions OR quantity <> kept_quantity ORDER BY 1, 2, 3, 4, 5, 6
"""

PUT_RIGHT = """
INSERT INTO care_sessions_tally (organisation_id, grain, day, site_id, setting_id, measure, code, sessions, quantity)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (organisation_id, grain, measure, day, site_id, setting_id, code)
DO UPDATE SET sessions = EXCLUDED.sessions, quantity = EXCLUDED.quantity
"""

MONTHS = """
SELECT least(
    (SELECT min(held_on) FROM care_sessions_cardsession WHERE organisation_id = %(organisation)s),
    (SELECT min(day) FROM care_sessions_tally WHERE organisation_id = %(organisation)s)
), greatest(
    (SELECT max(held_on) FROM care_sessions_cardsession WHERE organisation_id = %(organisation)s),
    (SELECT max(day) FROM care_sessions_tally WHERE organisation_id = %(organisation)s AND grain IN ('day', 'whole_day'))
)
"""


@dataclass(frozen=True)
class Difference:
    """One tally that is not what it should be. site, setting: None for the whole organisation."""

    grain: str
    day: datetime.date
    site: int | None
    setting: str | None
    measure: str
    code: str | None
    sessions: int
    sessions_should_be: int
    quantity: int
    quantity_should_be: int


def months(organisation):
    """The first of each month of which there are sessions or tallies to compare, the earliest first."""
    with connection.cursor() as cursor:
        cursor.execute(MONTHS, {"organisation": organisation.pk})
        earliest, latest = cursor.fetchone()
    return list(firsts(Span(earliest, latest), "month")) if earliest else []


@transaction.atomic
def differences(organisation, month):
    """What differs in a month, as a list of Difference. One statement, which sees one moment."""
    values = {
        "organisation": organisation.pk,
        "grains": Grain.values,
        "measures": Measure.values,
        "first": month,
        "last": first_of_next_month(month) - DAY,
    }
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64MB'; SET LOCAL jit = off")
        cursor.execute(DIFFERENCES, values)
        return [Difference(*row) for row in cursor.fetchall()]


@transaction.atomic
def repair(organisation, month):
    """Put right what differs in a month, and return it."""
    wait_to_count(organisation)
    found = differences(organisation, month)
    with connection.cursor() as cursor:
        for each in found:
            should_be = (max(each.sessions_should_be, 0), max(each.quantity_should_be, 0))
            cursor.execute(PUT_RIGHT, [organisation.pk, each.grain, each.day, each.site, each.setting, each.measure, each.code, *should_be])
    if found:
        audit.record("tallies.repaired", target=organisation, organisation_id=organisation.pk, month=month.isoformat(), tallies=len(found))
    return found


def wait_to_count(organisation):
    """Let nobody else write tallies of this organisation until the transaction ends. They note what they store."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT care_sessions_wait_to_count(%s)", [organisation.pk])
