"""A worker's day beside the tablet: write down afterwards, see own work, void, print the slip, take own data. With axe on each page."""

import datetime
import json
import re

from django.utils import timezone
from playwright.sync_api import expect

from sessions.models import CardSession
from tests.browser.checks import axe, looks_right, no_sideways_scroll
from tests.browser.conftest import DESK, LANDSCAPE, PHONE, TABLET, at_the_cards
from tests.browser.facts import facts_of, nothing_but
from tests.browser.tablet import Tablet
from tests.factories import AreaDiscussedFactory, CardSessionFactory, HandInFactory, ResourceGivenFactory, SiteFactory, SiteResourceFactory

PAGES = ["/sessions/mine/", "/sessions/new/", "/sessions/slip/", "/sessions/my-data/"]
POINTS_PER_MM = 72 / 25.4


def yesterday():
    return timezone.localdate() - datetime.timedelta(days=1)


def some_work(worker, site):
    """A few sessions of yesterday that came in just now."""
    for outcome, part_of_day in [("held", "morning"), ("cut_short", "evening"), ("declined", "night")]:
        taken_up = outcome != "declined"
        session = CardSessionFactory(
            site=site, delivered_by=worker, outcome=outcome, part_of_day=part_of_day, areas_recorded=taken_up, resources_recorded=taken_up
        )
        HandInFactory(session=session)
        if taken_up:
            AreaDiscussedFactory(session=session)
            ResourceGivenFactory(session=session, quantity=10)
    return session


def tick(page, question, *answers):
    """Choose answers to a question by its words, whatever number and letter stand before them."""
    group = page.get_by_role("group", name=re.compile(rf"\d+\. {re.escape(question)}"))
    for answer in answers:
        choice(group, answer).check()


def choice(place, answer):
    name = re.compile(rf"^(\w+\) )?{re.escape(answer)}$")
    return place.get_by_role("radio", name=name).or_(place.get_by_role("checkbox", name=name))


def test_pages_of_the_day_look_right(open_page, worker, site):
    SiteResourceFactory(site=site)
    some_work(worker, site)
    page = open_page(who=worker)

    for address in PAGES:
        page.goto(address)
        if address != "/sessions/new/":  # below, with errors
            axe(page)
        for size in [LANDSCAPE, PHONE, TABLET]:
            page.set_viewport_size(size)
            no_sideways_scroll(page)


def test_session_is_written_down_afterwards_seen_and_voided(open_page, worker, site):
    SiteResourceFactory(site=site, resource_id="water_ampoules")
    page = open_page(size=PHONE, who=worker)
    page.goto("/sessions/new/")
    page.get_by_label("1. Date").fill(yesterday().isoformat())
    tick(page, "Part of the day", "Evening")
    tick(page, "What came of it", "Held")
    tick(page, "Talked about", "Water", "Hands and skin")
    page.get_by_label(re.compile("Mattered most")).select_option("water")
    page.get_by_label("Water ampoules: how many").fill("10")
    page.get_by_text("Something else", exact=True).first.tap()
    page.get_by_label("Foil: what became of it").select_option("none_left")

    page.get_by_role("button", name="Save", exact=True).tap()

    expect(page.get_by_role("heading", name="My work", exact=True)).to_be_visible()
    session = CardSession.objects.get()
    assert facts_of(session) == nothing_but(
        areas=["hygiene", "water"], mattered_most="water", resources=[("foil", "none_left", None), ("water_ampoules", "given", 10)]
    )
    assert (session.held_on, session.part_of_day) == (yesterday(), "evening")
    page.get_by_role("link", name=re.compile("^Void")).tap()
    expect(page.get_by_role("heading", name="Void a session")).to_be_visible()
    looks_right(page)
    page.get_by_label("Written down twice").check()
    page.get_by_role("button", name="Void it").tap()
    expect(page.get_by_text("Voided: Written down twice")).to_be_visible()
    session.refresh_from_db()
    assert session.voided_reason == "twice"


def test_next_slip_of_the_same_evening_needs_only_what_is_new(open_page, worker, organisation, site):
    SiteFactory(organisation=organisation, name="Quay Street")
    page = open_page(who=worker)
    page.goto("/sessions/new/")
    page.get_by_label("1. Date").fill(yesterday().isoformat())
    page.get_by_label("3. Site").select_option("Quay Street")
    page.get_by_label("4. Kind of place").select_option("hostel")
    for outcome in ["Held", "Not today"]:
        tick(page, "Part of the day", "Night")
        tick(page, "What came of it", outcome)
        page.get_by_role("button", name="Save and add another").tap()
        expect(page.get_by_text("Written down.", exact=True)).to_be_visible()

    rows = CardSession.objects.order_by("pk").values_list("site__name", "setting", "held_on", "part_of_day", "outcome")
    assert list(rows) == [("Quay Street", "hostel", yesterday(), "night", outcome) for outcome in ["held", "declined"]]


def test_form_works_without_scripts_and_says_what_is_missing(open_page, worker, site):
    page = open_page(who=worker, java_script_enabled=False)
    page.goto("/sessions/new/")
    tick(page, "Talked about", "Water")

    page.get_by_role("button", name="Save", exact=True).tap()

    expect(page.get_by_role("alert").get_by_text("Choose what came of it.")).to_be_visible()
    expect(choice(page, "Water")).to_be_checked()
    tick(page, "Part of the day", "Night")
    tick(page, "What came of it", "Held")
    page.get_by_role("button", name="Save", exact=True).tap()
    expect(page.get_by_role("heading", name="My work", exact=True)).to_be_visible()
    assert facts_of(CardSession.objects.get()) == nothing_but(areas=["water"])


def test_refused_form_moves_the_focus_to_its_errors_and_on_to_the_field(open_page, worker, site):
    page = open_page(size=DESK, who=worker, touch=False)
    page.goto("/sessions/new/")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_be_focused()
    looks_right(page)

    page.get_by_role("link", name=re.compile("What came of it")).click()

    expect(choice(page, "Held")).to_be_focused()


def test_my_work_is_reached_from_the_menu_of_the_tablet(tablet, worker, site):
    some_work(worker, site)
    tablet.sees("JM delivering · change")
    tablet.tap("Menu")

    tablet.page.get_by_role("dialog", name="Menu").get_by_role("link", name="My work").tap()

    expect(tablet.page.get_by_text("3 written down: 1 held, 1 stopped early, 1 not today.")).to_be_visible()
    expect(tablet.heading("Was today heavy?")).to_be_visible()


def test_slip_prints_two_a5_slips_on_one_sheet_of_a4(open_page, worker, site):
    page = open_page(size=DESK, who=worker, touch=False)
    page.goto("/sessions/slip/")

    pdf = page.pdf(prefer_css_page_size=True)

    sheets = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    assert [[round(float(points) / POINTS_PER_MM) for points in sheet] for sheet in sheets] == [[297, 210]]
    page.emulate_media(media="print")
    assert page.evaluate(CUT_OFF) == []


# A column that is too long goes on beside the slip instead of below.
CUT_OFF = """
() => [...document.querySelectorAll(".slip-part")]
  .filter((part) => part.getBoundingClientRect().right > part.closest(".slip").getBoundingClientRect().right)
  .map((part) => part.querySelector("h2").textContent)
"""


def test_worker_takes_a_copy_of_their_own_data(open_page, worker, site):
    some_work(worker, site)
    page = open_page(who=worker)
    page.goto("/sessions/my-data/")

    with page.expect_download() as download:
        page.get_by_role("button", name="Take a copy").tap()

    told = json.loads(download.value.path().read_text())
    assert told["account"]["display_name"] == "Jo Marsh"
    assert len(told["sessions"]) == 3


def test_after_a_save_a_worker_reads_quietly_whom_to_call_and_the_cards_do_not_say_it(open_page, worker, site):
    site.support_contact = "Kim, 0117 496 0130"
    site.save()
    tablet = Tablet(at_the_cards(open_page(clock=True, who=worker)))
    contact = tablet.page.get_by_text("Need to talk it over? You can call Kim, 0117 496 0130.").locator("visible=true")

    tablet.start(site="Harbour van")
    tablet.open_area("Water")
    expect(contact).to_have_count(0)
    tablet.tap("Finish")
    tablet.save()

    expect(contact).to_have_count(1)
    tablet.touch(tablet.page.get_by_role("link", name="Get help now"))
    expect(contact).to_have_count(1)
    tablet.tap("Back")
    tablet.tap("Home")
    expect(contact).to_have_count(0)
    tablet.tap("Menu")
    expect(contact).to_have_count(1)
