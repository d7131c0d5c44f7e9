"""Where the tablet app is opened: signed out, at an address that is not secure, on small screens, with large text, in the dark."""

import contextlib

import pytest
from playwright.sync_api import expect

from sessions.models import HandIn
from tests.browser.checks import axe, looks_right, no_sideways_scroll
from tests.browser.conftest import LANDSCAPE, NARROW, TABLET, at_the_cards, session_cookie
from tests.browser.tablet import Tablet
from tests.factories import OrganisationFactory, UserFactory
from vein_care.accounts.roles import Role

TEXT_TWICE_AS_LARGE = "addEventListener('DOMContentLoaded', () => document.documentElement.style.setProperty('font-size', '200%'))"


def every_screen(tablet):
    """Walk through every screen and state of the app, and yield its name at each."""
    page = tablet.page
    expect(tablet.button("Start")).to_be_visible()
    yield "home"
    tablet.tap("Start")
    yield "sites"
    tablet.choose_site("Harbour van")
    tablet.is_at("Cards")
    yield "deck"
    tablet.open_area("Water")
    yield "card front"
    tablet.tap("Turn over")
    tablet.touch(page.get_by_text("Sources", exact=True))
    yield "card back"
    tablet.tap("Talked about")
    tablet.tap("Finish")
    tablet.is_at("Wrap up")
    yield "wrap up, as it opens"
    fill_wrap_up(tablet)
    yield "wrap up, filled"
    for screen in ["Get help now", "What we write down"]:
        tablet.touch(page.get_by_role("link", name=screen))
        tablet.is_at(screen)
        yield screen
        tablet.tap("Back")
    tablet.tap("Cover")
    yield "cover"
    tablet.hold_to_uncover()
    tablet.save()
    yield "saved"
    tablet.let_it_go()
    tablet.is_received()
    yield "received"
    tablet.tap("Home")
    tablet.touch(page.get_by_role("button", name="Not today"))
    yield "not today"
    tablet.touch(page.get_by_role("button", name="They said no"))
    yield "not today, why"
    tablet.tap("Back")
    tablet.tap("Menu")
    yield "menu"
    tablet.touch(page.get_by_role("button", name="This tablet"))
    tablet.is_at("This tablet")
    yield "this tablet"


def fill_wrap_up(tablet):
    tablet.tap("Something else…")
    tablet.tap("More choices: Water ampoules")
    tablet.tap("10", within=tablet.kit("Water ampoules"))
    tablet.tap("Worried about a sore, a lump or an infection")
    tablet.tap("Stopped early")
    tablet.touch(tablet.page.get_by_text("Harbour van · Van"))


@pytest.fixture
def whom_to_call(stocked_site):
    """Said after a save, under Get help now and in the menu."""
    stocked_site.support_contact = "Kim, 0117 496 0130"
    stocked_site.save()


@contextlib.contextmanager
def usual_text(page):
    page.evaluate("document.documentElement.style.fontSize = ''")
    yield
    page.evaluate("document.documentElement.style.fontSize = '200%'")


def test_every_screen_is_reached_with_text_twice_as_large_and_in_order_in_light_and_dark_and_from_360_pixels_to_landscape(
    whom_to_call, open_page, worker
):
    page = open_page(clock=True, size=TABLET, who=worker)
    page.add_init_script(TEXT_TWICE_AS_LARGE)
    for screen in every_screen(Tablet(at_the_cards(page))):
        print(screen)
        assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
        no_sideways_scroll(page)
        with usual_text(page):
            axe(page)
            for size in [NARROW, LANDSCAPE, TABLET]:
                page.set_viewport_size(size)
                no_sideways_scroll(page)


def test_who_cannot_record_is_told_why_and_can_look_at_the_cards(open_page, server, trainer):
    tablet = Tablet(at_the_cards(open_page(clock=True)))
    tablet.sees("Nobody is signed in.")
    expect(tablet.button("Start")).to_be_hidden()
    expect(tablet.page.get_by_role("button", name="Not today")).to_be_hidden()
    looks_right(tablet.page)

    tablet.touch(tablet.page.get_by_role("button", name="Just the cards"))
    tablet.open_area("Water")
    tablet.is_at("Which water?")
    expect(tablet.button("Talked about")).to_be_hidden()
    tablet.tap("Turn over")
    expect(tablet.button("Finish")).to_be_hidden()
    looks_right(tablet.page)

    tablet.tap("Done")
    tablet.sees("Nobody is signed in.")
    assert tablet.page.evaluate("localStorage.length") == 0

    nobody = UserFactory(organisation=OrganisationFactory(), roles=[Role.WORKER])
    for who, why in [(nobody, "No site yet."), (trainer, "Your account does not record sessions.")]:
        tablet.page.context.clear_cookies()
        tablet.page.context.add_cookies([session_cookie(who, url=server.url)])
        tablet.page.reload()
        tablet.sees(why)
        expect(tablet.button("Start")).to_be_hidden()
    looks_right(tablet.page)
    tablet.touch(tablet.page.get_by_role("button", name="Just the cards"))
    tablet.is_at("Cards")


def test_an_address_that_is_not_secure_says_so_before_start(open_page, server, worker, watcher):
    watcher.expect("Cross-Origin-Opener-Policy header has been ignored")
    page = open_page(origin=server.insecure_url, who=worker)
    page.goto("/deliver/")
    tablet = Tablet(page)

    tablet.sees("Records cannot be kept safely at this address.")
    expect(tablet.button("Start")).to_be_hidden()
    expect(page.get_by_role("button", name="Not today")).to_be_hidden()
    looks_right(page)
    tablet.touch(page.get_by_role("button", name="Just the cards"))
    tablet.open_area("Water")
    tablet.is_at("Which water?")
    assert not HandIn.objects.exists()
