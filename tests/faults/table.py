"""What `make faults` prints: a row for each case."""

import os
import sys
import time
from dataclasses import dataclass, field

from tests.faults.comparison import Comparison

STARTED = float(os.environ.get("VEIN_CARE_FAULTS_STARTED") or time.monotonic())
HEADINGS = ["case", "saved on tablets", "in PostgreSQL", "for a look", "still on a tablet", "lost", "doubled"]


@dataclass
class Row:
    """One case, done. trouble: why it failed, or "" when it did not."""

    name: str
    comparison: Comparison = field(default_factory=Comparison)
    trouble: str = ""
    seconds: float = 0.0
    notes: list = field(default_factory=list)

    @property
    def is_ok(self):
        return not self.trouble and self.comparison.is_clean and self.comparison.saved > 0

    @property
    def cells(self):
        counted = self.comparison
        name = ", ".join([self.name, *self.notes])
        numbers = [counted.saved, counted.found, counted.for_a_look, counted.held, len(counted.lost), len(counted.doubled)]
        return [name, *map(str, numbers)]


def total(rows, *, name="All together"):
    """The sum of all rows."""
    whole = Comparison()
    for row in rows:
        whole.saved += row.comparison.saved
        whole.found += row.comparison.found
        whole.held += row.comparison.held
        whole.for_a_look += row.comparison.for_a_look
        whole.declared += row.comparison.declared
        whole.lost += row.comparison.lost
        whole.doubled += row.comparison.doubled
    return Row(name, whole)


def printed(rows):
    """The table as Markdown that is also good to read in a terminal."""
    lines = [HEADINGS, *(row.cells for row in rows), total(rows).cells]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    head, *body = ["| " + " | ".join(_padded(line, widths)) + " |" for line in lines]
    rule = "| " + " | ".join("-" * width if column == 0 else "-" * (width - 1) + ":" for column, width in enumerate(widths)) + " |"
    return "\n".join([head, rule, *body])


def _padded(line, widths):
    return [cell.ljust(width) if column == 0 else cell.rjust(width) for column, (cell, width) in enumerate(zip(line, widths, strict=True))]


def tell(text):
    """Say on stderr what is going on; stdout is for the table alone."""
    print(f"[{time.monotonic() - STARTED:4.0f} s] {text}", file=sys.stderr, flush=True)
