"""What ran out since Monday, by site: for whoever fills the shelves. Inside only."""

import functools
import itertools

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sessions import reference
from sessions.counting.figures import by_site
from sessions.models import Measure
from sessions.periods import ONE_DAY, Span
from sessions.summaries import sentences
from sessions.summaries.making import SESSIONS
from sessions.summaries.shapes import Block, Row


def ran_out(chosen):
    """A Block of the calendar week up to today, whatever days were chosen; of the site and setting that were. One statement."""
    monday = chosen.today - chosen.today.weekday() * ONE_DAY
    found = by_site(Span(monday, chosen.today), organisation=chosen.organisation, setting=chosen.setting_code, measure=Measure.RESOURCE_NONE_LEFT)
    sites = [site for site in chosen.sites if site.pk in found and chosen.site_id in (None, site.pk)]
    labels = {code.code: _(code.label) for code in reference.codes()["resources"].values()}
    rows = tuple(
        Row(code, label, (codes[code].sessions,), group=site.name)
        for site, codes in ((site, found[site.pk]) for site in sites)
        for code, label in labels.items()
        if code in codes
    )
    return Block(
        name="ran-out",
        heading=_("Ran out this week, by site"),
        sentence=sentences.ran_out(len(sites), date_format(monday, "l j F")),
        first=_("Item"),
        columns=(SESSIONS,),
        rows=rows,
        note=_("How often something would have been handed over and there was none left."),
    )


def by_place(block):
    """[(site, [(item, "3 times")])]: the rows of what ran out, put in words. Few numbers come up among hundreds of rows."""
    times = functools.cache(sentences.times)
    rows = itertools.groupby(block.rows, key=lambda row: row.group)
    return [(site, [(row.label, times(row.values[0])) for row in of_site]) for site, of_site in rows]
