"""A small deck on disk, whole until a test spoils it."""

import pytest

from cards.deckfile import DeckError, read_deck

CARD = """\
+++
slug = "new-spoon"
area = "sharing"
short = true
picture = "new-spoon.svg"
title = "A spoon of your own"
line = "A spoon each keeps things simple."
alt = "Two spoons on a table."
hand_over = ["cookers"]
strength = "GUID"
sources = ["GUIDE"]
reviewed_on = 2026-11-21
country = "GB"
clinical_reviewer = ""
+++
## Say
Lots of people share a spoon
without meaning to.

## Ask
- How does it go
  where you are?
- What is there to go round?

## Offer
There can be one for each person.

## How sure are we
Guidance says so. No trial has looked.
"""
AREAS = '[sharing]\nlabel = "Whose is whose"\ndefinition = "Things that pass between people."\n'
RESOURCES = '[cookers]\nlabel = "Cookers"\nline = "One each."\nareas = ["sharing"]\n'
SOURCES = '[GUIDE]\nlabel = "A guide"\nurl = "https://example.org/guide"\n'
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 600"><path d="M0 0h8"/></svg>'
CARD_FILE = "en-GB/sharing/new-spoon.md"


class DeckFolder:
    """A deck on disk that a test can spoil."""

    def __init__(self, folder):
        self.content = folder / "content"
        self.pictures = folder / "art"
        self.pictures.mkdir()
        self.write(CARD_FILE, CARD)
        self.write("en-GB/areas.toml", AREAS)
        self.write("en-GB/resources.toml", RESOURCES)
        self.write("sources.toml", SOURCES)
        self.draw("new-spoon.svg", PICTURE)

    def write(self, file, text):
        path = self.content / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def draw(self, name, svg):
        (self.pictures / name).write_text(svg, encoding="utf-8")

    def change(self, old, new, *, file=CARD_FILE):
        text = (self.content / file).read_text(encoding="utf-8")
        assert text.count(old) == 1
        self.write(file, text.replace(old, new))

    def read(self):
        return read_deck(self.content, pictures=self.pictures)

    def problems(self):
        with pytest.raises(DeckError) as refusal:
            self.read()
        return [str(problem) for problem in refusal.value.problems]
