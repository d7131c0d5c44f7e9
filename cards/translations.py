"""The front of a card in another language: what its file must be like. Draft until somebody who speaks the language has read it.

Files are `<language>/<area>/<slug>.md`, with front matter only. The back is for the worker and stays in the language of the deck.
"""

import re
from dataclasses import dataclass
from datetime import date

from cards.content_files import LANGUAGE
from cards.deckrules import CHARACTERS, CONTROL_CHARACTER, LINE_WORDS, TITLE_WORDS, PartFlaw, has_control_characters

# Each language by its own name, as it stands on the switch. A folder that is not in here is not a language.
NAMES = {"pl": "Polski", "ro": "Română"}
ALL_NAMES = {LANGUAGE: "English", **NAMES}

WORDS = ("title", "line", "alt")
PARTS = {"slug", "language", *WORDS, "translated_on", "reviewer"}


@dataclass(frozen=True)
class Translation:
    """One front in one language. `reviewer` is empty until a named speaker has read it."""

    language: str
    title: str
    line: str
    alt: str
    translated_on: date
    reviewer: str


def flaws(values, *, file, areas):
    """Every rule that one file breaks, as PartFlaws. areas: {slug: area} of the deck's own cards."""
    language, area, name = file.split("/")
    for part in sorted(PARTS - values.keys()):
        yield PartFlaw(part, "part-missing", f"“{part}” is missing; add it.")
    for part in sorted(values.keys() - PARTS):
        yield PartFlaw(part, "unknown-part", f"“{part}” is not a part of a translation; take it out or mend its name.")
    yield from _kind_flaws(values)
    slug = values.get("slug")
    if slug is not None and (name != f"{slug}.md" or areas.get(slug) != area):
        yield PartFlaw("slug", "unknown-card", f"There is no card “{slug}” in {area}; give the file the slug and the folder of its card.")
    if values.get("language", language) != language:
        yield PartFlaw("language", "language-differs", f"The language is “{values['language']}” but the folder is {language}; mend one of them.")
    if language not in NAMES:
        yield PartFlaw("language", "unknown-language", f"“{language}” is not among the languages in cards/translations.py; add its name there.")


def _kind_flaws(values):
    for part in WORDS:
        text = values.get(part, "-")
        if not isinstance(text, str) or not text.strip():
            yield PartFlaw(part, "part-missing", f"“{part}” must be text in quotation marks; fill it in.")
        elif has_control_characters(text):
            yield PartFlaw(part, "control-character", f"“{part}” {CONTROL_CHARACTER}")
        elif len(text) > CHARACTERS[part]:
            yield PartFlaw(part, "too-many-characters", f"“{part}” has {len(text)} characters; use {CHARACTERS[part]} or fewer.")
    for part, most in (("title", TITLE_WORDS), ("line", LINE_WORDS)):
        count = len(str(values.get(part, "")).split())
        if count > most:
            yield PartFlaw(part, f"{part}-too-long", f"The {part} has {count} words; say it in {most} or fewer.")
    if not isinstance(values.get("reviewer", ""), str) or len(str(values.get("reviewer", ""))) > CHARACTERS["clinical_reviewer"]:
        yield PartFlaw("reviewer", "wrong-kind", "“reviewer” must be a name, or empty until somebody has read it.")
    if type(values.get("translated_on", date.min)) is not date:
        yield PartFlaw("translated_on", "bad-date", "“translated_on” must be a date such as 2026-11-21.")


def is_language(folder):
    """Could this folder of the content be a language? Files beside the folders are tables."""
    return folder.is_dir() and re.fullmatch(r"[a-z]{2,3}(-[A-Z]{2})?", folder.name) is not None


def build(values):
    return Translation(**{name: value for name, value in values.items() if name != "slug"})
