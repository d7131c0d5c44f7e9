"""What a process remembers between requests, so that the same rows are not asked for a hundred times a second."""

import time
from functools import wraps

_forgetters = []


def remembered(*, seconds):
    """Decorate a function without arguments: its answer stands for so long in this process. Two threads may ask at once; no harm.

    The decorated function gets `forget()`: what is remembered may let something pass, but before refusing it, ask again.
    """

    def decorate(ask):
        kept = {}

        @wraps(ask)
        def answer():
            until, value = kept.get("answer", (0.0, None))
            if time.monotonic() >= until:
                value = ask()
                kept["answer"] = (time.monotonic() + seconds, value)
            return value

        answer.forget = kept.clear
        _forgetters.append(kept.clear)
        return answer

    return decorate


def kept_for_good():
    """An empty dict for rows that never change once they are there."""
    rows = {}
    _forgetters.append(rows.clear)
    return rows


def forget():
    """Ask the database again from now on, in this process."""
    for clear in _forgetters:
        clear()
