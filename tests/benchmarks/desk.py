"""Pages at a desk: signing in, the people of a large service, and one's own work after years. Real gunicorn, real PostgreSQL, one visitor."""

import contextlib
import http.client
import os
import re
import time
from statistics import median
from urllib.parse import urlencode

from tests.benchmarks.client import WrongAnswer, shown
from tests.benchmarks.lines import Line, at_most, tell
from tests.benchmarks.stored import store_sessions
from tests.benchmarks.tablets import PATIENCE_SECONDS, cookie_of, signed_in_tablets
from tests.browser.serving import serving

PEOPLE = 2_000
OWN_SESSIONS = 10_000
TIMES = 20
WARM_UP = 4  # each over a new connection, so that every web process has answered before anything is timed
SIGN_IN = "/accounts/login/"
MY_WORK = "/sessions/mine/"
CSRF_FIELD = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')
FORM = "application/x-www-form-urlencoded"


def measure(folder):
    with serving(folder, environment=os.environ) as server:
        tell("signing in")
        yield Line("sign-in with argon2", median(sign_in_times(server.port)), "ms", at_most(300))
        yield from people_lines(server.port)
        yield from my_work_lines(server.port)


# Signing in


def sign_in_times(port):
    return [sign_in(port) for _ in range(WARM_UP + TIMES)][WARM_UP:]


def sign_in(port):
    """How long one answer to the right password takes, in ms. Fetching the empty form before is not timed."""
    from sessions.demo import PASSWORD

    with contextlib.closing(connected(port)) as connection:
        _, headers, page = asked(connection, "GET", SIGN_IN)
        posted = {"csrfmiddlewaretoken": CSRF_FIELD.search(page)[1].decode(), "login": "jo", "password": PASSWORD}
        cookie = headers["Set-Cookie"].partition(";")[0]
        started = time.perf_counter()
        status, headers, page = asked(connection, "POST", SIGN_IN, urlencode(posted), {"Cookie": cookie, "Content-Type": FORM})
        took = time.perf_counter() - started
    if (status, headers["Location"]) != (302, "/"):
        raise WrongAnswer(f"Signing in was answered with {status} {shown(page)}")
    return 1000 * took


# People


def people_lines(port):
    from vein_care.accounts.models import User

    administrator = User.objects.get(login_name="ade")
    address = f"/organisations/{administrator.organisation_id}/people/"
    few = statements_of(administrator, address)
    tell(f"adding people up to {PEOPLE:,}")
    add_people(administrator.organisation)
    addresses = [address, f"{address}?page={PEOPLE // 50}", f"{address}?q=person+19&role=worker"]
    slowest = max(median(page_times(port, administrator, each, shows=b"Person ")) for each in addresses)
    yield Line(f"people page, {PEOPLE:,} people", slowest, "ms", at_most(150))
    yield Line("people page, statements as with the demo's people", statements_of(administrator, address), "statements", at_most(few))


def add_people(organisation):
    """Workers and coordinators with a usual site, as many as are missing."""
    from vein_care.accounts.models import Site, User

    sites = list(Site.objects.filter(organisation=organisation))
    missing = range(PEOPLE - User.objects.filter(organisation=organisation).count())
    User.objects.bulk_create(
        User(
            organisation=organisation,
            login_name=f"desk-{number}",
            display_name=f"Person {number}",
            initials="PN",
            roles=["worker"] if number % 4 else ["coordinator"],
            usual_site=sites[number % len(sites)],
            password="!",
        )
        for number in missing
    )


# My work


def my_work_lines(port):
    from vein_care.accounts.models import User

    [tablet] = signed_in_tablets(port, 1)
    worker = User.objects.get(pk=tablet.me["worker"]["id"])
    tell(f"storing {OWN_SESSIONS:,} sessions of one worker")
    store_sessions(os.environ["DATABASE_URL"], OWN_SESSIONS)
    addresses = [MY_WORK, f"{MY_WORK}?page={OWN_SESSIONS // 25}"]
    slowest = max(median(page_times(port, worker, each, shows=b"Harbour van")) for each in addresses)
    yield Line(f"my work, {OWN_SESSIONS:,} own sessions", slowest, "ms", at_most(100))


# Asking


def page_times(port, person, address, *, shows):
    """How long so many answers took, in ms. Raises WrongAnswer unless each shows what it should."""
    headers = {"Cookie": cookie_of(person)}
    for _ in range(WARM_UP):
        with contextlib.closing(connected(port)) as connection:
            asked(connection, "GET", address, headers=headers)
    times = []
    with contextlib.closing(connected(port)) as connection:
        for _ in range(TIMES):
            started = time.perf_counter()
            status, _, page = asked(connection, "GET", address, headers=headers)
            times.append(1000 * (time.perf_counter() - started))
            if status != 200 or shows not in page:
                raise WrongAnswer(f"{address} was answered with {status} {shown(page)}")
    return times


def statements_of(person, address):
    """Count what one page asks of PostgreSQL. The first answer of a process also reads what stays in memory, so the second counts."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    client.force_login(person)
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    if answer.status_code != 200:
        raise WrongAnswer(f"{address} was answered with {answer.status_code} {shown(answer.content)}")
    return len(queries)


def connected(port):
    return http.client.HTTPConnection("localhost", port, timeout=PATIENCE_SECONDS)


def asked(connection, method, address, body=None, headers=None):
    connection.request(method, address, body=body, headers=headers or {})
    answer = connection.getresponse()
    return answer.status, answer.headers, answer.read()
