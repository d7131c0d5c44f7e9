"""The few large numbers at the top of a summary."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sessions import reference
from sessions.marks import Mark, in_words
from sessions.models import Measure
from sessions.models.records import CardSession
from sessions.summaries.sources import TAKEN_UP

Outcome = CardSession.Outcome


@dataclass(frozen=True)
class Tile:
    text: str
    label: str
    is_hidden: bool = False


def tiles(source):
    made = [
        _number(source.outcome(TAKEN_UP), lambda count: ngettext("session taken up", "sessions taken up", count)),
        _number(source.outcome(Outcome.DECLINED), lambda count: _("not today")),
        _usual_length(source),
    ]
    if not source.chosen.is_to_share:
        made.append(_items(source))
    return [tile for tile in made if tile]


def _number(value, label):
    if value is Mark.HIDDEN:
        return Tile("*", label(2), is_hidden=True)
    return Tile(in_words(value), label(value))


def _usual_length(source):
    found = source.measures.get(Measure.LENGTH, {})
    if any(figure.sessions is Mark.HIDDEN for figure in found.values()):
        return None
    counts = {code: figure.sessions for code, figure in found.items() if code and figure.sessions}
    top = [code for code, count in counts.items() if count == max(counts.values())]
    if len(top) != 1:
        return None
    return Tile(_(reference.codes()["lengths"][top[0]].label), _("most common length"))


def _items(source):
    items = sum(figure.quantity for figure in source.measures.get(Measure.RESOURCE_GIVEN, {}).values())
    return Tile(in_words(items), ngettext("item handed over, where counted", "items handed over, where counted", items))
