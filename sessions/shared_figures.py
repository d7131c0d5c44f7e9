"""Reading the figures that may be shown to others: every page, report and file that is to share takes them from here."""

from dataclasses import dataclass, field
from itertools import chain

from sessions.counting.figures import Figure
from sessions.disclosure import HIDDEN
from sessions.disclosure.links import ITEMS, OUTCOME, OUTCOMES_AND_TOTALS, whole_of
from sessions.models import SharedFigures, SummaryRules
from sessions.periods import MONTH, MONTHS_IN, QUARTER, YEAR, Period, add_months
from sessions.working_out import months_over_in, worked_out
from vein_care.accounts.models import Organisation

FEEDBACK, GIVEN = "feedback", "resource_given"


class Codes(dict):
    """{code or None: Figure}. `get` says of a code that is not there what it may be shown as: 0, or hidden where nothing is said about so few."""

    def __init__(self, measure, figures, whole):
        super().__init__(figures)
        self.measure, self.whole = measure, whole

    def get(self, code, default=None):
        if code in self:
            return self[code]
        return Figure(HIDDEN, HIDDEN) if is_silent((self.measure, code), self._sessions(), self.whole) else Figure()

    def _sessions(self):
        return {code: figure.sessions for code, figure in self.items()}


class Measures(dict):
    """{measure: Codes}. `get` gives Codes also of a measure that nobody said anything about in the whole year, so that they are hidden no less."""

    def __init__(self, whole):
        super().__init__()
        self.whole = whole

    def get(self, measure, default=None):
        return self[measure] if measure in self else Codes(measure, {}, self.whole)


@dataclass
class Shared:
    """Figures of one period that may be shown. All are whole numbers or Mark.HIDDEN.

    figures: {measure: {code or None: Figure(sessions, quantity)}}; "outcome" has the totals "offers" and "taken_up" besides, "feedback" "answers".
    by_site, by_setting: {site's id or setting's code: {outcome or total: sessions}}, empty where one is chosen and in a single month.
    over_time: {first day: {outcome or total: sessions}}, of months, or of quarters where a site or setting is chosen (`cut`).
    left_out: how many services have small numbers that are not counted in, programme-wide; else 0.
    """

    figures: dict = field(default_factory=dict)
    by_site: dict = field(default_factory=dict)
    by_setting: dict = field(default_factory=dict)
    over_time: dict = field(default_factory=dict)
    cut: str = MONTH
    worked_out_on: object | None = None
    hide_below: int = 0
    left_out: int = 0

    def whole(self, key):
        measure, code = key
        return self.figures.get(measure).get(code).sessions


def shared(period, *, organisation=None, site=None, setting=None, today=None):
    """Shared figures of a period that is over: of an organisation, one site or one setting of it, or of all organisations.

    A month is shared of a whole organisation only: raises ValueError for a site or setting in one, for both at once, and for a site of all
    organisations. Nothing is in it where the period is not over. Works them out first, where nobody has today; two statements otherwise.
    """
    if (site is not None and setting is not None) or (period.kind == MONTH and (site, setting) != (None, None)):
        raise ValueError("A month is shared of a whole organisation, a quarter or a year of one site or of one setting at most.")
    site, setting = getattr(site, "pk", site), getattr(setting, "pk", setting)
    if organisation is None:
        if site is not None:
            raise ValueError("A site belongs to an organisation.")
        return programme(period, setting=setting, today=today)
    row = worked_out(getattr(organisation, "pk", organisation), period.year, today=today)
    return read(row, period, site=site, setting=setting)


# All organisations


def programme(period, *, setting=None, today=None):
    """The same for all organisations: sums of what each of them would show. What is hidden counts as nothing, and `left_out` says of how many."""
    total = Shared(cut=QUARTER if setting else MONTH)
    total.figures = Measures(total.whole)
    for row in rows_of_all(period, today=today):
        one = read(row, period, setting=setting)
        total.worked_out_on = min(filter(None, (total.worked_out_on, one.worked_out_on)))
        total.hide_below = max(total.hide_below, one.hide_below)
        total.left_out += any(figure.sessions is HIDDEN for codes in one.figures.values() for figure in codes.values())
        add_figures(total, one)
        add_outcomes(total.by_setting, one.by_setting)
        add_outcomes(total.over_time, one.over_time)
    return total


def add_figures(total, one):
    for measure, codes in one.figures.items():
        summed = total.figures.setdefault(measure, Codes(measure, {}, total.whole))
        for code, figure in codes.items():
            summed[code] = Figure(*map(plus, summed[code] if code in summed else Figure(), figure))


def add_outcomes(sums, parts):
    for place, outcomes in parts.items():
        of_place = sums.setdefault(place, {})
        for code, sessions in outcomes.items():
            of_place[code] = plus(of_place.get(code, 0), sessions)


def plus(one, other):
    """What is hidden counts as nothing; the sum is hidden where nothing else is in it."""
    hidden = HIDDEN in (one, other)
    return sum(each for each in (one, other) if each is not HIDDEN) or (HIDDEN if hidden else 0)


def rows_of_all(period, *, today=None):
    """SharedFigures of every organisation, one at a time. Those of another day will do, where the period was over and the rules were the same."""
    rows, rules = SharedFigures.objects.filter(year=period.year), dict(SummaryRules.objects.values_list("pk", "hide_below"))
    good = [
        row
        for row in rows.defer("figures")
        if row.digest
        and months_over_in(period.year, row.worked_out_on) >= last_month(period)
        and row.hide_below == rules.get(row.organisation_id, SummaryRules.DEFAULT_HIDDEN)
    ]
    others = Organisation.objects.exclude(pk__in=[row.organisation_id for row in good]).order_by("pk").values_list("pk", flat=True)
    kept = SharedFigures.objects.filter(pk__in=[row.pk for row in good]).iterator(chunk_size=20)
    return chain(kept, (worked_out(pk, period.year, today=today) for pk in others))


# One organisation


def read(row, period, *, site=None, setting=None):
    """Shared from what is stored."""
    cells = Cells(row.figures["measures"], period, site=site, setting=setting)
    answer = Shared(cut=cells.cut, worked_out_on=row.worked_out_on, hide_below=row.hide_below)
    if row.figures["months_over"] < last_month(period):
        return answer
    answer.figures = Measures(cells.number)
    for measure in cells.measures.keys() - {ITEMS}:
        figures = {code or None: cells.figure((measure, code or None)) for code in cells.measures[measure]}
        if any(figure.sessions != 0 for figure in figures.values()):
            answer.figures[measure] = Codes(measure, figures, cells.number)
    if site is None and setting is None and period.kind != MONTH:
        answer.by_site = {int(each): cells.at(site=each).outcomes() for each in cells.places("sites")}
        answer.by_setting = {each: cells.at(setting=each).outcomes() for each in cells.places("settings")}
    for part in parts_of(period, cells.cut):
        answer.over_time[part.first] = cells.at(period=part, site=site, setting=setting).outcomes()
    return answer


class Cells:
    """What is stored of one organisation and year, looked at in one period and at one site or setting, or all."""

    def __init__(self, measures, period, *, site=None, setting=None):
        self.measures, self.period, self.site, self.setting = measures, period, site, setting
        self.cut = MONTH if site is None and setting is None else QUARTER
        if setting is not None:
            self.measures = {measure: codes for measure, codes in measures.items() if measure != FEEDBACK}

    def at(self, *, period=None, site=None, setting=None):
        return Cells(self.measures, period or self.period, site=site, setting=setting)

    def places(self, kind):
        return sorted({place for of_code in self.measures.get(OUTCOME, {}).values() for place in of_code[kind]}, key=lambda each: (len(each), each))

    def outcomes(self):
        return {code: self.number((OUTCOME, code)) for code in OUTCOMES_AND_TOTALS}

    def figure(self, key):
        sessions = self.number(key)
        if sessions is HIDDEN:
            return Figure(HIDDEN, HIDDEN)
        return Figure(sessions, self.number((ITEMS, key[1])) if key[0] == GIVEN else 0)

    def number(self, key):
        """A rounded number, 0 or HIDDEN."""
        measure, code = key
        codes = self.measures.get(measure, {})
        if (code or "") in codes:
            return self._of(codes[code or ""])
        return HIDDEN if is_silent(key, {code or None: self._of(of_code) for code, of_code in codes.items()}, self.number) else 0

    def _of(self, of_code):
        if self.site is not None or self.setting is not None:
            of_code = of_code["sites"].get(str(self.site)) if self.site is not None else of_code["settings"].get(self.setting)
        if not of_code:
            return 0
        found = of_code[{MONTH: "months", QUARTER: "quarters", YEAR: "year"}[self.period.kind]][self.period.number - 1]
        return HIDDEN if found is None else found


def is_silent(key, sessions, whole):
    """Whether a code that nobody said in the whole year is hidden like the others: of a small number the parts are not shown, not even a zero."""
    of = whole_of(key)
    if of is None or whole(of) is not HIDDEN:
        return False
    return all(number is HIDDEN for code, number in sessions.items() if whole_of((key[0], code)) == of)


def last_month(period):
    return period.number * MONTHS_IN[period.kind]


def parts_of(period, cut):
    """The months of a period, or its quarters."""
    firsts = [add_months(period.first, months) for months in range(0, MONTHS_IN[period.kind], MONTHS_IN[cut])]
    return [Period(cut, first.year, (first.month - 1) // MONTHS_IN[cut] + 1) for first in firsts]
