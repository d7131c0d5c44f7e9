"""What can go wrong while setting up or starting, said in one sentence that tells what to do."""

import functools
import sys


class Problem(Exception):
    """Raised with the sentence the person at the keyboard should read."""


def said_plainly(main):
    """Let a command end with the sentence of a Problem instead of a traceback."""

    @functools.wraps(main)
    def wrapper(*arguments):
        try:
            return main(*arguments)
        except Problem as problem:
            print(f"\n{problem}\n", file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            return 130

    return wrapper
