"""Looking at tallies in a test."""

from django.db import connection

RECOUNTED = """
SELECT organisation_id, period.grain, measure, period.day, site_id, setting_id, code, count(*), sum(quantity)::bigint
FROM care_sessions_tally_rows() AS said
CROSS JOIN LATERAL (VALUES ('day', said.day), ('month', date_trunc('month', said.day::timestamp)::date)) AS period (grain, day)
WHERE voided_at IS NULL
GROUP BY 1, 2, 3, 4, 5, 6, 7
"""
KEPT = """
SELECT organisation_id, grain, measure, day, site_id, setting_id, code, sessions, quantity FROM care_sessions_tally
WHERE sessions <> 0 OR quantity <> 0
"""


def count_now():
    """Do what PostgreSQL does at the commit, in a test that never commits."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def run(statement, values=None):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def rows(statement):
    return set(run(statement))


def said(grain="day"):
    """{(measure, code): (sessions, quantity)} of all tallies of that grain that are not zero."""
    count_now()
    return {(measure, code): (sessions, quantity) for _o, of, measure, _d, _s, _t, code, sessions, quantity in rows(KEPT) if of == grain}


def require_true():
    """Raise AssertionError unless every tally is what the sessions say."""
    count_now()
    assert rows(KEPT) == rows(RECOUNTED)
