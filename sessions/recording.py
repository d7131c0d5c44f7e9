"""The one way a session gets into the database."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sessions.models import HandIn
from vein_care.postgresql.prepared import Prepared

# Where the number of a new session comes from. A hand-in that is here already gives none, and then nothing is stored.
NUMBER = "SELECT nextval(pg_get_serial_sequence('care_sessions_cardsession', 'id')) AS id"
NUMBER_OF_HAND_IN = f"""
    INSERT INTO care_sessions_handin (record_id, digest, fate, received_at, ticket_id, session_id)
    SELECT %(record_id)s, %(digest)s, '{HandIn.Fate.STORED}', %(received_at)s, %(ticket_id)s, number.id FROM ({NUMBER}) AS number
    WHERE NOT EXISTS (SELECT FROM care_sessions_handin WHERE record_id = %(record_id)s)
    ON CONFLICT DO NOTHING
    RETURNING session_id AS id
"""

# Written by hand: with one statement for the session, its parts and its hand-in, a record costs a third of what it does row by row
# (`make bench`, line "hand-in"). The triggers that keep parts and flags together see the session inside the same statement.
STORE = """
WITH number AS (
    {number}
), session AS (
    INSERT INTO care_sessions_cardsession (
        id, organisation_id, site_id, delivered_by_id, submitted_by_id, held_on, part_of_day, setting_id, outcome, reason_id, moment_id,
        private_space, length_band_id, areas_recorded, resources_recorded, signposts_recorded, deck_release_id, entry, clock_flag,
        voided_reason
    )
    SELECT
        number.id, %(organisation)s, %(site)s, %(delivered_by)s, %(submitted_by)s, %(held_on)s, %(part_of_day)s, %(setting)s, %(outcome)s, %(reason)s,
        %(moment)s, %(private_space)s, %(length_band)s, %(areas_recorded)s, %(resources_recorded)s, %(signposts_recorded)s,
        %(deck_release)s, %(entry)s, %(clock_flag)s, ''
    FROM number
    RETURNING id
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
STORE_ALONE = Prepared("store_alone", STORE.format(number=NUMBER))
STORE_HAND_IN = Prepared("store_hand_in", STORE.format(number=NUMBER_OF_HAND_IN))
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


@dataclass(frozen=True)
class Remembered:
    """What the HandIn of a stored record holds; digest is a SHA-256, by which a repeat is known. ticket_id: None without a tablet."""

    record_id: UUID
    digest: bytes
    received_at: datetime
    ticket_id: UUID | None = None


def record_session(form, *, entry, delivered_by_id, submitted_by_id, hand_in=None):
    """Store what a valid RecordForm holds, as a CardSession with its parts. One statement.

    entry: CardSession.Entry. delivered_by_id, submitted_by_id: ids of people; None for a counter tablet. hand_in: Remembered.
    Returns the id of the session; None, with nothing stored, when a record of that record_id is here already, stored or quarantined.
    Of many calls at once, one gets the id.
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
        "clock_flag": form.clock_flag,
    }
    stored = STORE_HAND_IN.first_row(row | vars(hand_in)) if hand_in else STORE_ALONE.first_row(row)
    return stored[0] if stored else None
