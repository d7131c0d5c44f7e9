"""A tablet as somebody uses it: what can be seen by role and name, and what fingers do."""

import contextlib
import math
import re

from playwright.sync_api import Error, expect

LONG_ENOUGH_MS = 900
A_LOOK_MS = 500
UNDO_MS = 61_000
# Two taps of different things on one spot: closer together than this they are a double tap, and the second is not heeded.
A_FINGER_LATER_MS = 400
ONE_SPOT_PX = 40
# Where a finger would tap a control, as [x, y], once it has come into sight; null where it would meet nothing, or something else.
# Should it meet something else after all, since the page has moved meanwhile, nothing comes of that; globalThis.met says what it met.
AIM = """(control) => {
  control.scrollIntoViewIfNeeded();
  const [line] = control.getClientRects();
  if (!line) return null;
  const { left, right, top, bottom } = line;
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  if (!control.contains(document.elementFromPoint(x, y)) || control.matches(":disabled")) return null;
  globalThis.met = null;
  const look = (event) => {
    met ??= control.contains(event.target);
    if (!met) event.stopImmediatePropagation();
    if (!met && event.cancelable) event.preventDefault();
  };
  const ofATap = ["pointerdown", "touchstart", "pointerup", "touchend", "mousedown", "mouseup", "click"];
  for (const type of ofATap) addEventListener(type, look, { capture: true, passive: false });
  globalThis.aimed = () => ofATap.forEach((type) => removeEventListener(type, look, { capture: true })) ?? met;
  return [x, y];
}"""


class Tablet:
    """A page at /deliver/, and how often it was tapped."""

    def __init__(self, page):
        self.page = page
        self.taps = 0
        self._last_tapped = None

    # Looking

    def button(self, name):
        return self.page.get_by_role("button", name=name, exact=True)

    def heading(self, name):
        return self.page.get_by_role("heading", name=name, exact=True)

    def group(self, name):
        """A group of chips in wrap up, by its heading."""
        return self.page.get_by_role("group", name=re.compile(rf"^{re.escape(name)}"))

    def kit(self, name):
        """The row of one thing to hand over in wrap up."""
        return self.page.get_by_role("listitem").filter(has=self.page.get_by_role("group", name=name, exact=True))

    def sees(self, text):
        expect(self.page.get_by_text(text, exact=True).locator("visible=true").first).to_be_visible()

    def is_at(self, heading):
        expect(self.heading(heading)).to_be_visible()

    # Tapping

    def tap(self, name, *, within=None):
        self.touch((within or self.page).get_by_role("button", name=name, exact=True))

    def touch(self, control):
        """Tap anything, no faster than a finger: a moment later if it stands where the last tap was.

        Playwright's own tap makes sure of the same by way of several frames and a dozen messages. It is for what is not ready yet.
        """
        self.taps += 1
        spot = self._aim_at(control)
        if self._last_tapped and math.dist(spot, self._last_tapped) < ONE_SPOT_PX:
            self.page.wait_for_timeout(A_FINGER_LATER_MS)
        self.page.touchscreen.tap(*spot)
        self._last_tapped = spot
        if self._has_missed():
            self.page.wait_for_timeout(A_FINGER_LATER_MS)
            control.tap()

    def _aim_at(self, control):
        spot = control.evaluate(AIM)
        if not spot:
            control.tap(trial=True)
            spot = control.evaluate(AIM)
            assert spot, f"a finger does not meet {control}"
        return spot

    def _has_missed(self):
        """A page that is on its way elsewhere was met."""
        with contextlib.suppress(Error):
            return self.page.evaluate("globalThis.aimed?.() === false")
        return False

    def look(self):
        """The moment that somebody takes to see what the last tap did. A tap that comes at once, on the same spot, is its second half."""
        self.page.wait_for_timeout(A_LOOK_MS)

    def sign_in(self, name, password):
        self.page.get_by_label("Login name or e-mail").fill(name)
        self.page.get_by_label("Password", exact=True).fill(password)
        self.tap("Sign in")

    def start(self, site=None):
        """From home to the deck. The first session of a day asks where; `site` is then tapped as well."""
        self.tap("Start")
        if site:
            self.choose_site(site)
        self.is_at("Cards")

    def choose_site(self, site):
        self.touch(self.page.get_by_role("dialog", name="Where are you today?").get_by_role("button", name=re.compile(f"^{site}")))
        self.page.wait_for_timeout(A_FINGER_LATER_MS)

    def open_area(self, label):
        self.touch(self.page.get_by_role("listitem").get_by_role("button", name=re.compile(re.escape(label))))

    def talk_about(self, area, *, site=None):
        """The usual way to wrap up: start, one card, turn over, talked about, finish."""
        self.start(site)
        self.open_area(area)
        self.tap("Turn over")
        self.tap("Talked about")
        self.tap("Finish")
        self.is_at("Wrap up")

    def save(self):
        self.tap("Save")
        self.is_at("Saved on this tablet")

    # The cover

    @property
    def cover(self):
        return self.page.get_by_role("dialog", name="Covered")

    def hold_to_uncover(self):
        """Press with a finger, and keep pressing. Playwright has no touch that lasts, so the events come from Chromium's own input."""
        box = self.button("Press and hold to show the screen again").bounding_box()
        finger = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
        screen = self.page.context.new_cdp_session(self.page)
        screen.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [finger]})
        self.page.wait_for_timeout(LONG_ENOUGH_MS)
        screen.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        screen.detach()

    # Waiting

    def let_it_go(self):
        """A minute passes, and what was saved is sent. Needs page.clock.install() before."""
        self.page.clock.fast_forward(UNDO_MS)

    def is_received(self):
        self.is_at("Received")
