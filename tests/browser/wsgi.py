"""The product as the browser tests serve it: a process forgets what it remembers of rows when a test begins with new ones."""

import os
from pathlib import Path

from vein_care import memory
from vein_care.wsgi import application as vein_care

_turn = Path(os.environ["VEIN_CARE_TEST_TURN"])
_served = None


def application(environ, start_response):
    global _served
    turn = _turn.read_text()
    if turn != _served:
        memory.forget()
        _served = turn
    return vein_care(environ, start_response)
