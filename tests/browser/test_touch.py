"""Fingers that tap twice, text twice as large, and where the focus goes when what had it is gone."""

import pytest
from playwright.sync_api import expect

from tests.browser.checks import no_sideways_scroll
from tests.browser.conftest import LANDSCAPE, PHONE, TABLET, at_the_cards
from tests.browser.tablet import Tablet

SMALL = {"width": 360, "height": 740}
SIZES = [SMALL, PHONE, TABLET]
TEXT_TWICE_AS_LARGE = "addEventListener('DOMContentLoaded', () => document.documentElement.style.setProperty('font-size', '200%'))"

# A press comes with every tap, heeded or not, in the same turn as its click. Gives the time of the page.
COUNT_PRESSES = """() => {
  globalThis.pressed = 0;
  globalThis.countsPresses ??= !addEventListener("mousedown", () => (pressed += 1), { capture: true });
  return Date.now();
}"""


@pytest.fixture
def opened(open_page, worker, stocked_site):
    """opened(size, large_text=False): a tablet of that size, at home."""

    def open_tablet(size, *, large_text=False):
        page = open_page(size=size, who=worker, clock=True)
        if large_text:
            page.add_init_script(TEXT_TWICE_AS_LARGE)
        return Tablet(at_the_cards(page))

    return open_tablet


def double_tap(page, control):
    """Two quick taps on one spot, whatever stands there at the second: 40 ms apart, however long this machine takes for them."""
    expect(control).to_be_enabled()
    control.scroll_into_view_if_needed()
    box = control.bounding_box()
    spot = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.clock.pause_at(page.evaluate(COUNT_PRESSES) / 1000 + 1)
    page.touchscreen.tap(*spot)
    page.wait_for_function("pressed === 1")
    page.clock.run_for(40)
    page.touchscreen.tap(*spot)
    page.wait_for_function("pressed === 2")
    page.clock.resume()
    page.wait_for_timeout(100)


# A double tap is one tap


def test_a_double_tap_goes_one_screen_on_and_saves_or_covers_nothing(opened):
    tablet = opened(SIZES[0])
    for size in SIZES:
        tablet.page.set_viewport_size(size)
        tablet.start(site="Harbour van" if size is SIZES[0] else None)

        double_tap(tablet.page, tablet.button("Finish"))
        expect(tablet.cover).to_be_hidden()
        tablet.is_at("Wrap up")
        double_tap(tablet.page, tablet.button("Save"))
        tablet.is_at("Saved on this tablet")
        double_tap(tablet.page, tablet.button("Undo"))

        tablet.is_at("Taken back")
        expect(tablet.button("Save it after all")).to_be_visible()
        tablet.look()
        tablet.tap("Home")


def test_a_double_tap_on_why_not_today_saves_nothing(opened):
    tablet = opened(SIZES[0])
    for size in SIZES:
        tablet.page.set_viewport_size(size)
        double_tap(tablet.page, tablet.page.get_by_role("button", name="Not today"))

        for outcome in ["It was not the moment", "They did not come", "They said no"]:
            double_tap(tablet.page, tablet.page.get_by_role("button", name=outcome))
            tablet.is_at("Why, if you know")
            tablet.tap("Choose again")

        tablet.look()
        tablet.page.get_by_role("button", name="They said no").tap()
        tablet.look()
        double_tap(tablet.page, tablet.button("Leave it blank and save"))
        tablet.is_at("Saved on this tablet")
        tablet.look()
        tablet.tap("Home")

    # Where clicks do not say what made them.
    tablet.page.evaluate("delete PointerEvent.prototype.pointerType")
    double_tap(tablet.page, tablet.page.get_by_role("button", name="Not today"))
    double_tap(tablet.page, tablet.page.get_by_role("button", name="It was not the moment"))
    tablet.is_at("Why, if you know")


def test_the_same_control_may_be_tapped_as_fast_as_one_likes_and_keeps_the_focus_when_nothing_is_left(opened):
    tablet = opened(PHONE)
    tablet.start(site="Harbour van")
    tablet.tap("Finish")
    more = tablet.button("More: Water ampoules")
    double_tap(tablet.page, more)
    double_tap(tablet.page, more)
    expect(tablet.kit("Water ampoules").get_by_role("status")).to_have_text("4")

    fewer = tablet.button("Fewer: Water ampoules")
    fewer.focus()
    for _ in range(5):
        tablet.page.keyboard.press("Enter")
    expect(fewer).to_be_focused()
    expect(fewer).to_have_attribute("aria-disabled", "true")
    expect(tablet.button("Nothing handed over")).to_have_attribute("aria-pressed", "false")


def test_the_focus_goes_to_the_heading_when_undo_and_choose_again_are_gone(opened):
    tablet = opened(PHONE)
    tablet.page.get_by_role("button", name="Not today").tap()
    tablet.page.get_by_role("button", name="They said no").tap()
    tablet.button("Choose again").press("Enter")
    expect(tablet.heading("Not today")).to_be_focused()

    tablet.page.get_by_role("button", name="They said no").tap()
    tablet.button("Leave it blank and save").press("Enter")
    tablet.is_at("Saved on this tablet")
    tablet.button("Undo").press("Enter")

    expect(tablet.heading("Taken back")).to_be_focused()


# Text twice as large


def test_with_large_text_the_deck_and_wrap_up_fit_and_the_bar_leaves_room_to_read(opened):
    tablet = opened(PHONE, large_text=True)
    tablet.start(site="Harbour van")
    fits_and_leaves_room(tablet.page)
    tablet.open_area("Water")
    tablet.look()
    tablet.tap("Turn over")
    fits_and_leaves_room(tablet.page)

    tablet.tap("Finish")
    tablet.tap("More choices: Water ampoules")

    fits_and_leaves_room(tablet.page)


def fits_and_leaves_room(page):
    for size in [LANDSCAPE, PHONE]:
        page.set_viewport_size(size)
        no_sideways_scroll(page)
        page.evaluate("scrollTo(0, document.body.scrollHeight / 2)")
        in_sight = page.evaluate("document.querySelector('.bar').getBoundingClientRect().bottom")
        assert in_sight <= size["height"] / 3, "the bar covers what somebody came to read"
        page.evaluate("scrollTo(0, 0)")
