"""The cells of one code in one year, and how they add up.

Every figure that the to-share view can show of a code is one arc of a network in which nothing is lost at a node:

  start -(site, year)-> site -(site, quarter)-> in -(all, month) three side by side-> through -(all, quarter)-> out -(setting, quarter)->
  setting -(setting, year)-> end -(all, year)-> start

So a table that adds up in all its totals is a circulation, and two such tables differ by cycles. That is all a proof needs to know.
"""

from dataclasses import dataclass
from functools import cached_property

MONTHS, QUARTERS = 12, 4
YEAR = MONTHS + QUARTERS
WEIGHT_OF_YEAR = 120
OF_PLACE = QUARTERS + 1  # cells of one site or setting: four quarters and the year


@dataclass(frozen=True)
class Stage:
    """What becomes known when a quarter or the year is over.

    cells: the cells it shows for the first time. tables: those of them that stand in one table and add up. parts: {cell: cells that break it down}.
    ends: {cell: (node, node)} of all cells that hang together by then. ways: {node: [(cell, node, +1 along or -1 against the arc)]}.
    whole: the cell of the whole service.
    """

    cells: list
    tables: list
    parts: dict
    ends: dict
    ways: dict
    whole: int


class Year:
    """Numbers the cells: months 0-11, quarters 12-15, the year 16, then five for each site and five for each setting."""

    def __init__(self, sites, settings):
        self.sites, self.settings = list(sites), list(settings)
        self.first_of_site = {site: YEAR + 1 + OF_PLACE * nth for nth, site in enumerate(self.sites)}
        start = YEAR + 1 + OF_PLACE * len(self.sites)
        self.first_of_setting = {setting: start + OF_PLACE * nth for nth, setting in enumerate(self.settings)}
        self.size = start + OF_PLACE * len(self.settings)

    def numbers(self, months, by_site, by_setting):
        """The number in every cell. Raises ValueError where sites, settings and months do not add up to the same."""
        quarters = [sum(months[3 * nth : 3 * nth + 3]) for nth in range(QUARTERS)]
        cells = [*months, *quarters, sum(quarters)]
        for places, firsts in ((by_site, self.first_of_site), (by_setting, self.first_of_setting)):
            for place in firsts:
                of_place = places.get(place, (0,) * QUARTERS)
                cells += [*of_place, sum(of_place)]
            if firsts and quarters != [sum(places[place][nth] for place in places) for nth in range(QUARTERS)]:
                raise ValueError("The sites or settings of a quarter do not add up to its months.")
        return cells

    @cached_property
    def of_year(self):
        """{cell: the cell of the year that it is in}, of a quarter's whole, sites and settings. Values are the year's cells."""
        of_whole = dict.fromkeys(range(MONTHS, YEAR), YEAR)
        firsts = [*self.first_of_site.values(), *self.first_of_setting.values()]
        return of_whole | {first + nth: first + QUARTERS for first in firsts for nth in range(QUARTERS)}

    def with_year(self, cycle):
        """A cycle through cells of one quarter, with what it changes in the year."""
        return [*cycle, *((self.of_year[cell], sign) for cell, sign in cycle if cell in self.of_year)]

    def weight(self, cell):
        """How much is lost where this cell is hidden: most for the year of the whole service."""
        if cell <= YEAR:
            return 1 if cell < MONTHS else 12 if cell < YEAR else WEIGHT_OF_YEAR
        return 6 if (cell - YEAR - 1) % OF_PLACE == QUARTERS else 1

    def stages(self, months_over):
        """One Stage for each quarter that is over, and one for the year: what is out is out, and what comes later has to fit.

        The months of a quarter come with it: a month that was out by itself could give away what the quarter shows, or be given away by it.
        """
        for nth in range(months_over // 3):
            months = list(range(3 * nth, 3 * nth + 3))
            yield self._stage(MONTHS + nth, months, nth, self._quarter(nth, "start", "start"))
        if months_over == MONTHS:
            yield self._stage(YEAR, [], QUARTERS, self._whole_year())

    def _of_places(self, nth):
        tables = [[first + nth for first in firsts.values()] for firsts in (self.first_of_site, self.first_of_setting)]
        return [table for table in tables if table]

    def _quarter(self, nth, start, end):
        into, through = f"in {nth}", f"through {nth}"
        out = f"out {nth}" if self.settings else end
        into = into if self.sites else start
        ends = dict.fromkeys(range(3 * nth, 3 * nth + 3), (into, through))
        ends[MONTHS + nth] = (through, out)
        for site, first in self.first_of_site.items():
            ends[first + nth] = (("site", site) if start != end else start, into)
        for setting, first in self.first_of_setting.items():
            ends[first + nth] = (out, ("setting", setting) if start != end else end)
        return ends

    def _whole_year(self):
        ends = {YEAR: ("end", "start")}
        for nth in range(QUARTERS):
            ends |= self._quarter(nth, "start", "end")
        for site, first in self.first_of_site.items():
            ends[first + QUARTERS] = ("start", ("site", site))
        for setting, first in self.first_of_setting.items():
            ends[first + QUARTERS] = (("setting", setting), "end")
        return ends

    def _stage(self, whole, months, nth, ends):
        of_places, ways = self._of_places(nth), {}
        parts = [*months, *sum(of_places, [])]
        for cell, (tail, head) in ends.items():
            ways.setdefault(tail, []).append((cell, head, 1))
            ways.setdefault(head, []).append((cell, tail, -1))
        return Stage([whole, *parts], of_places, {whole: parts}, ends, ways, whole)
