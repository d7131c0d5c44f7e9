"""The deck: how long it takes to load into the database and to show on a tablet, and what a public card page weighs."""

import dataclasses
import os
import re
import statistics
import subprocess
import sys
import time

from django.db import transaction
from playwright.sync_api import sync_playwright

from tests.benchmarks.lines import Line, at_most, tell, under
from tests.benchmarks.screens import SLOW_DOWN, TIMED, new_page, size_of
from tests.benchmarks.tablets import cookie_of, get, worker
from tests.browser.chromium import launch_chromium
from tests.browser.serving import serving
from tests.browser.tablet import Tablet
from vein_care.folders import ROOT

TIMES = 12
PHONE = {"width": 390, "height": 844}
COMPRESSED = {"Accept-Encoding": "br, gzip"}
# All pictures that are in sight have come.
DECK = """{
  "deck": () => {
    const pictures = [...document.querySelectorAll(".deck .area img")];
    return document.body.dataset.screen === "deck" && pictures.length >= 10 && pictures.every((each) => each.complete && each.naturalWidth > 0);
  }
}"""
ALL_CARDS = """{
  "all": () => document.querySelector("[data-show=all]").ariaChecked === "true"
}"""


def measure(folder):
    from cards.models import Card

    yield from loading()
    with serving(folder, environment=os.environ) as server:
        # Before the browser: while it runs, this thread may not ask the database.
        cookie = cookie_of(worker(0))
        heaviest = max(list(Card.objects.values_list("slug", flat=True)), key=lambda slug: size_of_page_and_picture(server.port, slug))
        with sync_playwright() as playwright:
            browser = launch_chromium(playwright)
            yield from public_page(browser, server, heaviest)
            yield from deck_screen(browser, server, cookie)
            browser.close()


# Into the database


def loading():
    tell("loading the deck")
    began = time.monotonic()
    subprocess.run([sys.executable, "manage.py", "load_deck"], cwd=ROOT, check=True, stdout=sys.stderr)
    yield Line("load_deck, the command, nothing new", time.monotonic() - began, "s", under(3))
    yield Line("load_deck, every card new", seconds_of_loading_anew(), "s", under(3))


def seconds_of_loading_anew():
    """Read and check every file, and store a new version of every card. Nothing of it stays."""
    from cards import actions, content_files, deckfile

    with transaction.atomic():
        began = time.monotonic()
        files = deckfile.read_deck(content_files.CONTENT_DIR, pictures=content_files.PICTURES_DIR).cards
        release = actions.load_deck([dataclasses.replace(file, clinical_reviewer="Nobody") for file in files])
        seconds = time.monotonic() - began
        if release.versions.count() != len(files):
            raise RuntimeError("Not every card was loaded anew.")
        transaction.set_rollback(True)
    return seconds


# Public pages


def public_page(browser, server, heaviest):
    """The heaviest card, opened on a phone with an empty cache: page, styles, picture, icon."""
    tell("weighing the public card pages")
    page = browser.new_context(base_url=server.url, viewport=PHONE, service_workers="block").new_page()
    asked = []
    page.context.on("requestfinished", lambda request: asked.append(request))
    page.goto(f"/c/{heaviest}/")
    page.wait_for_load_state("networkidle")
    tell(f"the heaviest is {heaviest}, in {len(asked)} requests")
    yield Line("public card page, in all, the heaviest", size_of(asked) / 1000, "kB", at_most(40))
    page.context.close()


def size_of_page_and_picture(port, slug):
    _, plain = get(port, f"/c/{slug}/")
    picture = re.search(rb'<img src="([^"]+)"', plain)[1].decode()
    return sum(len(get(port, address, COMPRESSED)[1]) for address in (f"/c/{slug}/", picture))


# On the tablet


def deck_screen(browser, server, cookie):
    tell(f"opening the deck {TIMES} times with the processor slowed down {SLOW_DOWN} times")
    page = new_page(browser, server, cookie)
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOW_DOWN})
    tablet = Tablet(page)
    opened, all_shown = [], []
    for _ in range(TIMES):
        page.goto("/deliver/")
        look = page.get_by_role("button", name="Just the cards")
        look.wait_for()
        page.wait_for_load_state("networkidle")
        opened.append(timed(tablet, look, DECK, "deck"))
        all_shown.append(timed(tablet, page.get_by_role("radio", name="All cards"), ALL_CARDS, "all"))
        tablet.tap("Done")
    for name, measured in {"deck": opened, "all cards": all_shown}.items():
        tell(f"{name}: median {statistics.median(measured):.0f} ms, longest {max(measured):.0f} ms of {len(measured)}")
    yield Line("deck opened, with its pictures, to its paint", statistics.median(opened), "ms", at_most(200))
    yield Line("all cards chosen, to its paint", statistics.median(all_shown), "ms", at_most(200))
    page.context.close()


def timed(tablet, control, led, name):
    tablet.page.evaluate(TIMED % led)
    tablet.touch(control)
    return dict(tablet.page.evaluate("window.timed"))[name]
