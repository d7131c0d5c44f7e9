"""The process outcomes of the study's logic model (intervention.md 1.7), each with what it means here, what counts and what does not.

Definitions are in our own words; docs/reference/process-outcomes.md says the same. Spreads are over sites, never over workers.
"""

from dataclasses import dataclass
from statistics import median_low

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sessions import reference
from sessions.counting.figures import Figure, by_site, organisations_taking_up
from sessions.marks import Mark, in_words
from sessions.models import CardSession, Measure
from sessions.summaries import making, sentences
from sessions.summaries.shapes import Block, Column, Row
from sessions.summaries.sources import OFFERS, TAKEN_UP
from sessions.summaries.training import training_block

Outcome = CardSession.Outcome


@dataclass(frozen=True)
class Definition:
    """block: the name of the part of a summary that holds the figures; "" where none does."""

    code: str
    heading: str | Promise
    means: str | Promise
    counted: str | Promise
    left_out: str | Promise
    block: str = ""


DEFINITIONS = (
    Definition(
        "P1",
        gettext_lazy("Organisations that deliver"),
        gettext_lazy("How many organisations have held talks with the cards."),
        gettext_lazy("An organisation with at least one session in these days that was held, or was begun and stopped early."),
        gettext_lazy("Organisations that have an account, trained people or tablets, and no session yet."),
    ),
    Definition(
        "P2",
        gettext_lazy("Organisations and people trained"),
        gettext_lazy("How many organisations have somebody who is trained, and how many people are: two numbers, never one."),
        gettext_lazy("People with an account on the last day who have done at least one module, online or face to face, that has not run out."),
        gettext_lazy("Modules that are begun and not done, have run out or were taken back; people who have left. Nobody is listed."),
        block="training",
    ),
    Definition(
        "P3",
        gettext_lazy("Sessions"),
        gettext_lazy("How many talks there were, and how they spread over the sites."),
        gettext_lazy("Sessions that were held, a short version too, and those that stopped early. They are sessions, not people."),
        gettext_lazy("Nothing is counted by worker: how many somebody has says more about the place than about their work. Workers see their own."),
        block="spread",
    ),
    Definition(
        "P4",
        gettext_lazy("About how long they took"),
        gettext_lazy("The length of a talk as the worker put it afterwards, in four bands."),
        gettext_lazy("Sessions that were held or stopped early. A length left blank counts as not recorded, not as short."),
        gettext_lazy("No clock runs in a session, and no length is shown by worker."),
        block="length",
    ),
    Definition(
        "P5",
        gettext_lazy("People who did not come"),
        gettext_lazy("How many offers came to nothing because a time was agreed and the person did not come."),
        gettext_lazy("One for each time that was agreed, out of all offers made: held, stopped early, not today, and did not come."),
        gettext_lazy("Times when no offer was made. Who it was is not known, so two of them may be the same person."),
        block="outcomes",
    ),
    Definition(
        "P6",
        gettext_lazy("People who said not today"),
        gettext_lazy("How many offers were made and not taken up, because the person chose not to."),
        gettext_lazy("One for each offer that was declined, out of all offers made."),
        gettext_lazy("“Not offered” stands apart: the worker met somebody and made no offer, so nobody said no."),
    ),
    Definition(
        "P7",
        gettext_lazy("Why not"),
        gettext_lazy("What was said about why the person did not come, or chose not to."),
        gettext_lazy("One reason for each offer, as the worker heard it. “Not asked” and “Would rather not say” are answers of their own."),
        gettext_lazy("Reasons in free text: there are none, since they could name somebody."),
        block="reasons",
    ),
    Definition(
        "P8",
        gettext_lazy("What was talked about"),
        gettext_lazy("Which practice areas came up in the sessions."),
        gettext_lazy("A session counts once for each area that the worker ticked, so the areas add up to more than the sessions."),
        gettext_lazy("A card that was shown is not an area that was talked about; cards are counted on the summary page."),
        block="areas",
    ),
    Definition(
        "P9",
        gettext_lazy("What was handed over"),
        gettext_lazy("Which things the person took with them, in how many sessions, and how many were counted."),
        gettext_lazy("Things that were given. A session in which nobody counted them is a session, and adds no items."),
        gettext_lazy("“Not wanted” and “none left” are not “not given”; they stand on the summary page."),
        block="resources",
    ),
    Definition(
        "M1",
        gettext_lazy("What people think of the talk"),
        gettext_lazy("Whether the talk was of use to those who had it."),
        gettext_lazy("Answers that people tap themselves, on their own phone or on the tablet between sessions. Skipping is fine and not counted."),
        gettext_lazy("Answers are tied to no session and to no worker, and say nothing of those who did not answer."),
        block="feedback",
    ),
    Definition(
        "M2",
        gettext_lazy("What workers think of it"),
        gettext_lazy("Whether the cards, the format and the course suit those who work with them."),
        gettext_lazy("Nothing: this system does not ask."),
        gettext_lazy("Figures of use are not an opinion. Ask your team, and keep it apart from what people say."),
    ),
    Definition(
        "O1",
        gettext_lazy("Infections"),
        gettext_lazy("Whether there are fewer new bacterial infections: what the study’s approach is for in the end."),
        gettext_lazy("Nothing. That somebody came with a worry about a sore is what prompted a talk; it is no infection that was counted."),
        gettext_lazy("It cannot be read from any figure here, and this system does not claim it. It takes a study."),
    ),
)


@dataclass(frozen=True)
class ProcessOutcome:
    """sentence: the figure in words. block: the figures behind it, or None."""

    definition: Definition
    sentence: str
    block: Block | None = None


def process_outcomes(source, blocks):
    """[ProcessOutcome] of figures that are there. blocks: those of the summary. Six statements at most, however much there is."""
    by_name = {block.name: block for block in blocks}
    by_name["spread"] = spread(source)
    by_name.setdefault("training", training_block(source.chosen))
    sentences_of = {"P1": _delivering, "P3": _sessions, "P5": _did_not_come, "P6": _declined, "M2": _unknown, "O1": _unknown}
    found = []
    for definition in DEFINITIONS:
        block = by_name.get(definition.block)
        say = sentences_of.get(definition.code)
        found.append(ProcessOutcome(definition, say(source) if say else _of_block(block), block))
    return found


def _of_block(block):
    return block.sentence if block else _("There are no figures for this in what was chosen.")


def _unknown(source):
    return _("We do not know this.")


def _delivering(source):
    """Counts of organisations, and of sites that have sessions, give no small number away (intervention.md 6.6)."""
    chosen = source.chosen
    if chosen.organisation is None:
        count = organisations_taking_up(chosen.span, setting=chosen.setting_code)
        return ngettext("%(count)s organisation delivered.", "%(count)s organisations delivered.", count) % {"count": in_words(count)}
    total = source.outcome(TAKEN_UP)
    if total is Mark.HIDDEN:
        return _("The number of sessions is hidden, so this is not said here.")
    if not total:
        return _("No session was taken up here in these days.")
    return _at_sites([outcomes.get(TAKEN_UP) for outcomes in source.by_site.values()])


def _at_sites(values):
    """values: sessions at each site. A site whose number is hidden may have had none."""
    sites = sum(value is not Mark.HIDDEN and value > 0 for value in values)
    if not sites:
        return _("This service delivered.")
    if Mark.HIDDEN in values:
        return ngettext("This service delivered, at %(count)s site at least.", "This service delivered, at %(count)s sites at least.", sites) % {
            "count": in_words(sites)
        }
    return ngettext("This service delivered, at %(count)s site.", "This service delivered, at %(count)s sites.", sites) % {"count": in_words(sites)}


def _sessions(source):
    total = source.outcome(TAKEN_UP)
    if total is Mark.HIDDEN:
        return _("The number of sessions is hidden.")
    taken_up = ngettext("%(count)s session was taken up.", "%(count)s sessions were taken up.", total) % {"count": in_words(total)}
    return f"{taken_up} {_spread_in_words(source)}".rstrip()


def _spread_in_words(source):
    """Least, middle and most at a site, of those whose number is shown."""
    values = [outcomes.get(TAKEN_UP) for outcomes in source.by_site.values()]
    shown = sorted(value for value in values if type(value) is int)
    hidden = len(values) - len(shown)
    if len(shown) < 3:
        return ""
    said = _("At a site between %(least)s and %(most)s, with %(middle)s in the middle.") % {
        "least": in_words(shown[0]),
        "most": in_words(shown[-1]),
        "middle": in_words(median_low(shown)),
    }
    if hidden:
        return said + " " + ngettext("%(count)s site is hidden.", "%(count)s sites are hidden.", hidden) % {"count": hidden}
    return said


def _did_not_come(source):
    alone = _("The person did not come to %(count)s. How many offers there were is hidden.")
    return _out_of_offers(source, Outcome.DID_NOT_ATTEND, _("Of %(offers)s, the person did not come to %(count)s."), alone)


def _declined(source):
    alone = _("The person said “not today” to %(count)s. How many offers there were is hidden.")
    return _out_of_offers(source, Outcome.DECLINED, _("Of %(offers)s, the person said “not today” to %(count)s."), alone)


def _out_of_offers(source, outcome, sentence, alone):
    """alone: what is said of a number that is shown where that of all offers is not."""
    made, count = source.outcome(OFFERS), source.outcome(outcome)
    if made is Mark.HIDDEN and count is not Mark.HIDDEN and count:
        return alone % {"count": sentences.offers(count)}
    if Mark.HIDDEN in (made, count):
        return _("The number is hidden: it is small, or would give a small one away.")
    if not made:
        return _("No offers were written down.")
    return sentence % {"offers": sentences.offers(made), "count": in_words(count)}


def spread(source):
    """Sessions taken up by site, in the order of their names, and inside by length as well. None where there are fewer than two sites."""
    sites = [site for site in source.chosen.sites if site.pk in source.by_site]
    if len(sites) < 2:
        return None
    columns = [Column(TAKEN_UP, _("Taken up"))]
    lengths = {} if source.chosen.is_to_share else _lengths(source.chosen)
    if lengths:
        columns += [Column(code.code, _(code.label)) for code in reference.codes()["lengths"].values()]
        columns.append(Column("length_not_recorded", making.NOT_RECORDED))
    rows = tuple(Row(str(site.pk), site.name, _of_site(source, site, lengths)) for site in sites)
    heading = _("Sessions by site")
    return Block(
        name="spread",
        heading=heading,
        sentence=_spread_in_words(source),
        first=_("Site"),
        columns=tuple(columns),
        rows=rows,
        chart=making.bars("spread", heading, rows),
        note=_("In the order of their names. Places differ in who comes by and how often somebody is there; this is no measure of anybody’s work."),
    )


def _lengths(chosen):
    """{site's id: {band, or None for not recorded: Figure}}. Never to share: the table would be of sites by lengths."""
    return by_site(chosen.span, organisation=chosen.organisation, setting=chosen.setting_code, measure=Measure.LENGTH)


def _of_site(source, site, lengths):
    taken_up = source.by_site[site.pk].get(TAKEN_UP)
    if not lengths:
        return (taken_up,)
    found = lengths.get(site.pk, {})
    return (taken_up, *(found.get(code, Figure()).sessions for code in [*reference.codes()["lengths"], None]))
