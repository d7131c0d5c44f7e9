"""No column of the session tables can hold words about a person. A new column that could hold text fails here until it is explained."""

import pytest
from django.db import connection

# Every column that could hold text, and why it cannot hold anything about the person a session was held with.
ALLOWED = {
    # Code tables: our own words, loaded from sessions/codes.py and the deck's content.
    **{
        (f"care_sessions_{table}", column): "our own list"
        for table in ["lengthband", "moment", "reason", "resource", "setting", "signpostkind"]
        for column in ["code", "label"]
    },
    ("care_sessions_resource", "line"): "how to use it, from the deck's content",
    # Sessions and their parts: a code of a code table, or one of a closed list held by a constraint.
    ("care_sessions_cardsession", "part_of_day"): "closed list",
    ("care_sessions_cardsession", "setting_id"): "code",
    ("care_sessions_cardsession", "outcome"): "closed list",
    ("care_sessions_cardsession", "reason_id"): "code",
    ("care_sessions_cardsession", "moment_id"): "code",
    ("care_sessions_cardsession", "length_band_id"): "code",
    ("care_sessions_cardsession", "entry"): "closed list",
    ("care_sessions_cardsession", "clock_flag"): "closed list",
    ("care_sessions_cardsession", "voided_reason"): "closed list",
    ("care_sessions_areadiscussed", "area_id"): "code",
    ("care_sessions_resourcegiven", "resource_id"): "code",
    ("care_sessions_resourcegiven", "status"): "closed list",
    ("care_sessions_signpostgiven", "kind_id"): "code",
    ("care_sessions_siteresource", "resource_id"): "code",
    ("care_sessions_sitesignpost", "kind_id"): "code",
    # Tallies.
    ("care_sessions_tally", "grain"): "closed list",
    ("care_sessions_tally", "setting_id"): "code",
    ("care_sessions_tally", "measure"): "closed list",
    ("care_sessions_tally", "code"): "code, or slug of a card",
    # Hand-in.
    ("care_sessions_handin", "digest"): "32 bytes of SHA-256, held by a constraint",
    ("care_sessions_handin", "fate"): "closed list",
    ("care_sessions_quarantinedrecord", "payload"): "a record as it came, until 30 days after a session came of it; never exported",
    ("care_sessions_quarantinedrecord", "field"): "path of a field, written by us, held by a constraint",
    ("care_sessions_quarantinedrecord", "rule"): "code of sessions/rules.py, held by a constraint",
    ("care_sessions_quarantinedrecord", "resolution"): "closed list",
    ("care_sessions_quarantinedrecord", "set_aside_reason"): "closed list",
    # Tablets.
    ("care_sessions_tablet", "label"): "what an administrator calls the device",
    # Notices on a wall, written by administrators. No session points to them.
    ("care_sessions_localservice", "kind_id"): "code",
    ("care_sessions_localservice", "name"): "name of a service",
    ("care_sessions_localservice", "phone"): "number of a service, letters are kept out by a constraint",
    ("care_sessions_localservice", "hours"): "when a service is open",
    ("care_sessions_localservice", "link"): "website of a service, held by a constraint",
    ("care_sessions_notice", "text"): "one dated word to everybody in an organisation; the form asks for nothing about any one person",
    ("care_sessions_helppage", "slug"): "part of a public address, held by a constraint",
    # What people say about a talk: counters.
    ("care_sessions_personfeedback", "answer"): "closed list",
    ("care_sessions_feedbackpage", "code"): "drawn at random, held by a constraint",
    ("care_sessions_answeredform", "digest"): "32 bytes of SHA-256, held by a constraint",
    ("care_sessions_sharedfigures", "digest"): "32 bytes of SHA-256, held by a constraint",
    ("care_sessions_sharedfigures", "figures"): "whole numbers by codes, worked out from tallies",
    # Files taken away: what a coordinator writes of the purpose. No session points to them.
    ("care_sessions_export", "what"): "closed list",
    ("care_sessions_export", "file_format"): "closed list",
    ("care_sessions_export", "query"): "days, site and setting as in an address, written by us",
    ("care_sessions_export", "about"): "the same in words, written by us",
    ("care_sessions_export", "reason"): "what a file is for, asked for without names",
    ("care_sessions_export", "state"): "closed list",
    ("care_sessions_export", "why"): "closed list",
    ("care_sessions_tablet", "token_hash"): "32 bytes of SHA-256, held by a constraint",
    ("care_sessions_tablet", "enrol_hash"): "32 bytes of SHA-256, held by a constraint",
}

WITHOUT_WORDS = {"bigint", "integer", "smallint", "boolean", "date", "timestamp with time zone", "uuid"}

COLUMNS = """
SELECT table_name, column_name, data_type FROM information_schema.columns
WHERE table_schema = current_schema() AND table_name LIKE 'care\\_sessions\\_%'
"""


def columns():
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS)
        return cursor.fetchall()


@pytest.mark.django_db
def test_every_column_that_could_hold_words_is_explained():
    could_hold_words = {(table, column) for table, column, kind in columns() if kind not in WITHOUT_WORDS}

    assert could_hold_words == set(ALLOWED)


@pytest.mark.django_db
def test_no_time_of_day_lies_with_a_session_or_its_parts():
    """The one exception says when a session was voided at the desk, not when it was held (docs/decisions/0006-no-exact-times.md)."""
    parts = ["cardsession", "areadiscussed", "cardshown", "resourcegiven", "signpostgiven"]
    tables = {f"care_sessions_{name}" for name in parts}

    times = {(table, column) for table, column, kind in columns() if table in tables and "time" in kind}

    assert times == {("care_sessions_cardsession", "voided_at")}
