"""The contents of a module by the name of the field that holds each, for the editors' form and for saying what is changed.

Contents are a dict in the shape of `contents.to_json`; names are such as "title", "lesson_2", "check_1_answer_2_feedback".
"""

import copy
import re
from datetime import date

from django.utils import formats
from django.utils.translation import gettext as _

from cards import worddiff
from cards.language.check import check_texts
from cards.language.texts import LANGUAGE, Text, texts_of_lesson
from training import rendering
from training.markdown import MOST_CHARACTERS
from vein_care.folders import ROOT

FACTS = ["title", "summary", "minutes", "expires_after_months", "reviewed_on", "outcomes", "facilitator_notes"]
OF_A_CHECK = ["scenario", "question", "sources"]
OF_AN_ANSWER = ["text", "feedback", "fits"]


def is_a_name(name):
    """Whether it is one of the names above, whatever module it may be of."""
    answers = rf"check_\d+_(?:answer_\d+_(?:{'|'.join(OF_AN_ANSWER)})|{'|'.join(OF_A_CHECK)})"
    return name in FACTS or re.fullmatch(rf"lesson_\d+(?:_title)?|{answers}", name) is not None


def is_markdown(name):
    return name == "facilitator_notes" or re.fullmatch(r"lesson_\d+", name) is not None


def flat(contents):
    """{name: value} of everything an editor may change, in the order of the form."""
    values = {name: contents[name] for name in FACTS}
    for number, lesson in enumerate(contents["lessons"], start=1):
        values |= {f"lesson_{number}_title": lesson["title"], f"lesson_{number}": lesson["body"]}
    for number, check in enumerate(contents["checks"], start=1):
        values |= {f"check_{number}_{name}": check[name] for name in OF_A_CHECK}
        for place, answer in enumerate(check["answers"], start=1):
            values |= {f"check_{number}_answer_{place}_{name}": answer[name] for name in OF_AN_ANSWER}
    return values


def put(contents, values):
    """The same contents with `values`, {name: value} as `flat` has them, in place of what was there."""
    contents = copy.deepcopy(contents)
    for name in FACTS:
        contents[name] = values[name]
    for number, lesson in enumerate(contents["lessons"], start=1):
        lesson["title"], lesson["body"] = values[f"lesson_{number}_title"], values[f"lesson_{number}"]
    for number, check in enumerate(contents["checks"], start=1):
        check |= {name: values[f"check_{number}_{name}"] for name in OF_A_CHECK}
        for place, answer in enumerate(check["answers"], start=1):
            answer |= {name: values[f"check_{number}_answer_{place}_{name}"] for name in OF_AN_ANSWER}
    return contents


def label_of(name):
    """What a name is called on pages; inside a lesson or check, see `label_within`."""
    if found := re.fullmatch(r"lesson_(\d+)(_title)?", name):
        return _("Lesson %(number)s: %(what)s") % {"number": found[1], "what": label_within(name)}
    if found := re.fullmatch(r"check_(\d+)_.*", name):
        return _("Scene %(number)s: %(what)s") % {"number": found[1], "what": label_within(name)}
    return label_within(name)


def label_within(name):
    if found := re.fullmatch(r"check_\d+_answer_(\d+)_(\w+)", name):
        labels = {"text": _("answer %(number)s"), "feedback": _("feedback on answer %(number)s"), "fits": _("answer %(number)s fits well")}
        return labels[found[2]] % {"number": found[1]}
    labels = {
        "title": _("Title"),
        "summary": _("In one sentence"),
        "minutes": _("Minutes"),
        "expires_after_months": _("Good for how many months"),
        "reviewed_on": _("Review date"),
        "outcomes": _("Outcomes"),
        "facilitator_notes": _("Facilitator notes"),
        "scenario": _("the scene"),
        "question": _("the question"),
        "sources": _("sources"),
    }
    if found := re.fullmatch(r"check_\d+_(\w+)", name):
        return labels[found[1]]
    if name.startswith("lesson_"):
        return _("title") if name.endswith("_title") else _("text")
    return labels[name]


def in_words(name, value):
    """A value as a text to read and compare."""
    if value in (None, "", []):
        return ""
    if name == "outcomes":
        return "\n".join(value)
    if name.endswith("_sources"):
        return ", ".join(value)
    if name == "reviewed_on":
        return formats.date_format(date.fromisoformat(value), "j F Y")
    if name.endswith("_fits"):
        return _("yes") if value else _("no")
    return str(value)


def compare(before, after):
    """[(name of the part, pieces)] of what differs between two contents; None for `before` when there was nothing."""
    old, new = flat(before) if before else {}, flat(after)
    names = [*new, *(name for name in old if name not in new)]
    return [(label_of(name), pieces_of(name, old.get(name), new.get(name))) for name in names if old.get(name) != new.get(name)]


def pieces_of(name, before, after):
    return worddiff.shortened(worddiff.compare(in_words(name, before), in_words(name, after)))


# The language check


def findings_of(slug, values):
    """{name: [sentence]} of what the language check says. values: {name: value} as `flat` has them, or as somebody typed them."""
    texts = [text for name, value in values.items() for text in _texts_of(name, value)]
    found = check_texts(texts, under=f"training/content/{LANGUAGE}/{slug}/", root=ROOT)
    sentence = _("“%(word)s”: rather %(instead)s. (%(why)s)")
    return {name: [sentence % {"word": flaw.word, "instead": flaw.instead, "why": flaw.why} for flaw in flaws] for name, flaws in found.items()}


def _texts_of(name, value):
    if name == "outcomes":
        return [Text(name, 1, "lesson", "outcomes", outcome) for outcome in value or []]
    if not isinstance(value, str) or name == "reviewed_on" or len(value) > MOST_CHARACTERS:
        return []
    if is_markdown(name):
        return texts_of_lesson(name, value)
    part = "title" if name.endswith("title") else name.rsplit("_", 1)[-1]
    return [Text(name, 1, "lesson", part, value)] if value.strip() else []


# How a text looks


def preview(name, text, *, pictures):
    """The screens of a lesson, or the facilitator notes as one screen without a heading; nothing for a text beyond all measure."""
    if len(text) > MOST_CHARACTERS:
        return []
    if name == "facilitator_notes":
        return [rendering.Screen("", rendering.facilitator_html(text))]
    return rendering.screens_of(text, pictures=pictures)
