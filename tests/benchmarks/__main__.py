"""Measures speed and size against the budgets, and prints a line for each: name, value, unit, budget, ok or short.

    make bench                                        everything, in about twenty minutes
    python -m tests.benchmarks GROUP …                only some, with the settings of `python -m vein_care.local with`

The groups are: screens, offline, cards, statements, hand-in, counting, drained, desk, summary, sharing, exports, training. The exit code is 1 if
anything is short or could not be measured.
docs/reference/benchmarks.md says what each line means.
"""

import importlib
import signal
import sys

from tests.benchmarks.lines import tell
from tests.benchmarks.surroundings import describe_machine, prepared_surroundings
from vein_care.problems import said_plainly

GROUPS = {
    "screens": "tests.benchmarks.screens",
    "offline": "tests.benchmarks.offline",
    "cards": "tests.benchmarks.cards",
    "statements": "tests.benchmarks.statements",
    "hand-in": "tests.benchmarks.hand_in",
    "counting": "tests.benchmarks.counting",
    "drained": "tests.benchmarks.drained",
    "desk": "tests.benchmarks.desk",
    "summary": "tests.benchmarks.summary",
    "sharing": "tests.benchmarks.sharing",
    "exports": "tests.benchmarks.exports",
    "training": "tests.benchmarks.training",
}


@said_plainly
def main(names):
    if unknown := set(names) - set(GROUPS):
        print(f"There is no group {', '.join(sorted(unknown))}. {__doc__}")
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the database is dropped on the way out
    with prepared_surroundings() as folder:
        set_django_up()
        tell(describe_machine())
        lines = [printed(line) for name in GROUPS if not names or name in names for line in measure(name, folder)]
    return 0 if all(line.is_ok for line in lines) else 1


def set_django_up():
    """Only now, since settings read the environment."""
    import django

    django.setup()


def measure(name, folder):
    yield from importlib.import_module(GROUPS[name]).measure(folder)


def printed(line):
    print(line, flush=True)
    return line


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
