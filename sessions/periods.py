"""Spans of days, and the months, quarters and years in which figures are shared."""

import datetime
import re
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

MONTH, QUARTER, YEAR = "month", "quarter", "year"
MONTHS_IN = {MONTH: 1, QUARTER: 3, YEAR: 12}
ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """Days from the first to the last, both among them."""

    first: datetime.date
    last: datetime.date

    @property
    def days(self):
        return (self.last - self.first).days + 1

    def __str__(self):
        return span_in_words(self)


@dataclass(frozen=True)
class Period:
    """A calendar month, quarter or year. number: 1 to 12 of a month, 1 to 4 of a quarter, 1 of a year."""

    kind: str
    year: int
    number: int = 1

    @property
    def first(self):
        return datetime.date(self.year, (self.number - 1) * MONTHS_IN[self.kind] + 1, 1)

    @property
    def last(self):
        return add_months(self.first, MONTHS_IN[self.kind]) - ONE_DAY

    @property
    def span(self):
        return Span(self.first, self.last)

    @property
    def code(self):
        """As it stands in an address: 2026, 2026-q3, 2026-09."""
        return {YEAR: f"{self.year}", QUARTER: f"{self.year}-q{self.number}", MONTH: f"{self.year}-{self.number:02}"}[self.kind]

    def is_over(self, *, today):
        return self.last < today

    def can_be_shared(self, *, today):
        """Once its quarter is over everywhere: the months of a quarter are shared together (docs/decisions/0051-disclosure.md)."""
        return period_of(self.last, QUARTER).is_over(today=today - ONE_DAY)

    def __str__(self):
        if self.kind == YEAR:
            return str(self.year)
        if self.kind == MONTH:
            return date_format(self.first, "F Y")
        return _("%(first)s to %(last)s") % {"first": date_format(self.first, "F"), "last": date_format(self.last, "F Y")}


CODE = re.compile(r"(20[0-9]{2})(?:-q([1-4])|-(0[1-9]|1[0-2]))?", re.ASCII)


def read_period(code):
    """The Period of a code. Raises ValueError for anything else."""
    found = CODE.fullmatch(code)
    if found is None:
        raise ValueError(code)
    year, quarter, month = found.groups()
    if quarter:
        return Period(QUARTER, int(year), int(quarter))
    return Period(MONTH, int(year), int(month)) if month else Period(YEAR, int(year))


def period_of(day, kind):
    """The Period of this kind that the day lies in."""
    return Period(kind, day.year, (day.month - 1) // MONTHS_IN[kind] + 1)


def last_over(kind, *, today):
    """The latest Period of this kind that is over."""
    return period_of(period_of(today, kind).first - ONE_DAY, kind)


def periods_over(kind, *, since, today):
    """Those that are over and begin on this day or later, the latest first."""
    found, period = [], last_over(kind, today=today)
    while period.first >= since:
        found.append(period)
        period = last_over(kind, today=period.first)
    return found


def add_months(first, months):
    """The first of the month so many months after this first of a month."""
    years, month = divmod(first.month - 1 + months, 12)
    return datetime.date(first.year + years, month + 1, 1)


def span_in_words(span):
    """“1 to 30 September 2026”, saying of the first day only what the last does not say again."""
    first, last = span.first, span.last
    if first == last:
        return date_format(last, "j F Y")
    form = "j F Y" if first.year != last.year else "j F" if first.month != last.month else "j"
    return _("%(first)s to %(last)s") % {"first": date_format(first, form), "last": date_format(last, "j F Y")}
