"""Finds every text that people see, with the file and line it stands on.

Cards and lessons (<app>/content/en-GB/**/*.md), their tables (*.toml), templates (what is shown, and what is marked for
translation), e-mails (templates/**/*.txt) and the messages that Python code marks for translation. Strings in JavaScript are not
read: what scripts show, they take from templates.
"""

import ast
import re
import tomllib
from dataclasses import dataclass
from html.parser import HTMLParser

from cards import deckrules

LANGUAGE = "en-GB"
PACKAGES = ("cards", "sessions", "training", "vein_care")
FENCE = "+++"
# Entries of a file that hold codes or names, not words.
CODES = {"slug", "area", "picture", "strength", "country", "language", "clinical_reviewer", "reviewer", "code", "key", "kind", "url", "doi"}
SHOWN_ATTRIBUTES = {"alt", "aria-label", "placeholder", "title"}
MARKERS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}

TAG = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}")
COMMENT = re.compile(r"{%\s*comment\b.*?%}.*?{%\s*endcomment\s*%}", re.DOTALL)
TRANSLATED = re.compile(r"""(?:\btrans(?:late)?\s+|_\(\s*)(?:"([^"]*)"|'([^']*)')""")
PICTURE = re.compile(r"\s*!\[(.*)\]\([^()]*\)\s*")
MARK = re.compile(r"\*+|[ \t]*\[[A-Za-z][A-Za-z0-9-]{0,11}\](?!\()")
PARAGRAPH = re.compile(r"\S.*?(?=\n[ \t]*\n|\Z)", re.DOTALL)


@dataclass(frozen=True)
class Text:
    """A piece of text: `kind` is card, lesson, table, page, mail or message; `part` is the entry or section it is from."""

    file: str
    line: int
    kind: str
    part: str
    words: str

    def line_of(self, position):
        return self.line + self.words[:position].count("\n")


def shipped_texts(root):
    """Every Text under `root`, the folder that holds the apps and `templates`."""
    readers = (
        (f"*/content/{LANGUAGE}/**/*.md", _read_markdown),
        (f"*/content/{LANGUAGE}/**/*.toml", _read_table),
        ("templates/**/*.html", _read_page),
        ("templates/**/*.txt", _read_mail),
        *((f"{package}/**/*.py", _read_messages) for package in PACKAGES),
    )
    return [
        text
        for pattern, read in readers
        for path in sorted(root.glob(pattern))
        if "migrations" not in path.parts
        for text in read(path.relative_to(root).as_posix(), path.read_text(encoding="utf-8-sig"))
        if text.words.strip()
    ]


# Cards, lessons and their tables


def _read_markdown(file, source):
    lines = source.splitlines()
    kind = "lesson" if file.startswith("training/") else "card"
    body = 0
    if lines and lines[0].strip() == FENCE:
        body = next((number for number, line in enumerate(lines[1:], start=2) if line.strip() == FENCE), len(lines))
        front = "\n".join(lines[1 : body - 1])
        places = deckrules.lines_of_keys(front)
        for part, value in tomllib.loads(front).items():
            if isinstance(value, str) and part not in CODES:
                yield Text(file, places.get(part, 1) + 1, kind, part, value)
    yield from _sections(file, lines, body, kind)


def texts_of_lesson(name, body):
    """The Text of a lesson that lies in no file; `name` stands for the file."""
    return [text for text in _sections(name, body.splitlines(), 0, "lesson") if text.words.strip()]


def _sections(file, lines, start, kind):
    """A Text for each paragraph and list item from line number `start` (counted from 0) on; its part is the heading above it.

    Source keys such as [K-T3] and the stars of bold words are left out; of a picture the words that tell what it shows are there.
    """
    part, begun, block = "body", None, []
    for number, line in enumerate([*lines[start:], ""], start=start + 1):
        is_heading, is_item, picture = line.startswith("#"), re.match(r"\s*([-*>]|\d+\.)\s+", line), PICTURE.fullmatch(line)
        if block and (is_heading or is_item or picture or not line.strip()):
            yield Text(file, begun, kind, part, MARK.sub("", "\n".join(block)))
            block = []
        if is_heading:
            part = line.lstrip("#").strip().lower()
            yield Text(file, number, kind, "heading", line.lstrip("#").strip())
        elif picture:
            yield Text(file, number, kind, "alt", picture[1])
        elif line.strip():
            begun = begun if block else number
            block.append(line[is_item.end() :] if is_item else line)


def _read_table(file, source):
    places = _lines_of_entries(source)
    for name, tables in tomllib.loads(source).items():
        yield from _entries(file, name, tables, places)


def _entries(file, name, entries, places):
    """A Text for each entry of a table, a list of tables, and what is in them. name: of the table, as its heading has it."""
    for table in entries if isinstance(entries, list) else [entries]:
        for part, value in table.items() if isinstance(table, dict) else ():
            lines = places.get((name, part))
            line = lines.pop(0) if lines else 1
            if isinstance(value, str) and part not in CODES:
                yield Text(file, line, "table", part, value)
            elif isinstance(value, (dict, list)):
                yield from _entries(file, f"{name}.{part}", value, places)


def _lines_of_entries(source):
    """{(table, entry): the lines it stands on, in order}. Tables of one name that come up again and again keep their order."""
    places, table = {}, None
    for number, line in enumerate(source.splitlines(), start=1):
        if heading := re.match(r"\s*\[+\s*\"?([\w.-]+)", line):
            table = heading[1]
        elif entry := re.match(r"\s*([\w-]+)\s*=", line):
            places.setdefault((table, entry[1]), []).append(number)
    return places


# Templates and e-mails


def _read_page(file, source):
    bare, marked = _without_tags(file, source, "page")
    yield from marked
    reader = _PageReader()
    reader.feed(bare)
    reader.close()
    yield from (Text(file, line, "page", part, words) for line, part, words in reader.found)


def _read_mail(file, source):
    bare, marked = _without_tags(file, source, "mail")
    yield from marked
    for found in PARAGRAPH.finditer(bare):
        yield Text(file, _line_at(bare, found.start()), "mail", "text", found[0])


def _without_tags(file, source, kind):
    """The template with tags and comments made blank, so that places stay the same, and the texts that were inside tags."""
    source = COMMENT.sub(_blank, source)
    marked = [
        Text(file, _line_at(source, tag.start()), kind, "translated", found[1] or found[2])
        for tag in TAG.finditer(source)
        if not tag[0].startswith("{#")
        for found in TRANSLATED.finditer(tag[0])
        if found[1] or found[2]
    ]
    return TAG.sub(_blank, source), marked


def _blank(found):
    return re.sub(r"[^\n]", " ", found[0])


def _line_at(source, position):
    return source.count("\n", 0, position) + 1


class _PageReader(HTMLParser):
    """Collects (line, part, words) of what a page shows, and of the attributes that are read out or shown."""

    def __init__(self):
        super().__init__()
        self.found, self.silent = [], 0

    def handle_starttag(self, tag, attributes):
        self.silent += tag in {"script", "style"}
        for name, value in attributes:
            if name in SHOWN_ATTRIBUTES and value:
                self.found.append((self.getpos()[0], name, value))

    def handle_endtag(self, tag):
        self.silent -= tag in {"script", "style"}

    def handle_data(self, words):
        if not self.silent and words.strip():
            gap = words[: len(words) - len(words.lstrip())].count("\n")
            self.found.append((self.getpos()[0] + gap, "text", words.strip()))


# Python


def _read_messages(file, source):
    """What a Python file marks for translation: gettext and its kin, or `_`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and _name(node.func) in MARKERS:
            for value in node.args:
                if isinstance(value, ast.Constant) and isinstance(value.value, str):
                    yield Text(file, value.lineno, "message", "message", value.value)


def _name(function):
    return getattr(function, "id", None) or getattr(function, "attr", None)
