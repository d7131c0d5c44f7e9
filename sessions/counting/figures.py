"""Reading the tallies: one statement for each question, whatever the span and however many sessions there were.

`organisation`, `site` and `setting` may be a row or its key. A code of None is "not recorded". What nobody said is not there at all.
"""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import connection

from sessions.counting.tallies import TAKEN_UP
from sessions.models import Grain, Measure

DAY = datetime.timedelta(days=1)
DAYS, MONTHS = "days", "months"
EARLIEST, LATEST = datetime.date(2000, 1, 1), datetime.date(2199, 12, 31)


class Figure(NamedTuple):
    """How many sessions, and how many things were given in them where they were counted."""

    sessions: int = 0
    quantity: int = 0


@dataclass
class YearOfCode:
    """A code in one year. months: 12 Figures. sites: {id: 4 Figures}, settings: {code: 4 Figures}, each a quarter."""

    months: list = field(default_factory=lambda: [Figure()] * 12)
    sites: dict = field(default_factory=lambda: defaultdict(lambda: [Figure()] * 4))
    settings: dict = field(default_factory=lambda: defaultdict(lambda: [Figure()] * 4))


def first_of_month(day):
    return day.replace(day=1)


def first_of_next_month(day):
    return (day.replace(day=28) + 4 * DAY).replace(day=1)


class Part(NamedTuple):
    """Tallies of single days, or of months by the first of each. sign: "-" takes days away from a month that is read as a whole."""

    grain: str
    first: datetime.date
    last: datetime.date
    sign: str = "+"

    @property
    def days(self):
        return (self.last - self.first).days + 1


def parts(span):
    """[Part] that together are the days of a span, with as few tallies to read as can be: a month is the sum of its days.

    Of a month that the span has only some days of, those are read, or the month less the days that are missing, whichever are fewer.
    Raises ValueError where the last day is before the first, or a year is not of this or the next century.
    """
    if not EARLIEST <= span.first <= span.last <= LATEST:
        raise ValueError(f"There is no span from {span.first} to {span.last}.")
    begin, end = first_of_month(span.first), first_of_month(span.last)
    edges = {month: _edge(month, span) for month in (begin, end)}
    single = [month for month, found in edges.items() if any(part.sign == "+" for part in found)]
    begin, end = first_of_next_month(begin) if begin in single else begin, first_of_month(end - DAY) if end in single else end
    months = [Part(MONTHS, begin, end)] if begin <= end else []
    return months + [part for found in edges.values() for part in found]


def _edge(month, span):
    """Days of a month to read instead of it, or to take away from it; none where the span has it whole."""
    last = first_of_next_month(month) - DAY
    within = Part(DAYS, max(month, span.first), min(last, span.last))
    missing = [Part(DAYS, month, within.first - DAY, "-"), Part(DAYS, within.last + DAY, last, "-")]
    missing = [part for part in missing if part.days > 0]
    return [within] if within.days <= sum(part.days for part in missing) else missing


# Naming every measure lets PostgreSQL go straight to the days of each in the index of the unique key, and pass over other years.
# What is not in the tallies yet is looked up session by session: there are never more than came in at once.
ROWS = """
SELECT {columns}, sum(sessions), sum(quantity) FROM (
    SELECT measure, day, site_id, setting_id, code, sessions, quantity FROM care_sessions_uncounted_rows(%(organisation)s)
    WHERE measure = ANY(%(measures)s) AND day BETWEEN %(first)s AND %(last)s
    {parts}
) AS said
WHERE {where}
GROUP BY {grouped}
HAVING sum(sessions) > 0
"""
PART = """UNION ALL SELECT measure, day, site_id, setting_id, code, {sign}sessions, {sign}quantity FROM care_sessions_tally
    WHERE organisation_id = %(organisation)s AND measure = ANY(%(measures)s) AND grain = %(grain_{number})s
        AND day BETWEEN %(first_{number})s AND %(last_{number})s"""
FIELDS = "measure, day, site_id, setting_id, code, sessions, quantity"

YEAR = """
SELECT measure, code, extract(month FROM day)::int, site_id, setting_id, extract(quarter FROM day)::int, sum(sessions), sum(quantity)
FROM (
    SELECT {fields} FROM care_sessions_tally
    WHERE organisation_id = %(organisation)s AND measure = ANY(%(measures)s) AND grain = 'month' AND day BETWEEN %(first)s AND %(last)s
    UNION ALL SELECT {fields} FROM care_sessions_uncounted_rows(%(organisation)s) WHERE day BETWEEN %(first)s AND %(last)s
) AS said
GROUP BY GROUPING SETS (
    (measure, code, extract(month FROM day)::int),
    (measure, code, site_id, extract(quarter FROM day)::int),
    (measure, code, setting_id, extract(quarter FROM day)::int)
)
HAVING sum(sessions) > 0
"""

# Each organisation's own months are looked up in the index of the unique key.
ORGANISATIONS = """
SELECT count(*) FROM accounts_organisation AS organisation WHERE 0 < (
    SELECT sum(sessions) FROM (
        SELECT setting_id, sessions FROM care_sessions_tally
        WHERE organisation_id = organisation.id AND grain = 'month' AND measure = %(measure)s AND day BETWEEN %(first)s AND %(last)s
            AND code = ANY(%(codes)s)
        UNION ALL SELECT setting_id, sessions FROM care_sessions_uncounted_rows(organisation.id)
        WHERE measure = %(measure)s AND day BETWEEN %(first)s AND %(last)s AND code = ANY(%(codes)s)
    ) AS said
    WHERE %(setting)s::varchar IS NULL OR setting_id = %(setting)s
)
"""


def figures(span, *, organisation, site=None, setting=None):
    """{measure: {code or None: Figure}}"""
    found = {}
    for measure, code, *figure in _read("measure, code", span, Measure.values, organisation=organisation, site=site, setting=setting):
        found.setdefault(measure, {})[code] = _figure(figure)
    return found


def by_site(span, *, organisation, setting=None, measure=Measure.OUTCOME):
    """{site's id: {code or None: Figure}}"""
    return _by_place("site_id", span, [measure], organisation=organisation, setting=setting)


def by_setting(span, *, organisation, site=None, measure=Measure.OUTCOME):
    """{setting's code: {code or None: Figure}}"""
    return _by_place("setting_id", span, [measure], organisation=organisation, site=site)


def by_site_and_by_setting(span, *, organisation, measure=Measure.OUTCOME):
    """({site's id: {code or None: Figure}}, {setting's code: …}), each of all there are, from the same tallies."""
    sites, settings = {}, {}
    grouped = "GROUPING SETS ((site_id, code), (setting_id, code))"
    for site, setting, code, *figure in _read("site_id, setting_id, code", span, [measure], grouped=grouped, organisation=organisation):
        found = settings.setdefault(setting, {}) if site is None else sites.setdefault(site, {})
        found[code] = _figure(figure)
    return sites, settings


def _by_place(column, span, measures, **chosen):
    found = {}
    for place, code, *figure in _read(f"{column}, code", span, measures, **chosen):
        found.setdefault(place, {})[code] = _figure(figure)
    return found


def over_time(span, *, by="week", organisation, site=None, setting=None):
    """{first day: {outcome: sessions}} of every week (from Monday) or month that the span touches, in order; {} where there was nothing.

    Only days of the span count, also in a week or month that it touches in part. by: "week" or "month".
    """
    found = {first: {} for first in firsts(span, by)}
    if by == "month":
        rows = _read(
            "date_trunc('month', day::timestamp)::date, code", span, [Measure.OUTCOME], organisation=organisation, site=site, setting=setting
        )
    else:
        rows = _read_days("date_trunc('week', day::timestamp)::date, code", span, organisation=organisation, site=site, setting=setting)
    for first, outcome, sessions, _quantity in rows:
        found[first][outcome] = int(sessions)
    return found


def firsts(span, by):
    """The Monday of each week, or the first of each month, that a span touches."""
    first = {"week": lambda day: day - day.weekday() * DAY, "month": first_of_month}[by](span.first)
    while first <= span.last:
        yield first
        first = first + 7 * DAY if by == "week" else first_of_next_month(first)


def year_grid(year, *, organisation):
    """{measure: {code or None: YearOfCode}} of a calendar year: every figure that may be shared is a sum of these."""
    values = {
        "organisation": _key(organisation),
        "measures": Measure.values,
        "first": datetime.date(year, 1, 1),
        "last": datetime.date(year, 12, 31),
    }
    grid = {}
    for measure, code, month, site, setting, quarter, *figure in _rows(YEAR.format(fields=FIELDS), values):
        of_code = grid.setdefault(measure, {}).setdefault(code, YearOfCode())
        if month is not None:
            of_code.months[month - 1] = _figure(figure)
        else:
            quarters = of_code.sites[site] if site is not None else of_code.settings[setting]
            quarters[quarter - 1] = _figure(figure)
    return grid


def organisations_taking_up(span, *, setting=None):
    """How many organisations have at least one session that was taken up, in whole months."""
    values = {"measure": Measure.OUTCOME.value, "codes": list(TAKEN_UP), "first": span.first, "last": span.last, "setting": _key(setting)}
    return _rows(ORGANISATIONS, values)[0][0]


def _read(columns, span, measures, **chosen):
    """Rows of `columns`, sessions, quantity. Where no site or setting matters, from the tallies of the whole organisation."""
    return _read_parts(columns, span, parts(span), measures, **chosen)


def _read_days(columns, span, **chosen):
    """From the rows of single days: a week may lie in two months."""
    return _read_parts(columns, span, [Part(DAYS, span.first, span.last)], [Measure.OUTCOME], **chosen)


def _read_parts(columns, span, found, measures, *, grouped=None, organisation, site=None, setting=None):
    is_whole = site is None and setting is None and not {"site_id", "setting_id"} & set(columns.split(", "))
    grains = {DAYS: Grain.WHOLE_DAY, MONTHS: Grain.WHOLE_MONTH} if is_whole else {DAYS: Grain.DAY, MONTHS: Grain.MONTH}
    values = {
        "organisation": _key(organisation),
        "site": _key(site),
        "setting": _key(setting),
        "measures": [str(measure) for measure in measures],
        "first": span.first,
        "last": span.last,
    }
    for number, part in enumerate(found):
        values |= {f"grain_{number}": grains[part.grain].value, f"first_{number}": part.first, f"last_{number}": part.last}
    chosen = ["site_id = %(site)s"] * (site is not None) + ["setting_id = %(setting)s"] * (setting is not None)
    statement = ROWS.format(
        columns=columns,
        parts=" ".join(PART.format(sign=part.sign, number=number) for number, part in enumerate(found)),
        where=" AND ".join(chosen or ["true"]),
        grouped=grouped or columns,
    )
    return _rows(statement, values)


def _rows(statement, values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def _key(row):
    return getattr(row, "pk", row)


def _figure(pair):
    return Figure(*map(int, pair))
