"""Settings of a server whose static files are the next version's (tests/faults/case_08_upgrades.py)."""

import os
from pathlib import Path

from vein_care.settings import *  # noqa: F403

STATICFILES_DIRS = [Path(os.environ["VEIN_CARE_FAULTS"]) / "next-static"]
