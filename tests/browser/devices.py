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
LASTING = {"page": ["add_init_script", "expose_function", "expose_binding", "add_locator_handler", "on", "once"], "context": ["add_init_script"]}
# Devices with other options than these are for one test.
USUAL_OPTIONS = {"base_url", "viewport", "has_touch", "color_scheme", "locale", "timezone_id", "reduced_motion", "service_workers"}
# A clock replays on each page all that it was told before.
MOST_TESTS = 20
# The smallest page of the server. It leaves nothing on a device.
EMPTY_PAGE = "/healthz"


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
                device.empty()
                self._idle.setdefault(kind(device.has_clock(), device.options), []).append(device)
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
        self._is_lasting = False
        for name in LASTING["page"]:
            self._note_use(self.page, name)
        for name in LASTING["context"]:
            self._note_use(self.context, name)

    def _note_use(self, changed, name):
        unnoted = getattr(changed, name)

        def noted(*arguments, **named):
            self._is_lasting = True
            return unnoted(*arguments, **named)

        setattr(changed, name, noted)

    def can_serve_again(self):
        self._tests += 1
        is_usual = set(self.options) == USUAL_OPTIONS and self.options["service_workers"] == "block"
        return is_usual and not self._is_lasting and self._tests < MOST_TESTS and not self.page.is_closed()

    def empty(self):
        """Leave nothing on it, and show the empty page."""
        context, page = self.context, self.page
        for other in context.pages:
            if other is not page:
                other.close()
        page.unroute_all(behavior="ignoreErrors")
        context.unroute_all(behavior="ignoreErrors")
        context.set_offline(False)
        context.clear_permissions()
        page.goto(EMPTY_PAGE)
        page.evaluate("sessionStorage.clear()")
        session = context.new_cdp_session(page)
        session.send("Storage.clearDataForOrigin", {"origin": self.options["base_url"], "storageTypes": "all"})
        session.detach()
        context.clear_cookies()
        page.emulate_media(media="null", color_scheme=self.options["color_scheme"], reduced_motion=self.options["reduced_motion"])
        page.set_viewport_size(self.options["viewport"])
        if self.has_clock():
            page.clock.resume()

    def has_clock(self):
        """True once Playwright has put its own clock into the pages."""
        return self.page.evaluate("'__pwClock' in globalThis")

    def close(self):
        with contextlib.suppress(Error):
            self.context.close()
