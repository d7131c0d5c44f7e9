"""The cards leave the tablet: public pages without cookies and scripts, the code and the link, and the front in another language."""

import io
import json

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from sessions.models import CardSession
from tests.browser.checks import axe, looks_right, no_sideways_scroll
from tests.browser.conftest import LANDSCAPE, NARROW, TABLET
from tests.browser.facts import eventually, nothing_but, stored_facts

MOST_BYTES = 40_000
DRAFT = "Draft translation, not yet reviewed"
POLISH_AMPOULE = "Jaka woda?"


@pytest.fixture
def sharing(tablet):
    """The sheet with the code and the link."""
    return tablet.page.get_by_role("dialog", name="Give them")


def read_code(picture):
    """What a camera reads from a picture of the code."""
    [found] = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture.screenshot())).convert("L"))
    return found.text


def open_the_ampoule(tablet):
    tablet.start(site="Harbour van")
    tablet.open_area("Water")
    tablet.is_at("Which water?")


# The public pages


def test_a_card_page_works_without_cookies_and_scripts_and_leaves_nothing(open_page):
    page = open_page(size=NARROW, java_script_enabled=False)
    answers = []
    page.context.on("requestfinished", lambda request: answers.append(request))
    page.goto("/c/ampoule/")

    expect(page.get_by_role("heading", name="Which water?")).to_be_visible()
    expect(page.get_by_role("heading", name="What can help")).to_be_visible()
    expect(page.get_by_role("link", name="Get help now")).to_be_visible()
    page.get_by_role("link", name="Polski").tap()
    expect(page.get_by_role("heading", name=POLISH_AMPOULE)).to_have_attribute("lang", "pl")
    expect(page.get_by_text(DRAFT)).to_be_visible()
    assert page.context.cookies() == []
    assert not [request.url for request in answers if request.resource_type == "script"]
    assert not [request.url for request in answers if request.response().header_value("set-cookie")]


def test_a_card_page_with_its_picture_weighs_little(open_page, server, new_devices):
    for slug in ["ampoule", "settled-spot", "arm-map"]:
        page = open_page(size=NARROW)
        asked = []
        page.context.on("requestfinished", lambda request, asked=asked: asked.append(request))
        page.goto(f"/c/{slug}/")
        page.wait_for_load_state("networkidle")

        size = sum(request.sizes()["responseBodySize"] for request in asked)
        print(f"{slug}: {size:,} bytes in {len(asked)} requests")
        assert 0 < size <= MOST_BYTES


def test_public_pages_are_in_order_in_light_and_dark_and_at_every_size_and_an_unknown_card_leads_to_all(open_page, watcher):
    watcher.expect("status of 404")
    page = open_page(size=TABLET)
    for address in ["/c/ampoule/", "/c/ampoule/?lang=ro", "/c/", "/c/?cards=ampoule,hands-first,gone&lang=pl", "/c/no-such-card/"]:
        page.goto(address)
        axe(page)
        for size in [LANDSCAPE, NARROW, TABLET]:
            page.set_viewport_size(size)
            no_sideways_scroll(page)

    page.get_by_role("link", name="Look at all cards").tap()
    page.get_by_role("link", name="Which water?").tap()
    expect(page.get_by_role("heading", name="Which water?")).to_be_visible()


# The code and the link


def test_the_code_of_a_card_holds_its_address_dark_on_light_in_the_dark_too_and_the_link_can_be_copied(tablet, server, sharing):
    tablet.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_the_ampoule(tablet)
    tablet.tap("Turn over")
    tablet.tap("Give them this card")

    expect(sharing).to_be_visible()
    looks_right(tablet.page)
    assert read_code(sharing.get_by_role("img")) == f"{server.url}/c/ampoule/"
    tablet.tap("Copy link")
    tablet.sees("Copied.")
    assert tablet.page.evaluate("navigator.clipboard.readText()") == f"{server.url}/c/ampoule/"
    tablet.page.emulate_media(color_scheme="dark")
    assert read_code(sharing.get_by_role("img")) == f"{server.url}/c/ampoule/"


def test_after_a_session_they_get_the_cards_talked_about_and_no_others(tablet, server, sharing, open_page):
    tablet.start(site="Harbour van")
    tablet.tap("Finish")
    tablet.save()
    expect(tablet.page.get_by_role("button", name="Give them the cards")).to_be_hidden()

    tablet.tap("Start new")
    tablet.open_area("Water")
    tablet.is_at("Which water?")
    tablet.tap("Polski")
    tablet.tap("Next card")
    tablet.tap("Turn over")
    tablet.tap("Talked about")
    tablet.tap("Turn back")
    tablet.tap("Previous card")
    tablet.tap("Turn over")
    tablet.tap("Talked about")
    tablet.tap("Finish")
    tablet.save()
    tablet.touch(tablet.page.get_by_role("button", name="Give them the cards"))

    looks_right(tablet.page)
    address = read_code(sharing.get_by_role("img"))
    assert address == f"{server.url}/c/?cards=ampoule,tip-after-one-use&lang=pl"
    expect(sharing.get_by_text(address)).to_be_visible()
    expect(sharing.get_by_role("link", name="Open to print")).to_have_attribute("href", address)
    phone = open_page(size=NARROW, java_script_enabled=False)
    phone.goto(address)
    expect(phone.get_by_role("listitem")).to_have_count(2)
    expect(phone.get_by_text(POLISH_AMPOULE)).to_be_visible()


def test_without_a_connection_the_link_is_there_and_the_code_is_said_to_be_missing(tablet, sharing, watcher, new_devices):
    watcher.expect("ERR_INTERNET_DISCONNECTED")
    open_the_ampoule(tablet)
    tablet.tap("Turn over")
    tablet.tap("Give them this card")
    tablet.tap("Close")
    tablet.tap("Turn back")
    tablet.tap("Next card")
    tablet.tap("Turn over")
    tablet.page.context.set_offline(True)
    tablet.tap("Give them this card")

    tablet.sees("The code needs a connection. The link below works as it is.")
    expect(sharing.get_by_text("/c/tip-after-one-use/")).to_be_visible()


# The language on the card


def test_the_front_changes_its_language_for_one_session_and_its_record_says_nothing_of_it(tablet):
    open_the_ampoule(tablet)
    expect(tablet.page.get_by_text(DRAFT)).to_be_hidden()

    tablet.tap("Polski")
    expect(tablet.heading(POLISH_AMPOULE)).to_have_attribute("lang", "pl")
    expect(tablet.button("Polski")).to_have_attribute("aria-pressed", "true")
    expect(tablet.page.get_by_role("img", name="ampułka")).to_have_attribute("lang", "pl")
    tablet.sees(DRAFT)
    looks_right(tablet.page)
    for size in [LANDSCAPE, NARROW, TABLET]:
        tablet.page.set_viewport_size(size)
        no_sideways_scroll(tablet.page)
        expect(tablet.button("Română")).to_be_in_viewport()
    tablet.tap("Next card")
    tablet.is_at("Czubek igły po jednym użyciu")
    tablet.tap("Turn over")
    tablet.tap("Turn back")
    tablet.tap("English")
    expect(tablet.page.get_by_text(DRAFT)).to_be_hidden()
    tablet.tap("Polski")
    tablet.tap("Previous card")
    tablet.page.reload()
    tablet.is_at(POLISH_AMPOULE)
    tablet.tap("Turn over")
    tablet.tap("Talked about")
    tablet.tap("Finish")
    tablet.save()

    tablet.tap("Start new")
    tablet.open_area("Water")
    tablet.is_at("Which water?")
    assert '"pl"' not in json.dumps(tablet.page.evaluate("() => ({ ...localStorage })"))
    eventually(CardSession.objects.exists, tablet.page)
    assert stored_facts() == nothing_but(areas=["water"], cards=["ampoule", "tip-after-one-use"])
