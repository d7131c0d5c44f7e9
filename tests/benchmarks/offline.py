"""The tablet's page as an app: what it takes until it opens without a network, how soon it then is there, and what an update fetches."""

import os
import re
import statistics
import time

from playwright.sync_api import sync_playwright

from tests.benchmarks.lines import Line, at_most, tell, under
from tests.benchmarks.neighbours import Neighbours
from tests.benchmarks.tablets import cookie_of, get, worker
from tests.browser.chromium import launch_chromium
from tests.browser.house import House, launch_device

SIZE = {"width": 768, "height": 1024}
SLOW_DOWN = 4
STARTS = 7
PATIENCE_MS = 60_000
PICTURES = (".svg", ".png", ".webp")
READY = """async () => {
  await navigator.serviceWorker.ready;
  while (!navigator.serviceWorker.controller) await new Promise((done) => setTimeout(done, 20));
}"""
# From the moment at which the browser began to open the address to the beginning of the frame after the one in which this is true for the first time.
USABLE = """new Promise((resolve) => {
  const look = () => {
    const button = [...document.querySelectorAll("#screen button")].find((each) => each.textContent.includes("Just the cards"));
    const picture = document.querySelector("#screen img");
    if (!button?.checkVisibility() || !picture?.complete || !picture.naturalWidth) return requestAnimationFrame(look);
    requestAnimationFrame(() => resolve(performance.now()));
  };
  look();
})"""
DECK = """new Promise((resolve) => {
  const [button] = [...document.querySelectorAll("#screen button")].filter((each) => each.textContent.includes("Just the cards"));
  const tapped = performance.now();
  const look = () => {
    const pictures = [...document.querySelectorAll("#screen li img")];
    const shown = pictures.filter((each) => each.checkVisibility() && each.complete && each.naturalWidth);
    if (document.body.dataset.screen !== "deck" || shown.length < 10) return requestAnimationFrame(look);
    requestAnimationFrame(() => resolve(performance.now() - tapped));
  };
  button.click();
  look();
})"""


def measure(folder):
    house = House(folder, environment=dict(os.environ))
    try:
        house.open()
        cookie, path = cookie_of(worker(0)), longest_lesson()
        with sync_playwright() as playwright:
            browser = launch_chromium(playwright)
            browser_type = browser.browser_type
            browser.close()
            yield lesson(browser_type, folder / "reader", house, cookie, path)
            yield from first_load(browser_type, folder / "device", house, cookie)
            yield from update(browser_type, folder / "device", house)
            house.close()
            yield start_without_network(browser_type, folder / "device", house)
    finally:
        house.end()


def device(browser_type, folder, **options):
    context = launch_device(browser_type, folder, viewport=SIZE, **options)
    context.set_default_timeout(PATIENCE_MS)
    return context


def signed_in(context, house, cookie):
    name, value = cookie.split("=", 1)
    context.add_cookies([{"name": name, "value": value, "url": house.url, "expires": time.time() + 86_400}])
    return context.pages[0]


def longest_lesson():
    """The address of the lesson with the most text."""
    from django.db.models.functions import Length
    from django.urls import reverse

    from training.models import Lesson

    longest = Lesson.objects.order_by(-Length("body")).select_related("version__module").first()
    return reverse("lessons:lesson", args=[longest.version.module.slug, longest.version.number, longest.position])


def lesson(browser_type, folder, house, cookie, path):
    """All that a lesson takes on a device that has never opened anything, apart from installing the cards."""
    tell(f"opening the longest lesson on a new device: {path}")
    before = len(house.asked())
    with device(browser_type, folder, service_workers="block") as context:
        page = signed_in(context, house, cookie)
        page.goto(f"{house.url}{path}")
        page.wait_for_load_state("networkidle")
    others = [each for each in house.asked(since=before) if not each.path.endswith(PICTURES)]
    tell(f"{len(others)} requests, of which the page itself {next(each.size for each in others if each.path == path) / 1000:.1f} kB")
    return Line("lesson page without pictures", sum(each.size for each in others) / 1000, "kB", at_most(60))


def first_load(browser_type, folder, house, cookie):
    """Everything the server is asked for, from opening the page with an empty cache until it would open without a network."""
    tell("opening the page on a new device, until it would open without a network")
    before = len(house.asked())
    with device(browser_type, folder) as context:
        page = signed_in(context, house, cookie)
        page.goto(f"{house.url}/deliver/")
        page.evaluate(READY)
        page.wait_for_load_state("networkidle")
    asked = house.asked(since=before)
    pictures = [each for each in asked if each.path.endswith(PICTURES)]
    others = [each for each in asked if each not in pictures]
    tell(f"{len(others)} requests and {len(pictures)} for pictures")
    yield Line("first offline-ready load without pictures", sum(each.size for each in others) / 1000, "kB", at_most(100))
    yield Line("first offline-ready load, requests", len(others), "requests", at_most(50))
    yield Line("first offline-ready load, pictures", sum(each.size for each in pictures) / 1000, "kB", at_most(150))


def update(browser_type, folder, house):
    """A version in which a number on the page is another one: the list and the page are new, everything else is the same."""
    tell("opening a newer version")
    house.open(EMERGENCY_NUMBER="112")
    newer = re.search(rb'data-app-version="([^"]+)"', get(house.port, "/deliver/")[1])[1].decode()
    changed = sum(len(get(house.port, path, {"Accept-Encoding": "br, gzip"})[1]) for path in ["/deliver/", "/deliver/worker.js"])
    before = len(house.asked())
    with device(browser_type, folder) as context:
        page = context.pages[0]
        page.goto(f"{house.url}/deliver/")
        page.wait_for_load_state("networkidle")
        page.evaluate("navigator.serviceWorker.getRegistration().then((found) => found.update()).catch(() => {})")
        page.wait_for_function("newer => document.body?.dataset.appVersion === newer", arg=newer)  # it took over, and the page was loaded anew
    asked = [each for each in house.asked(since=before) if each.path != "/deliver/me.json"]
    tell(f"{len(asked)} requests: {', '.join(each.path for each in asked)}")
    yield Line("update of the page alone", sum(each.size for each in asked) / 1000, "kB", at_most(changed / 1000))


def start_without_network(browser_type, folder, house):
    tell(f"starting the browser {STARTS} times without a network, the processor slowed down {SLOW_DOWN} times")
    times, neighbours = [], Neighbours()
    for _ in range(STARTS):
        with device(browser_type, folder, offline=True) as context:
            page = context.pages[0]
            context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOW_DOWN})
            page.goto(f"{house.url}/deliver/", wait_until="commit")
            home = page.evaluate(USABLE)
            deck = page.evaluate(DECK)
            tell(f"home after {home:.0f} ms, the deck {deck:.0f} ms after the tap")
            times.append(home + deck)
    tell(f"other programs took {neighbours.share():.0%} of the processors; longest {max(times):.0f} ms")
    return Line("start offline to a usable deck", statistics.median(times), "ms", under(1500))
