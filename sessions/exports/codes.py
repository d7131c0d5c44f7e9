"""Every code that an exported file may hold, with the label that people see."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cards.content_files import LANGUAGE
from cards.models import CardText
from sessions import reference
from sessions.exports.columns import WORDS
from sessions.models import CardSession, ResourceGiven
from sessions.summaries.shapes import Kind

TABLES = {
    "area": "areas",
    "length": "lengths",
    "moment": "moments",
    "reason": "reasons",
    "resource": "resources",
    "setting": "settings",
    "signpost": "signposts",
}
YES_NO = {"yes": gettext_lazy("Yes"), "no": gettext_lazy("No")}
WORD = "word"
UNITS = ["sessions", "items", "answers", "people", "modules", "share"]


def of_sessions():
    """{list: {code: label}} of what session-level files hold, in the order of the lists. Two statements."""
    tables = reference.codes()
    found = {name: {code.code: _(code.label) for code in tables[table].values()} for name, table in TABLES.items()}
    found["card"] = _cards()
    for name, choices in {
        "outcome": CardSession.Outcome,
        "part_of_day": CardSession.PartOfDay,
        "entry": CardSession.Entry,
        "resource_status": ResourceGiven.Status,
    }.items():
        found[name] = {value: str(label) for value, label in choices.choices}
    found["clock"] = {value or "right": str(label) for value, label in CardSession.ClockFlag.choices}
    found |= {name: {code: str(label) for code, label in YES_NO.items()} for name in ["private_space", "yes_no"]}
    found[WORD] = {word: _(meaning) for word, meaning in WORDS.items()}
    return dict(sorted(found.items()))


def of_summary():
    """The same of a summary: what kinds of rows, figures and units there are."""
    return {
        "kind": {
            "shown": _("The number is there"),
            "hidden": _("A small number, or one that would give a small number away"),
            "not_recorded": _("Nobody wrote anything down"),
            "does_not_apply": _("There can be no figure here"),
        },
        "row_kind": {kind.value: kind.value.replace("_", " ") for kind in Kind},
        "unit": {unit: unit for unit in UNITS},
    }


def rows(lists):
    """Lines of codes.csv."""
    return [[name, code, label, position] for name, codes in lists.items() for position, (code, label) in enumerate(codes.items(), start=1)]


def _cards():
    """{slug: title in the latest version}"""
    texts = CardText.objects.filter(language=LANGUAGE).order_by("version__card__slug", "version__number")
    return dict(texts.values_list("version__card__slug", "title"))
