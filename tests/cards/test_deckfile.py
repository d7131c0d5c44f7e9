"""Each rule of a card file, broken once in a small deck that is otherwise whole."""

from datetime import date

import pytest

from cards.deckfile import AreaFile, DeckError, ResourceFile, SourceFile
from tests.cards.deckfolder import AREAS, CARD, CARD_FILE, PICTURE, SOURCES


def test_a_whole_deck_is_read_with_all_its_parts(deck):
    read = deck.read()

    (card,) = read.cards
    assert read.areas == (AreaFile("sharing", "Whose is whose", "Things that pass between people."),)
    assert read.resources == (ResourceFile("cookers", "Cookers", "One each.", ("sharing",)),)
    assert read.sources == (SourceFile("GUIDE", "A guide", "https://example.org/guide"),)
    assert (card.file, card.slug, card.area, card.short) == (CARD_FILE, "new-spoon", "sharing", True)
    assert (card.picture, card.title, card.alt) == ("new-spoon.svg", "A spoon of your own", "Two spoons on a table.")
    assert card.line == "A spoon each keeps things simple."
    assert (card.hand_over, card.strength, card.sources) == (("cookers",), "GUID", ("GUIDE",))
    assert (card.reviewed_on, card.country, card.clinical_reviewer) == (date(2026, 11, 21), "GB", "")


def test_a_sentence_broken_over_two_lines_is_joined(deck):
    (card,) = deck.read().cards

    assert card.say == "Lots of people share a spoon without meaning to."
    assert card.ask == ("How does it go where you are?", "What is there to go round?")
    assert card.offer == "There can be one for each person."
    assert card.how_sure == "Guidance says so. No trial has looked."


def test_cards_come_in_the_order_of_the_areas_and_the_short_deck_first(deck):
    deck.write("en-GB/areas.toml", AREAS.replace("sharing", "water") + AREAS)
    for area, slug, short in [("sharing", "a-bowl", "false"), ("water", "zinc-tap", "true")]:
        text = CARD.replace("sharing", area).replace('slug = "new-spoon"', f'slug = "{slug}"')
        deck.write(f"en-GB/{area}/{slug}.md", text.replace("short = true", f"short = {short}"))

    assert [card.slug for card in deck.read().cards] == ["zinc-tap", "new-spoon", "a-bowl"]


def test_a_file_saved_by_a_windows_editor_is_read(deck):
    (deck.content / CARD_FILE).write_bytes(b"\xef\xbb\xbf" + CARD.replace("\n", "\r\n").encode())

    assert deck.read().cards[0].say == "Lots of people share a spoon without meaning to."


BROKEN_PARTS = {
    "a part is missing": ('title = "A spoon of your own"\n', "", 1, "part-missing", "“title” is missing; add it."),
    "a part is empty": ('alt = "Two spoons on a table."', 'alt = ""', 8, "part-missing", "“alt” is empty; fill it in."),
    "no source is named": ('sources = ["GUIDE"]', "sources = []", 11, "part-missing", "“sources” is empty; fill it in."),
    "a section is missing": (
        "## Offer\nThere can be one for each person.\n",
        "",
        1,
        "part-missing",
        "“## Offer” is missing; add it.",
    ),
    "a section is empty": (
        "There can be one for each person.\n",
        "",
        25,
        "part-missing",
        "“## Offer” is empty; fill it in.",
    ),
    "a section is misspelt": (
        "## Offer",
        "## Offer\nTry one.\n\n## Offfer",
        28,
        "unknown-section",
        "“Offfer” is not a section; the sections are Say, Ask, Offer, How sure are we.",
    ),
    "a section is there twice": ("## Offer", "## Offer\nOne each.\n## Offer", 27, "part-twice", "“Offer” is here twice; keep one."),
    "text stands before the first heading": (
        "## Say\n",
        "Hello.\n## Say\n",
        16,
        "unknown-section",
        "Put this text under a heading such as ## Say.",
    ),
    "a section is given as a fact": ('country = "GB"', 'country = "GB"\nsay = "Hello."', 17, "part-twice", "“Say” is here twice; keep one."),
    "a part is not known": (
        'country = "GB"',
        'country = "GB"\ncolour = "red"',
        14,
        "unknown-part",
        "“colour” is not a part of a card; take it out or mend its name.",
    ),
    "a part is of the wrong kind": ('reviewer = ""', "reviewer = 7", 14, "wrong-kind", "“clinical_reviewer” must be text in quotation marks."),
    "a list holds a number": ('hand_over = ["cookers"]', "hand_over = [1]", 9, "wrong-kind", "“hand_over” must be a list of texts."),
    "the title is too long": (
        "A spoon of your own",
        "A spoon of your very own today",
        6,
        "title-too-long",
        "The title has 7 words; say it in 6 or fewer.",
    ),
    "the title has too many characters": (
        "A spoon of your own",
        "x" * 61,
        6,
        "too-many-characters",
        "“title” has 61 characters; use 60 or fewer.",
    ),
    "the title is an order": (
        "A spoon of your own",
        "Use your own spoon",
        6,
        "title-imperative",
        "“Use your own spoon” tells people what to do; name a thing or ask instead.",
    ),
    "the line is too long": (
        "A spoon each keeps things simple.",
        "One two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen.",
        7,
        "line-too-long",
        "The line has 15 words; say it in 14 or fewer.",
    ),
    "there are two sentences to say": (
        "without meaning to.",
        "without meaning to. It happens.",
        16,
        "say-too-long",
        "“## Say” has 2 sentences; use at most 1.",
    ),
    "there are two offers": (
        "There can be one for each person.",
        "There can be one for each person. There is more.",
        25,
        "offer-too-long",
        "“## Offer” has 2 sentences; use at most 1.",
    ),
    "the evidence runs on": (
        "No trial has looked.",
        "No trial has looked. We do not know. Nobody does.",
        28,
        "how-sure-too-long",
        "“## How sure are we” has 4 sentences; use at most 2.",
    ),
    "there is one question": (
        "- What is there to go round?\n",
        "",
        20,
        "ask-two",
        "There are 1 questions; ask two, each on a line that begins with “- ”.",
    ),
    "a question is a statement": (
        "What is there to go round?",
        "Tell me what there is.",
        20,
        "ask-question",
        "“Tell me what there is.” is not a question; end it with a question mark.",
    ),
    "a question asks why": (
        "What is there to go round?",
        "Why do you share?",
        20,
        "ask-why",
        "“Why do you share?” can sound like blame; begin with how, what, when or which.",
    ),
    "the slug is not the file's name": (
        'slug = "new-spoon"',
        'slug = "old-spoon"',
        2,
        "slug-differs",
        "The slug is “old-spoon” but the file is new-spoon.md; give them the same name.",
    ),
    "the slug has a capital": (
        'slug = "new-spoon"',
        'slug = "New_Spoon"',
        2,
        "slug-form",
        "“New_Spoon” needs to be small letters, digits and single hyphens.",
    ),
    "the resource is not known": (
        '["cookers"]',
        '["cokers"]',
        9,
        "unknown-resource",
        "“cokers” is not in resources.toml; add it there or correct it here.",
    ),
    "the resource is named twice": ('["cookers"]', '["cookers", "cookers"]', 9, "resource-twice", "“cookers” is named twice; once is enough."),
    "the source is not known": (
        'sources = ["GUIDE"]',
        'sources = ["GUIDE", "RUMOUR"]',
        11,
        "unknown-source",
        "“RUMOUR” is not in sources.toml; add it there or correct it here.",
    ),
    "the strength is not known": (
        '"GUID"',
        '"SURE"',
        10,
        "unknown-strength",
        "“SURE” must be one of RCT, OBS, LAB, GUID, PRACT.",
    ),
    "the country is not known": (
        '"GB"',
        '"Britain"',
        13,
        "unknown-country",
        "“Britain” must be a country's two capital letters, such as GB.",
    ),
    "the date is a text": (
        "reviewed_on = 2026-11-21",
        'reviewed_on = "21 November 2026"',
        12,
        "bad-date",
        "“reviewed_on” must be a date such as 2026-11-21.",
    ),
    "the date has a time of day": (
        "reviewed_on = 2026-11-21",
        "reviewed_on = 2026-11-21T10:00:00",
        12,
        "bad-date",
        "“reviewed_on” must be a date such as 2026-11-21.",
    ),
    "the picture lies elsewhere": (
        '"new-spoon.svg"',
        '"../new-spoon.svg"',
        5,
        "picture-name",
        "“../new-spoon.svg” needs to be a file name such as settled-spot.svg.",
    ),
    "the picture is not there": (
        '"new-spoon.svg"',
        '"no-spoon.svg"',
        5,
        "picture-missing",
        "There is no no-spoon.svg among the pictures; add it, or correct the name.",
    ),
    "the slug is a list": ('slug = "new-spoon"', 'slug = ["new-spoon"]', 2, "wrong-kind", "“slug” must be text in quotation marks."),
    "the title is nothing but blanks": ("A spoon of your own", "   ", 6, "part-missing", "“title” is empty; fill it in."),
    "the title holds a character that no database keeps": (
        "A spoon of your own",
        "A spoon\\u0000",
        6,
        "control-character",
        "“title” holds a control character or a line break; take it out.",
    ),
    "a section holds one": (
        "Guidance says so.",
        "Guidance \x00 says so.",
        28,
        "control-character",
        "“## How sure are we” holds a control character or a line break; take it out.",
    ),
    "a question holds one": (
        "What is there to go round?",
        "What is there\x07 to go round?",
        20,
        "control-character",
        "“## Ask” holds a control character or a line break; take it out.",
    ),
    "no card is in the short deck": (
        "short = true",
        "short = false",
        4,
        "short-none",
        "No card of “sharing” is in the short deck; say true in one of them.",
    ),
}


@pytest.mark.parametrize(("old", "new", "line", "rule", "message"), BROKEN_PARTS.values(), ids=BROKEN_PARTS.keys())
def test_a_broken_card_is_refused_with_file_line_rule_and_remedy(deck, old, new, line, rule, message):
    deck.change(old, new)

    assert deck.problems() == [f"{CARD_FILE}:{line}: {rule}: {message}"]


def test_a_slug_longer_than_its_column_is_refused(deck):
    slug = "new-" + "long-" * 12 + "spoon"
    deck.write(f"en-GB/sharing/{slug}.md", CARD.replace('slug = "new-spoon"', f'slug = "{slug}"').replace("short = true", "short = false"))

    assert deck.problems() == [f"en-GB/sharing/{slug}.md:2: too-many-characters: “slug” has 69 characters; use 60 or fewer."]


def test_an_area_that_is_not_known_is_refused(deck):
    deck.write("en-GB/shareing/new-bowl.md", CARD.replace("sharing", "shareing").replace("new-spoon", "new-bowl"))
    deck.draw("new-bowl.svg", PICTURE)

    assert deck.problems() == ["en-GB/shareing/new-bowl.md:3: unknown-area: “shareing” is not in areas.toml; add it there or correct it here."]


def test_a_card_in_another_areas_folder_is_refused(deck):
    deck.write("en-GB/water/new-bowl.md", CARD.replace('"new-spoon"', '"new-bowl"').replace("short = true", "short = false"))

    assert deck.problems() == [
        "en-GB/water/new-bowl.md:3: area-differs: The area is “sharing” but the folder is water; move the file or mend the area."
    ]


def test_two_cards_with_one_slug_are_refused(deck):
    deck.write("en-GB/areas.toml", AREAS + AREAS.replace("sharing", "water"))
    deck.write("en-GB/water/new-spoon.md", CARD.replace('"sharing"', '"water"'))

    assert deck.problems() == [f"en-GB/water/new-spoon.md:2: slug-twice: The slug “new-spoon” is taken by {CARD_FILE}; choose another."]


def test_two_cards_of_one_area_in_the_short_deck_are_refused(deck):
    deck.write("en-GB/sharing/new-bowl.md", CARD.replace('"new-spoon"', '"new-bowl"'))

    assert deck.problems() == [
        f"{CARD_FILE}:4: short-twice: en-GB/sharing/new-bowl.md already stands for “sharing” in the short deck; say false in one of them."
    ]


def test_a_file_without_front_matter_is_refused(deck):
    deck.write(CARD_FILE, "## Say\nHello.\n")

    assert deck.problems() == [f"{CARD_FILE}:1: no-front-matter: Begin with the card's facts between two lines of +++."]


def test_an_empty_file_is_refused(deck):
    deck.write(CARD_FILE, "")

    assert deck.problems() == [f"{CARD_FILE}:1: no-front-matter: Begin with the card's facts between two lines of +++."]


def test_front_matter_that_is_not_toml_is_refused_at_its_line(deck):
    deck.change("short = true", "short = yes")

    assert deck.problems() == [f"{CARD_FILE}:4: not-toml: Invalid value; mend this line."]


def test_a_date_that_does_not_exist_is_refused_at_its_line(deck):
    deck.change("2026-11-21", "2026-11-31")

    (problem,) = deck.problems()
    assert problem.startswith(f"{CARD_FILE}:12: not-toml: ")


def test_a_text_left_open_at_the_end_of_a_table_is_refused_at_the_end(deck):
    deck.write("sources.toml", SOURCES + "[MORE")

    assert "sources.toml:4: not-toml: " in "\n".join(deck.problems())


def test_a_file_in_another_encoding_is_refused_at_its_line(deck):
    (deck.content / CARD_FILE).write_bytes(CARD.replace("A spoon each", "Café spoon").encode("latin-1"))

    assert deck.problems() == [f"{CARD_FILE}:7: not-utf8: Save the file as UTF-8."]


def test_a_missing_table_is_refused_without_blaming_the_cards(deck):
    (deck.content / "sources.toml").unlink()

    assert deck.problems() == ["sources.toml:1: file-missing: This file cannot be read; add it to the content folder."]


def test_a_folder_without_cards_is_refused(deck):
    (deck.content / CARD_FILE).unlink()

    assert deck.problems() == ["en-GB:1: no-cards: There is no card here; add one as <area>/<slug>.md."]


def test_a_picture_that_breaks_the_guide_is_named_with_its_own_file_and_line(deck):
    deck.draw("new-spoon.svg", PICTURE.replace("<path", "\n<script/><path"))

    assert deck.problems() == [
        "art/new-spoon.svg:2: picture-script: <script> is not for pictures. A picture stands still and runs nothing; take this out."
    ]


def test_all_problems_of_all_files_are_told_at_once(deck):
    deck.change("A spoon of your own", "Use your own spoon")
    deck.change('"GB"', '"gb"')
    deck.change("https://", "ftp://", file="sources.toml")
    deck.draw("new-spoon.svg", PICTURE.replace("800", "80"))

    assert [problem.split(": ")[:2] for problem in deck.problems()] == [
        ["art/new-spoon.svg:1", "picture-size"],
        [f"{CARD_FILE}:6", "title-imperative"],
        [f"{CARD_FILE}:13", "unknown-country"],
        ["sources.toml:1", "source-url"],
    ]


def test_the_error_prints_one_problem_a_line(deck):
    deck.change('country = "GB"\n', "")
    deck.change('strength = "GUID"\n', "")

    with pytest.raises(DeckError) as refusal:
        deck.read()

    assert len(str(refusal.value).splitlines()) == 2
