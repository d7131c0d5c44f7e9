"""In which order the tests come, and which process of a run begins with which of them.

pytest-xdist cuts the list into as many equal stretches as there are processes, and whoever comes to the end of a stretch first takes over from
the others. So each stretch begins with what takes long, and ends with the thousands of short tests, with which everybody is done together.
Those of one file stay together: they share what takes seconds to make.
"""

import itertools
import os

# Whoever asks for the first fixture of these that fits takes about so many seconds.
SECONDS = {"house": 15, "demo_clone": 8, "clone_with_virtualenv": 2, "running_server": 2}
OF_SHORT_TESTS = 0
# These wait more than they compute: one process has them all, while the others compute.
WAITS = "house"


def in_order(items, processes):
    """The same items, for so many processes. Each of them has to come to the same order."""
    long, short = [], []
    for _, group in itertools.groupby(items, key=lambda item: item.path):
        file = list(group)
        (long if seconds_of(file) else short).append(file)
    stretches = dealt(long, processes)
    rest = itertools.chain.from_iterable(short)
    for number, size in enumerate(sizes(len(items), processes)):
        stretches[number] += itertools.islice(rest, max(0, size - len(stretches[number])))
    return [*itertools.chain.from_iterable(stretches), *rest]


def dealt(files, processes):
    """A list of items for each process, each about as long as the others in seconds, and each with its longest files first."""
    stretches, taken = [[] for _ in range(processes)], [0] * processes
    for file in sorted(files, key=lambda file: (not waits(file), -seconds_of(file))):
        number = 0 if waits(file) else taken.index(min(taken))
        stretches[number] += file
        taken[number] += seconds_of(file)
    return stretches


def seconds_of(file):
    return sum(next((seconds for name, seconds in SECONDS.items() if name in item.fixturenames), OF_SHORT_TESTS) for item in file)


def waits(file):
    return any(WAITS in item.fixturenames for item in file)


def sizes(count, processes):
    """Of each stretch, as pytest-xdist cuts them."""
    left = count
    for number in range(processes):
        size = left // (processes - number)
        left -= size
        yield size


def number_of_processes():
    return int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
