"""cards/language: the shipped texts are clean, every kind of word is found where it was planted, and exceptions need reasons."""

import shutil

import pytest
from django.core.management import CommandError, call_command

from cards.language.check import check
from cards.language.wordlist import LIST_FILE, SOURCES_FILE
from vein_care.folders import ROOT

CARD_FILE = "cards/content/en-GB/sharing/spoon.md"
CARD = """\
+++
slug = "dirty-users"
area = "sharing"
title = "A spoon of your own"
line = "A spoon each keeps things simple."
alt = "Two spoons on a table."
+++
## Say
Lots of people share a spoon
without meaning to.

## Ask
- How does it go where you are?

## Offer
There can be one for each person.

## How sure are we
Guidance says so.
"""
PAGE = """\
{% load i18n %}{# a note on clients #}
{% comment %}
How our clients get on.
{% endcomment %}
<p class="client">{% translate "What we write down" %}</p>
<script>const clients = 1;</script>
"""


class Shipped:
    """A small tree of shipped files that a test can plant words in."""

    def __init__(self, root):
        self.root = root
        for file in (LIST_FILE, SOURCES_FILE):
            self.write(file, (ROOT / file).read_text(encoding="utf-8"))
        self.without_exceptions()
        self.write(CARD_FILE, CARD)

    def write(self, file, text):
        path = self.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def change(self, old, new, *, file=CARD_FILE):
        text = (self.root / file).read_text(encoding="utf-8")
        assert text.count(old) == 1
        self.write(file, text.replace(old, new))

    def without_exceptions(self):
        text = (self.root / LIST_FILE).read_text(encoding="utf-8")
        self.write(LIST_FILE, text.partition("\n[[exceptions]]")[0])

    def excuse(self, word, *, path=CARD_FILE, reason="The name of a song, sung by the choir."):
        with (self.root / LIST_FILE).open("a", encoding="utf-8") as file:
            file.write(f'\n[[exceptions]]\npath = "{path}"\nword = "{word}"\nreason = "{reason}"\n')

    def flaws(self):
        """What is found, as "file:line: word"."""
        return [str(flaw).partition(" →")[0] for flaw in check(self.root)[0]]


@pytest.fixture
def shipped(tmp_path):
    return Shipped(tmp_path)


# The shipped texts


def test_the_shipped_texts_need_nothing_put_right_and_the_command_counts_them(capsys):
    call_command("check_language")

    count, *words = capsys.readouterr().out.split()
    assert " ".join(words) == "texts read, nothing to put right."
    assert int(count) > 500


def test_the_command_names_file_line_word_suggestion_and_why_and_ends_badly(shipped, settings, capsys):
    shipped.change("Two spoons on a table.", "Two addicts at a table.")
    settings.BASE_DIR = shipped.root

    with pytest.raises(CommandError, match="1 to put right, in "):
        call_command("check_language")

    line = capsys.readouterr().out.strip()
    assert line.startswith(f"{CARD_FILE}:6: addicts → person who injects drugs, people who use drugs")
    assert line.endswith("(it can hurt, and it keeps people away from care; NIDA, EURO, SDF-G, SAHIV)")


# Words


def test_a_card_without_such_words_passes_whatever_its_slug(shipped):
    assert shipped.flaws() == []


@pytest.mark.parametrize(
    "word",
    ["addicts", "Junkie", "users", "clean needles", "dirty", "got clean", "abuse", "habit", "drug-seeking", "refused", "no-show", "chaotic"],
)
def test_a_word_that_can_hurt_is_found(shipped, word):
    shipped.change("Two spoons on a table.", f"Two spoons, {word}, a table.")

    assert shipped.flaws() == [f"{CARD_FILE}:6: {word}"]


@pytest.mark.parametrize(
    "word",
    ["goals", "next step", "action plan", "achievement", "score", "streak", "you should", "make sure", "gangrene", "anonymous", "client", "PWID"],
)
def test_words_of_goals_orders_fright_and_offices_are_found(shipped, word):
    shipped.change("Two spoons on a table.", f"Two spoons, {word}, a table.")

    assert shipped.flaws() == [f"{CARD_FILE}:6: {word}"]


@pytest.mark.parametrize("word", ["clean hands", "a clean surface", "used", "goalkeeper", "because", "a household", "inhabited", "clientele"])
def test_ordinary_words_are_left_alone(shipped, word):
    shipped.change("Two spoons on a table.", f"Two spoons, {word}, a table.")

    assert shipped.flaws() == []


def test_a_phrase_across_a_line_break_is_found_on_the_line_where_it_begins(shipped):
    shipped.change("share a spoon\nwithout", "share a clean\nneedle without")

    assert shipped.flaws() == [f"{CARD_FILE}:9: clean needle"]


# Where texts are


def test_every_list_item_and_paragraph_of_a_card_is_read_on_its_own_line(shipped):
    shipped.change("How does it go where you are?", "How do users get on?")
    shipped.change("There can be one for each person.", "There can be one for each client.")

    assert shipped.flaws() == [f"{CARD_FILE}:13: users", f"{CARD_FILE}:16: client"]


def test_tables_are_read(shipped):
    shipped.write("cards/content/en-GB/areas.toml", '# users\n[sharing]\nlabel = "Whose is whose"\ndefinition = "What users share."\n')

    assert shipped.flaws() == ["cards/content/en-GB/areas.toml:4: users"]


CHECKS = """\
[[checks]]
key = "users"
scenario = "Someone asks."
question = "What now?"
sources = ["K-T3"]
[[checks.answers]]
text = "Wait."
feedback = "What users say."
[[checks.answers]]
text = "Ask the users."
feedback = "Good."

[[checks]]
scenario = "A client asks."
question = "What now?"
"""
LESSON = """\
+++
title = "Some of our own, quite extraordinarily multisyllabic terminology"
+++
## What users say

Is it **dear?** Somebody said so [K-T3] and
a client did, too [ours].

![A client with a cup](card:users)

- What users say [USERS].

> “My clients.”
"""


def test_scenes_and_every_one_of_their_answers_are_read_on_their_own_lines(shipped):
    shipped.write("training/content/en-GB/peers/checks.toml", CHECKS)

    flaws = [flaw.rpartition("checks.toml:")[2] for flaw in shipped.flaws()]

    assert flaws == ["8: users", "10: users", "14: client"]


def test_lessons_are_read_without_source_keys_and_with_what_pictures_show(shipped):
    shipped.write("training/content/en-GB/peers/1-users.md", LESSON)

    flaws = [flaw.rpartition("1-users.md:")[2] for flaw in shipped.flaws()]

    assert flaws == ["4: users", "7: client", "9: client", "11: users", "13: clients"]


def test_of_a_template_only_what_is_shown_is_read(shipped):
    shipped.write("templates/page.html", PAGE)

    assert shipped.flaws() == []


@pytest.mark.parametrize(
    "shown",
    [
        "<p>For clients.</p>",
        '<p>{% translate "For clients." %}</p>',
        "<p>{% translate 'For clients.' as words %}</p>",
        '<p title="{% translate "For clients." %}"></p>',
        "<p>{% blocktranslate trimmed %}\nFor clients, {{ name }}.\n{% endblocktranslate %}</p>".replace("\n", " "),
        '<img alt="Two clients">',
        '<button aria-label="Clients"></button>',
        '{% include "field.html" with label=_("Clients") only %}',
        "<template><p>Clients</p></template>",
    ],
)
def test_whatever_a_template_shows_or_has_translated_is_read(shipped, shown):
    shipped.write("templates/page.html", f"{PAGE}{shown}\n")

    assert [flaw.lower() for flaw in shipped.flaws()] == ["templates/page.html:7: clients"]


def test_e_mails_are_read(shipped):
    shipped.write("templates/account/email/welcome.txt", "Hello {{ name }},\n\nyour clients\nwait.\n")

    assert shipped.flaws() == ["templates/account/email/welcome.txt:3: clients"]


@pytest.mark.parametrize(
    "code", ['_("Clients")', 'gettext_lazy("Clients")', 'models.CharField(_("clients"))', 'ngettext("%d client", "%d clients", 2)']
)
def test_messages_in_python_are_read(shipped, code):
    shipped.write("sessions/notes.py", f'"""About clients."""\n\nNAME = "clients"\nWORDS = {code}\n')

    assert {flaw.partition(": ")[0] for flaw in shipped.flaws()} == {"sessions/notes.py:4"}


AMOUNTS = ["50 ml", "0.5ml", "10 MG", "100 units", "20 %", "10–20 ml", "1/2 g", "½ g", "half a gram", "two grams", "10 μg", "2 litres", "10-mg"]


@pytest.mark.parametrize("amount", AMOUNTS)
def test_an_amount_on_a_card_is_found(shipped, amount):
    shipped.change("There can be one for each person.", f"There can be {amount} for each person.")

    assert [flaw.split(": ")[1] for flaw in shipped.flaws()] == [amount]


def test_an_amount_in_a_table_and_over_a_line_break_is_found(shipped):
    shipped.change("There can be one for each person.", "There can be 10\nmg for each person.")
    shipped.write("cards/content/en-GB/areas.toml", '[sharing]\nlabel = "Two cups"\ndefinition = "With 5 ml of water."\n')

    assert [flaw.split(": ")[1] for flaw in shipped.flaws()] == ["5 ml", "10 mg"]


def test_a_share_of_people_may_be_told_where_a_card_says_how_sure_we_are(shipped):
    shipped.change("Guidance says so.", "Of those asked, 60% say so.")

    assert shipped.flaws() == []


@pytest.mark.parametrize("measure", ["a needle of 8 mm", "27G or 30G", "14 words", "24 hours", "one glass", "half an hour"])
def test_a_number_that_is_no_amount_is_left_alone(shipped, measure):
    shipped.change("There can be one for each person.", f"There can be {measure} for each person.")

    assert shipped.flaws() == []


# Titles, length, reading age


def test_a_title_that_orders_is_found_in_cards_and_tables(shipped):
    shipped.change("A spoon of your own", "Use your own spoon")
    shipped.write("cards/content/en-GB/areas.toml", '[sharing]\nlabel = "Keep things apart"\ndefinition = "What goes round."\n')

    assert shipped.flaws() == ["cards/content/en-GB/areas.toml:2: Keep things apart", f"{CARD_FILE}:4: Use your own spoon"]


@pytest.mark.parametrize(("section", "most"), [("There can be one for each person.", 25), ("Guidance says so.", 32)])
def test_a_sentence_that_goes_on_is_found(shipped, section, most):
    shipped.change(section, "go " * most + "on.")

    assert [flaw.split(": ")[1] for flaw in shipped.flaws()] == ["long sentence"]


def test_a_sentence_of_just_the_most_words_passes(shipped):
    shipped.change("There can be one for each person.", "go " * 24 + "on.")

    assert shipped.flaws() == []


def test_hard_words_on_a_card_are_found(shipped):
    shipped.change("There can be one for each person.", "Individualised availability facilitates discontinuation of communal utilisation.")

    assert shipped.flaws() == [f"{CARD_FILE}:4: hard to read"]


@pytest.mark.parametrize(("times", "found"), [(4, []), (8, ["templates/page.html:1: hard to read"])])
def test_a_page_is_judged_only_when_it_has_words_enough(shipped, times, found):
    shipped.write("templates/page.html", "<p>Organisational accountability necessitates comprehensive documentation.</p>" * times)

    assert shipped.flaws() == found


# Exceptions


def test_an_exception_with_a_reason_lets_one_word_in_one_file_stand(shipped):
    shipped.change("Two spoons on a table.", "Two users and a client.")
    shipped.excuse("Users")

    assert shipped.flaws() == [f"{CARD_FILE}:6: client"]


@pytest.mark.parametrize("reason", ["", "fine", "it is"])
def test_an_exception_without_a_reason_is_found_and_does_not_count(shipped, reason):
    shipped.change("Two spoons on a table.", "Two users at a table.")
    shipped.excuse("users", reason=reason)

    card, entry = check(shipped.root)[0]

    assert (card.file, card.line, card.word) == (CARD_FILE, 6, "users")
    assert entry.file == LIST_FILE and "needs a reason beside it" in entry.instead


@pytest.mark.parametrize(("word", "path"), [("users", CARD_FILE), ("client", "templates/gone.html")])
def test_an_exception_that_nothing_needs_is_found(shipped, word, path):
    shipped.excuse(word, path=path)

    (flaw,) = shipped.flaws()

    assert flaw.startswith(LIST_FILE) and flaw.endswith(f"exception for “{word}”")


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ('kind = "stigma"\nwords = []\ninstead = "people"\nsources = ["OWN"]', "Say which words"),
        ('kind = "taste"\nwords = ["nice"]\ninstead = "good"\nsources = ["OWN"]', "is not a kind"),
        ('kind = "stigma"\nwords = ["folk"]\ninstead = "people"\nsources = ["HEARSAY"]', "not known: HEARSAY"),
        ('kind = "stigma"\nwords = ["folk"]\ninstead = "people"', "none named"),
    ],
)
def test_an_entry_of_the_list_needs_words_a_kind_and_a_source(shipped, entry, sentence):
    text = (shipped.root / LIST_FILE).read_text(encoding="utf-8")
    shipped.write(LIST_FILE, f"{text}\n[[words]]\n{entry}\n")

    (flaw,) = check(shipped.root)[0]

    assert flaw.file == LIST_FILE and sentence in flaw.instead


def test_a_word_planted_in_every_shipped_card_is_found_in_every_one(tmp_path):
    shutil.copytree(ROOT / "cards/content", tmp_path / "cards/content")
    cards = sorted((tmp_path / "cards/content/en-GB").glob("*/*.md"))
    for card in cards:
        card.write_text(card.read_text(encoding="utf-8").replace('\nalt = "', '\nalt = "Users. '), encoding="utf-8")

    found = {flaw.file for flaw in check(tmp_path)[0] if flaw.word == "Users"}

    assert len(found) == len(cards) >= 10
