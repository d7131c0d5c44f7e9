"""What must not happen behind a page's back: errors in the console, broken content policy, requests to anywhere else."""

import re
from urllib.parse import urlsplit

from tests.browser.chromium import INSECURE_HOST

OWN_HOSTS = {"localhost", "127.0.0.1", INSECURE_HOST}
OF_A_NETWORK = {"http", "https", "ws", "wss"}
REPORT_VIOLATIONS = """
addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
  console.error(`content policy: ${violatedDirective} refused ${blockedURI}`);
});
"""
# The contract of me.json: 401 is how a tablet learns that nobody is signed in, and Chromium writes every 401 to the console.
# Playwright says so where a test has no use for a service worker.
ALWAYS_EXPECTED = [r"status of 401 .*/deliver/me\.json", r"Service Worker registration blocked by Playwright"]
# axe tries styles on elements, which the content policy refuses. It says so before and after (tests/browser/checks.py).
AXE_BEGINS, AXE_ENDS = "axe begins", "axe ends"


def report_violations(context):
    context.add_init_script(REPORT_VIOLATIONS)


class Watcher:
    """Notes what pages of a browser context do that they should not.

    A request to anywhere else always fails (tests/browser/chromium.py), and so only those that fail are looked at: a page of the tablet
    makes fifty, and to hear of each takes a tenth of what the page takes. notes_addresses: hear of them all, and keep them.
    """

    def __init__(self, *, notes_addresses=False):
        self.problems = []
        self.addresses = []
        self._notes_addresses = notes_addresses
        self._axe_is_running = False
        self._expected = [re.compile(pattern) for pattern in ALWAYS_EXPECTED]

    def watch(self, context):
        """From here on, until leave(). What breaks the content policy is seen after report_violations(context)."""
        for event, listener in self._listeners():
            context.on(event, listener)

    def leave(self, context):
        for event, listener in self._listeners():
            context.remove_listener(event, listener)

    def _listeners(self):
        listeners = [("console", self._on_console), ("weberror", self._on_error), ("requestfailed", self._on_failed_request)]
        return [*listeners, ("request", self._on_request)] if self._notes_addresses else listeners

    def expect(self, pattern):
        """Let problems that match this regular expression pass: the test brings them about."""
        self._expected.append(re.compile(pattern))

    def unexpected(self):
        return [problem for problem in self.problems if not any(pattern.search(problem) for pattern in self._expected)]

    def _on_console(self, message):
        if message.text in {AXE_BEGINS, AXE_ENDS}:
            self._axe_is_running = message.text == AXE_BEGINS
        elif message.type in {"error", "warning"} and not self._axe_is_running:
            self._note(f"console {message.type}: {message.text} {message.location['url']}")

    def _on_error(self, error):
        self._note(f"uncaught: {error.error}")

    def _on_failed_request(self, request):
        parts = urlsplit(request.url)
        if parts.scheme in OF_A_NETWORK and parts.hostname not in OWN_HOSTS:
            self._note(f"request to elsewhere: {request.url}")

    def _on_request(self, request):
        if urlsplit(request.url).scheme in OF_A_NETWORK:
            self.addresses.append(request.url)

    def _note(self, problem):
        self.problems.append(problem)
