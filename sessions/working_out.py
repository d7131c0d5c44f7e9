"""Working out the figures that an organisation may share, at most once a day (docs/decisions/0051-disclosure.md)."""

import hashlib
import json
import logging

from django.db import transaction
from django.utils import timezone

from sessions.counting.figures import Figure, YearOfCode, year_grid
from sessions.disclosure import HIDDEN, Rule, protect
from sessions.feedback.reading import begun_on
from sessions.models import PersonFeedback, SharedFigures, SummaryRules
from vein_care.accounts.models import Organisation

logger = logging.getLogger(__name__)

FORMAT = 4  # of SharedFigures.figures and of how they are worked out: one more, and all are worked out anew
LATEST_YEAR = 2199


def worked_out(organisation_id, year, *, today=None):
    """The SharedFigures of a year, worked out now unless they were today, under the rules that hold.

    Rules that were changed hold at once: whoever hides more wants it hidden now. Two at the same time wait for each other and get one result.
    """
    today = today or timezone.localdate()
    hide_below = SummaryRules.objects.of(organisation_id).hide_below
    row = SharedFigures.objects.filter(organisation=organisation_id, year=year).first()
    if row and is_good(row, hide_below, today):
        return row
    with transaction.atomic():
        row, is_new = SharedFigures.objects.select_for_update().get_or_create(
            organisation_id=organisation_id,
            year=year,
            defaults={"worked_out_on": today, "hide_below": hide_below, "figures": {}},
        )
        if is_new or not is_good(row, hide_below, today):
            work_out(row, hide_below, today)
    return row


def is_good(row, hide_below, today):
    return row.digest and row.worked_out_on >= today and row.hide_below == hide_below


def work_out(row, hide_below, today):
    """Work them out anew; or only note the day, if nothing has changed."""
    months_over = months_over_in(row.year, today)
    grid = year_grid(row.year, organisation=row.organisation_id)
    feedback = feedback_grid(row.year, row.organisation_id)
    digest = digest_of(grid, feedback, hide_below, months_over)
    if digest != row.digest:
        rule = Rule(hide_below)
        protected = [protect(each, rule=rule, months_over=months_over) for each in (grid, feedback)]
        measures = protected[0].figures() | protected[1].figures()
        row.figures = {"months_over": months_over, "measures": as_json(measures)}
        unproved = sum(len(each.unproved) for each in protected)
        logger.info("Figures to share of organisation %s in %s worked out; hidden without a proof: %s", row.organisation_id, row.year, unproved)
    row.digest, row.hide_below, row.worked_out_on = digest, hide_below, today
    row.save()


def months_over_in(year, today):
    """The months of quarters that are over everywhere: somewhere the first of a month is still the last of the month before."""
    begun = begun_on(today)
    return 12 * (begun.year > year) or (begun.month - 1) // 3 * 3 * (begun.year == year)


def feedback_grid(year, organisation_id):
    """What people said about the talk, in the shape of `year_grid`."""
    codes = {}
    rows = PersonFeedback.objects.filter(site__organisation=organisation_id, month__year=year)
    for site, month, answer, count in rows.values_list("site", "month", "answer", "count"):
        of_code = codes.setdefault(answer, YearOfCode())
        of_code.months[month.month - 1] = plus(of_code.months[month.month - 1], count)
        quarters, quarter = of_code.sites[site], (month.month - 1) // 3
        quarters[quarter] = plus(quarters[quarter], count)
    return {"feedback": codes}


def plus(figure, count):
    return Figure(figure.sessions + count)


def digest_of(grid, feedback, hide_below, months_over):
    """Of everything that decides the figures."""
    said = [
        (str(measure), code or "", of_code.months, sorted(of_code.sites.items()), sorted(of_code.settings.items()))
        for measures in (grid, feedback)
        for measure, codes in measures.items()
        for code, of_code in codes.items()
    ]
    return hashlib.sha256(json.dumps([FORMAT, hide_below, months_over, sorted(said)]).encode()).digest()


def as_json(value):
    """A code of None becomes "", which is no code; HIDDEN becomes null."""
    if isinstance(value, dict):
        return {"" if key is None else str(key): as_json(each) for key, each in value.items()}
    if isinstance(value, list):
        return [None if each is HIDDEN else each for each in value]
    return value


def work_out_all(*, today=None):
    """Those of this year and the last of every organisation, for the timer. Yields SharedFigures, as they were worked out."""
    today = today or timezone.localdate()
    for organisation_id in Organisation.objects.order_by("pk").values_list("pk", flat=True):
        for year in (today.year - 1, today.year):
            yield worked_out(organisation_id, year, today=today)
