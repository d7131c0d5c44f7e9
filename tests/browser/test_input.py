"""Other ways than tapping: the keyboard alone, and swiping with a finger."""

from playwright.sync_api import expect

from tests.browser.conftest import LANDSCAPE, at_the_cards
from tests.browser.facts import nothing_but, stored_facts
from tests.browser.tablet import Tablet

MOST_STOPS = 80


def press_until_focused(page, control, key="Tab"):
    """Tab on until this control has the focus, as somebody without a pointer has to."""
    for _ in range(MOST_STOPS):
        if control.evaluate("each => each === document.activeElement"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{control} cannot be reached with {key}")


def press(page, name, key="Enter", within=None):
    control = (within or page).get_by_role("button", name=name)
    control.wait_for()
    press_until_focused(page, control)
    outline = control.evaluate("each => getComputedStyle(each).outlineStyle")
    page.keyboard.press(key)
    assert outline != "none", f"nobody can see that {name} has the focus"


def test_a_whole_session_with_the_keyboard_alone(open_page, worker):
    page = at_the_cards(open_page(clock=True, size=LANDSCAPE, who=worker, touch=False))
    tablet = Tablet(page)

    press(page, "Start")
    press(page, "Harbour van", within=page.get_by_role("dialog"))
    tablet.is_at("Cards")
    press(page, "Water")
    tablet.is_at("Which water?")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    tablet.is_at("Which water?")
    press(page, "Turn over", key="Space")
    press(page, "Talked about", key="Space")
    press(page, "Finish")
    tablet.is_at("Wrap up")
    press(page, "More: Water ampoules", key="Space")
    press(page, "Save")

    tablet.is_at("Saved on this tablet")
    tablet.let_it_go()
    tablet.is_received()
    assert stored_facts() == nothing_but(areas=["water"], cards=["ampoule", "tip-after-one-use"], resources=[("water_ampoules", "given", 1)])


def test_each_screen_puts_the_focus_on_its_heading_and_the_back_button_walks_back_but_not_into_a_saved_session(tablet):
    tablet.start(site="Harbour van")
    expect(tablet.heading("Cards")).to_be_focused()
    tablet.open_area("Water")
    expect(tablet.heading("Which water?")).to_be_focused()
    tablet.tap("Turn over")
    expect(tablet.heading("Which water?")).to_be_focused()
    tablet.tap("Turn back")
    tablet.page.go_back()
    tablet.is_at("Cards")

    tablet.tap("Finish")
    expect(tablet.heading("Wrap up")).to_be_focused()
    tablet.save()
    expect(tablet.heading("Saved on this tablet")).to_be_focused()
    tablet.page.go_back()
    expect(tablet.button("Start")).to_be_visible()
    expect(tablet.button("Go on with the session")).to_be_hidden()


def test_swiping_leads_from_card_to_card_and_keeps_to_the_ends(tablet):
    tablet.start(site="Harbour van")
    tablet.open_area("The place")
    first = tablet.page.get_by_role("heading", level=1).inner_text()
    tablet.sees("Card 1 of 10")

    swipe(tablet.page, by=-220)
    tablet.sees("Card 2 of 10")
    swipe(tablet.page, by=220)
    tablet.is_at(first)
    swipe(tablet.page, by=220)
    tablet.is_at(first)
    swipe(tablet.page, by=-20)

    tablet.is_at(first)


def swipe(page, *, by):
    """A finger sideways over the middle of the card, in steps, as Chromium sees it from a touch screen."""
    box = page.get_by_role("article").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 3
    screen = page.context.new_cdp_session(page)
    screen.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 6):
        screen.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x + by * step / 5, "y": y}]})
    screen.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    screen.detach()
