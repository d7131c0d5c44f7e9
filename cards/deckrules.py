"""What a card file and its tables must be like: each rule once, with a sentence that says how to put it right.

The limits on words come from the card guide (design, section 8); the limits on characters are those of the database columns.
"""

import re
import unicodedata
from datetime import date, datetime
from typing import NamedTuple

TITLE_WORDS = 6
LINE_WORDS = 14
CHARACTERS = {"slug": 60, "picture": 80, "title": 60, "line": 140, "alt": 300, "say": 300, "offer": 300, "how_sure": 600, "clinical_reviewer": 120}
ASK_CHARACTERS = 200
SENTENCES = {"say": 1, "offer": 1, "how_sure": 2}
STRENGTHS = ("RCT", "OBS", "LAB", "GUID", "PRACT")

TEXT, YES_NO, TEXTS, DAY = "text in quotation marks", "true or false", "a list of texts", "a date such as 2026-11-21"
PARTS = {
    "slug": TEXT,
    "area": TEXT,
    "short": YES_NO,
    "picture": TEXT,
    "title": TEXT,
    "line": TEXT,
    "alt": TEXT,
    "hand_over": TEXTS,
    "strength": TEXT,
    "sources": TEXTS,
    "reviewed_on": DAY,
    "country": TEXT,
    "clinical_reviewer": TEXT,
    "say": TEXT,
    "ask": TEXTS,
    "offer": TEXT,
    "how_sure": TEXT,
}
CONTROL_CHARACTER = "holds a control character or a line break; take it out."
MAY_BE_EMPTY = {"clinical_reviewer", "hand_over"}
HEADINGS = {"say": "## Say", "ask": "## Ask", "offer": "## Offer", "how_sure": "## How sure are we"}

# A title names something or asks; it does not tell anybody what to do. The second list holds words that are names as well:
# they count as orders only before a word such as "your" ("Rest your veins", but not "Rest for a vein").
ORDERS = re.compile(
    r"always|ask|avoid|be|bin|boil|bring|call|choose|come|consider|cut|decide|discard|don't|do not|draw|ensure|find|follow|get|give|go|have"
    r"|inject|keep|know|learn|leave|let|look|make|move|never|notice|pick|prepare|prevent|put|reduce|remember|remove|replace|rotate|see|seek"
    r"|speak|start|stay|sterilise|stick|stop|take|talk|tell|think|throw|tie|try|undo|use|wait|wash|wear|wipe"
)
ORDERS_OR_NAMES = re.compile(
    r"(care|change|check|clean|cook|dry|filter|hold|mark|mix|own|pad|press|push|rest|rinse|share|show|swab|swap|switch|turn|visit|warm|watch"
    r"|water) (a|all|an|any|each|every|first|it|it's|my|not|off|on|one|out|that|the|them|these|this|those|up|your)"
)


class PartFlaw(NamedTuple):
    """One broken rule, and the part of the file it belongs to."""

    part: str
    rule: str
    message: str


# Reading help


def place_of_toml_error(message, text):
    """(line, message) from what tomllib says; an error without a place is at the end of the text."""
    found = re.fullmatch(r"(.*) \(at line (\d+), column \d+\)", message, re.DOTALL)
    if found:
        return int(found[2]), found[1]
    return text.count("\n") + 1, message.removesuffix(" (at end of document)")


def lines_of_keys(text):
    return _first_lines(text, r"\s*([A-Za-z0-9_-]+)\s*=")


def lines_of_tables(text):
    return _first_lines(text, r"\s*\[\s*\"?([A-Za-z0-9_-]+)\"?\s*\]")


def _first_lines(text, pattern):
    places = {}
    for number, line in enumerate(text.splitlines(), start=1):
        found = re.match(pattern, line)
        if found:
            places.setdefault(found[1], number)
    return places


def section_value(name, text):
    """The text of a section with line breaks undone; for Ask the list of its questions."""
    if name != "ask":
        return " ".join(text.split())
    return [" ".join(item.split()) for item in re.split(r"^- ", text, flags=re.MULTILINE) if item.strip()]


def is_picture_name(name):
    return isinstance(name, str) and re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*\.svg", name) is not None


def sentence_count(text):
    """How many sentences: a full stop, question or exclamation mark counts at the end and before a capital letter."""
    return len(re.split(r"(?<=[.?!])[”’\")]*\s+(?=[“‘\"(]?[A-Z])", text.strip()))


# Cards


def card_flaws(values, *, file, known):
    """Every rule that one card breaks by itself.

    values: the card's parts by name, as read. file: its path, "<language>/<area>/<slug>.md".
    known: {"areas", "resources", "sources"} to the codes there are, or None where that table could not be read.
    """
    sound, flaws = _sound_parts(values)
    checks = (_name_flaws(sound, file), _word_flaws(sound), _ask_flaws(sound), _reference_flaws(sound, known), _fact_flaws(sound))
    for check in checks:
        flaws.extend(check)
    return flaws


def _sound_parts(values):
    """({part: value} of those that are there and of the right kind, flaws of all others)."""
    sound, flaws = {}, []
    for name, kind in PARTS.items():
        where = HEADINGS.get(name, name)
        if name not in values:
            flaws.append(PartFlaw(name, "part-missing", f"“{where}” is missing; add it."))
        elif not _is_of_kind(values[name], kind):
            rule = "bad-date" if kind is DAY else "wrong-kind"
            flaws.append(PartFlaw(name, rule, f"“{where}” must be {kind}."))
        elif _is_blank(values[name]) and name not in MAY_BE_EMPTY and kind is not YES_NO:
            flaws.append(PartFlaw(name, "part-missing", f"“{where}” is empty; fill it in."))
        elif has_control_characters(values[name]):
            flaws.append(PartFlaw(name, "control-character", f"“{where}” {CONTROL_CHARACTER}"))
        else:
            sound[name] = values[name]
    for name in values.keys() - PARTS.keys():
        flaws.append(PartFlaw(name, "unknown-part", f"“{name}” is not a part of a card; take it out or mend its name."))
    return sound, flaws


def _is_blank(value):
    return not (value.strip() if isinstance(value, str) else value)


def has_control_characters(value):
    """True for a text, or a list with one, that is not on one line or holds what no database keeps."""
    texts = value if isinstance(value, list) else [value]
    return any(unicodedata.category(letter) == "Cc" for text in texts if isinstance(text, str) for letter in text)


def _is_of_kind(value, kind):
    if kind is TEXT:
        return isinstance(value, str)
    if kind is YES_NO:
        return isinstance(value, bool)
    if kind is DAY:
        return isinstance(value, date) and not isinstance(value, datetime)
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _name_flaws(sound, file):
    _, folder, name = file.rsplit("/", 2)
    slug = sound.get("slug")
    if slug is not None and not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug):
        yield PartFlaw("slug", "slug-form", f"“{slug}” needs to be small letters, digits and single hyphens.")
    elif slug is not None and name != f"{slug}.md":
        yield PartFlaw("slug", "slug-differs", f"The slug is “{slug}” but the file is {name}; give them the same name.")
    if "area" in sound and folder != sound["area"]:
        message = f"The area is “{sound['area']}” but the folder is {folder}; move the file or mend the area."
        yield PartFlaw("area", "area-differs", message)
    if "picture" in sound and not is_picture_name(sound["picture"]):
        yield PartFlaw("picture", "picture-name", f"“{sound['picture']}” needs to be a file name such as settled-spot.svg.")


def _word_flaws(sound):
    for name, most in (("title", TITLE_WORDS), ("line", LINE_WORDS)):
        count = len(sound.get(name, "").split())
        if count > most:
            yield PartFlaw(name, f"{name}-too-long", f"The {name} has {count} words; say it in {most} or fewer.")
    if is_imperative(sound.get("title", "")):
        yield PartFlaw("title", "title-imperative", f"“{sound['title']}” tells people what to do; name a thing or ask instead.")
    for name, most in CHARACTERS.items():
        count = len(sound.get(name, ""))
        if count > most:
            where = HEADINGS.get(name, name)
            yield PartFlaw(name, "too-many-characters", f"“{where}” has {count} characters; use {most} or fewer.")
    for name, most in SENTENCES.items():
        count = sentence_count(sound.get(name, ""))
        if count > most:
            rule = f"{name.replace('_', '-')}-too-long"
            yield PartFlaw(name, rule, f"“{HEADINGS[name]}” has {count} sentences; use at most {most}.")


def is_imperative(title):
    """True when a title gives an order. A question never does."""
    words = " ".join(re.findall(r"[a-z']+", title.lower().replace("’", "'")))
    if title.rstrip().endswith("?"):
        return False
    return any(re.match(rf"({orders.pattern})\b", words) for orders in (ORDERS, ORDERS_OR_NAMES))


def _ask_flaws(sound):
    questions = sound.get("ask")
    if questions is None:
        return
    if len(questions) != 2:
        yield PartFlaw("ask", "ask-two", f"There are {len(questions)} questions; ask two, each on a line that begins with “- ”.")
    for question in questions:
        if not question.endswith("?"):
            yield PartFlaw("ask", "ask-question", f"“{question}” is not a question; end it with a question mark.")
        if question.lower().startswith("why"):
            yield PartFlaw("ask", "ask-why", f"“{question}” can sound like blame; begin with how, what, when or which.")
        if len(question) > ASK_CHARACTERS:
            yield PartFlaw("ask", "too-many-characters", f"A question has {len(question)} characters; use {ASK_CHARACTERS} or fewer.")


def _reference_flaws(sound, known):
    named = {"areas": ("area", [sound["area"]] if "area" in sound else []), "resources": ("hand_over", sound.get("hand_over", []))}
    named["sources"] = ("sources", sound.get("sources", []))
    for table, (part, keys) in named.items():
        kind = table.removesuffix("s")
        if known[table] is not None:
            for key in keys:
                if key not in known[table]:
                    yield PartFlaw(part, f"unknown-{kind}", f"“{key}” is not in {table}.toml; add it there or correct it here.")
        for key in sorted({key for key in keys if keys.count(key) > 1}):
            yield PartFlaw(part, f"{kind}-twice", f"“{key}” is named twice; once is enough.")


def _fact_flaws(sound):
    if "strength" in sound and sound["strength"] not in STRENGTHS:
        yield PartFlaw("strength", "unknown-strength", f"“{sound['strength']}” must be one of {', '.join(STRENGTHS)}.")
    if "country" in sound and not re.fullmatch(r"[A-Z]{2}", sound["country"]):
        yield PartFlaw("country", "unknown-country", f"“{sound['country']}” must be a country's two capital letters, such as GB.")


# Tables


def area_flaws(code, values, *, known):
    del known
    return list(_table_flaws(code, values, needed={"label": 40, "definition": 300}))


def resource_flaws(code, values, *, known):
    flaws = list(_table_flaws(code, values, needed={"label": 60, "line": 140}, lists={"areas"}))
    if flaws:
        return flaws
    count = len(values["line"].split())
    if count > LINE_WORDS:
        flaws.append(PartFlaw(code, "line-too-long", f"The line of “{code}” has {count} words; say it in {LINE_WORDS} or fewer."))
    for area in values["areas"]:
        if known["areas"] is not None and area not in known["areas"]:
            flaws.append(PartFlaw(code, "unknown-area", f"“{area}” is not in areas.toml; add it there or correct it here."))
    return flaws


def source_flaws(key, values, *, known):
    del known
    flaws = list(_table_flaws(key, values, needed={"label": 200}, allowed={"url", "doi"}))
    if flaws:
        return flaws
    if len(key) > 12:
        flaws.append(PartFlaw(key, "too-many-characters", f"The key “{key}” has {len(key)} characters; use 12 or fewer."))
    if not re.fullmatch(r"https://\S+", values.get("url", "https://x")):
        flaws.append(PartFlaw(key, "source-url", f"The url of “{key}” must begin with https://; leave it out if there is none."))
    if not re.fullmatch(r"10\.\S+/\S+", values.get("doi", "10.1/x")):
        flaws.append(PartFlaw(key, "source-doi", f"The doi of “{key}” must look like 10.1000/182; leave it out if there is none."))
    return flaws


def _table_flaws(code, values, *, needed, lists=frozenset(), allowed=frozenset()):
    """Flaws of one table: missing, empty, over-long and unknown entries. needed: {entry: most characters}."""
    if not isinstance(values, dict):
        yield PartFlaw(code, "wrong-kind", f"“{code}” stands outside a table; put it under a [heading].")
        return
    for name in needed.keys() | lists:
        kind = TEXTS if name in lists else TEXT
        if name not in values or values[name] == "":
            yield PartFlaw(code, "part-missing", f"“{name}” is missing from “{code}”; add it.")
        elif not _is_of_kind(values[name], kind):
            yield PartFlaw(code, "wrong-kind", f"“{name}” of “{code}” must be {kind}.")
        elif name in needed and len(values[name]) > needed[name]:
            message = f"“{name}” of “{code}” has {len(values[name])} characters; use {needed[name]} or fewer."
            yield PartFlaw(code, "too-many-characters", message)
    for name in values.keys() - needed.keys() - lists - allowed:
        yield PartFlaw(code, "unknown-part", f"“{name}” of “{code}” is not known; take it out or mend its name.")
    for name in values.keys() & allowed:
        if not isinstance(values[name], str):
            yield PartFlaw(code, "wrong-kind", f"“{name}” of “{code}” must be {TEXT}.")
