"""The word list, cards/content/language.toml: words with what to say instead, limits, and exceptions with their reasons."""

import re
import tomllib
from dataclasses import dataclass
from functools import cached_property

LIST_FILE = "cards/content/language.toml"
SOURCES_FILE = "cards/content/sources.toml"
REASON_WORDS = 3
GAP = r"[\s-]+"


@dataclass(frozen=True)
class ListFlaw:
    """Something wrong with the word list itself."""

    line: int
    message: str


@dataclass(frozen=True)
class Word:
    """A word or phrase that texts do without."""

    word: str
    pattern: re.Pattern
    instead: str
    why: str


@dataclass(frozen=True)
class Exemption:
    """Leave for one word in one file."""

    path: str
    word: str
    reason: str
    line: int


@dataclass(frozen=True)
class WordList:
    words: tuple[Word, ...]
    exemptions: tuple[Exemption, ...]
    reading_age: dict
    sentence_words: dict
    flaws: tuple[ListFlaw, ...]

    @cached_property
    def any_word(self):
        """Matches where one of the words may be: most texts hold none, and one look is enough for them."""
        return re.compile("|".join(word.pattern.pattern for word in self.words), re.IGNORECASE)


def read_word_list(root):
    """The list as it lies under `root`. What is wrong with single entries is in `flaws`; they are left out."""
    source = (root / LIST_FILE).read_text(encoding="utf-8")
    values = tomllib.loads(source)
    known = values["sources"].keys() | tomllib.loads((root / SOURCES_FILE).read_text(encoding="utf-8")).keys()
    flaws, words, exemptions = [], [], []
    for line, entry in _with_lines(source, values, "words"):
        missing = _flaw_of_words(entry, values["kinds"], known)
        if missing:
            flaws.append(ListFlaw(line, missing))
        else:
            words.extend(_words_of(entry, values["kinds"]))
    for line, entry in _with_lines(source, values, "exceptions"):
        missing = _flaw_of_exemption(entry)
        if missing:
            flaws.append(ListFlaw(line, missing))
        else:
            exemptions.append(Exemption(entry["path"], entry["word"].lower(), entry["reason"], line))
    return WordList(tuple(words), tuple(exemptions), values["reading_age"], values["sentence_words"], tuple(flaws))


def _with_lines(source, values, table):
    """(line, entry) of each [[table]], in order."""
    places = [number for number, line in enumerate(source.splitlines(), start=1) if line.strip() == f"[[{table}]]"]
    return zip(places, values.get(table, []), strict=True)


def _flaw_of_words(entry, kinds, known):
    if not entry.get("words") or not entry.get("instead"):
        return "Say which words, and what to say instead."
    if entry.get("kind") not in kinds:
        return f"“{entry.get('kind')}” is not a kind; the kinds are {', '.join(kinds)}."
    unknown = [key for key in entry.get("sources", []) if key not in known]
    if unknown or not entry.get("sources"):
        return f"Name a source under [sources] or in sources.toml; not known: {', '.join(unknown) or 'none named'}."
    return None


def _flaw_of_exemption(entry):
    if not entry.get("path") or not entry.get("word"):
        return "An exception needs the path of a file and a word."
    if len(entry.get("reason", "").split()) < REASON_WORDS:
        return f"The exception for “{entry['word']}” in {entry['path']} needs a reason beside it."
    return None


def _words_of(entry, kinds):
    why = f"{kinds[entry['kind']]['why']}; {', '.join(entry['sources'])}"
    for word in entry["words"]:
        yield Word(word, _pattern(word), entry["instead"], why)


def _pattern(word):
    parts = [re.escape(part).replace(r"\*", r"\w*").replace("’", "[’']") for part in re.split(GAP, word)]
    return re.compile(rf"(?<!\w){GAP.join(parts)}(?!\w)", re.IGNORECASE)
