"""The course as files: reads modules, and says everything that is wrong with them at once.

Nothing here touches the database. How a module looks is told in training/content/README.md.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from cards import content_files
from cards.textfiles import Draft, FilesError, Problem, read_front_matter, read_text, read_toml
from training import courserules, markdown
from training.contents import AnswerContents, CheckContents, LessonContents, ModuleContents

CONTENT_DIR = Path(__file__).resolve().parent / "content"
SCREENS_DIR = CONTENT_DIR.parent.parent / "static" / "training" / "screens"
MOST_BYTES_OF_A_SCREEN = 120_000
SECTIONS = {"Outcomes": "outcomes", "Facilitator notes": "facilitator_notes"}
LESSON_FILE = re.compile(rf"([1-9])-({courserules.SLUG})\.md")


@dataclass(frozen=True)
class ModuleFile:
    """A module that keeps every rule. `file` is its folder, relative to the content folder."""

    file: str
    position: int
    contents: ModuleContents


@dataclass(frozen=True)
class CourseFiles:
    """A whole course that keeps every rule, in its order."""

    language: str
    modules: tuple[ModuleFile, ...]


class CourseError(FilesError):
    """The course cannot be used."""


@dataclass(frozen=True)
class _Lesson:
    file: str
    position: int
    contents: LessonContents


def read_course(root=CONTENT_DIR, *, screens=SCREENS_DIR, language="en-GB"):
    """Read the content folder `root` and return its CourseFiles, none at all where no module is there.

    screens: the folder that holds the pictures of screens that lessons name.
    Raises CourseError with every problem of every file, so that they can be mended in one go.
    """
    root = Path(root)
    problems = []
    known = known_names(screens)
    _check_screens(Path(screens), problems)
    folders = [path for path in _in(root / language) if path.is_dir()] if (root / language).is_dir() else []
    modules = [_read_module(root, folder, known, problems) for folder in folders]
    _check_together([module for module in modules if module], problems)
    if problems:
        raise CourseError(problems)
    return CourseFiles(language, tuple(sorted((module.built() for module in modules), key=lambda module: module.position)))


def _in(folder):
    """What lies in a folder, in order, without what systems and editors put there for themselves (.DS_Store)."""
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))


def known_names(screens=SCREENS_DIR):
    """{"sources", "cards", "screens"} to what a text of a module may name."""
    cards = {path.stem for path in (content_files.CONTENT_DIR / content_files.LANGUAGE).glob("*/*.md")}
    there = {name for name in markdown.SCREENS if (Path(screens) / f"{name}.webp").is_file()}
    return {"sources": markdown.keys_known(), "cards": cards, "screens": there}


def _check_screens(screens, problems):
    for path in sorted(screens.glob("*")) if screens.is_dir() else []:
        size = path.stat().st_size
        if size > MOST_BYTES_OF_A_SCREEN:
            message = f"The picture has {size} bytes; make it smaller, {MOST_BYTES_OF_A_SCREEN} at most."
            problems.append(Problem(f"screens/{path.name}", 1, "picture-bytes", message))


# A module


@dataclass(frozen=True)
class _Module:
    """A module as read: facts with lines, sections, lessons and checks; `built` once nothing is wrong with it."""

    folder: str
    facts: Draft
    outcomes: list
    notes: str
    lessons: list
    checks: list

    def built(self):
        facts = {name: value for name, value in self.facts.values.items() if name != "position"}
        contents = ModuleContents(
            **facts,
            outcomes=tuple(self.outcomes),
            facilitator_notes=self.notes,
            lessons=tuple(lesson.contents for lesson in self.lessons),
            checks=tuple(_built_check(check) for check in self.checks),
        )
        return ModuleFile(self.folder, self.facts.values["position"], contents)


def _built_check(values):
    answers = tuple(AnswerContents(**answer) for answer in values["answers"])
    return CheckContents(**(values | {"sources": tuple(values["sources"]), "answers": answers}))


def _read_module(root, folder, known, problems):
    name = folder.relative_to(root).as_posix()
    before = len(problems)
    _check_names(root, folder, problems)
    read = read_front_matter(root, f"{name}/module.md", problems, noun="module")
    lessons = [_read_lesson(root, path, known, problems) for path in _in(folder) if path.suffix == ".md" and path.name != "module.md"]
    checks = _read_checks(root, f"{name}/checks.toml", known, problems, lesson_count=len(lessons))
    if read is None:
        return None
    _note(problems, read.facts, courserules.fact_flaws(read.facts.values))
    slug = read.facts.values.get("slug")
    if slug is not None and slug != folder.name:
        message = f"The slug is “{slug}” but the folder is {folder.name}; give them the same name."
        problems.append(Problem(read.facts.file, read.facts.line_of("slug"), "slug-differs", message))
    outcomes, notes = _read_sections(read, known, problems)
    minutes = read.facts.values.get("minutes")
    if len(problems) == before:
        bodies = [lesson.contents.body for lesson in lessons]
        _note(problems, read.facts, courserules.minutes_flaws(minutes, lessons=bodies, check_count=len(checks)))
    return _Module(name, read.facts, outcomes, notes, lessons, checks)


def _check_names(root, folder, problems):
    """Which files are in the folder of a module: module.md, checks.toml, and lessons numbered from 1 on."""
    numbers = []
    for path in _in(folder):
        file = path.relative_to(root).as_posix()
        found = LESSON_FILE.fullmatch(path.name)
        if found:
            numbers.append(int(found[1]))
            if numbers[-1] != len(numbers):
                message = f"Lessons are numbered from 1 on; begin the name of this one with {len(numbers)}-."
                problems.append(Problem(file, 1, "lesson-number", message))
        elif path.name not in {"module.md", "checks.toml"}:
            message = "Only module.md, checks.toml and lessons such as 1-a-name.md belong here; take it out or mend its name."
            problems.append(Problem(file, 1, "unknown-file", message))
    least, most = courserules.LESSONS
    if not least <= len(numbers) <= most:
        file = f"{folder.relative_to(root).as_posix()}/module.md"
        problems.append(Problem(file, 1, "lesson-count", f"There are {len(numbers)} lessons; a module has {least} to {most}."))


def _note(problems, draft, flaws):
    problems.extend(Problem(draft.file, draft.line_of(flaw.part) + flaw.below, flaw.rule, flaw.message) for flaw in flaws)


def _read_sections(read, known, problems):
    """(outcomes, facilitator notes) from below the facts of module.md; what is wrong with them is noted."""
    file, places, texts, part = read.facts.file, {}, dict.fromkeys(SECTIONS.values(), ""), None
    for number, line in enumerate(read.lines[read.start :], start=read.start + 1):
        if line.startswith("## "):
            heading = line[3:].strip()
            part = SECTIONS.get(heading)
            if part is None:
                problems.append(Problem(file, number, "unknown-section", f"“{heading}” is not a section; the sections are {', '.join(SECTIONS)}."))
            elif part in places:
                problems.append(Problem(file, number, "part-twice", f"“{heading}” is here twice; keep one."))
                part = None
            else:
                places[part] = number + 1
        elif part:
            texts[part] += line + "\n"
        elif line.strip() and not places:
            problems.append(Problem(file, number, "unknown-section", "Put this text under a heading such as ## Outcomes."))
    for heading, name in SECTIONS.items():
        if name not in places:
            problems.append(Problem(file, 1, "part-missing", f"“## {heading}” is missing; add it."))
    draft = Draft(file, texts, places)
    outcomes = _items(texts["outcomes"])
    if "outcomes" in places:
        _note(problems, draft, _stray_flaws(texts["outcomes"]))
        _note(problems, draft, courserules.outcome_flaws(outcomes))
    if "facilitator_notes" in places:
        _note(problems, draft, courserules.notes_flaws(texts["facilitator_notes"], known=known))
    return outcomes, texts["facilitator_notes"].strip() + "\n"


def _items(text):
    """The items of a list with line breaks undone."""
    return [" ".join(item.split()) for item in re.split(r"^- ", text, flags=re.MULTILINE)[1:]]


def _stray_flaws(text):
    before, *_items = re.split(r"^- ", text, maxsplit=1, flags=re.MULTILINE)
    if before.strip():
        message = "Write each outcome on a line that begins with “- ”."
        yield courserules.PartFlaw("outcomes", "outcome-form", message)


def _read_lesson(root, path, known, problems):
    file = path.relative_to(root).as_posix()
    found = LESSON_FILE.fullmatch(path.name)
    position = int(found[1]) if found else 0
    read = read_front_matter(root, file, problems, noun="lesson")
    if read is None:
        return _Lesson(file, position, LessonContents("", ""))
    title = read.facts.values.get("title")
    for name in sorted(read.facts.values.keys() - {"title"}):
        message = f"“{name}” is not a part of a lesson; take it out or mend its name."
        problems.append(Problem(file, read.facts.line_of(name), "unknown-part", message))
    if not isinstance(title, str):
        problems.append(Problem(file, read.facts.line_of("title"), "part-missing", '“title” is missing or no text; write title = "…".'))
        title = "Untitled"
    above = read.start
    while above < len(read.lines) and not read.lines[above].strip():
        above += 1
    lesson = LessonContents(title, "\n".join(read.lines[above:]).rstrip() + "\n")
    places = Draft(file, {}, {"body": above + 1, "body_title": read.facts.line_of("title")})
    _note(problems, places, courserules.lesson_flaws(lesson, known=known, part="body"))
    return _Lesson(file, position, lesson)


# Checks


def _read_checks(root, file, known, problems, *, lesson_count):
    """The checks of a module as read from their file; what is wrong with them is noted."""
    text = read_text(root, file, problems)
    values = None if text is None else read_toml(text, file, problems)
    if values is None:
        return []
    for name in sorted(values.keys() - {"checks"}):
        problems.append(Problem(file, 1, "unknown-part", f"“{name}” stands outside the checks; put it under a line [[checks]]."))
    checks = values.get("checks")
    if not isinstance(checks, list) or not all(isinstance(check, dict) for check in checks):
        problems.append(Problem(file, 1, "check-count", "Begin each check with a line [[checks]]."))
        return []
    places = lines_of_checks(text)
    draft = Draft(file, {}, places)
    for number, check in enumerate(checks, start=1):
        flaws = courserules.check_flaws(check, known=known)
        _note(problems, draft, (flaw._replace(part=_nearest(f"checks.{number}.{flaw.part}", places)) for flaw in flaws))
    pairs = [(check.get("key"), check.get("after_lesson")) for check in checks]
    together = [flaw for flaw in courserules.together_flaws(lesson_count=lesson_count, checks=pairs) if flaw.part != "lessons"]
    _note(problems, draft, (flaw._replace(part=_nearest(flaw.part, places)) for flaw in together))
    return checks


def lines_of_checks(text):
    """{place: line} of checks.toml: "checks.2", "checks.2.scenario", "checks.2.answers.1", "checks.2.answers.1.text", each counted from 1."""
    places, check, answer, table = {}, 0, 0, ""
    for number, line in enumerate(text.splitlines(), start=1):
        if re.match(r"\s*\[\[\s*checks\s*\]\]", line):
            check, answer = check + 1, 0
            table = f"checks.{check}"
            places[table] = number
        elif re.match(r"\s*\[\[\s*checks\s*\.\s*answers\s*\]\]", line):
            answer += 1
            table = f"checks.{check}.answers.{answer}"
            places[table] = number
            places.setdefault(f"checks.{check}.answers", number)
        elif entry := re.match(r"\s*([A-Za-z0-9_-]+)\s*=", line):
            places.setdefault(f"{table}.{entry[1]}", number)
    return places


def _nearest(part, places):
    """The part itself, or the closest around it that has a line of its own."""
    while part not in places and "." in part:
        part = part.rsplit(".", 1)[0]
    return part


# The course


def _check_together(modules, problems):
    """What no two modules share: their place in the course."""
    first = {}
    for module in modules:
        position = module.facts.values.get("position")
        if isinstance(position, int) and position in first:
            message = f"{first[position]} has position {position} already; give each module its own."
            problems.append(Problem(module.facts.file, module.facts.line_of("position"), "position-twice", message))
        elif isinstance(position, int):
            first[position] = module.folder
