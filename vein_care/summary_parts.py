"""What one part of the product tells the summaries of another, without either knowing of the other.

The app that knows registers a function when it starts (AppConfig.ready); whoever shows a summary asks here.
"""

import datetime
from dataclasses import dataclass

_training = []


@dataclass(frozen=True)
class ModuleDone:
    """How many people have done a module of the course, by how each of them did it last."""

    slug: str
    title: str
    face_to_face: int
    online: int

    @property
    def people(self):
        return self.face_to_face + self.online


@dataclass(frozen=True)
class TrainingCoverage:
    """Who is trained on a day, as numbers of people and of organisations: never who, and never by site.

    people: those with an account. trained: those of them who have done at least one module that is good on the day.
    organisations_trained: programme-wide only, else None. modules: ModuleDone in the order of the course.
    """

    on: datetime.date
    people: int
    trained: int
    organisations_trained: int | None
    modules: tuple[ModuleDone, ...]


def tells_training(function):
    """Register what answers `training_coverage`: a function of organisation (None programme-wide) and on, a day."""
    _training[:] = [function]
    return function


def training_coverage(*, organisation, on):
    """The TrainingCoverage of an organisation, or of all with None; None where no part of this installation knows of training."""
    return _training[0](organisation=organisation, on=on) if _training else None
