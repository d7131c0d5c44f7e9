"""The product as `make faults` serves it: it can be told to stop dead between storing a record and answering."""

import os
import threading
from pathlib import Path

from tests.browser.wsgi import application as vein_care

HERE = Path(os.environ["VEIN_CARE_FAULTS"])
HOLD_ANSWERS = HERE / "hold-answers"
COMMITTED = HERE / "committed"
LONG_SECONDS = 60


def application(environ, start_response):
    answer = vein_care(environ, start_response)
    if environ["PATH_INFO"] == "/sessions/records/" and HOLD_ANSWERS.exists():
        COMMITTED.touch()
        threading.Event().wait(LONG_SECONDS)
    return answer
