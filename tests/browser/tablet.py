"""A tablet as somebody uses it: what can be seen by role and name, and what fingers do."""

import math
import re

from playwright.sync_api import expect

LONG_ENOUGH_MS = 900
A_LOOK_MS = 500
UNDO_MS = 61_000
# Two taps of different things on one spot: closer together than this they are a double tap, and the second is not heeded.
A_FINGER_LATER_MS = 400
ONE_SPOT_PX = 40
# The middle of a control, as near as it comes into sight.
SPOT = """(control) => {
  const { left, right, top, bottom } = control.getBoundingClientRect();
  const within = (value, most) => Math.min(Math.max(value, 0), most);
  return [within((left + right) / 2, innerWidth), within((top + bottom) / 2, innerHeight)];
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
        """Tap anything, no faster than a finger: a moment later if it stands where the last tap was."""
        self.taps += 1
        spot = control.evaluate(SPOT)
        if self._last_tapped and math.dist(spot, self._last_tapped) < ONE_SPOT_PX:
            self.page.wait_for_timeout(A_FINGER_LATER_MS)
        control.tap()
        self._last_tapped = spot

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
