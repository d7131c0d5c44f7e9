"""A person says whether a talk was any use: on their own phone, from the poster, and on the tablet turned round to them."""

import io
import re

import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from sessions.models import PersonFeedback
from tests.browser.checks import looks_right
from tests.browser.conftest import DESK, NARROW, at_the_cards
from tests.browser.tablet import Tablet
from tests.browser.test_printing import A4_POINTS, pages_of
from tests.factories import FeedbackPageFactory

MOST_BYTES = 12_000


def counted():
    return dict(PersonFeedback.objects.values_list("answer", "count"))


def test_poster_leads_a_phone_to_one_question_that_counts_once(open_page, administrator, site):
    desk = open_page(size=DESK, who=administrator, touch=False)
    desk.goto(f"/sessions/organisations/{site.organisation_id}/say/")
    desk.get_by_role("button", name=re.compile("^Open the page")).click()
    poster = desk.get_by_role("link", name=re.compile("^Poster to print"))
    expect(poster).to_be_visible()
    looks_right(desk)
    poster.click()
    expect(desk.get_by_role("img", name=re.compile("QR code"))).to_be_visible()
    looks_right(desk)
    assert pages_of(desk.pdf(prefer_css_page_size=True)) == [A4_POINTS]
    picture = desk.get_by_role("img", name=re.compile("QR code")).screenshot()
    [code] = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)).convert("L"))

    phone = open_page(size=NARROW, java_script_enabled=False)
    sizes = []
    phone.on("requestfinished", lambda request: sizes.append(sum(request.sizes()[part] for part in ["responseBodySize", "responseHeadersSize"])))
    phone.goto(code.text)
    phone.wait_for_load_state("networkidle")
    boxes = [phone.get_by_role("button", name=name, exact=True).bounding_box() for name in ["Yes", "A bit", "No"]]
    phone.get_by_role("button", name="No", exact=True).tap()
    expect(phone.get_by_text("We added one to “No”")).to_be_visible()
    phone.go_back()
    phone.get_by_role("button", name="No", exact=True).tap()
    expect(phone.get_by_text("It counts once.")).to_be_visible()

    assert counted() == {"no": 1}
    assert len({(box["width"], box["height"]) for box in boxes}) == 1
    assert phone.context.cookies() == []
    assert sum(sizes) < MOST_BYTES


def test_tablet_offers_it_between_sessions_where_there_is_a_network_and_takes_back_no_answer(open_page, worker, site):
    FeedbackPageFactory(site=site)
    tablet = Tablet(at_the_cards(open_page(clock=True, who=worker)))
    tile = tablet.page.get_by_role("link", name=re.compile("^Say how it was"))
    tablet.sees("JM delivering · change")
    expect(tile).to_be_hidden()
    tablet.start(site="Harbour van")
    tablet.page.go_back()
    tablet.is_at("Cards")
    expect(tile).to_be_hidden()
    tablet.tap("Leave it without saving")
    tablet.touch(tablet.page.get_by_role("dialog").get_by_role("button", name="Leave without saving"))
    expect(tile).to_be_visible()
    tablet.page.context.set_offline(True)
    expect(tile).to_be_hidden()
    tablet.page.context.set_offline(False)
    looks_right(tablet.page)

    tablet.touch(tile)
    tablet.is_at("Was the talk any use to you?")
    looks_right(tablet.page)
    tablet.tap("A bit")
    expect(tablet.page.get_by_text("We added one to this month’s count.")).to_be_visible()
    tablet.touch(tablet.page.get_by_role("link", name="Back to the cards"))

    expect(tablet.button("Start")).to_be_visible()
    assert counted() == {"a_bit": 1}
