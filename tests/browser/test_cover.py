"""Cover: one tap hides everything behind a neutral page, and nothing is lost behind it."""

from playwright.sync_api import expect

from tests.browser.tablet import Tablet

FIVE_QUIET_MINUTES = "05:01"
# A browser that takes its time to open what it keeps, until the test lets it refuse.
SLOW_TO_OPEN = """
const refused = new Promise((_, refuse) => (globalThis.refuse = () => refuse(new DOMException("", "SecurityError"))));
IDBFactory.prototype.open = () => Object.assign(refused.finally(), { addEventListener() {} });
"""


def as_covered(tablet):
    """What the whole screen shows once the cover is drawn."""
    tablet.sees("This hides the screen. It is not a lock.")
    tablet.cover.get_by_role("presentation").evaluate("(picture) => picture.decode()")
    return tablet.page.screenshot()


def test_one_tap_covers_everything_alike_over_a_reload_too_and_holding_a_finger_shows_it_again(tablet):
    tablet.tap("Cover")
    over_home = as_covered(tablet)
    tablet.hold_to_uncover()
    tablet.talk_about("Water", site="Harbour van")
    tablet.look()

    tablet.tap("Cover")

    assert as_covered(tablet) == over_home, "the cover looks the same whatever it hides"
    tablet.page.reload()
    expect(tablet.cover).to_be_visible()
    tablet.hold_to_uncover()
    tablet.is_at("Wrap up")
    expect(tablet.group("Talked about").get_by_role("button", name="Water", exact=True)).to_have_attribute("aria-pressed", "true")


def test_whoever_cannot_hold_uncovers_with_a_second_tap_or_two_presses(tablet):
    tablet.tap("Cover")
    tablet.tap("Press and hold to show the screen again")
    expect(tablet.cover).to_be_visible()
    tablet.tap("Show the screen again")
    expect(tablet.cover).to_be_hidden()
    expect(tablet.button("Start")).to_be_visible()
    tablet.look()

    tablet.tap("Cover")
    for key in ["Enter", "Tab", "Enter"]:
        tablet.page.keyboard.press(key)
    expect(tablet.cover).to_be_hidden()


def test_escape_covers_and_a_held_key_uncovers_and_five_quiet_minutes_cover_all_but_the_front_of_a_card(tablet):
    tablet.start(site="Harbour van")
    tablet.open_area("Water")

    tablet.page.keyboard.press("Escape")
    expect(tablet.cover).to_be_visible()
    tablet.page.keyboard.press("Escape")
    expect(tablet.cover).to_be_visible()
    expect(tablet.button("Press and hold to show the screen again")).to_be_focused()
    tablet.page.keyboard.press("Enter", delay=1_000)
    expect(tablet.cover).to_be_hidden()

    for _ in range(3):
        tablet.page.clock.fast_forward(FIVE_QUIET_MINUTES)
    tablet.is_at("Which water?")
    expect(tablet.cover).to_be_hidden()
    tablet.tap("Turn over")
    tablet.page.clock.fast_forward(FIVE_QUIET_MINUTES)
    expect(tablet.cover).to_be_visible()
    tablet.hold_to_uncover()
    tablet.tap("Finish")
    tablet.page.clock.fast_forward("04:00")
    tablet.tap("Stopped early")
    tablet.page.clock.fast_forward("04:00")
    expect(tablet.cover).to_be_hidden()
    tablet.page.clock.fast_forward(FIVE_QUIET_MINUTES)
    expect(tablet.cover).to_be_visible()


def test_cover_covers_at_once_while_the_tablet_still_looks_for_what_it_keeps_and_stays(open_page, worker):
    tablet = Tablet(open_page(who=worker))
    tablet.page.add_init_script(SLOW_TO_OPEN)
    tablet.page.goto("/deliver/")

    tablet.tap("Cover")
    expect(tablet.cover).to_be_visible()
    tablet.page.evaluate("refuse()")
    expect(tablet.page.locator("body[data-screen=home]")).to_be_attached()
    expect(tablet.cover).to_be_visible()

    tablet.page.reload()
    tablet.page.evaluate("refuse()")
    expect(tablet.cover).to_be_visible()
    tablet.hold_to_uncover()
    expect(tablet.cover).to_be_hidden()
