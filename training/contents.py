"""What a module says, in one shape for files, published versions and what editors are writing."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date

from training import markdown


@dataclass(frozen=True)
class AnswerContents:
    """One answer somebody can choose. `fits`: it fits well; otherwise it could go better. Neither is a mark."""

    text: str
    feedback: str
    fits: bool


@dataclass(frozen=True)
class CheckContents:
    """A scene with a question. `after_lesson`: the position, from 1, of the lesson at whose end it stands."""

    key: str
    after_lesson: int
    scenario: str
    question: str
    sources: tuple[str, ...]
    answers: tuple[AnswerContents, ...]


@dataclass(frozen=True)
class LessonContents:
    """`body` is Markdown; each "## " begins a screen."""

    title: str
    body: str


@dataclass(frozen=True)
class ModuleContents:
    """A whole module. Lessons and checks are in order; the position of a lesson or check is its place here, from 1."""

    slug: str
    title: str
    summary: str
    minutes: int
    expires_after_months: int
    outcomes: tuple[str, ...]
    facilitator_notes: str
    reviewed_on: date
    country: str
    clinical_reviewer: str
    lessons: tuple[LessonContents, ...]
    checks: tuple[CheckContents, ...]

    @property
    def sources(self):
        """Every key that its lessons, notes and checks name, once each, in the order in which they come up."""
        texts = [*(lesson.body for lesson in self.lessons), self.facilitator_notes]
        keys = [key for text in texts for key in markdown.keys_of(text)]
        return tuple(dict.fromkeys([*keys, *(key for check in self.checks for key in check.sources)]))

    @property
    def digest(self):
        """SHA-256, in hex, of everything it says."""
        canonical = json.dumps(to_json(self), sort_keys=True, ensure_ascii=False).encode()
        return hashlib.sha256(canonical).hexdigest()


def from_version(version):
    """The contents of a ModuleVersion. Lessons and checks prefetched: no query; else one each, and one for the module's slug."""
    return ModuleContents(
        slug=version.module.slug,
        title=version.title,
        summary=version.summary,
        minutes=version.minutes,
        expires_after_months=version.expires_after_months,
        outcomes=tuple(version.outcomes),
        facilitator_notes=version.facilitator_notes,
        reviewed_on=version.reviewed_on,
        country=version.country,
        clinical_reviewer=version.clinical_reviewer,
        lessons=tuple(LessonContents(lesson.title, lesson.body) for lesson in version.lessons.all()),
        checks=tuple(_check_from(vars(check)) for check in version.checks.all()),
    )


def to_json(contents):
    """A dict as JSON gives it back, lists and all; `from_json` is the way back."""
    return json.loads(json.dumps(asdict(contents) | {"reviewed_on": contents.reviewed_on.isoformat()}))


def from_json(values):
    made = {
        "outcomes": tuple(values["outcomes"]),
        "reviewed_on": date.fromisoformat(values["reviewed_on"]),
        "lessons": tuple(LessonContents(lesson["title"], lesson["body"]) for lesson in values["lessons"]),
        "checks": tuple(_check_from(check) for check in values["checks"]),
    }
    return ModuleContents(**(values | made))


def _check_from(values):
    return CheckContents(
        key=values["key"],
        after_lesson=values["after_lesson"],
        scenario=values["scenario"],
        question=values["question"],
        sources=tuple(values["sources"]),
        answers=tuple(AnswerContents(answer["text"], answer["feedback"], answer["fits"]) for answer in values["answers"]),
    )
