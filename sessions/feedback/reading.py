"""What may be read of the counters: answers of whole months that are over, and never fewer than eight together.

Eight in each total that is asked for would not be enough: the total of three months less that of two is what one month holds. So the months of a
site are taken together until they hold eight answers, from the first month on, and such a group is shown whole or not at all. Whatever totals
are set against each other, what is left is such groups again. A month that is not over is left out, or the page read before and after one
answer would show it. docs/decisions/0054-person-feedback.md
"""

import calendar
import datetime
import itertools

from django.utils import timezone

from sessions.models import PersonFeedback

SHOWN_FROM = 8


def feedback_figures(span, *, organisation, site=None):
    """{answer code: count} of an organisation, or of one site of it, or None while there are fewer than eight that may be shown. One statement.

    span: with `first` and `last`, dates, both of them inside. Groups of months that do not lie in it wholly are left out.
    organisation, site: rows or their ids.
    """
    rows = PersonFeedback.objects.filter(site__organisation=organisation, month__lt=begun_on(timezone.localdate()))
    if site is not None:
        rows = rows.filter(site=site)
    total = dict.fromkeys(PersonFeedback.Answer.values, 0)
    rows = rows.order_by("site", "month").values_list("site", "month", "answer", "count")
    for _site, of_site in itertools.groupby(rows, key=lambda row: row[0]):
        for first, last, counts in groups(of_site):
            if span.first <= first and end_of(last) <= span.last:
                total = {answer: total[answer] + counts[answer] for answer in total}
    return total if any(total.values()) else None


def begun_on(today):
    """The first day of the month that is not over for every site: somewhere the first day of a month is still the last one of the month before."""
    return (today - datetime.timedelta(days=1)).replace(day=1)


def groups(rows):
    """(first month, last month, {answer: count}) of each group of one site; what is left at the end waits.

    rows: (site, month, answer, count), by month.
    """
    first, counts = None, dict.fromkeys(PersonFeedback.Answer.values, 0)
    for month, of_month in itertools.groupby(rows, key=lambda row: row[1]):
        first = first or month
        for _site, _month, answer, count in of_month:
            counts[answer] += count
        if sum(counts.values()) >= SHOWN_FROM:
            yield first, month, counts
            first, counts = None, dict.fromkeys(counts, 0)


def end_of(month):
    """The last day of the month that this first day begins."""
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])
