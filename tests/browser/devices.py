"""The devices of a browser test: a Chromium context each, with cookies, storage and a clock of its own.

A window and a process for its page cost more than most tests do in them. So the first device of a test takes over what the
first device of the test before had, emptied by Playwright: cookies, storage, permissions, routes, scripts and the clock are gone; only
files that the server lets everybody keep (the cache of addresses with a digest) stay. A test that weighs what is transferred asks for
a brand-new one. Playwright does this for its own test runner and does not offer it to others, hence the underscores, all in this file.
"""

from playwright.sync_api._generated import mapping

EMPTIED_FOR_THE_NEXT = "emptied for the next test"


class Devices:
    """What one test opens. `browser` is Playwright's."""

    def __init__(self, browser):
        self._browser = browser
        self._taken_over = None
        self._brand_new = []

    def page(self, *, brand_new=False, **options):
        """A page of another device; options are those of Browser.new_context."""
        if brand_new or self._taken_over:
            context = self._browser.new_context(**options)
            self._brand_new.append(context)
            return context.new_page()
        context = self._taken_over = self._take_over(options)
        context.set_offline(False)  # the one thing that Playwright leaves as it was
        return context.pages[0] if context.pages else context.new_page()

    def put_away(self):
        for context in self._brand_new:
            context.close()
        if self._taken_over:
            self._browser._sync(self._browser._impl_obj._disconnect_from_reused_context(EMPTIED_FOR_THE_NEXT))

    def _take_over(self, options):
        return mapping.from_impl(self._browser._sync(self._browser._impl_obj._new_context_for_reuse(options)))
