"""The deck as files: reads cards and their tables, and says everything that is wrong with them at once.

Nothing here touches the database. How a card file looks is told in cards/content/README.md.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cards import deckrules
from cards import translations as other_languages
from cards.pictures import check_picture
from cards.textfiles import Draft, FilesError, Problem, read_front_matter, read_text, read_toml

SECTIONS = {"Say": "say", "Ask": "ask", "Offer": "offer", "How sure are we": "how_sure"}


@dataclass(frozen=True)
class AreaFile:
    """A practice area: one table of areas.toml."""

    code: str
    label: str
    definition: str


@dataclass(frozen=True)
class ResourceFile:
    """Something to hand over: one table of resources.toml. No areas means that it goes with any."""

    code: str
    label: str
    line: str
    areas: tuple[str, ...]


@dataclass(frozen=True)
class SourceFile:
    """Something a card may cite: one table of sources.toml."""

    key: str
    label: str
    url: str = ""
    doi: str = ""


@dataclass(frozen=True)
class CardFile:
    """One card in one language, both sides. `file` is relative to the content folder."""

    file: str
    slug: str
    area: str
    short: bool
    picture: str
    title: str
    line: str
    alt: str
    hand_over: tuple[str, ...]
    strength: str
    sources: tuple[str, ...]
    reviewed_on: date
    country: str
    clinical_reviewer: str
    say: str
    ask: tuple[str, str]
    offer: str
    how_sure: str
    translations: tuple[other_languages.Translation, ...] = ()


@dataclass(frozen=True)
class DeckFiles:
    """A whole deck that keeps every rule. Cards are in the order of the areas, the short deck's card first in each."""

    language: str
    areas: tuple[AreaFile, ...]
    resources: tuple[ResourceFile, ...]
    sources: tuple[SourceFile, ...]
    cards: tuple[CardFile, ...]


class DeckError(FilesError):
    """The deck cannot be used."""


def read_deck(root, *, pictures, language="en-GB"):
    """Read the content folder `root` and return its DeckFiles.

    pictures: the folder that holds the pictures named by the cards.
    Raises DeckError with every problem of every file, so that they can be mended in one go.
    """
    root, pictures = Path(root), Path(pictures)
    problems = []
    tables = {
        "areas": _read_table(root, f"{language}/areas.toml", problems),
        "resources": _read_table(root, f"{language}/resources.toml", problems),
        "sources": _read_table(root, "sources.toml", problems),
    }
    known = {name: draft.values.keys() if draft else None for name, draft in tables.items()}
    _check_tables(tables, known, problems)
    drafts = [_read_card(root, path, problems) for path in sorted((root / language).glob("*/*.md"))]
    drafts = [draft for draft in drafts if draft]
    for draft in drafts:
        _note(problems, draft, deckrules.card_flaws(draft.values, file=draft.file, known=known))
    _check_pictures(drafts, pictures, problems)
    _check_together(drafts, problems)
    fronts = _read_translations(root, language, drafts, problems)
    if not drafts and not problems:
        problems.append(Problem(language, 1, "no-cards", "There is no card here; add one as <area>/<slug>.md."))
    if problems:
        raise DeckError(problems)
    return _build(language, tables, drafts, fronts)


def _note(problems, draft, flaws):
    problems.extend(Problem(draft.file, draft.line_of(flaw.part), flaw.rule, flaw.message) for flaw in flaws)


# Reading


def _read_table(root, file, problems):
    text = read_text(root, file, problems)
    values = None if text is None else read_toml(text, file, problems)
    if values is None:
        return None
    return Draft(file, values, deckrules.lines_of_tables(text))


def _read_card(root, path, problems):
    """Split a card file into front matter and sections; None when that much is not there (noted)."""
    file = path.relative_to(root).as_posix()
    read = read_front_matter(root, file, problems, noun="card")
    if read is None:
        return None
    _read_sections(file, read.lines, read.start, read.facts.values, read.facts.lines, problems)
    return read.facts


def _read_sections(file, lines, start, values, places, problems):
    """Add the text under each heading to `values`, and the heading's line to `places`."""
    texts, heading, part = {}, None, None
    for number, line in enumerate(lines[start:], start=start + 1):
        if line.startswith("## "):
            heading = line[3:].strip()
            part = SECTIONS.get(heading)
            if part is None:
                message = f"“{heading}” is not a section; the sections are {', '.join(SECTIONS)}."
                problems.append(Problem(file, number, "unknown-section", message))
            elif part in places:
                problems.append(Problem(file, number, "part-twice", f"“{heading}” is here twice; keep one."))
                part = None
            else:
                texts[part], places[part] = "", number
        elif part:
            texts[part] += line + "\n"
        elif heading is None and line.strip():
            problems.append(Problem(file, number, "unknown-section", "Put this text under a heading such as ## Say."))
    values.update((part, deckrules.section_value(part, text)) for part, text in texts.items())


def _read_translations(root, language, drafts, problems):
    """{slug: [Translation]} of every other language folder."""
    areas = {str(draft.values.get("slug")): draft.values.get("area") for draft in drafts}
    others = [folder for folder in sorted(root.iterdir()) if folder.name != language and other_languages.is_language(folder)]
    found = {}
    for path in (path for folder in others for path in sorted(folder.glob("*/*.md"))):
        draft = _read_card(root, path, problems)
        if draft:
            flaws = list(other_languages.flaws(draft.values, file=draft.file, areas=areas))
            _note(problems, draft, flaws)
            if not flaws:
                found.setdefault(draft.values["slug"], []).append(other_languages.build(draft.values))
    return found


# Checking what spans files


def _check_tables(tables, known, problems):
    checks = {
        "areas": deckrules.area_flaws,
        "resources": deckrules.resource_flaws,
        "sources": deckrules.source_flaws,
    }
    for name, flaws_of in checks.items():
        draft = tables[name]
        if draft:
            for key, values in draft.values.items():
                _note(problems, draft, flaws_of(key, values, known=known))


def _check_pictures(drafts, pictures, problems):
    """Every picture a card names exists and keeps the guide; a picture that two cards share is told of once."""
    checked = set()
    for draft in drafts:
        name = draft.values.get("picture")
        if not deckrules.is_picture_name(name) or name in checked:
            continue
        checked.add(name)
        if not (pictures / name).is_file():
            message = f"There is no {name} among the pictures; add it, or correct the name."
            problems.append(Problem(draft.file, draft.line_of("picture"), "picture-missing", message))
            continue
        flaws = check_picture(pictures / name)
        problems.extend(Problem(f"{pictures.name}/{name}", flaw.line, flaw.rule, flaw.message) for flaw in flaws)


def _check_together(drafts, problems):
    """No slug twice; one card of each area, and only one, in the short deck."""
    slugs, short = {}, {}
    for draft in drafts:
        slug, area = draft.values.get("slug"), draft.values.get("area")
        first = slugs.setdefault(str(slug), draft)
        if first is not draft and slug is not None:
            message = f"The slug “{slug}” is taken by {first.file}; choose another."
            problems.append(Problem(draft.file, draft.line_of("slug"), "slug-twice", message))
        short.setdefault(str(area), []).append(draft)
    for area, members in short.items():
        chosen = [draft for draft in members if draft.values.get("short") is True]
        for draft in chosen[1:]:
            message = f"{chosen[0].file} already stands for “{area}” in the short deck; say false in one of them."
            problems.append(Problem(draft.file, draft.line_of("short"), "short-twice", message))
        if not chosen:
            message = f"No card of “{area}” is in the short deck; say true in one of them."
            problems.append(Problem(members[0].file, members[0].line_of("short"), "short-none", message))


# Building


def _build(language, tables, drafts, fronts):
    order = {area: position for position, area in enumerate(tables["areas"].values)}
    cards = [_build_card(draft, fronts.get(draft.values["slug"], ())) for draft in drafts]
    return DeckFiles(
        language=language,
        areas=tuple(AreaFile(code, **values) for code, values in tables["areas"].values.items()),
        resources=tuple(
            ResourceFile(code, values["label"], values["line"], tuple(values["areas"])) for code, values in tables["resources"].values.items()
        ),
        sources=tuple(SourceFile(key, **values) for key, values in tables["sources"].values.items()),
        cards=tuple(sorted(cards, key=lambda card: (order[card.area], not card.short, card.slug))),
    )


def _build_card(draft, fronts):
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in draft.values.items()}
    return CardFile(file=draft.file, **values, translations=tuple(fronts))
