"""The tablet's page in real Chromium: what its first load weighs, and how soon a tap shows."""

import os
import statistics
from collections import defaultdict

from playwright.sync_api import sync_playwright

from tests.benchmarks.lines import Line, at_most, tell, under
from tests.benchmarks.neighbours import Neighbours
from tests.benchmarks.tablets import cookie_of, get, signed_in_tablet, worker
from tests.browser.chromium import launch_chromium
from tests.browser.serving import serving
from tests.browser.tablet import Tablet

SIZE = {"width": 768, "height": 1024}
SLOW_DOWN = 4
SESSIONS = 12
CARDS_A_SESSION = 4
LINES = {
    "next card": ("next card, to its paint", under(100)),
    "talked about": ("talked about, to its paint", under(100)),
    "save": ("save, to the next paint", under(100)),
    "saved": ("save, sealed and on the disk, to its paint", None),
}


def measure(folder):
    with serving(folder, environment=os.environ) as server:
        cookie = cookie_of(worker(0))
        known = signed_in_tablet(server.port, cookie)
        site = known.me["sites"][0]["name"]
        with sync_playwright() as playwright:
            browser = launch_chromium(playwright)
            yield from first_load(browser, server, cookie, site)
            yield Line("all pictures of the deck", pictures_size(server.port, known.deck) / 1000, "kB", at_most(150))
            yield from taps(browser, server, cookie, site)
            browser.close()


def new_page(browser, server, cookie):
    """A page of a device that was never here before, with somebody signed in. It keeps nothing for later, so that nothing is measured beside."""
    context = browser.new_context(
        base_url=server.url, viewport=SIZE, has_touch=True, locale="en-GB", timezone_id="Europe/London", service_workers="block"
    )
    name, value = cookie.split("=", 1)
    context.add_cookies([{"name": name, "value": value, "url": server.url}])
    return context.new_page()


# What the first load weighs


def first_load(browser, server, cookie, site):
    """Everything asked for with an empty cache, from opening /deliver/ to the first record saved, bodies as they come over the wire."""
    tell("opening the page with an empty cache")
    page = new_page(browser, server, cookie)
    asked = []
    page.context.on("requestfinished", lambda request: asked.append(request))
    page.goto("/deliver/")
    page.get_by_role("button", name="Start", exact=True).wait_for()
    page.wait_for_load_state("networkidle")
    before_start = len(asked)
    tablet = Tablet(page)
    tablet.start(site)
    tablet.open_area("Water")
    tablet.tap("Turn over")
    tablet.tap("Finish")
    tablet.save()
    page.wait_for_load_state("networkidle")
    others = without_pictures(asked)
    tell(f"{len(without_pictures(asked[:before_start]))} requests before Start, {len(others)} with the session, {len(asked)} with pictures")
    yield Line("first load without pictures", size_of(others) / 1000, "kB", at_most(100))
    yield Line("first load without pictures, requests", len(others), "requests", at_most(50))
    page.context.close()


def without_pictures(requests):
    return [request for request in requests if not request.response().headers["content-type"].startswith("image/")]


def size_of(requests):
    return sum(request.sizes()["responseBodySize"] for request in requests)


def pictures_size(port, deck):
    """Bytes over the wire of every picture a tablet shows with this deck: cards and what is handed over."""
    addresses = {item["picture"] for item in deck["cards"] + deck["resources"] if item["picture"]}
    return sum(len(get(port, address, {"Accept-Encoding": "br, gzip"})[1]) for address in addresses)


# How soon a tap shows

# For each name in `led`: from the moment of the tap (its event's timeStamp) to the begin of the frame after the one in which
# led[name]() is true for the first time. So what the person waits for is always inside, and up to a frame (17 ms) more.
TIMED = """
(() => {
  const led = %s;
  let tappedAt = null;
  addEventListener("click", (event) => (tappedAt = event.timeStamp), { capture: true, once: true });
  const painted = (isTrue) => new Promise((resolve) => {
    const look = () => {
      if (tappedAt === null || !isTrue()) requestAnimationFrame(look);
      else requestAnimationFrame(() => resolve(performance.now() - tappedAt));
    };
    look();
  });
  window.timed = Promise.all(Object.entries(led).map(async ([name, isTrue]) => [name, await painted(isTrue)]));
})()
"""
NEXT_CARD = """{
  "next card": ((before) => () => {
    const picture = document.querySelector(".card-picture img");
    return document.querySelector(".card-front h1").textContent !== before && picture.complete && picture.naturalWidth > 0;
  })(document.querySelector(".card-front h1").textContent)
}"""
TALKED_ABOUT = """{
  "talked about": ((chip, before) => () => chip.ariaPressed !== before)(
    document.querySelector(".card-foot .chip"), document.querySelector(".card-foot .chip").ariaPressed)
}"""
SAVE = """{
  "save": () => document.body.dataset.screen === "saved",
  "saved": () => document.querySelector(".saved h1")?.textContent === "Saved on this tablet",
}"""


def taps(browser, server, cookie, site):
    tell(f"tapping through {SESSIONS} sessions with the processor slowed down {SLOW_DOWN} times")
    page = new_page(browser, server, cookie)
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOW_DOWN})
    page.goto("/deliver/")
    tablet = Tablet(page)
    tablet.start(site)
    times = defaultdict(list)
    neighbours = Neighbours()
    for _ in range(SESSIONS):
        one_session(tablet, times)
        tablet.tap("Start new")
        tablet.is_at("Cards")
    tell(f"other programs took {neighbours.share():.0%} of the processors")
    for name, measured in times.items():
        tell(f"{name}: median {statistics.median(measured):.0f} ms, longest {max(measured):.0f} ms of {len(measured)}")
    for name, (what, budget) in LINES.items():
        yield Line(what, statistics.median(times[name]), "ms", budget)


def one_session(tablet, times):
    tablet.open_area("The place")
    for _ in range(CARDS_A_SESSION):
        timed_tap(tablet, "Next card", NEXT_CARD, times)
        timed_tap(tablet, "Talked about", TALKED_ABOUT, times)
    tablet.tap("Finish")
    tablet.is_at("Wrap up")
    timed_tap(tablet, "Save", SAVE, times)


def timed_tap(tablet, button, led, times):
    tablet.page.evaluate(TIMED % led)
    tablet.tap(button)
    for name, milliseconds in tablet.page.evaluate("window.timed"):
        times[name].append(milliseconds)
