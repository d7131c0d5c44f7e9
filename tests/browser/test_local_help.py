"""Local services, the notice and contacts: entered at a desk, there on the tablet, also without a network, and gone when their time is over."""

import datetime
import io
import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.checks import axe, looks_right, no_sideways_scroll
from tests.browser.conftest import DESK, LANDSCAPE, PHONE, TABLET, at_the_cards
from tests.browser.facts import eventually
from tests.browser.tablet import Tablet
from tests.factories import HelpPageFactory, LocalServiceFactory, NoticeFactory, TabletFactory

A4_POINTS = (594.96, 841.92)


@pytest.fixture
def local(organisation, site):
    """A notice for three days, one service of the site and one of all, and the words of the organisation."""
    organisation.out_of_hours = "Somebody answers on 0117 496 0100 until midnight."
    organisation.needlestick_contact = "Occupational health, 0117 496 0120"
    organisation.save()
    LocalServiceFactory(organisation=organisation, name="Wound clinic", hours="10 to 4", walk_in=True, phone="0117 496 0201")
    LocalServiceFactory(organisation=organisation, site=site, kind_id="gp", name="Dr Quay", checked_on=datetime.date(2020, 5, 1))
    today = timezone.localdate()
    return NoticeFactory(organisation=organisation, text="Strong stuff about.", starts_on=today, ends_on=today + datetime.timedelta(days=2))


def visible(page, text):
    return page.get_by_text(text, exact=True).locator("visible=true")


def test_an_administrator_enters_a_service_and_a_worker_finds_it_beside_the_signpost(open_page, administrator, worker, site, addresses):
    desk = open_page(size=DESK, who=administrator, touch=False)
    desk.goto(f"/sessions/organisations/{site.organisation_id}/services/")
    looks_right(desk)
    desk.get_by_role("link", name="Add a local service").click()
    desk.get_by_role("button", name="Save").click()
    expect(desk.get_by_role("alert")).to_be_focused()
    looks_right(desk)
    desk.get_by_label("What it offers").select_option("Wound care")
    desk.get_by_label("Name").fill("Wound clinic")
    desk.get_by_label("Phone").fill("0117 496 0201")
    desk.get_by_role("button", name="Save").click()
    expect(desk.get_by_role("status")).to_contain_text("Wound clinic is on the list.")

    tablet = Tablet(at_the_cards(open_page(clock=True, who=worker)))
    tablet.start(site="Harbour van")
    tablet.tap("Finish")
    # Which pictures are asked for says nothing about what was tapped.
    eventually(lambda: any("/static/art/signposts/wound_care" in address for address in addresses), tablet.page)
    tablet.tap("Wound care")

    call = tablet.page.get_by_role("link", name="Call Wound clinic, 0117 496 0201")
    expect(call).to_have_attribute("href", "tel:01174960201")
    looks_right(tablet.page)
    tablet.tap("Wound care")
    expect(call).to_have_count(0)


def at_every_size(page, check):
    """Leaves the page at the last."""
    for size in [TABLET, LANDSCAPE, PHONE]:
        page.set_viewport_size(size)
        check()
        no_sideways_scroll(page)


def test_get_help_on_the_tablet_ends_with_what_is_local_and_keeps_no_contacts_of_workers_when_nobody_is_signed_in(open_page, worker, local):
    page = at_the_cards(open_page(clock=True, who=worker))
    at_every_size(page, lambda: expect(visible(page, "Strong stuff about.")).to_be_visible())
    axe(page)

    page.get_by_role("link", name=re.compile("^Get help now")).locator("visible=true").first.tap()

    def worst_first_and_local_last():
        expect(page.get_by_role("heading", level=2).first).to_have_text("Not waking up, turning blue, or not breathing")
        for text in ["Strong stuff about.", "Wound clinic", "Not checked since 1 May 2020: call first", "Occupational health, 0117 496 0120"]:
            expect(visible(page, text)).to_have_count(1)

    at_every_size(page, worst_first_and_local_last)
    axe(page)
    assert "Occupational health" in page.evaluate("localStorage.getItem('vein-care-local')")

    page.get_by_role("button", name="Back", exact=True).tap()
    page.context.clear_cookies()
    page.reload()
    expect(page.get_by_role("link", name="Sign in", exact=True)).to_be_visible()
    kept = page.evaluate("localStorage.getItem('vein-care-local')")
    assert "Occupational health" not in kept
    assert "Wound clinic" in kept


def test_without_a_network_local_help_stays_and_the_notice_ends_by_itself(local, tablet_page, watcher, new_devices):
    watcher.expect(r"ERR_INTERNET_DISCONNECTED|ERR_FAILED")
    page = tablet_page
    expect(visible(page, "Strong stuff about.")).to_be_visible()

    page.route("**/deliver/me.json", lambda route: route.abort())
    page.clock.install(time=datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=2))
    page.reload()
    expect(visible(page, "Strong stuff about.")).to_be_visible()
    page.clock.install(time=datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=4))
    page.reload()

    expect(page.get_by_role("link", name=re.compile("^Get help now")).first).to_be_visible()
    expect(visible(page, "Strong stuff about.")).to_have_count(0)
    page.get_by_role("link", name=re.compile("^Get help now")).locator("visible=true").first.tap()
    expect(visible(page, "Wound clinic")).to_be_visible()


def test_numbers_on_the_tablet_are_those_of_the_country(open_page, worker):
    page = open_page(who=worker)
    abroad = {"emergency_number": "112", "advice_number": "", "out_of_hours": ""}

    def answer(route):
        response = route.fetch()
        route.fulfill(response=response, json=response.json() | {"help": abroad})

    page.route("**/deliver/me.json", answer)
    at_the_cards(page)
    page.get_by_role("link", name=re.compile("^Get help now")).locator("visible=true").first.tap()

    expect(page.get_by_role("link", name="Call 112")).to_have_attribute("href", "tel:112")
    expect(page.get_by_text(re.compile("999|111")).locator("visible=true")).to_have_count(0)


def test_the_public_page_and_the_pages_of_an_administrator_are_in_order(open_page, administrator, local, organisation):
    HelpPageFactory(organisation=organisation, slug="harbour")
    tablet = TabletFactory(organisation=organisation, label="Van 1", unsent=2, last_contact_at=timezone.now())
    own = f"/sessions/organisations/{organisation.pk}"
    page = open_page(size=PHONE, who=administrator)

    for address in [
        "/help/",
        "/help/harbour/",
        f"{own}/services/",
        f"{own}/help-page/",
        f"{own}/notice/",
        f"{own}/tablets/",
        f"{own}/tablets/{tablet.pk}/",
        f"{own}/tablets/{tablet.pk}/revoke/",
    ]:
        page.goto(address)
        looks_right(page)


def test_what_we_write_down_prints_on_one_sheet_of_a4(desk_page):
    desk_page.goto("/written/")
    expect(desk_page.get_by_role("button", name="Print as a poster")).to_be_visible()

    pdf = io.BytesIO(desk_page.pdf(prefer_css_page_size=True)).getvalue()

    sizes = [tuple(map(float, found.split())) for found in re.findall(rb"/MediaBox \[0 0 ([\d. ]+)\]", pdf)]
    assert [tuple(round(side) for side in size) for size in sizes] == [tuple(round(side) for side in A4_POINTS)]
