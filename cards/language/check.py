"""The language check: each rule once, over every text that ships."""

import re
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from cards import deckrules
from cards.language import reading
from cards.language.texts import LANGUAGE, Text, shipped_texts
from cards.language.wordlist import LIST_FILE, read_word_list

SPOKEN = {"title", "line", "say", "ask", "offer"}
EVIDENCE = {"how sure are we"}
TITLES = {"title", "label"}
CONTENT = {"card", "lesson", "table"}
# A number or fraction with a measure of drug, acid or water. Needles have millimetres and a gauge (27G), and those may be told.
NUMBER = r"(?:\b\d+(?:[.,/–-]\d+)*|[¼½¾]|\b(?:half an?|one|two|three|four|five|ten|twenty|fifty|hundred))"
MEASURE = r"(?:(?i:m[lg]s?|cc|iu|units?|mcg|u[gl]|[µμ][gl]|grams?|(?:milli|micro)grams?|(?:milli)?lit(?:re|er)s?|per\s?cent)|g|l)\b|%"
AMOUNT = re.compile(rf"{NUMBER}[\s-]?(?:{MEASURE})")
# Labels and buttons are not sentences, and a few words are too few to judge.
WORDS_OF_A_SENTENCE = 5
WORDS_TO_JUDGE = 40


@dataclass(frozen=True)
class Flaw:
    """One thing to put right. `word` is what an exception would name: the word found, or the name of a rule."""

    file: str
    line: int
    word: str
    instead: str
    why: str

    def __str__(self):
        return f"{self.file}:{self.line}: {self.word} → {self.instead} ({self.why})"


def check(root):
    """Return (flaws, number of texts read). root: the folder that holds the apps and `templates`.

    Exceptions are taken off; one that no text needs any more, or that has no reason, is a flaw itself.
    """
    texts, word_list = shipped_texts(root), read_word_list(root)
    found = [*_flaws_in_place(texts, word_list), *_age_flaws(texts, word_list)]
    wanted = {(flaw.file, flaw.word.lower()) for flaw in found}
    allowed = {(exemption.path, exemption.word) for exemption in word_list.exemptions}
    flaws = [flaw for flaw in found if (flaw.file, flaw.word.lower()) not in allowed]
    flaws += [Flaw(LIST_FILE, flaw.line, "entry", flaw.message, "the list is read by people, too") for flaw in word_list.flaws]
    flaws += [
        Flaw(LIST_FILE, exemption.line, f"exception for “{exemption.word}”", "take it out", f"nothing in {exemption.path} needs it")
        for exemption in word_list.exemptions
        if (exemption.path, exemption.word) not in wanted
    ]
    return sorted(set(flaws), key=lambda flaw: (flaw.file, flaw.line, flaw.word)), len(texts)


def check_card(parts, *, file, root):
    """{part: [Flaw, …]} for the words of one card that lies in no file, such as an editor's draft.

    parts: {"title", "line", "alt", "say", "ask_first", "ask_second", "offer", "how_sure"} to words. file: where the card ships,
    so that exceptions made for it hold here, too. A card that is hard to read as a whole is told at "say", and at "how_sure".
    """
    word_list = _word_list_once(root)
    names = {"ask_first": "ask", "ask_second": "ask", "how_sure": "how sure are we"}
    texts = [Text(part, 1, "card", names.get(part, part), words) for part, words in parts.items()]
    whole = [Text(part if part == "how_sure" else "say", 1, "card", names.get(part, part), words) for part, words in parts.items()]
    found = [*_flaws_in_place(texts, word_list), *_age_flaws(whole, word_list)]
    allowed = {exemption.word for exemption in word_list.exemptions if exemption.path == file}
    told = {}
    for flaw in dict.fromkeys(found):
        if flaw.word.lower() not in allowed:
            told.setdefault(flaw.file, []).append(flaw)
    return told


def check_texts(texts, *, under, root):
    """{file: [Flaw, …]} for Text that lies in no file, such as an editor's draft; `file` of each is what the caller calls it by.

    under: the folder its words ship in, so that exceptions made for what is in it hold here, too.
    """
    word_list = _word_list_once(root)
    allowed = {exemption.word for exemption in word_list.exemptions if exemption.path.startswith(under)}
    told = {}
    for flaw in dict.fromkeys([*_flaws_in_place(texts, word_list), *_age_flaws(texts, word_list)]):
        if flaw.word.lower() not in allowed:
            told.setdefault(flaw.file, []).append(flaw)
    return told


_word_list_once = cache(read_word_list)


def file_of_card(card):
    """The path of the file a card ships as, seen from the folder that holds the apps."""
    return f"cards/content/{LANGUAGE}/{card.area_id}/{card.slug}.md"


def _flaws_in_place(texts, word_list):
    """All but those of a text as a whole."""
    return [*_word_flaws(texts, word_list), *_amount_flaws(texts), *_title_flaws(texts), *_sentence_flaws(texts, word_list)]


def _word_flaws(texts, word_list):
    for text in texts:
        for word in word_list.words if word_list.any_word.search(text.words) else ():
            for found in word.pattern.finditer(text.words):
                name = " ".join(found[0].split())
                yield Flaw(text.file, text.line_of(found.start()), name, word.instead, word.why)


def _amount_flaws(texts):
    """Shares of people may be told where a card says how sure we are."""
    for text in texts:
        for found in AMOUNT.finditer(text.words) if text.kind in CONTENT and text.part not in EVIDENCE else []:
            amount = " ".join(found[0].split())
            yield Flaw(text.file, text.line_of(found.start()), amount, "words without an amount", "what is shown with a card tells no amounts")


def _title_flaws(texts):
    for text in texts:
        if text.part in TITLES and text.kind in CONTENT and deckrules.is_imperative(text.words):
            yield Flaw(text.file, text.line, text.words, "a title that names a thing or asks", "a title does not tell anybody what to do; K-T3")


def _group_of(text):
    if text.kind == "card" and text.part in SPOKEN:
        return "spoken"
    if text.kind == "card" and text.part in EVIDENCE:
        return "evidence"
    return "other"


def _sentence_flaws(texts, word_list):
    for text in texts:
        most = word_list.sentence_words[_group_of(text)]
        for sentence in reading.sentences(text.words):
            count = len(reading.words(sentence))
            if count > most:
                line = text.line_of(text.words.find(sentence))
                yield Flaw(text.file, line, "long sentence", "two sentences", f"it has {count} words, and {most} are the most here")


def _age_flaws(texts, word_list):
    """One flaw for each group of a file that is harder to read than its limit; alt texts are lists of things and are left out."""
    judged = sorted((text.file, _group_of(text), text.line, text.words) for text in texts if text.part != "alt")
    for (file, group), members in groupby(judged, key=lambda text: text[:2]):
        members = list(members)
        parts = [words for *_, words in members if group == "spoken" or len(reading.words(words)) >= WORDS_OF_A_SENTENCE]
        if group == "other" and sum(len(reading.words(part)) for part in parts) < WORDS_TO_JUDGE:
            continue
        age, most = reading.reading_age(parts), word_list.reading_age[group]
        if age is not None and age > most:
            why = f"the reading age of its {group} text is {age:.1f}, and {most} is the most"
            yield Flaw(file, members[0][2], "hard to read", "shorter words and sentences", why)
