"""The figures behind a summary, whichever view they are for: exact ones from the tallies, or those that the service may share."""

from dataclasses import dataclass, field

from django.utils.translation import ngettext

from sessions.counting.figures import Figure, by_setting, by_site, by_site_and_by_setting, figures, over_time
from sessions.marks import Mark
from sessions.models import Measure
from sessions.models.records import CardSession
from sessions.shared_figures import shared
from sessions.summaries.filters import Chosen

Outcome = CardSession.Outcome
TAKEN_UP, OFFERS = "taken_up", "offers"
MADE_OF = {
    TAKEN_UP: [Outcome.HELD, Outcome.CUT_SHORT],
    OFFERS: [Outcome.HELD, Outcome.CUT_SHORT, Outcome.DECLINED, Outcome.DID_NOT_ATTEND],
}
NOTHING = Figure()


@dataclass(frozen=True)
class Source:
    """Figures by measure and code; outcomes by site, by setting and over time. All are whole numbers or Mark.HIDDEN.

    Outcomes have two codes more: "offers" and "taken_up". over_time: {first day: {outcome: sessions}}, of weeks, months or quarters (`cut`).
    worked_out_on, hide_below, left_out (services whose small numbers are not counted in): of the view to share. hide_below is 0 programme-wide,
    where each service has its own.
    """

    chosen: Chosen
    measures: dict
    by_site: dict = field(default_factory=dict)
    by_setting: dict = field(default_factory=dict)
    over_time: dict = field(default_factory=dict)
    cut: str = ""
    worked_out_on: object | None = None
    hide_below: int = 0
    left_out: int = 0

    def figure(self, measure, code):
        return self.measures.get(measure, {}).get(code, NOTHING)

    def sessions(self, measure, code):
        return self.figure(measure, code).sessions

    def outcome(self, code):
        return self.sessions(Measure.OUTCOME, code)

    @property
    def left_out_in_words(self):
        """What is missing from sums of all services; "" where nothing is."""
        if not self.left_out:
            return ""
        return ngettext(
            "What %(count)s service hides is not counted in: of some things there was more.",
            "What %(count)s services hide is not counted in: of some things there was more.",
            self.left_out,
        ) % {"count": self.left_out}

    @property
    def is_empty(self):
        return not any(figure.sessions is Mark.HIDDEN or figure.sessions for figure in self.measures.get(Measure.OUTCOME, {}).values())


def source_of(chosen):
    """A constant number of statements, whatever the span and however many sessions."""
    return _to_share(chosen) if chosen.is_to_share else _inside(chosen)


def _to_share(chosen):
    found = shared(chosen.period, organisation=chosen.organisation, site=chosen.site, setting=chosen.setting_code, today=chosen.today)
    if chosen.organisation is None:
        hide_what_contradicts(found)
    return Source(
        chosen=chosen,
        measures=found.figures,
        by_site=found.by_site,
        by_setting=found.by_setting,
        over_time=found.over_time,
        cut=found.cut,
        worked_out_on=found.worked_out_on,
        hide_below=found.hide_below if chosen.organisation else 0,
        left_out=found.left_out,
    )


def hide_what_contradicts(found):
    """Programme-wide, what a service hides counts as nothing. Where that leaves fewer offers than were taken up, offers are hidden.

    Of services that show both, offers are never fewer, rounded or not. Changes `found` (shared_figures.Shared).
    """
    for outcomes in [*found.by_setting.values(), *found.over_time.values()]:
        if _contradict(outcomes.get(OFFERS, 0), outcomes.get(TAKEN_UP, 0)):
            outcomes[OFFERS] = Mark.HIDDEN
    outcomes = found.figures.get(Measure.OUTCOME, {})
    if _contradict(outcomes.get(OFFERS, NOTHING).sessions, outcomes.get(TAKEN_UP, NOTHING).sessions):
        outcomes[OFFERS] = Figure(Mark.HIDDEN, Mark.HIDDEN)


def _contradict(made, taken):
    return Mark.HIDDEN not in (made, taken) and made < taken


def _inside(chosen):
    span = chosen.span
    own, site, setting = chosen.organisation, chosen.site_id, chosen.setting_code
    found = figures(span, organisation=own, site=site, setting=setting)
    found[Measure.OUTCOME] = _with_totals(found.get(Measure.OUTCOME, {}))
    if site or setting:
        sites = {} if site else by_site(span, organisation=own, setting=setting)
        settings = {} if setting else by_setting(span, organisation=own, site=site)
    else:
        sites, settings = by_site_and_by_setting(span, organisation=own)
    return Source(
        chosen=chosen,
        measures=found,
        by_site={key: _sessions(_with_totals(outcomes)) for key, outcomes in sites.items()},
        by_setting={key: _sessions(_with_totals(outcomes)) for key, outcomes in settings.items()},
        over_time=_over_time(span, chosen),
        cut=chosen.by,
    )


def _over_time(span, chosen):
    cut = over_time(span, by=chosen.by, organisation=chosen.organisation, site=chosen.site_id, setting=chosen.setting_code)
    return {
        first: outcomes | {total: sum(outcomes.get(code, 0) for code in codes) for total, codes in MADE_OF.items()} for first, outcomes in cut.items()
    }


def _with_totals(outcomes):
    return outcomes | {total: Figure(sum(outcomes.get(code, NOTHING).sessions for code in codes)) for total, codes in MADE_OF.items()}


def _sessions(outcomes):
    return {code: figure.sessions for code, figure in outcomes.items()}
