"""What may be shown to others: design §11, proved. The rules, and what they leave out: docs/decisions/0051-disclosure.md."""

from sessions.disclosure.protecting import HIDDEN, protect
from sessions.disclosure.rounding import LEAST_VALUES, Rule

__all__ = ["HIDDEN", "LEAST_VALUES", "Rule", "protect"]
