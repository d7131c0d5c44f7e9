"""What people said of the talk on their own phones. Counted in whole months that are over, and from eight answers on: inside, too."""

from django.utils.translation import gettext as _

from sessions.feedback.reading import SHOWN_FROM, feedback_figures
from sessions.models import PersonFeedback
from sessions.shared_figures import FEEDBACK
from sessions.summaries import making, sentences
from sessions.summaries.shapes import Block, Column, Row


def feedback(source):
    """None under a setting: nobody is asked in what kind of place they are."""
    if source.chosen.setting:
        return None
    counts = counts_of(source)
    rows = tuple(Row(answer.value, answer.label, (counts[answer.value],)) for answer in PersonFeedback.Answer) if counts else ()
    heading = _("What people said of the talk")
    waiting = _("Counted in whole months that are over. Answers wait until there are %(count)s from a site.") % {"count": SHOWN_FROM}
    empty = _("There are not yet %(count)s answers that can be shown for these days.") % {"count": SHOWN_FROM}
    return Block(
        name="feedback",
        heading=heading,
        sentence=sentences.feedback(answers_of(source, counts)) if rows else empty,
        first=_("Answer"),
        columns=(Column("answers", _("Answers"), "answers"),),
        rows=rows,
        chart=making.shares("feedback", heading, rows, empty=empty) if rows else None,
        note=_("Given on the person's own phone or a tablet turned round, by whoever wished to. %(waiting)s") % {"waiting": waiting},
    )


def counts_of(source):
    """{answer: count}, or None where there are too few to show any."""
    chosen = source.chosen
    if not chosen.is_to_share:
        return feedback_figures(chosen.span, organisation=chosen.organisation, site=chosen.site)
    counts = {answer: source.sessions(FEEDBACK, answer) for answer in PersonFeedback.Answer.values}
    return counts if any(type(count) is int and count for count in counts.values()) else None


def answers_of(source, counts):
    """How many answers there are in all; to share, as it was rounded by itself."""
    return source.sessions(FEEDBACK, "answers") if source.chosen.is_to_share else sum(counts.values())
