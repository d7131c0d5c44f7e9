"""What a process remembers between requests, so that the same rows are not asked for a hundred times a second."""

import math
import time
from functools import wraps

_forgetters = []


def remembered(*, seconds):
    """Decorate a function without arguments: its answer stands for so long in this process.

    The decorated function takes `no_older_than`, in seconds: what is remembered may let something pass, but before refusing it, ask again.
    It also gets `forget()`. Two threads may ask at once; no harm.
    """

    def decorate(ask):
        kept = {}

        @wraps(ask)
        def answer(*, no_older_than=seconds):
            asked_at, value = kept.get("answer", (-math.inf, None))
            if time.monotonic() - asked_at > no_older_than:
                asked_at, value = time.monotonic(), ask()
                kept["answer"] = (asked_at, value)
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
