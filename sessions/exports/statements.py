"""What PostgreSQL is asked for an export of sessions. One statement for each calendar week and file, so that the first rows come at once.

Rows of one week stand in an order that a secret number decides: neither their place nor their number says on which day of the week, or in
which order, sessions were recorded. Every list is read where it is indexed, session by session: the work for a row does not depend on
how many others there are.
"""

import datetime
import secrets
from dataclasses import dataclass, field

from sessions.exports.columns import BEFORE_QUANTITY, BETWEEN, NONE, NOT_COUNTED, NOT_RECORDED
from vein_care.table_files import FORMULA_BEGINS

SIX_DAYS = datetime.timedelta(days=6)
TAKEN_UP = "('held', 'cut_short')"


@dataclass(frozen=True)
class Selection:
    """The sessions an export is about. first, last: days, both among them."""

    organisation_id: int
    first: datetime.date
    last: datetime.date
    site_id: int | None = None
    setting: str | None = None
    with_day: bool = False
    seed: int = field(default_factory=lambda: secrets.randbits(62))

    @property
    def values(self):
        return {
            "organisation": self.organisation_id,
            "first": self.first,
            "last": self.last,
            "site": self.site_id,
            "setting": self.setting,
            "seed": self.seed,
            "formulas": list(FORMULA_BEGINS),
            "none": NONE,
            "not_recorded": NOT_RECORDED,
        }

    @property
    def counted(self):
        """What a session of it has to be: of these days and places, and not voided."""
        parts = ["s.organisation_id = %(organisation)s", "s.held_on BETWEEN %(first)s AND %(last)s", "s.voided_at IS NULL"]
        if self.site_id is not None:
            parts.append("s.site_id = %(site)s")
        if self.setting is not None:
            parts.append("s.setting_id = %(setting)s")
        return " AND ".join(parts)


# The calendar weeks that have sessions, and how many: an index says it, a few of a thousandth of a second for each thousand sessions.
WEEKS = """
SELECT date_trunc('week', s.held_on::timestamp)::date AS week, count(*) FROM care_sessions_cardsession s WHERE {counted} GROUP BY week ORDER BY week
"""

NUMBERED = """
(SELECT s.*, %(before)s + row_number() OVER (ORDER BY hashint8extended(s.id, %(seed)s), s.id) AS row
 FROM care_sessions_cardsession s WHERE {counted}) n
"""

# A text that people type, made harmless for a spreadsheet in the same way as vein_care.table_files.plain_cell makes it.
HARMLESS = "CASE WHEN left({text}, 1) = ANY(%(formulas)s) THEN '''' || {text} ELSE {text} END"


def _recorded(flag, found):
    return (
        f"CASE WHEN n.outcome NOT IN {TAKEN_UP} THEN NULL WHEN NOT n.{flag} THEN %(not_recorded)s "
        f"ELSE coalesce({found}, %(none)s) END"
    )


def _given(status, what="resource_id"):
    return f"string_agg({what}, '{BETWEEN}' ORDER BY resource_id) FILTER (WHERE status = '{status}')"


COUNTED_OR_NOT = f"resource_id || '{BEFORE_QUANTITY}' || coalesce(quantity::text, '{NOT_COUNTED}')"

SESSIONS = f"""
SELECT n.row, %(week)s, %(monday)s, {{site}}, n.setting_id, n.part_of_day, n.outcome,
    CASE WHEN n.outcome = 'held' THEN NULL ELSE coalesce(n.reason_id, %(not_recorded)s) END,
    n.moment_id,
    CASE WHEN n.private_space THEN 'yes' WHEN NOT n.private_space THEN 'no'
        WHEN n.outcome NOT IN {TAKEN_UP} OR n.setting_id IN ('phone', 'online_chat') THEN NULL ELSE %(not_recorded)s END,
    CASE WHEN n.length_band_id IS NULL AND n.outcome IN {TAKEN_UP} THEN %(not_recorded)s ELSE n.length_band_id END,
    {_recorded("areas_recorded", "areas.codes")},
    CASE WHEN areas.codes IS NOT NULL THEN coalesce(areas.most, %(not_recorded)s) END,
    coalesce(cards.slugs, %(none)s),
    {_recorded("resources_recorded", "resources.given")},
    {_recorded("resources_recorded", "resources.not_wanted")},
    {_recorded("resources_recorded", "resources.none_left")},
    {_recorded("signposts_recorded", "signposts.codes")},
    release.number, n.entry, CASE n.clock_flag WHEN '' THEN 'right' ELSE n.clock_flag END {{day}}
FROM {NUMBERED}
JOIN accounts_site site ON site.id = n.site_id
LEFT JOIN cards_deckrelease release ON release.id = n.deck_release_id
CROSS JOIN LATERAL (
    SELECT string_agg(area_id, '{BETWEEN}' ORDER BY area_id) AS codes, min(area_id) FILTER (WHERE mattered_most) AS most
    FROM care_sessions_areadiscussed WHERE session_id = n.id) areas
CROSS JOIN LATERAL (
    SELECT string_agg(DISTINCT card.slug, '{BETWEEN}') AS slugs FROM care_sessions_cardshown shown
    JOIN cards_cardversion version ON version.id = shown.card_version_id JOIN cards_card card ON card.id = version.card_id
    WHERE shown.session_id = n.id) cards
CROSS JOIN LATERAL (
    SELECT {_given("given", COUNTED_OR_NOT)} AS given, {_given("offered_not_wanted")} AS not_wanted, {_given("none_left")} AS none_left
    FROM care_sessions_resourcegiven WHERE session_id = n.id) resources
CROSS JOIN LATERAL (
    SELECT string_agg(kind_id, '{BETWEEN}' ORDER BY kind_id) AS codes FROM care_sessions_signpostgiven WHERE session_id = n.id) signposts
ORDER BY n.row
"""

# What is read of the parts of one session, and where; `OFFSET 0` keeps PostgreSQL from reading a whole table once a week instead.
PARTS = {
    name: f"SELECT n.row, part.* FROM {NUMBERED} CROSS JOIN LATERAL ({what} WHERE part.session_id = n.id OFFSET 0) part ORDER BY {order}"
    for name, (what, order) in {
        "areas": (
            "SELECT area_id, CASE WHEN mattered_most THEN 'yes' ELSE 'no' END FROM care_sessions_areadiscussed part",
            "n.row, part.area_id",
        ),
        "cards": (
            "SELECT card.slug, version.number FROM care_sessions_cardshown part "
            "JOIN cards_cardversion version ON version.id = part.card_version_id JOIN cards_card card ON card.id = version.card_id",
            "n.row, part.slug, part.number",
        ),
        "resources": ("SELECT resource_id, status, quantity FROM care_sessions_resourcegiven part", "n.row, part.resource_id"),
        "signposts": ("SELECT kind_id FROM care_sessions_signpostgiven part", "n.row, part.kind_id"),
    }.items()
}


def of_week(template, selection, first, last, *, before, harmless, columns):
    """A statement for days of one week and its values.

    before: how many rows come before its first. harmless: for a CSV file, not for a workbook. columns: what the statement gives, in order.
    """
    statement = template.format(
        counted=selection.counted,
        site=HARMLESS.format(text="site.name") if harmless else "site.name",
        day=", n.held_on" if selection.with_day else "",
    )
    names = ", ".join(f'"{column.name}"' for column in columns)
    year, number, _day = first.isocalendar()
    monday = first - datetime.timedelta(days=first.weekday())
    values = selection.values | {"first": first, "last": last, "before": before, "week": f"{year}-W{number:02}", "monday": monday}
    return f"WITH exported ({names}) AS ({statement}) TABLE exported", values
