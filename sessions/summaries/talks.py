"""What happened in the sessions that were taken up: areas, cards, things handed over, places pointed to, and how it was."""

from django.utils.translation import gettext as _

from cards.models import CardText
from sessions.models import Measure
from sessions.summaries import making, sentences
from sessions.summaries.making import SESSIONS
from sessions.summaries.shapes import Block, Column, Kind, Row
from sessions.summaries.sources import TAKEN_UP
from vein_care import memory

# Counted "in REACT terms"; the other four stand beside them (intervention.md 10.1).
SIX = ("environment", "hygiene", "acids", "water", "equipment_reuse", "site_rotation")
MOST_CARDS = 12


def areas(source):
    def values(code):
        most = source.sessions(Measure.MATTERED_MOST, code) if code not in (None, "none_of_these") else None
        return source.sessions(Measure.AREA, code), most

    rows = making.coded_rows("areas", values, none=("none_of_these", _("None of these")))
    six, four = _("REACT's six topics"), _("Four more")
    grouped = [Row(row.code, row.label, row.values, row.kind, group=six if row.code in SIX else four) for row in rows if row.kind == Kind.ANSWER]
    rest = [Row(row.code, row.label, row.values, row.kind, group=_("Sessions without an area")) for row in rows if row.kind != Kind.ANSWER]
    ordered = (*_first_those(grouped, six), *_first_those(grouped, four), *rest)
    columns = SESSIONS, Column("mattered_most", _("Mattered most"))
    heading = _("What was talked about")
    return Block(
        name="areas",
        heading=heading,
        sentence=sentences.areas(source, ordered, SIX),
        first=_("Practice area"),
        columns=columns,
        rows=ordered,
        chart=making.bars("areas", heading, making.by_number(ordered), empty=_("No practice area was written down.")),
        note=_(
            "A session counts once for each area that was talked about, so the areas add up to more than the sessions. "
            "“Mattered most” is at most one area of a session. REACT's six are the topics of the study; the other four stand beside them."
        ),
    )


def _first_those(rows, group):
    return making.by_number([row for row in rows if row.group == group])


def cards(source):
    titles = titles_of_cards()
    slugs = titles.keys() | source.measures.get(Measure.CARD, {}).keys()
    rows = [Row(slug, titles.get(slug, slug), (source.sessions(Measure.CARD, slug),)) for slug in slugs]
    rows, folded = making.fold(making.by_number(sorted(rows, key=lambda row: row.label)))
    heading = _("Cards shown")
    return Block(
        name="cards",
        heading=heading,
        sentence=sentences.first_of(rows, _("Shown most: %(what)s, in %(sessions)s."), nothing=_("No cards were shown."), as_titles=True),
        first=_("Card"),
        columns=(SESSIONS,),
        rows=rows,
        chart=making.bars("cards", heading, rows, most=MOST_CARDS, empty=_("No cards were shown.")),
        note=_("A card that was opened, in whichever version. Whether its area was talked about is counted above."),
        folded=folded,
    )


@memory.remembered(seconds=15)
def titles_of_cards():
    """{slug: title} of every card that was ever published, as its newest published version calls it. One statement."""
    published = CardText.objects.filter(language="en-GB", version__releases__published_at__isnull=False)
    rows = published.order_by("version__number").values_list("version__card__slug", "title")
    return dict(rows)


def resources(source):
    def values(code):
        given = source.figure(Measure.RESOURCE_GIVEN, code)
        if code in (None, "nothing"):
            return given.sessions, None, None
        return given.sessions, given.quantity, source.sessions(Measure.RESOURCE_GIVEN_UNCOUNTED, code)

    columns = (
        Column("given", _("Sessions")),
        Column("items", _("Items counted"), "items"),
        Column("uncounted", _("Sessions, not counted")),
    )
    rows = making.coded_rows("resources", values, none=("nothing", _("Nothing handed over")))
    rows, folded = making.fold(making.by_number(rows))
    heading = _("Handed over")
    return Block(
        name="resources",
        heading=heading,
        sentence=sentences.resources(source, rows),
        first=_("Item"),
        columns=columns,
        rows=rows,
        chart=making.bars("resources", heading, rows, empty=_("Nothing was written down as handed over.")),
        note=_("In how many sessions, and how many items where somebody counted them. “Not counted”: given, without a number."),
        folded=folded,
    )


def short_of(source):
    """Offered and not wanted, and asked for with none left. No row of it says that nothing was given."""

    def values(code):
        return source.sessions(Measure.RESOURCE_NONE_LEFT, code), source.sessions(Measure.RESOURCE_NOT_WANTED, code)

    columns = Column("none_left", _("None left")), Column("not_wanted", _("Not wanted"))
    rows = making.coded_rows("resources", values, not_recorded=False)
    rows, folded = making.fold(rows)
    heading = _("None left, and not wanted")
    return Block(
        name="short-of",
        heading=heading,
        sentence=sentences.first_of(rows, _("None left most often: %(what)s, in %(sessions)s."), nothing=_("Nothing was said to have run out.")),
        first=_("Item"),
        columns=columns,
        rows=rows,
        chart=making.grid("short-of", heading, columns, rows, empty=_("Nothing ran out, and nothing was turned down.")),
        note=_("“None left” would have been given. “Not wanted” was offered. Neither is the same as not given."),
        folded=folded,
    )


def signposts(source):
    rows = making.coded_rows("signposts", lambda code: (source.sessions(Measure.SIGNPOST, code),), none=("none", _("None")))
    rows, folded = making.fold(making.by_number(rows))
    heading = _("Told about other services")
    return Block(
        name="signposts",
        heading=heading,
        sentence=sentences.first_of(rows, _("Named most: %(what)s, in %(sessions)s."), nothing=_("No other service was written down.")),
        first=_("Service"),
        columns=(SESSIONS,),
        rows=rows,
        chart=making.bars("signposts", heading, rows, empty=_("No other service was written down.")),
        note=_("Told about, or given details. Not a referral, and what came of it is not written down."),
        folded=folded,
    )


def moments(source):
    rows = making.coded_rows("moments", lambda code: (source.sessions(Measure.MOMENT, code),), not_recorded=False)
    heading = _("What prompted the talk")
    return Block(
        name="moments",
        heading=heading,
        sentence=sentences.first_of(rows, _("Most often: %(what)s, in %(sessions)s."), nothing=_("No moment was written down.")),
        first=_("Moment"),
        columns=(SESSIONS,),
        rows=rows,
        chart=making.bars("moments", heading, rows, empty=_("No session was taken up.")),
        note=_("“Not asked” is the usual answer, and nobody's fault."),
    )


def length(source):
    rows = making.coded_rows("lengths", lambda code: (source.sessions(Measure.LENGTH, code),))
    heading = _("About how long")
    return Block(
        name="length",
        heading=heading,
        sentence=sentences.first_of(rows, _("Most often: %(what)s, in %(sessions)s."), nothing=_("No length was written down.")),
        first=_("Length"),
        columns=(SESSIONS,),
        rows=rows,
        chart=making.shares("length", heading, rows, empty=_("No session was taken up.")),
        note=_("As the worker remembers it. No clock runs during a session."),
    )


def private_space(source):
    """Whoever talks by phone or in a chat is not asked: those sessions are what the answers leave of all that were taken up."""
    answers = {code: source.sessions(Measure.PRIVATE_SPACE, code) for code in ["yes", "no", None]}
    rows = (
        Row("yes", _("Somewhere private"), (answers["yes"],)),
        Row("no", _("Nowhere private"), (answers["no"],)),
        Row(None, making.NOT_RECORDED, (answers[None],), Kind.NOT_RECORDED),
    )
    # To share, a difference of rounded numbers would be no number.
    if not source.chosen.is_to_share:
        left = source.outcome(TAKEN_UP) - sum(answers.values())
        rows += (Row("does_not_apply", _("Does not apply: phone or chat"), (left,), Kind.DOES_NOT_APPLY),)
    heading = _("Somewhere private to talk")
    return Block(
        name="private-space",
        heading=heading,
        sentence=sentences.private_space(source),
        first=_("Was there?"),
        columns=(SESSIONS,),
        rows=rows,
        chart=making.shares("private-space", heading, rows, empty=_("No session was taken up.")),
        note=_("By phone and in a chat nobody is asked."),
    )
