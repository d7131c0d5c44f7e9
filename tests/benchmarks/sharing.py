"""What it takes to work out the figures to share of a service with 20 sites: one whole year with ten thousand sessions."""

import datetime
import time
from statistics import median

from tests.benchmarks.lines import Line, tell, under

SITES, A_YEAR = 20, 10_000
TIMES = 3


def measure(folder):
    from sessions.counting.generating import generate
    from sessions.models import SharedFigures
    from sessions.working_out import worked_out

    tell(f"making {2 * A_YEAR:,} sessions")
    organisation, times = generate(2 * A_YEAR, sites=SITES, years=2), []
    today = datetime.date.today()
    for _time in range(TIMES):
        SharedFigures.objects.filter(organisation=organisation).delete()
        started = time.perf_counter()
        row = worked_out(organisation.pk, today.year - 1, today=today)
        times.append(time.perf_counter() - started)
        if not row.figures["measures"]:
            raise RuntimeError("There was nothing to work out.")
    tell(f"figures to share: {', '.join(f'{each:.1f}' for each in times)} s")
    yield Line(f"figures to share, worked out, {SITES} sites, a year", median(times), "s", under(10))
