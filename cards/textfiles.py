"""Reading text files that come with the app, and saying everything that is wrong with them at once. Used for cards and for modules."""

import tomllib
from dataclasses import dataclass

from cards import deckrules

FENCE = "+++"


@dataclass(frozen=True)
class Problem:
    """One broken rule: where it is, which rule, and a sentence that says what to do."""

    file: str
    line: int
    rule: str
    message: str

    def __str__(self):
        return f"{self.file}:{self.line}: {self.rule}: {self.message}"


class FilesError(ValueError):
    """The files cannot be used. `problems` holds everything that is wrong with them, one a line when printed."""

    def __init__(self, problems):
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.file, problem.line)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True)
class Draft:
    """A file as read, before anything is checked: values by name, and the line each begins on."""

    file: str
    values: dict
    lines: dict

    def line_of(self, name):
        return self.lines.get(name, 1)


@dataclass(frozen=True)
class FrontMatter:
    """A file split in two: its facts as a Draft, and its text from line number `start` (counted from 0) on."""

    facts: Draft
    lines: list
    start: int


def read_text(root, file, problems):
    """The text of a file, or None when it cannot be read (noted)."""
    try:
        return (root / file).read_text(encoding="utf-8-sig")
    except OSError:
        problems.append(Problem(file, 1, "file-missing", "This file cannot be read; add it to the content folder."))
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        problems.append(Problem(file, line, "not-utf8", "Save the file as UTF-8."))
    return None


def read_toml(text, file, problems, *, above=0):
    """The values of a TOML text that begins after `above` lines of its file, or None when it cannot be read (noted)."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line, message = deckrules.place_of_toml_error(str(error), text)
        problems.append(Problem(file, line + above, "not-toml", f"{message}; mend this line."))
    except (ValueError, RecursionError):  # a number of thousands of digits, brackets in brackets without end
        problems.append(Problem(file, 1 + above, "not-toml", "A number or a list in it is beyond all measure; take it out."))
    return None


def read_front_matter(root, file, problems, *, noun):
    """The FrontMatter of a file, or None when that much is not there (noted). noun: whose facts they are, such as "card"."""
    text = read_text(root, file, problems)
    if text is None:
        return None
    lines = text.splitlines()
    closing = next((index for index, line in enumerate(lines[1:], start=1) if line.strip() == FENCE), None)
    if not lines or lines[0].strip() != FENCE or closing is None:
        problems.append(Problem(file, 1, "no-front-matter", f"Begin with the {noun}'s facts between two lines of {FENCE}."))
        return None
    front = "\n".join(lines[1:closing])
    values = read_toml(front, file, problems, above=1)
    if values is None:
        return None
    places = {name: line + 1 for name, line in deckrules.lines_of_keys(front).items()}
    return FrontMatter(Draft(file, values, places), lines, closing + 1)
