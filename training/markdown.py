"""The small part of Markdown that lessons use, source keys in square brackets, and where pictures come from.

There are two readers. `parse_strictly` understands all of Markdown, so that what lessons do without can be named by rule. The one in
`rendering.py` knows nothing but what is allowed, so that anything else, whatever got into a text, comes out as plain letters.
"""

import re

from markdown_it import MarkdownIt

from cards import content_files

# Two keys stand for no publication (training/content/README.md).
OWN_KEYS = ("ours", "app")
KEY = re.compile(r"\[([A-Za-z][A-Za-z0-9-]{0,11})\](?!\()")
PICTURE = re.compile(r"(card|screen):([a-z0-9]+(?:-[a-z0-9]+)*)")
SCREENS = ("home", "deck", "card-front", "card-back", "wrap-up", "saved", "not-today", "written")
# Markdown is read in linear time as long as nesting is bounded; the most that a lesson of three screens could need, several times over.
MOST_CHARACTERS = 12_000


def keys_known():
    """Every key a text may name."""
    return content_files.sources().keys() | set(OWN_KEYS)


def keys_of(text):
    """The source keys a Markdown text names, in order, each as often as it is there. A word in square brackets that is no key is left out."""
    known = keys_known()
    return [key for key in KEY.findall(text) if key in known]


def without_marks(line):
    """A line without its source keys; "" for one that is a picture. For those who count words and sentences."""
    if re.fullmatch(r"\s*!\[.*\]\(.*\)\s*", line):
        return ""
    return re.sub(r"\s*" + KEY.pattern, "", line)


def parse_strictly(text):
    """(tokens, link definitions) of a Markdown text with every extra switched on, so that nothing hides as plain letters."""
    parser = MarkdownIt("commonmark", {"html": True}).enable("table")
    parser.validateLink = lambda url: True
    env = {}
    return parser.parse(text, env), env.get("references", {})
