"""Each rule of the tables beside the cards, broken once."""

import pytest

from tests.cards.deckfolder import SOURCES

BROKEN_TABLES = {
    "an area without a label": (
        "en-GB/areas.toml",
        'label = "Whose is whose"\n',
        "",
        "1: part-missing: “label” is missing from “sharing”; add it.",
    ),
    "an area with something more": (
        "en-GB/areas.toml",
        "[sharing]\n",
        '[sharing]\ncolour = "red"\n',
        "1: unknown-part: “colour” of “sharing” is not known; take it out or mend its name.",
    ),
    "an entry outside a table": (
        "en-GB/areas.toml",
        "[sharing]\n",
        'water = "wet"\n[sharing]\n',
        "1: wrong-kind: “water” stands outside a table; put it under a [heading].",
    ),
    "a resource whose areas are a text": (
        "en-GB/resources.toml",
        '["sharing"]',
        '"sharing"',
        "1: wrong-kind: “areas” of “cookers” must be a list of texts.",
    ),
    "a resource of an unknown area": (
        "en-GB/resources.toml",
        '["sharing"]',
        '["kitchen"]',
        "1: unknown-area: “kitchen” is not in areas.toml; add it there or correct it here.",
    ),
    "a resource with a long line": (
        "en-GB/resources.toml",
        "One each.",
        "One two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen.",
        "1: line-too-long: The line of “cookers” has 15 words; say it in 14 or fewer.",
    ),
    "a source with a plain http address": (
        "sources.toml",
        "https://",
        "http://",
        "1: source-url: The url of “GUIDE” must begin with https://; leave it out if there is none.",
    ),
    "a source with an odd doi": (
        "sources.toml",
        "url = ",
        'doi = "doi:12"\nurl = ',
        "1: source-doi: The doi of “GUIDE” must look like 10.1000/182; leave it out if there is none.",
    ),
    "a source whose address is a number": (
        "sources.toml",
        '"https://example.org/guide"',
        "7",
        "1: wrong-kind: “url” of “GUIDE” must be text in quotation marks.",
    ),
    "a source with a very long label": (
        "sources.toml",
        "A guide",
        "A" * 201,
        "1: too-many-characters: “label” of “GUIDE” has 201 characters; use 200 or fewer.",
    ),
}


@pytest.mark.parametrize(("file", "old", "new", "problem"), BROKEN_TABLES.values(), ids=BROKEN_TABLES.keys())
def test_a_broken_table_is_refused_with_file_line_rule_and_remedy(deck, file, old, new, problem):
    deck.change(old, new, file=file)

    assert deck.problems() == [f"{file}:{problem}"]


def test_a_source_key_too_long_for_the_database_is_refused(deck):
    deck.write("sources.toml", SOURCES + SOURCES.replace("GUIDE", "ABCDEFGHIJKLM"))

    assert deck.problems() == ["sources.toml:4: too-many-characters: The key “ABCDEFGHIJKLM” has 13 characters; use 12 or fewer."]
