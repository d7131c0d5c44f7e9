"""A running server, a browser, and people at tablets and desks. Other browser tests may use all of it.

tablet_page, landscape_page, phone_page    the worker of tests/conftest.py at /deliver/, signed in
desk_page                                  a browser on a desk, nobody signed in
open_page(size=…, who=…)                   any other: each call is a device of its own, empty, which may have served a test before
new_devices                                to be asked for where it matters that a device has never fetched anything
house, profile()                           a server that closes and opens, and one device whose browser starts anew each time it is called
watcher                                    expect(pattern) lets a problem pass that the test brings about
addresses                                  all that pages of the test have asked for
server                                     url, insecure_url, said()
tests.browser.checks                       axe(page), no_sideways_scroll(page)
"""

import contextlib
import os
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client, override_settings
from playwright.sync_api import expect, sync_playwright

from sessions.sealing import ensure_key
from tests.browser.chromium import launch_chromium
from tests.browser.deck import ShippedDeck
from tests.browser.devices import Devices
from tests.browser.house import House, launch_device
from tests.browser.serving import serving, surroundings
from tests.browser.tablet import Tablet
from tests.browser.watching import Watcher, report_violations
from tests.factories import SiteResourceFactory, SiteSignpostFactory
from vein_care.folders import DATA
from vein_care.problems import Problem

PASSWORD = "a long enough password"
TABLET = {"width": 768, "height": 1024}
LANDSCAPE = {"width": 1024, "height": 768}
PHONE = {"width": 390, "height": 844}
NARROW = {"width": 360, "height": 640}
DESK = {"width": 1280, "height": 800}
PATIENCE_MS = 20_000  # a machine that runs everything at once may take some seconds for a page

expect.set_options(timeout=PATIENCE_MS)


# For all tests of this folder: the server and the browser


@pytest.fixture(scope="package")
def running_server(django_db_setup, tmp_path_factory):
    """Gunicorn on the test database, and the file that tells it to forget what it remembers of rows."""
    folder = tmp_path_factory.mktemp("server")
    turn = folder / "turn"
    turn.write_text("0")
    try:
        # As in a real service, roles with more than their own work need a second step.
        environment = surroundings_with_a_key(folder) | {"DEMO_WITHOUT_MFA": "0"}
        with serving(folder, environment=environment | {"VEIN_CARE_TEST_TURN": str(turn)}, application="tests.browser.wsgi") as server:
            yield server, turn
    except Problem as problem:
        pytest.fail(str(problem), pytrace=False)


@pytest.fixture(scope="package")
def running_house(django_db_setup, tmp_path_factory):
    """One that closes and opens, and is closed between tests."""
    folder = tmp_path_factory.mktemp("house")
    captured, turn = folder / "captured", folder / "turn"
    turn.write_text("0")
    files = {"VEIN_CARE_TEST_PORTAL": str(captured), "VEIN_CARE_TEST_TURN": str(turn)}
    house = House(folder, environment=surroundings_with_a_key(folder) | files, application="tests.browser.portal")
    house.captured, house.turn = captured, turn
    yield house
    house.end()


def begin_anew(turn):
    """Let a server forget what it remembers of rows, at its next request."""
    turn.write_text(str(int(turn.read_text()) + 1))


def surroundings_with_a_key(folder):
    """Those of a server on the database of the tests, which can open what is sealed for it."""
    environment = surroundings(database=connection.settings_dict["NAME"], folder=folder)
    with override_settings(SEALING_KEYS_DIR=Path(environment["SEALING_KEYS_DIR"])):
        ensure_key()
    return environment


@pytest.fixture(scope="package")
def chromium():
    """One browser. While it runs, this thread has an event loop, and Django has to be told that waiting here is fine."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    try:
        with sync_playwright() as playwright:
            browser = launch_chromium(playwright)
            yield browser
            browser.close()
    except Problem as problem:
        pytest.fail(str(problem), pytrace=False)
    finally:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="package")
def shipped_deck():
    return ShippedDeck()


# For each test: fresh rows, and pages that are watched


@pytest.fixture
def server(running_server, transactional_db, shipped_deck):
    """The server with the shipped deck as release 1, and nothing else in the database yet."""
    running, turn = running_server
    shipped_deck.put_there()
    # Each time: a request of the test before may have been answered between the emptying and now, and the answer is remembered.
    begin_anew(turn)
    return running


@pytest.fixture
def watcher(request):
    watcher = Watcher(notes_addresses="addresses" in request.fixturenames)
    yield watcher

    assert watcher.unexpected() == [], "the console or the network shows what no test asked for"


@pytest.fixture
def addresses(watcher):
    """Every address that a page of this test has asked for so far."""
    return watcher.addresses


@pytest.fixture(scope="package")
def devices(chromium):
    return Devices(chromium)


@pytest.fixture
def new_devices(chromium):
    """Devices as they come out of the box, for this test alone."""
    return Devices(chromium)


@pytest.fixture
def open_page(server, devices, watcher, request):
    """open_page(size=TABLET, who=None, touch=True, dark=False): a page of a device of its own; `who` is signed in there already.

    clock=True lets minutes pass by page.clock.
    Without a service worker: each device would fetch and keep everything there is. service_workers="allow" lets it.
    """
    if "new_devices" in request.fixturenames:
        devices = request.getfixturevalue("new_devices")
    taken = []

    def open_one(*, size=TABLET, who=None, touch=True, dark=False, clock=False, origin=None, service_workers="block", **more):
        device = devices.take(
            clock=clock,
            base_url=origin or server.url,
            viewport=size,
            has_touch=touch,
            color_scheme="dark" if dark else "light",
            locale="en-GB",
            timezone_id="Europe/London",
            reduced_motion="reduce",
            service_workers=service_workers,
            **more,
        )
        taken.append(device)
        device.context.set_default_timeout(PATIENCE_MS)
        watcher.watch(device.context)
        if who:
            device.context.add_cookies([session_cookie(who, url=origin or server.url)])
        return device.page

    said_before = server.said()
    yield open_one
    if has_failed(request.node):
        print("What the server said meanwhile:", server.said().removeprefix(said_before), sep="\n")
        keep_pictures(request.node, [device.page for device in taken if not device.page.is_closed()])
    for device in taken:
        watcher.leave(device.context)
        device.close() if has_failed(request.node) else devices.give_back(device)


def session_cookie(person, *, url):
    """The cookie of somebody who has signed in. test_sign_in.py goes through the form."""
    client = Client()
    client.force_login(person)
    name = django_settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": url, "httpOnly": True}


def has_failed(node):
    report = getattr(node, "rep_call", None)
    return bool(report and report.failed)


def keep_pictures(node, pages):
    """What the pages of a failed test showed last, in .data/browser-tests/."""
    for number, page in enumerate(pages, start=1):
        path = DATA / "browser-tests" / "failed" / f"{node.name}-{number}.png".replace("/", "-")
        page.screenshot(path=path, full_page=True)
        print(f"What it showed last: {path}")


@pytest.fixture
def house(running_house, transactional_db, shipped_deck):
    """Behind a portal, which catches what is named in house.captured."""
    shipped_deck.put_there()
    running_house.captured.write_text("")
    begin_anew(running_house.turn)
    yield running_house
    running_house.close()


@pytest.fixture
def profile(chromium, watcher, tmp_path):
    """profile(offline=False): the browser of one device, started anew each time; what it keeps stays. PINs take all their rounds here."""
    with contextlib.ExitStack() as running:

        def start(*, offline=False):
            running.close()
            context = running.enter_context(launch_device(chromium.browser_type, tmp_path / "profile", viewport=TABLET, offline=offline))
            context.set_default_timeout(PATIENCE_MS)
            report_violations(context)
            watcher.watch(context)
            return context.pages[0]

        yield start


@pytest.fixture
def stocked_site(site):
    """The worker's site, which stocks four things and points to two services. A site where nothing is chosen offers everything."""
    for code in ["water_ampoules", "citric_packets", "dry_pads", "hand_wipes"]:
        SiteResourceFactory(site=site, resource_id=code)
    for code in ["wound_care", "naloxone_supply"]:
        SiteSignpostFactory(site=site, kind_id=code)
    return site


@pytest.fixture
def tablet_page(open_page, worker):
    return at_the_cards(open_page(clock=True, who=worker))


@pytest.fixture
def landscape_page(open_page, worker):
    return at_the_cards(open_page(clock=True, size=LANDSCAPE, who=worker))


@pytest.fixture
def phone_page(open_page, worker):
    return at_the_cards(open_page(clock=True, size=PHONE, who=worker))


@pytest.fixture
def desk_page(open_page):
    return open_page(size=DESK, touch=False)


@pytest.fixture
def tablet(tablet_page):
    """The worker's tablet as things to do with it."""
    return Tablet(tablet_page)


def at_the_cards(page):
    """Where the page was opened with clock=True, minutes pass as usual, and tests may let them pass faster: page.clock.fast_forward(…)."""
    page.goto("/deliver/")
    return page
