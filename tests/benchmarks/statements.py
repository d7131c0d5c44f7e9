"""How many statements a hand-in sends to PostgreSQL, counted inside one process."""

import os
import random

from tests.benchmarks.client import require_receipts
from tests.benchmarks.lines import Line, at_most, tell
from tests.benchmarks.tablets import BOOT, elapsed_ms, now, record, seal, signed_in_tablets
from tests.browser.serving import serving

MOST = 15


def measure(folder):
    tell("counting statements")
    with serving(folder, environment=os.environ) as server:
        [tablet] = signed_in_tablets(server.port, 1)
    site = tablet.me["sites"][0]
    one = {"site": site, "areas": 1, "cards": 1, "resources": 1, "signposts": 1}
    all_there_are = {
        "site": site,
        "areas": len(tablet.deck["areas"]),
        "cards": len(tablet.deck["cards"]),
        "resources": len(site["resources"]),
        "signposts": len(site["signposts"]),
    }
    statements_of(tablet, one)  # the first in a process also reads what stays in memory
    few = statements_of(tablet, one)
    many = statements_of(tablet, all_there_are)
    yield Line("statements per hand-in, one part of each kind", few, "statements", at_most(MOST))
    yield Line("statements per hand-in, every part there is", many, "statements", at_most(few))


def statements_of(tablet, parts):
    """Count what one hand-in sends, BEGIN, COMMIT and the check of the kept connection included."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    sealed = seal(record(tablet, random.Random(), **parts), tablet)
    headers = {"Authorization": f"Tablet {tablet.token}", "Tablet-Now": now(), "Tablet-Elapsed": f"{BOOT}:{elapsed_ms()}", "Tablet-Unsent": "1"}
    with CaptureQueriesContext(connection) as queries:
        answer = Client().post("/sessions/records/", sealed.body, content_type="application/jose", headers=headers)
    require_receipts([(sealed, answer.status_code, answer.content)])
    # A connection that was still for a while is asked before that whether it is there (vein_care/postgresql), not counted by Django.
    return len(queries) + settings.DATABASES["default"]["CONN_HEALTH_CHECKS"]
