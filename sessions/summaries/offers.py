"""Offers and what came of them: in all, over time, by site, by setting, and why not."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sessions import reference
from sessions.models import Measure
from sessions.models.records import CardSession
from sessions.periods import ONE_DAY, QUARTER, period_of
from sessions.summaries import charts, making, sentences
from sessions.summaries.shapes import Block, Column, Kind, Row
from sessions.summaries.sources import OFFERS, TAKEN_UP

Outcome = CardSession.Outcome
OFFERED = [Outcome.HELD, Outcome.CUT_SHORT, Outcome.DECLINED, Outcome.DID_NOT_ATTEND]
REASONS = {
    Outcome.DECLINED: Measure.REASON_DECLINED,
    Outcome.DID_NOT_ATTEND: Measure.REASON_DID_NOT_ATTEND,
    Outcome.NOT_OFFERED: Measure.REASON_NOT_OFFERED,
    Outcome.CUT_SHORT: Measure.REASON_CUT_SHORT,
}


def outcomes(source):
    rows = tuple(Row(code.value, code.label, (source.outcome(code),)) for code in OFFERED)
    rows += (Row(OFFERS, _("Offers made"), (source.outcome(OFFERS),), Kind.TOTAL),)
    apart = Row(Outcome.NOT_OFFERED.value, Outcome.NOT_OFFERED.label, (source.outcome(Outcome.NOT_OFFERED),), Kind.APART)
    columns, rows = making.with_shares((making.SESSIONS,), (*rows, apart), source.outcome(OFFERS), kinds=(Kind.ANSWER, Kind.TOTAL))
    heading = _("Offers, and what came of them")
    return Block(
        name="outcomes",
        heading=heading,
        sentence=sentences.outcomes(source),
        first=_("Outcome"),
        columns=columns,
        rows=rows,
        chart=making.shares("outcomes", heading, rows, empty=sentences.headline(source)),
        note=_("Taken up are those held and those stopped early. “Not offered” stands apart: no offer was made, so there was none to take up."),
    )


def over_time(source):
    """None where there is one month or quarter only: it would say the same again."""
    if len(source.over_time) < 2:
        return None
    labels = {first: label_of(first, source.cut) for first in source.over_time}
    full = {first: words for first, (_short, words) in labels.items()}
    rows = tuple(Row(first.isoformat(), full[first], (cut.get(OFFERS, 0), cut.get(TAKEN_UP, 0))) for first, cut in source.over_time.items())
    points = [
        charts.Item(labels[first][0], cut.get(OFFERS, 0), part=cut.get(TAKEN_UP, 0), full=full[first]) for first, cut in source.over_time.items()
    ]
    heading = {"week": _("By week"), "month": _("By month"), QUARTER: _("By quarter")}[source.cut]
    return Block(
        name="over-time",
        heading=heading,
        sentence=sentences.over_time(source, full),
        first={"week": _("Week from"), "month": _("Month"), QUARTER: _("Quarter")}[source.cut],
        columns=offered_and_taken_up(),
        rows=rows,
        chart=charts.columns("over-time", heading, points, whole=_("offers"), part=_("taken up")),
        note=_cut_off(source),
        in_order=True,
    )


def label_of(first, cut):
    """(what stands under a column, in full)"""
    if cut == "week":
        return date_format(first, "j M"), date_format(first, "j F Y")
    if cut == QUARTER:
        period = period_of(first, QUARTER)
        return date_format(first, "M") + "–" + date_format(period.last, "M"), str(period)
    return date_format(first, "M y") if first.month == 1 else date_format(first, "M"), date_format(first, "F Y")


def _cut_off(source):
    """Where the first or the last week or month is not whole, it looks like less than it was."""
    span = source.chosen.span
    cut = [_("the first")] if next(iter(source.over_time)) < span.first else []
    if source.cut == "week" and span.last.weekday() != 6 or source.cut == "month" and not is_whole_to_its_end(span, source.chosen):
        cut.append(_("the last"))
    if not cut:
        return ""
    return _("Only days from %(days)s count, so %(which)s may not be whole.") % {"days": span, "which": _(" and ").join(cut)}


def is_whole_to_its_end(span, chosen):
    return (span.last + ONE_DAY).day == 1 and (chosen.is_to_share or span.last < chosen.today)


def offered_and_taken_up():
    return Column(OFFERS, _("Offers")), Column(TAKEN_UP, _("Taken up"))


def by_site(source):
    """None for one site alone, and where there is no more than one."""
    sites = [site for site in source.chosen.sites if site.is_active or site.pk in source.by_site]
    if source.chosen.site or len(sites) < 2 or not source.by_site:
        return None
    rows = tuple(Row(str(site.pk), site.name, _two(source.by_site.get(site.pk, {}))) for site in sites)
    # In the order of their names, and without a word on which has most: sites are not ranked.
    return _where("sites", _("By site"), _("Site"), rows, sentence="")


def by_setting(source):
    if source.chosen.setting or not source.by_setting:
        return None
    labels = reference.codes()["settings"]
    rows = tuple(
        Row(code, _(label.label), _two(source.by_setting.get(code, {})))
        for code, label in labels.items()
        if not label.is_retired or code in source.by_setting
    )
    rows, folded = making.fold(rows)
    most = sentences.first_of(rows, _("Most offers: %(what)s, with %(count)s."), nothing=_("No offers were written down."))
    return _where("settings", _("By setting"), _("Setting"), rows, folded, sentence=most)


def _two(outcomes):
    return outcomes.get(OFFERS, 0), outcomes.get(TAKEN_UP, 0)


def _where(name, heading, first, rows, folded=(), *, sentence):
    columns = offered_and_taken_up()
    return Block(
        name=name,
        heading=heading,
        sentence=sentence,
        first=first,
        columns=columns,
        rows=rows,
        chart=making.grid(name, heading, columns, rows),
        note=_("Places differ in who comes by and in how often somebody is there. The numbers do not say how well anybody works."),
        folded=folded,
    )


def reasons(source):
    """Rows are reasons, columns the outcomes that they were given for."""
    columns = tuple(Column(outcome.value, outcome.label) for outcome in REASONS)
    rows = making.coded_rows("reasons", lambda code: tuple(source.sessions(measure, code) for measure in REASONS.values()))
    rows, folded = making.fold(rows)
    heading = _("Why not, where it was said")
    return Block(
        name="reasons",
        heading=heading,
        sentence=sentences.first_of(
            rows, _("Said most often for “Not today”: %(what)s, %(times)s."), nothing=_("No reasons were written down for “Not today”.")
        ),
        first=_("Reason"),
        columns=columns,
        rows=rows,
        chart=making.grid("reasons", heading, columns, rows),
        note=_("One reason for each offer, as the worker heard it; it may be left out. For sessions that stopped early, too."),
        folded=folded,
    )
