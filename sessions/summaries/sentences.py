"""What the figures say, in one sentence each. A number that is hidden is never said, and never hinted at."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sessions.marks import Mark, in_words
from sessions.models import Measure
from sessions.models.feedback import QUESTION
from sessions.models.records import CardSession
from sessions.summaries.shapes import Kind
from sessions.summaries.sources import OFFERS, TAKEN_UP

Outcome = CardSession.Outcome
HIDDEN = Mark.HIDDEN


def offers(count):
    return ngettext("%(count)s offer", "%(count)s offers", count) % {"count": in_words(count)}


def sessions(count):
    return ngettext("%(count)s session", "%(count)s sessions", count) % {"count": in_words(count)}


def times(count):
    return ngettext("%(count)s time", "%(count)s times", count) % {"count": in_words(count)}


def headline(source):
    """“Of 212 offers, 168 were taken up.”"""
    made, taken = source.outcome(OFFERS), source.outcome(TAKEN_UP)
    if made is HIDDEN and taken is not HIDDEN and taken:
        return ngettext(
            "%(count)s session was taken up. How many offers there were is hidden.",
            "%(count)s sessions were taken up. How many offers there were is hidden.",
            taken,
        ) % {"count": in_words(taken)}
    if made is HIDDEN:
        return _("How many offers there were is hidden: the number is small, or would give a small one away.")
    if not made:
        return _("No offers were written down.")
    if taken is HIDDEN:
        return _("There were %(offers)s.") % {"offers": offers(made)}
    if not taken:
        return _("Of %(offers)s, none were taken up.") % {"offers": offers(made)}
    were = ngettext("%(count)s was taken up", "%(count)s were taken up", taken) % {"count": in_words(taken)}
    return _("Of %(offers)s, %(were)s.") % {"offers": offers(made), "were": were}


def outcomes(source):
    """What became of those taken up, and how often no offer was made."""
    held, cut_short = source.outcome(Outcome.HELD), source.outcome(Outcome.CUT_SHORT)
    if HIDDEN in (held, cut_short) or not held + cut_short:
        return not_offered(source)
    said = _("%(held)s held to the end, %(cut_short)s stopped early.") % {"held": in_words(held), "cut_short": in_words(cut_short)}
    return f"{said} {not_offered(source)}".rstrip()


def not_offered(source):
    times = source.outcome(Outcome.NOT_OFFERED)
    if times is HIDDEN or not times:
        return ""
    return ngettext("Once more, no offer was made.", "%(count)s times more, no offer was made.", times) % {"count": in_words(times)}


def most(rows, *, column=0):
    """The answers with the highest number in that column, in their order; none where nobody gave one."""
    found = [row for row in rows if row.kind == Kind.ANSWER and type(row.values[column]) is int and row.values[column]]
    highest = max((row.values[column] for row in found), default=0)
    return [row for row in found if row.values[column] == highest]


def names(rows, *, as_titles=False):
    """“Water”, “Water and Hands and skin”; nothing of more than three. as_titles: each in quotation marks of its own."""
    labels = [_("“%(title)s”") % {"title": row.label} if as_titles else str(row.label) for row in rows]
    if len(labels) > 3:
        return ""
    return labels[0] if len(labels) == 1 else _("%(these)s and %(last)s") % {"these": ", ".join(labels[:-1]), "last": labels[-1]}


def first_of(rows, sentence, *, nothing, column=0, as_titles=False):
    """`sentence` about the answer given most, with %(what)s and %(count)s, %(times)s or %(sessions)s; `nothing` where there is none."""
    top = most(rows, column=column)
    if not top:
        return nothing if not any(row.values[column] is HIDDEN for row in rows) else _("Too much is hidden to say which came up most.")
    what = names(top, as_titles=as_titles)
    if not what:
        return ""
    count = top[0].values[column]
    each = _("%(count)s each") if len(top) > 1 else "%(count)s"
    said = {"count": in_words(count), "times": times(count), "sessions": sessions(count)}
    if any(row.values[column] is HIDDEN for row in rows):
        sentence = of_shown(sentence)
    return sentence % ({name: each % {"count": words} for name, words in said.items()} | {"what": what})


def areas(source, rows, six):
    """The area talked about most, and the six topics of the study beside the other four."""
    said = first_of(rows, _("Talked about most: %(what)s, in %(sessions)s."), nothing=_("No practice area was written down."))
    counts = {row.code: row.values[0] for row in rows if row.kind == Kind.ANSWER}
    if source.chosen.is_to_share or not any(counts.values()):
        return said
    of_six = sum(count for code, count in counts.items() if code in six)
    of_four = sum(counts.values()) - of_six
    more = _("REACT's six topics came up %(six)s, the other four %(four)s.") % {"six": times(of_six), "four": times(of_four)}
    return f"{said} {more}".lstrip()


def resources(source, rows):
    said = first_of(rows, _("Given most often: %(what)s, in %(sessions)s."), nothing=_("Nothing was written down as handed over."))
    if source.chosen.is_to_share:
        return said
    items = sum(figure.quantity for figure in source.measures.get(Measure.RESOURCE_GIVEN, {}).values())
    counted = ngettext("%(count)s item was counted in all.", "%(count)s items were counted in all.", items) % {"count": in_words(items)}
    return f"{said} {counted}" if items else said


def ran_out(sites, since):
    """sites: how many; since: the day of the week that it began with."""
    if not sites:
        return _("Nothing was said to have run out since %(day)s.") % {"day": since}
    at = ngettext("one site", "%(count)s sites", sites) % {"count": in_words(sites)}
    return _("Something ran out at %(at)s since %(day)s.") % {"at": at, "day": since}


def private_space(source):
    yes, no = source.sessions(Measure.PRIVATE_SPACE, "yes"), source.sessions(Measure.PRIVATE_SPACE, "no")
    if HIDDEN in (yes, no) or not yes + no:
        return "" if HIDDEN in (yes, no) else _("Nobody wrote down whether there was somewhere private.")
    return _("There was somewhere private to talk in %(yes)s, and nowhere in %(no)s.") % {"yes": sessions(yes), "no": in_words(no)}


def over_time(source, labels):
    """labels: {first day: words}. The week or month with the most offers."""
    counted = {first: outcomes.get(OFFERS, 0) for first, outcomes in source.over_time.items() if type(outcomes.get(OFFERS, 0)) is int}
    highest = max(counted.values(), default=0)
    hidden = any(outcomes.get(OFFERS, 0) is HIDDEN for outcomes in source.over_time.values())
    if not highest:
        return _("Too much is hidden to say when there were most.") if hidden else _("No offers were written down.")
    best = [labels[first] for first, count in counted.items() if count == highest]
    if len(best) > 1:
        sentence = {"week": _("At most %(offers)s in a week."), "month": _("At most %(offers)s in a month.")}.get(
            source.cut, _("At most %(offers)s in a quarter.")
        )
    else:
        sentence = _("Most offers in the week from %(when)s: %(count)s.") if source.cut == "week" else _("Most offers in %(when)s: %(count)s.")
    return (of_shown(sentence) if hidden else sentence) % {"when": best[0], "count": in_words(highest), "offers": offers(highest)}


def of_shown(sentence):
    """Something hidden may be more."""
    return _("%(sentence)s This is of the numbers that are shown.") % {"sentence": sentence}


def feedback(answers):
    """The question as people were asked it, and how many answered."""
    if answers is HIDDEN:
        return f"“{QUESTION}”"
    said = ngettext("%(count)s answer", "%(count)s answers", answers) % {"count": in_words(answers)}
    return f"“{QUESTION}” {said}."
