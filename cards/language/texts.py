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
CODES = {"slug", "area", "picture", "strength", "country", "language", "clinical_reviewer", "reviewer", "code", "kind", "url", "doi"}
SHOWN_ATTRIBUTES = {"alt", "aria-label", "placeholder", "title"}
MARKERS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}

TAG = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}")
COMMENT = re.compile(r"{%\s*comment\b.*?%}.*?{%\s*endcomment\s*%}", re.DOTALL)
TRANSLATED = re.compile(r"""(?:\btrans(?:late)?\s+|_\(\s*)(?:"([^"]*)"|'([^']*)')""")
PARAGRAPH = re.compile(r"\S.*?(?=\n[ \t]*\n|\Z)", re.DOTALL)


@dataclass(frozen=True)
class Text:
    """A piece of text: `kind` is card, table, page, mail or message; `part` is the entry or section it is from."""

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
    body = 0
    if lines and lines[0].strip() == FENCE:
        body = next((number for number, line in enumerate(lines[1:], start=2) if line.strip() == FENCE), len(lines))
        front = "\n".join(lines[1 : body - 1])
        places = deckrules.lines_of_keys(front)
        for part, value in tomllib.loads(front).items():
            if isinstance(value, str) and part not in CODES:
                yield Text(file, places.get(part, 1) + 1, "card", part, value)
    yield from _sections(file, lines, body)


def _sections(file, lines, start):
    """A Text for each paragraph and list item from line number `start` (counted from 0) on; its part is the heading above it."""
    part, begun, block = "body", None, []
    for number, line in enumerate([*lines[start:], ""], start=start + 1):
        is_heading, is_item = line.startswith("#"), re.match(r"\s*([-*]|\d+\.)\s+", line)
        if block and (is_heading or is_item or not line.strip()):
            yield Text(file, begun, "card", part, "\n".join(block))
            block = []
        if is_heading:
            part = line.lstrip("#").strip().lower()
            yield Text(file, number, "card", "heading", line.lstrip("#").strip())
        elif line.strip():
            begun = begun if block else number
            block.append(line[is_item.end() :] if is_item else line)


def _read_table(file, source):
    places, table = {}, None
    for number, line in enumerate(source.splitlines(), start=1):
        if heading := re.match(r"\s*\[+\s*\"?([\w-]+)", line):
            table = heading[1]
        elif entry := re.match(r"\s*([\w-]+)\s*=", line):
            places.setdefault((table, entry[1]), number)
    for name, entries in tomllib.loads(source).items():
        for part, value in entries.items() if isinstance(entries, dict) else ():
            if isinstance(value, str) and part not in CODES:
                yield Text(file, places.get((name, part), 1), "table", part, value)


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
