"""Devices for the tests: each is a page in a browser of its own.

One that a test has done with is emptied and serves a later test. It keeps its process and the files whose addresses never change: to start
anew and fetch fifty files costs more than most tests. What cannot be taken back, and what a failed test used, is closed instead.
"""

import contextlib

from playwright.sync_api import Error

from tests.browser.watching import report_violations
from vein_care.folders import ROOT

# Runs before any script of a page.
FEW_ROUNDS = ROOT / "tests" / "js" / "few-rounds.js"
# What these do to a page or its browser stays, whatever is emptied.
LASTING = {"page": ["add_init_script", "expose_function", "expose_binding", "add_locator_handler", "once"], "context": ["add_init_script"]}
# What these do is taken back where one of them was used: each way there and back costs as much as a small request.
TAKEN_BACK = {"page": ["route", "emulate_media"], "context": ["route", "set_offline", "grant_permissions"]}
# Devices with other options than these are for one test.
USUAL_OPTIONS = {"base_url", "viewport", "has_touch", "color_scheme", "locale", "timezone_id", "reduced_motion", "service_workers"}
# A clock replays on each page all that it was told before.
MOST_TESTS = 40
# The smallest page of the server. It leaves nothing on a device.
EMPTY_PAGE = "/healthz"
# All that scripts can keep, seen from that page. Resolves to whether Playwright has put its own clock into the pages.
KEEP_NOTHING = """
async () => {
  sessionStorage.clear();
  localStorage.clear();
  const gone = (name) => new Promise((onsuccess, onblocked) => Object.assign(indexedDB.deleteDatabase(name), { onsuccess, onblocked }));
  await Promise.all((await indexedDB.databases()).map(({ name }) => gone(name)));
  for (const name of (await globalThis.caches?.keys()) ?? []) await caches.delete(name);
  return "__pwClock" in globalThis;
}
"""


class Devices:
    def __init__(self, browser):
        self._browser = browser
        self._idle = {}

    def take(self, *, clock=False, **options):
        """A device for one test. clock: its minutes can be let pass; others have the real one."""
        idle = self._idle.get(kind(clock, options))
        device = idle.pop() if idle else Device(self._browser, options)
        if clock:
            device.page.clock.install()
        return device

    def give_back(self, device):
        """Empty it for another test, or close it."""
        with contextlib.suppress(Error):
            if device.can_serve_again():
                has_clock = device.empty()
                self._idle.setdefault(kind(has_clock, device.options), []).append(device)
                return
        device.close()


def kind(clock, options):
    return repr((clock, sorted(options.items(), key=lambda option: option[0])))


class Device:
    """options: those of Browser.new_context."""

    def __init__(self, browser, options):
        self.options = options
        self.context = browser.new_context(**options)
        report_violations(self.context)
        self.context.add_init_script(path=FEW_ROUNDS)
        self.page = self.context.new_page()
        self._tests = 0
        self._used = set()
        self._listeners = []
        for changed, whose in [(self.page, "page"), (self.context, "context")]:
            for name in LASTING[whose] + TAKEN_BACK[whose]:
                self._note_use(changed, name, f"{whose}.{name}")
            self._note_listeners(changed)

    def _note_use(self, changed, name, noted_as):
        unnoted = getattr(changed, name)

        def noted(*arguments, **named):
            self._used.add(noted_as)
            return unnoted(*arguments, **named)

        setattr(changed, name, noted)

    def _note_listeners(self, listened_to):
        listen = listened_to.on

        def noted(event, listener):
            self._listeners.append((listened_to, event, listener))
            return listen(event, listener)

        listened_to.on = noted

    def can_serve_again(self):
        self._tests += 1
        is_usual = set(self.options) == USUAL_OPTIONS and self.options["service_workers"] == "block"
        is_lasting = any(f"{whose}.{name}" in self._used for whose, names in LASTING.items() for name in names)
        return is_usual and not is_lasting and self._tests < MOST_TESTS and not self.page.is_closed()

    def empty(self):
        """Leave nothing on it, and show the empty page. Returns whether it has a clock of its own now."""
        for other in self.context.pages:
            if other is not self.page:
                other.close()
        self._take_back()
        self.page.goto(EMPTY_PAGE)
        has_clock = self.page.evaluate(KEEP_NOTHING)
        self.context.clear_cookies()
        if has_clock:
            self.page.clock.resume()
        self._used.clear()
        return has_clock

    def _take_back(self):
        context, page, used = self.context, self.page, self._used
        for listened_to, event, listener in self._listeners:
            with contextlib.suppress(KeyError):  # it has been removed already
                listened_to.remove_listener(event, listener)
        self._listeners.clear()
        if "page.route" in used:
            page.unroute_all(behavior="ignoreErrors")
        if "context.route" in used:
            context.unroute_all(behavior="ignoreErrors")
        if "context.set_offline" in used:
            context.set_offline(False)
        if "context.grant_permissions" in used:
            context.clear_permissions()
        if "page.emulate_media" in used:
            page.emulate_media(media="null", color_scheme=self.options["color_scheme"], reduced_motion=self.options["reduced_motion"])
        if page.viewport_size != self.options["viewport"]:
            page.set_viewport_size(self.options["viewport"])

    def close(self):
        with contextlib.suppress(Error):
            self.context.close()
