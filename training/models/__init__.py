"""The course with its immutable versions, who is to take what, where people are in it, what they have done, and face-to-face events."""

from training.models.assignments import Assignment, AssignmentRound
from training.models.choices import OwnChoices
from training.models.completions import Completion
from training.models.course import Check, CourseRelease, CourseReleaseModule, Lesson, Module, ModuleDraft, ModuleVersion
from training.models.events import Attendance, AttendanceChange, CoverageChange, TrainingEvent
from training.models.places import LearningPlace
from training.models.refreshers import RefresherDecision
from training.models.reminders import Reminder, ReminderMail

__all__ = [
    "Assignment",
    "AssignmentRound",
    "Attendance",
    "AttendanceChange",
    "Check",
    "Completion",
    "CourseRelease",
    "CourseReleaseModule",
    "CoverageChange",
    "LearningPlace",
    "Lesson",
    "Module",
    "ModuleDraft",
    "ModuleVersion",
    "OwnChoices",
    "RefresherDecision",
    "Reminder",
    "ReminderMail",
    "TrainingEvent",
]
