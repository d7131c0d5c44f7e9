"""What a module must be like: each rule once, with a sentence that says how to put it right. Files and the editors' form both ask here.

The limits on characters are those of the database columns; the others come from training/content/README.md.
"""

import math
import re
import unicodedata
from datetime import date, datetime
from typing import NamedTuple

from cards import deckrules
from training import markdown

LESSONS, CHECKS, ANSWERS, OUTCOMES, SCREENS = (3, 5), (2, 8), (2, 4), (3, 5), (1, 3)
POSITIONS, MINUTES, MONTHS = (1, 12), (10, 20), (0, 120)
WORDS_OF_A_SCREEN = (90, 200)
WORDS_OF_NOTES = (250, 600)
WORDS_A_MINUTE = 180
# How far the minutes of a module may be from what its words and checks take: people read at different speeds.
MINUTES_OFF = 2
CHARACTERS = {"slug": 60, "title": 60, "summary": 200, "clinical_reviewer": 120, "facilitator_notes": markdown.MOST_CHARACTERS}
OUTCOME_CHARACTERS, LESSON_TITLE_CHARACTERS, ALT_CHARACTERS = 200, 80, 300
CHECK_CHARACTERS = {"key": 60, "scenario": 400, "question": 200}
ANSWER_CHARACTERS = {"text": 200, "feedback": 400}
SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"

TEXT, WHOLE_NUMBER, YES_NO = "text in quotation marks", "a whole number", "true or false"
TEXTS, DAY = "a list of texts", "a date such as 2026-11-22"
FACTS = {
    "slug": TEXT,
    "position": WHOLE_NUMBER,
    "title": TEXT,
    "summary": TEXT,
    "minutes": WHOLE_NUMBER,
    "expires_after_months": WHOLE_NUMBER,
    "country": TEXT,
    "reviewed_on": DAY,
    "clinical_reviewer": TEXT,
}
CHECK_PARTS = {"key": TEXT, "after_lesson": WHOLE_NUMBER, "scenario": TEXT, "question": TEXT, "sources": TEXTS}
ANSWER_PARTS = {"text": TEXT, "feedback": TEXT, "fits": YES_NO}
MAY_BE_EMPTY = {"clinical_reviewer"}

# What Markdown can do and lessons do without: rule, and what to do instead.
STRANGERS = {
    "html_block": ("no-html", "Take out the HTML tag; Markdown alone is shown."),
    "html_inline": ("no-html", "Take out the HTML tag; Markdown alone is shown."),
    "link_open": ("no-links", "Take out the link; name a source by its key, such as [K-T3]."),
    "table_open": ("no-tables", "Write a list instead of the table."),
    "fence": ("no-code", "Take out the ``` marks and write plain paragraphs."),
    "code_block": ("no-code", "Begin the line at the margin; four spaces before it make it a block of code."),
    "code_inline": ("no-code", "Take out the ` marks; use **bold** for words on the screen."),
    "hr": ("no-lines", "Take out the line; a new “## ” heading begins a new screen."),
}


class PartFlaw(NamedTuple):
    """One broken rule, the part of the module it belongs to, and how many lines below the first line of that part."""

    part: str
    rule: str
    message: str
    below: int = 0


# Facts of a module


def fact_flaws(values):
    """Flaws of the facts at the top of module.md. values: {name: value} as read."""
    sound, flaws = _sound(values, FACTS, where="a module")
    yield from flaws
    yield from _too_long(sound, CHARACTERS)
    if "slug" in sound and not re.fullmatch(SLUG, sound["slug"]):
        yield PartFlaw("slug", "slug-form", f"“{sound['slug']}” needs to be small letters, digits and single hyphens.")
    if deckrules.is_imperative(sound.get("title", "")):
        yield PartFlaw("title", "title-imperative", f"“{sound['title']}” tells people what to do; name a thing or ask instead.")
    if deckrules.sentence_count(sound.get("summary", "x")) > 1:
        yield PartFlaw("summary", "summary-too-long", "Say the summary in one sentence.")
    for name, (least, most) in {"position": POSITIONS, "minutes": MINUTES, "expires_after_months": MONTHS}.items():
        if name in sound and not least <= sound[name] <= most:
            yield PartFlaw(name, "out-of-range", f"“{name}” is {sound[name]}; use a number from {least} to {most}.")
    if "country" in sound and not re.fullmatch(r"[A-Z]{2}", sound["country"]):
        yield PartFlaw("country", "unknown-country", f"“{sound['country']}” must be a country's two capital letters, such as GB.")


def outcome_flaws(outcomes):
    least, most = OUTCOMES
    if not least <= len(outcomes) <= most:
        message = f"There are {len(outcomes)} outcomes; write {least} to {most}, each on a line that begins with “- ”."
        yield PartFlaw("outcomes", "outcome-count", message)
    for outcome in outcomes:
        if len(outcome) > OUTCOME_CHARACTERS:
            message = f"“{outcome[:40]}…” has {len(outcome)} characters; use {OUTCOME_CHARACTERS} or fewer."
            yield PartFlaw("outcomes", "too-many-characters", message)
        if deckrules.has_control_characters(outcome):
            yield PartFlaw("outcomes", "control-character", f"“{outcome[:40]}” {deckrules.CONTROL_CHARACTER}")
    for outcome in sorted({outcome for outcome in outcomes if outcomes.count(outcome) > 1}):
        yield PartFlaw("outcomes", "outcome-twice", f"“{outcome}” is there twice; once is enough.")


def notes_flaws(notes, *, known):
    """Flaws of the facilitator notes. They need no source keys; one that is there must be known."""
    part = "facilitator_notes"
    flaws = list(_text_flaws(part, notes, known=known, level="h3", needs_keys=False))
    yield from flaws
    least, most = WORDS_OF_NOTES
    count = word_count(notes)
    if not flaws and not least <= count <= most:
        yield PartFlaw(part, "notes-length", f"The facilitator notes have {count} words; write {least} to {most} for a half-hour.")


def lesson_flaws(lesson, *, known, part):
    """Flaws of one lesson. part: what to call its text; its title is `part` followed by "_title"."""
    title = f"{part}_title"
    if not lesson.title.strip():
        yield PartFlaw(title, "part-missing", "The title is empty; fill it in.")
    if len(lesson.title) > LESSON_TITLE_CHARACTERS:
        yield PartFlaw(title, "too-many-characters", f"The title has {len(lesson.title)} characters; use {LESSON_TITLE_CHARACTERS} or fewer.")
    if deckrules.has_control_characters(lesson.title):
        yield PartFlaw(title, "control-character", f"The title {deckrules.CONTROL_CHARACTER}")
    if deckrules.is_imperative(lesson.title):
        yield PartFlaw(title, "title-imperative", f"“{lesson.title}” tells people what to do; name a thing or ask instead.")
    flaws = list(_text_flaws(part, lesson.body, known=known, level="h2", needs_keys=True))
    yield from flaws or _screen_flaws(part, lesson.body)


def check_flaws(values, *, known):
    """Flaws of one check, as read: {name: value}, answers included.

    The part of a flaw is a name, or "answers.2.text" for the text of the second answer.
    """
    own = {name: value for name, value in values.items() if name != "answers"}
    sound, flaws = _sound(own, CHECK_PARTS, where="a check")
    yield from flaws
    yield from _too_long(sound, CHECK_CHARACTERS)
    if "key" in sound and not re.fullmatch(SLUG, sound["key"]):
        yield PartFlaw("key", "slug-form", f"“{sound['key']}” needs to be small letters, digits and single hyphens.")
    if not sound.get("question", "?").rstrip('”’")').endswith("?"):
        yield PartFlaw("question", "question-asks", f"“{sound['question']}” is not a question; end it with a question mark.")
    for key in sound.get("sources", ()):
        if key not in known["sources"]:
            yield _unknown_source("sources", key)
    yield from _answer_flaws(values.get("answers"))


def _answer_flaws(answers):
    least, most = ANSWERS
    if not isinstance(answers, list) or not all(isinstance(answer, dict) for answer in answers) or not least <= len(answers) <= most:
        yield PartFlaw("answers", "answer-count", f"Write {least} to {most} answers, each under a line [[checks.answers]].")
        return
    for number, answer in enumerate(answers, start=1):
        sound, flaws = _sound(answer, ANSWER_PARTS, where="an answer")
        for flaw in [*flaws, *_too_long(sound, ANSWER_CHARACTERS)]:
            yield flaw._replace(part=f"answers.{number}.{flaw.part}")
    if not any(answer.get("fits") is True for answer in answers):
        yield PartFlaw("answers", "answer-fits", "No answer fits; say fits = true for one at least.")


def together_flaws(*, lesson_count, checks):
    """Flaws of what is right by itself, but not together. checks: (key, after_lesson) pairs, None where one could not be read."""
    for name, count, (least, most) in (("lessons", lesson_count, LESSONS), ("checks", len(checks), CHECKS)):
        if not least <= count <= most:
            yield PartFlaw(name, f"{name.removesuffix('s')}-count", f"There are {count} {name}; a module has {least} to {most}.")
    keys = [key for key, _after in checks]
    for number, (key, after) in enumerate(checks, start=1):
        if key is not None and key in keys[: number - 1]:
            yield PartFlaw(f"checks.{number}.key", "check-twice", f"“{key}” is the key of an earlier check; give it another one.")
        if isinstance(after, int) and not 1 <= after <= lesson_count:
            message = f"“after_lesson” is {after}, but there are lessons 1 to {lesson_count}."
            yield PartFlaw(f"checks.{number}.after_lesson", "check-place", message)


def minutes_flaws(minutes, *, lessons, check_count):
    """Flaws of the minutes held against what the words and checks take. lessons: the bodies."""
    needed = minutes_needed(lessons, check_count)
    if abs(minutes - needed) > MINUTES_OFF and not (minutes == MINUTES[0] and needed < minutes):
        message = f"The words and checks take about {needed} minutes, and “minutes” says {minutes}; say {_within(needed)}, or change the text."
        yield PartFlaw("minutes", "minutes-honest", message)


def minutes_needed(lessons, check_count):
    """Reading at 180 words a minute, and a minute for each check."""
    return math.ceil(sum(word_count(body) for body in lessons) / WORDS_A_MINUTE) + check_count


def _within(minutes):
    least, most = MINUTES
    return min(max(minutes, least), most)


def word_count(text):
    """Words of a Markdown text as read: without headings, keys, pictures and marks."""
    lines = (markdown.without_marks(line) for line in text.splitlines() if not line.startswith("#"))
    return sum(1 for line in lines for word in line.split() if any(letter.isalnum() for letter in word))


# Parts


def _sound(values, parts, *, where):
    """({name: value} of those that are there and of the right kind, flaws of all others)."""
    sound, flaws = {}, []
    for name, kind in parts.items():
        value = values.get(name)
        if name not in values:
            flaws.append(PartFlaw(name, "part-missing", f"“{name}” is missing; add it."))
        elif not _is_of_kind(value, kind):
            flaws.append(PartFlaw(name, "bad-date" if kind is DAY else "wrong-kind", f"“{name}” must be {kind}."))
        elif kind in {TEXT, TEXTS} and not (value.strip() if kind is TEXT else value) and name not in MAY_BE_EMPTY:
            flaws.append(PartFlaw(name, "part-missing", f"“{name}” is empty; fill it in."))
        elif kind in {TEXT, TEXTS} and deckrules.has_control_characters(value):
            flaws.append(PartFlaw(name, "control-character", f"“{name}” {deckrules.CONTROL_CHARACTER}"))
        else:
            sound[name] = value
    for name in sorted(values.keys() - parts.keys()):
        flaws.append(PartFlaw(name, "unknown-part", f"“{name}” is not a part of {where}; take it out or mend its name."))
    return sound, flaws


def _is_of_kind(value, kind):
    if kind is TEXT:
        return isinstance(value, str)
    if kind is WHOLE_NUMBER:
        return isinstance(value, int) and not isinstance(value, bool)
    if kind is YES_NO:
        return isinstance(value, bool)
    if kind is DAY:
        return isinstance(value, date) and not isinstance(value, datetime)
    return isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value)


def _too_long(sound, limits):
    for name, most in limits.items():
        if len(sound.get(name, "")) > most:
            yield PartFlaw(name, "too-many-characters", f"“{name}” has {len(sound[name])} characters; use {most} or fewer.")


def _unknown_source(part, key, below=0):
    return PartFlaw(part, "unknown-source", f"“{key}” is not the key of a source we know; add it to sources.toml or correct it here.", below)


# Markdown


def _text_flaws(part, text, *, known, level, needs_keys):
    """Flaws of a Markdown text. level: tag of the headings it may have. known: {"sources", "cards", "screens"} to what there is."""
    if not text.strip():
        yield PartFlaw(part, "part-missing", "There is no text here; write some.")
        return
    if len(text) > markdown.MOST_CHARACTERS:
        yield PartFlaw(part, "too-many-characters", f"The text has {len(text)} characters; use {markdown.MOST_CHARACTERS} or fewer.")
        return
    for number, line in enumerate(text.splitlines()):
        if any(unicodedata.category(letter) in {"Cc", "Cf"} for letter in line):
            yield PartFlaw(part, "control-character", "This line holds a tab or something invisible; take it out.", number)
    tokens, definitions = markdown.parse_strictly(text)
    for definition in definitions.values():
        yield PartFlaw(part, "no-links", STRANGERS["link_open"][1], definition["map"][0])
    for index, token in enumerate(tokens):
        below = token.map[0] if token.map else 0
        if token.type in STRANGERS:
            yield PartFlaw(part, *STRANGERS[token.type], below)
        elif token.type == "heading_open" and (token.tag != level or "#" not in token.markup):
            yield PartFlaw(part, "heading-level", f"Begin a heading with {'#' * int(level[1])} and a space.", below)
        elif token.type == "inline":
            yield from _inline_flaws(part, token, below, known)
            if needs_keys and _needs_key(tokens, index):
                message = f"“{_beginning(token.content)}” names no source; end it with a key such as [K-T3], [ours] or [app]."
                yield PartFlaw(part, "source-missing", message, below)


def _inline_flaws(part, token, below, known):
    alone = [child.type for child in token.children] == ["image"]
    for child in token.children:
        if child.type in STRANGERS:
            yield PartFlaw(part, *STRANGERS[child.type], below)
        elif child.type == "image":
            yield from (flaw._replace(below=below) for flaw in _picture_flaws(part, child, known, alone=alone))
        elif child.type == "text":
            for key in re.findall(r"\[([^\[\]]{1,40})\]", child.content):
                if key not in known["sources"]:
                    yield _unknown_source(part, key, below)


def _picture_flaws(part, image, known, *, alone):
    named = str(image.attrs.get("src", ""))
    found = re.fullmatch(markdown.PICTURE, named)
    if found is None:
        yield PartFlaw(part, "picture-foreign", f"“{named[:60]}” is not a picture of ours; write (card:slug) or (screen:name).")
    elif found[1] == "card" and known["cards"] is not None and found[2] not in known["cards"]:
        yield PartFlaw(part, "picture-missing", f"No card of the deck is called “{found[2]}”; correct the name.")
    elif found[1] == "screen" and found[2] not in known["screens"]:
        yield PartFlaw(part, "picture-missing", f"There is no screen “{found[2]}”; the screens are {', '.join(sorted(known['screens']))}.")
    if not image.content.strip():
        yield PartFlaw(part, "picture-alt", "Say what the picture shows, between the square brackets.")
    elif len(image.content) > ALT_CHARACTERS:
        yield PartFlaw(part, "picture-alt", f"What the picture shows has {len(image.content)} characters; use {ALT_CHARACTERS} or fewer.")
    if not alone:
        yield PartFlaw(part, "picture-alone", "Put the picture on a line of its own, with an empty line before and after it.")


def _needs_key(tokens, index):
    """Whether a paragraph that states something has no source key at its end."""
    token = tokens[index]
    if tokens[index - 1].type != "paragraph_open" or [child.type for child in token.children] == ["image"]:
        return False
    if any(before.type == "blockquote_open" for before in _open_around(tokens, index)):
        return False
    text = token.content.rstrip("*_ ")
    if re.search(rf"({markdown.KEY.pattern}\s*)+[.!?…”’\"')*_\s]*$", token.content):
        return False
    if text.rstrip("”’\"')").endswith("?"):
        return False
    return not (text.endswith(":") and _leads_in(tokens, index))


def _leads_in(tokens, index):
    following = tokens[index + 2].type if index + 2 < len(tokens) else ""
    return following in {"bullet_list_open", "ordered_list_open", "blockquote_open"}


def _open_around(tokens, index):
    """The block tokens that are open where token number `index` stands."""
    opened = []
    for token in tokens[:index]:
        if token.nesting == 1:
            opened.append(token)
        elif token.nesting == -1:
            opened.pop()
    return opened


def _beginning(text):
    words = " ".join(text.split())
    return words if len(words) <= 50 else f"{words[:50].rsplit(' ', 1)[0]} …"


def _screen_flaws(part, body):
    """How many screens, and how long each is. Only for a text without other flaws."""
    screens = [(number, line) for number, line in enumerate(body.splitlines()) if line.startswith("## ")]
    least, most = SCREENS
    if not least <= len(screens) <= most:
        yield PartFlaw(part, "screen-count", f"There are {len(screens)} screens; write {least} to {most}, each begun by a line “## Heading”.")
        return
    lines = body.splitlines()
    if any(line.strip() for line in lines[: screens[0][0]]):
        yield PartFlaw(part, "screen-heading", "Put this text under a heading, such as “## What they said”.")
    fewest, highest = WORDS_OF_A_SCREEN
    ends = [number for number, _line in screens[1:]] + [len(lines)]
    for (number, line), end in zip(screens, ends, strict=True):
        count = word_count("\n".join(lines[number + 1 : end]))
        if not fewest <= count <= highest:
            message = f"The screen “{line[3:].strip()}” has {count} words; write {fewest} to {highest}."
            yield PartFlaw(part, "screen-length", message, number)
