"""What ran out since Monday, by site: for whoever fills the shelves. Inside only."""

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
    rows = tuple(row for site in sites for row in _rows(site, found[site.pk]))
    return Block(
        name="ran-out",
        heading=_("Ran out this week, by site"),
        sentence=sentences.ran_out(len(sites), date_format(monday, "l j F")),
        first=_("Item"),
        columns=(SESSIONS,),
        rows=rows,
        note=_("How often something would have been handed over and there was none left."),
    )


def _rows(site, codes):
    for code in reference.codes()["resources"].values():
        if code.code in codes:
            yield Row(code.code, _(code.label), (codes[code.code].sessions,), group=site.name)
