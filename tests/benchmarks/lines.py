"""What `make bench` prints: a line for each thing measured."""

import operator
import sys
import time
from dataclasses import dataclass

STARTED = time.monotonic()


@dataclass(frozen=True)
class Budget:
    """The least or the most that a value may be."""

    sign: str
    limit: float

    def holds(self, value):
        return {"≥": operator.ge, "≤": operator.le, "<": operator.lt}[self.sign](value, self.limit)

    def __str__(self):
        return f"{self.sign} {shortly(self.limit)}"


def at_least(limit):
    return Budget("≥", limit)


def at_most(limit):
    return Budget("≤", limit)


def under(limit):
    return Budget("<", limit)


@dataclass(frozen=True)
class Line:
    """One thing measured. Without a budget it is only told."""

    name: str
    value: float
    unit: str
    budget: Budget | None = None

    @property
    def is_ok(self):
        return self.budget is None or self.budget.holds(self.value)

    def __str__(self):
        verdict = "ok" if self.is_ok else "short"
        return f"{self.name:<50} {shortly(self.value):>9}  {self.unit:<10} {str(self.budget or '-'):<8} {verdict}"


def shortly(value):
    """Four figures are plenty: 612.3, 0.912, 15."""
    return f"{value:.4g}" if abs(value) < 10_000 else f"{value:,.0f}"


def tell(text):
    """Say on stderr what is going on; stdout is for the lines alone."""
    print(f"[{time.monotonic() - STARTED:5.0f} s] {text}", file=sys.stderr, flush=True)
