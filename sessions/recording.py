"""The one way a session gets into the database."""

from django.db import connection

from sessions.models import CardSession

# Written by hand: with one statement for the session and all its parts, a record costs a third of what it does row by row
# (`make bench`, line "hand-in"). The triggers that keep parts and flags together see the session inside the same statement.
STORE = """
WITH session AS (
    INSERT INTO care_sessions_cardsession (
        organisation_id, site_id, delivered_by_id, submitted_by_id, held_on, part_of_day, setting_id, outcome, reason_id, moment_id,
        private_space, length_band_id, areas_recorded, resources_recorded, signposts_recorded, deck_release_id, entry, clock_flag,
        voided_reason
    ) VALUES (
        %(organisation)s, %(site)s, %(delivered_by)s, %(submitted_by)s, %(held_on)s, %(part_of_day)s, %(setting)s, %(outcome)s, %(reason)s,
        %(moment)s, %(private_space)s, %(length_band)s, %(areas_recorded)s, %(resources_recorded)s, %(signposts_recorded)s,
        %(deck_release)s, %(entry)s, %(clock_flag)s, ''
    ) RETURNING id
), areas AS (
    INSERT INTO care_sessions_areadiscussed (session_id, area_id, mattered_most)
    SELECT session.id, area, area IS NOT DISTINCT FROM %(mattered_most)s FROM session, unnest(%(areas)s::varchar[]) AS area
), cards AS (
    INSERT INTO care_sessions_cardshown (session_id, card_version_id)
    SELECT session.id, card FROM session, unnest(%(cards)s::bigint[]) AS card
), resources AS (
    INSERT INTO care_sessions_resourcegiven (session_id, resource_id, status, quantity)
    SELECT session.id, resource, status, quantity
    FROM session, unnest(%(resource_codes)s::varchar[], %(statuses)s::varchar[], %(quantities)s::integer[]) AS given (resource, status, quantity)
), signposts AS (
    INSERT INTO care_sessions_signpostgiven (session_id, kind_id)
    SELECT session.id, kind FROM session, unnest(%(signposts)s::varchar[]) AS kind
)
SELECT id FROM session
"""
AS_THEY_ARE = [
    "held_on",
    "part_of_day",
    "setting",
    "outcome",
    "reason",
    "moment",
    "private_space",
    "length_band",
    "areas_recorded",
    "areas",
    "mattered_most",
    "cards",
    "resources_recorded",
    "signposts_recorded",
    "signposts",
]


def record_session(form, *, entry, delivered_by_id, submitted_by_id):
    """Store what a valid RecordForm holds, as a CardSession with its parts. Returns the id of the session. One statement.

    entry: CardSession.Entry. delivered_by_id, submitted_by_id: ids of people; None for a counter tablet.
    """
    values = form.cleaned_data
    codes, statuses, quantities = zip(*values["resources"], strict=True) if values["resources"] else ((), (), ())
    row = {name: values[name] for name in AS_THEY_ARE} | {
        "organisation": form.organisation_id,
        "site": values["site"].id,
        "delivered_by": delivered_by_id,
        "submitted_by": submitted_by_id,
        "deck_release": values["deck_release"].id if values["deck_release"] else None,
        "resource_codes": list(codes),
        "statuses": list(statuses),
        "quantities": list(quantities),
        "entry": str(entry),
        "clock_flag": form.made.flag if form.made else str(CardSession.ClockFlag.NONE),
    }
    with connection.cursor() as cursor:
        cursor.execute(STORE, row)
        return cursor.fetchone()[0]
