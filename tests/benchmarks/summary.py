"""The summary of a service with 20 sites and one year, at ten thousand, a million and ten million sessions: it must cost the same.

Of ten million there are only the tallies: those of the million, each ten times as high, since a page reads nothing else.
Beside it stands what counting the sessions themselves would take for one of its fifteen parts. The plot of both is made of these lines:

    python -m tests.benchmarks summary | python -m tests.benchmarks.summary_plot > docs/images/summary-cost.svg
"""

import datetime
import os
import time
from statistics import median

from tests.benchmarks.desk import page_times, statements_of
from tests.benchmarks.lines import Line, at_most, tell, under
from tests.benchmarks.stored import let_settle
from tests.browser.serving import serving

FEW, MANY, TIMES_MORE = 10_000, 1_000_000, 10
SUMMARY = "/sessions/summary/"
YEAR = datetime.timedelta(days=364)


def measure(folder):
    times, statements, counted = {}, {}, {}
    with serving(folder, environment=os.environ) as server:
        for count, coordinator in services():
            times[count] = median(page_times(server.port, coordinator, f"{SUMMARY}?{one_year()}", shows=b"were taken up"))
            statements[count] = statements_of(coordinator, f"{SUMMARY}?{one_year()}")
            if count <= MANY:
                counted[count] = counting_sessions(coordinator.organisation_id)
            tell(f"summary of {count:,} sessions: {times[count]:.0f} ms")
    for count, took in times.items():
        yield Line(f"summary, 20 sites, a year, {count:,} sessions", took, "ms", under(100))
    for count, took in counted.items():
        yield Line(f"areas counted from {count:,} sessions", took, "ms")
    yield Line("summary, the slowest to the fastest of these", max(times.values()) / min(times.values()), "times", at_most(1.5))
    yield Line("summary, statements at a million as at ten thousand", statements[MANY], "statements", at_most(statements[FEW]))


# What one part of the page would ask without tallies.
AREAS = """
SELECT area_id, count(*) FROM care_sessions_areadiscussed JOIN care_sessions_cardsession AS session ON session.id = session_id
WHERE organisation_id = %s AND held_on BETWEEN %s AND %s AND voided_at IS NULL GROUP BY area_id
"""


def counting_sessions(organisation_id):
    """How long PostgreSQL counts one year's areas from the sessions, in ms: the median of five."""
    from django.db import connection

    today, times = datetime.date.today(), []
    with connection.cursor() as cursor:
        for _time in range(5):
            started = time.perf_counter()
            cursor.execute(AREAS, [organisation_id, today - YEAR, today])
            times.append(1000 * (time.perf_counter() - started))
    return median(times)


def services():
    """(sessions, coordinator) of services made up one after the other."""
    from sessions.counting.generating import generate, multiply_tallies

    for count in [FEW, MANY]:
        tell(f"making {count:,} sessions")
        organisation = generate(count, sites=20, years=1)
        let_settle(os.environ["DATABASE_URL"])
        yield count, coordinator_of(organisation)
    multiply_tallies(organisation, TIMES_MORE)
    let_settle(os.environ["DATABASE_URL"])
    yield count * TIMES_MORE, coordinator_of(organisation)


def coordinator_of(organisation):
    from vein_care.accounts.models import User

    login_name = f"summary-{organisation.pk}"
    made, _is_new = User.objects.get_or_create(
        login_name=login_name,
        defaults={"organisation": organisation, "display_name": "Cal Long", "initials": "CL", "roles": ["coordinator"], "password": "!"},
    )
    return made


def one_year():
    """From this day a year ago to today: months in the middle, days at both ends."""
    today = datetime.date.today()
    return f"from={(today - YEAR).isoformat()}&to={today.isoformat()}"
