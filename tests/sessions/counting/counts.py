"""Looking at tallies in a test."""

from django.db import connection

# Not with the function by which the tallies are kept.
RECOUNTED = """
SELECT organisation_id, grain, measure, CASE WHEN grain ~ 'month' THEN day - extract(day FROM day)::int + 1 ELSE day END AS begins,
    CASE WHEN grain !~ 'whole' THEN site_id END, CASE WHEN grain !~ 'whole' THEN setting_id END, code, count(*), sum(quantity)::bigint
FROM care_sessions_tally_rows() CROSS JOIN unnest(ARRAY['day', 'month', 'whole_day', 'whole_month']) AS grain
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
