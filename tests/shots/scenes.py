"""Walks through every screen and state of the demo, and has a picture taken at each."""

import contextlib
import re

from playwright.sync_api import expect

from tests.browser.tablet import Tablet
from tests.shots import desk, figures, training
from tests.shots.database import connected, execute
from tests.shots.sheets import on_paper
from tests.shots.studio import USUAL

PASSWORD = desk.PASSWORD
SITE = desk.SITE
HAND_IN = "**/sessions/records/"
A_DOUBLE_TAP_MS = 2_500


def walk(studio, database):
    """Every scene at one window size. Each begins where the one before has ended."""
    page = studio.new_page()
    tablet = Tablet(page)
    page.clock.install()
    signing_in(studio, tablet)
    home_and_deck(studio, tablet)
    one_card(studio, tablet)
    wrapping_up(studio, tablet)
    saving(studio, tablet)
    not_today(studio, tablet)
    behind_the_menu(studio, tablet)
    pages_of_words(studio, tablet)
    a_record_to_look_at(studio, tablet, database)
    page.context.close()
    taking_turns(studio)
    at_a_desk(studio)
    desk.a_worker(studio)
    desk.an_administrator(studio)
    desk.an_editor(studio)
    training.somebody_who_takes_it(studio)
    training.a_trainer(studio)
    training.an_editor_of_the_course(studio)
    figures.a_coordinator(studio)
    figures.an_administrator(studio)
    at_an_insecure_address(studio)


def signing_in(studio, tablet):
    page = tablet.page
    page.goto("/deliver/")
    tablet.sees("Nobody is signed in.")
    studio.take(page, "home-signed-out")
    tablet.touch(page.get_by_role("link", name="Sign in", exact=True))
    page.get_by_role("heading", name="Sign in").wait_for()
    studio.take(page, "sign-in")
    tablet.tap("Sign in")
    page.get_by_role("alert").wait_for()
    studio.take(page, "sign-in-error")
    tablet.sign_in("jo", PASSWORD)
    tablet.button("Start").wait_for()


def home_and_deck(studio, tablet):
    studio.take(tablet.page, "home")
    tablet.tap("Start")
    tablet.page.get_by_role("dialog").wait_for()
    studio.take(tablet.page, "where-today")
    tablet.choose_site(SITE)
    tablet.is_at("Cards")
    studio.take(tablet.page, "deck-short")
    tablet.touch(tablet.page.get_by_role("radio", name="All cards"))
    studio.take(tablet.page, "deck-all")
    tablet.touch(tablet.page.get_by_role("radio", name="Short deck"))


def one_card(studio, tablet):
    tablet.open_area("Water")
    studio.take(tablet.page, "card-front")
    tablet.tap("Polski")
    studio.take(tablet.page, "card-front-polish")
    tablet.tap("English")
    tablet.tap("Turn over")
    tablet.tap("Talked about")
    studio.take(tablet.page, "card-back")
    tablet.touch(tablet.page.get_by_text("Sources", exact=True))
    tablet.page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    studio.take(tablet.page, "card-back-sources")
    tablet.tap("Give them this card")
    tablet.page.get_by_role("dialog").get_by_role("img").wait_for()
    studio.take(tablet.page, "give-them-this-card")
    tablet.tap("Close")
    tablet.tap("Cover")
    studio.take(tablet.page, "cover")
    tablet.hold_to_uncover()
    tablet.tap("Back")
    tablet.is_at("Cards")
    studio.take(tablet.page, "deck-talked-about")


def wrapping_up(studio, tablet):
    page = tablet.page
    tablet.tap("Finish")
    tablet.is_at("Wrap up")
    studio.take(page, "wrap-up-empty")
    tablet.tap("Looking after veins", within=tablet.group("Talked about"))
    tablet.tap("Water", within=tablet.group("Mattered most"))
    first, second = [row.get_attribute("aria-label") for row in page.get_by_role("list").get_by_role("group").all() if row.is_visible()][:2]
    tablet.tap(f"More choices: {first}")
    tablet.tap("10", within=tablet.kit(first))
    tablet.tap(f"More: {second}")
    page.evaluate("scrollTo(0, 0)")
    studio.take(page, "wrap-up-filled")
    tablet.tap("Wound care", within=tablet.group("Pointed to"))
    tablet.tap("Worried about a sore, a lump or an infection")
    tablet.tap("Stopped early")
    tablet.tap("No time today", within=tablet.group("Why it stopped"))
    page.get_by_role("heading", name="Pointed to").evaluate("heading => scrollTo(0, heading.getBoundingClientRect().top + scrollY - 120)")
    studio.take(page, "wrap-up-filled-further-down")


def saving(studio, tablet):
    page = tablet.page
    tablet.save()
    studio.take(page, "saved-waiting")
    tablet.tap("Undo")
    tablet.is_at("Taken back")
    studio.take(page, "taken-back")
    tablet.tap("Save it after all")
    tablet.is_at("Saved on this tablet")
    page.route(HAND_IN, lambda route: route.abort())
    with page.expect_request(HAND_IN):
        tablet.let_it_go()
    tablet.sees("Sealed here. It goes to the server as soon as there is a connection.")
    tablet.tap("Home")
    tablet.sees("1 saved here, not sent yet")
    studio.take(page, "home-not-sent-yet")
    # Where "Home" was tapped: as long as the page may take that for a double tap, on its stopped clock.
    page.wait_for_timeout(A_DOUBLE_TAP_MS)
    tablet.tap("1 saved here, not sent yet")
    tablet.is_at("This tablet")
    studio.take(page, "this-tablet")
    page.unroute(HAND_IN)
    tablet.tap("Send now")
    tablet.sees("Nothing is waiting on this tablet.")
    tablet.tap("Back")


def not_today(studio, tablet):
    page = tablet.page
    tablet.touch(page.get_by_role("button", name=re.compile("^Not today")))
    tablet.is_at("Not today")
    studio.take(page, "not-today")
    tablet.touch(page.get_by_role("button", name="They said no"))
    studio.take(page, "not-today-why")
    tablet.tap("Something else")
    tablet.is_at("Saved on this tablet")
    tablet.let_it_go()
    tablet.is_received()
    studio.take(page, "saved-received")
    tablet.tap("Home")


def behind_the_menu(studio, tablet):
    tablet.tap("Menu")
    tablet.page.get_by_role("dialog", name="Menu").wait_for()
    studio.take(tablet.page, "menu")
    tablet.tap("Close")


def pages_of_words(studio, tablet):
    page = tablet.page
    tablet.start()
    for screen, name in [("Get help now", "help"), ("What we write down", "written")]:
        tablet.touch(page.get_by_role("link", name=screen))
        tablet.is_at(screen)
        studio.take(page, name)
        tablet.tap("Back")
        tablet.is_at("Cards")
    tablet.tap("Finish")
    tablet.tap("Leave without saving")
    studio.take(page, "leave-without-saving")
    tablet.tap("Stay")


def a_record_to_look_at(studio, tablet, database):
    """The ticket is withdrawn while a record waits, so that the coordinator gets it."""
    tablet.tap("Water", within=tablet.group("Talked about"))
    tablet.save()
    with contextlib.closing(connected(database)) as connection:
        execute(connection, "UPDATE care_sessions_workerticket SET revoked_at = now()")
    tablet.let_it_go()
    tablet.is_received()
    studio.take(tablet.page, "saved-to-look-at")


def taking_turns(studio):
    """Jo and Sam choose a PIN each on another tablet."""
    page = studio.new_page()
    tablet = Tablet(page)
    for login_name, pin in [("jo", "274961"), ("sam", "805213")]:
        page.goto("/accounts/login/?next=/deliver/")
        tablet.sign_in(login_name, PASSWORD)
        tablet.tap("Choose a PIN, to begin without a connection")
        page.get_by_role("dialog", name="Choose a PIN").wait_for()
        page.keyboard.type(pin[:2])
        if login_name == "jo":
            studio.take(page, "pin-choose")
        page.keyboard.type(pin[2:])
        page.get_by_role("dialog", name="Once more, to be sure").wait_for()
        page.keyboard.type(pin)
        expect(page.get_by_role("button", name="Choose a PIN")).to_be_hidden()
        page.context.clear_cookies()
    page.reload()
    page.get_by_role("heading", name="Who is delivering?").wait_for()
    studio.take(page, "home-who-is-delivering")
    tablet.tap("JM")
    page.get_by_role("dialog", name="JM: your PIN").wait_for()
    page.keyboard.type("111111")
    page.get_by_role("alert").wait_for()
    studio.take(page, "pin-wrong")
    page.keyboard.type("274961")
    tablet.button("Start").wait_for()
    tablet.tap("Menu")
    tablet.touch(page.get_by_role("button", name="Switch worker"))
    page.get_by_role("dialog", name="Who is delivering?").wait_for()
    studio.take(page, "switch-worker")
    page.context.close()


def at_a_desk(studio):
    page = studio.new_page(touch=False)
    page.goto("/sessions/looked-at/")
    page.get_by_label("Login name or e-mail").fill("cass")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Records to look at")
    studio.take(page, "records-to-look-at")
    page.get_by_role("link", name="Put right or set aside").first.click()
    page.get_by_role("button", name="Accept").wait_for()
    studio.take(page, "record-to-look-at")
    page.goto("/sessions/rescue/")
    studio.take(page, "rescue-file")
    for address, name in [("/", "desk-home"), ("/help/", "help-public"), ("/written/", "written-public"), ("/no-such-page/", "not-found")]:
        page.goto(address)
        studio.take(page, name)
    if studio.width == USUAL[0]:
        on_paper(page, studio.folder)
    for address, name in [("/c/ampoule/?lang=pl", "public-card"), ("/c/", "public-cards"), ("/print/cards/", "print-page")]:
        page.goto(address)
        studio.take(page, name)
    page.goto("/")
    page.get_by_role("link", name="Vein Care", exact=True).click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("Login name or e-mail").fill("jo")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.context.clear_cookies()
    page.get_by_role("button", name="Sign in", exact=True).click()
    studio.take(page, "open-too-long")
    page.context.close()


def at_an_insecure_address(studio):
    page = studio.new_page(origin=studio.server.insecure_url)
    page.goto("/deliver/")
    page.get_by_text("Records cannot be kept safely at this address.").wait_for()
    studio.take(page, "home-insecure")
    page.context.close()
