"""Where the shipped deck lies, and its small tables: areas, resources, sources. Read once per process."""

import tomllib
from functools import cache
from pathlib import Path

CONTENT_DIR = Path(__file__).resolve().parent / "content"
PICTURES_DIR = CONTENT_DIR.parent.parent / "static" / "art"
LANGUAGE = "en-GB"


@cache
def areas():
    """{code: {"label", "definition"}} in the order of the deck (intervention.md 10.1)."""
    return _table(CONTENT_DIR / LANGUAGE / "areas.toml")


@cache
def resources():
    """{code: {"label", "line", "areas"}} in the order of the wrap-up (intervention.md 10.6)."""
    return _table(CONTENT_DIR / LANGUAGE / "resources.toml")


@cache
def sources():
    """{key: {"label", "url" or nothing}} of everything a card may cite."""
    return _table(CONTENT_DIR / "sources.toml")


def _table(path):
    with path.open("rb") as file:
        return tomllib.load(file)
