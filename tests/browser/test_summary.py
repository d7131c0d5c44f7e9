"""A coordinator reads what is delivered: opens the summary, narrows it to one van and last quarter, reads a table, and turns to what is shared."""

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import expect

from sessions import periods
from sessions.periods import ONE_DAY, QUARTER
from tests.browser.checks import looks_right, no_sideways_scroll
from tests.browser.conftest import LANDSCAPE, PHONE, TABLET
from tests.factories import AreaDiscussedFactory, CardSessionFactory, ResourceGivenFactory, SiteFactory


@pytest.fixture
@transaction.atomic
def last_quarter(site, organisation):
    """31 talks about water at the van, 9 people who said not today; 12 talks somewhere else. Counted as each transaction ends."""
    day = periods.last_over(QUARTER, today=timezone.localdate() - ONE_DAY).first
    for _number in range(31):
        session = CardSessionFactory(site=site, held_on=day, areas_recorded=True, resources_recorded=True)
        AreaDiscussedFactory(session=session, area_id="water", mattered_most=True)
        ResourceGivenFactory(session=session, resource_id="water_ampoules", quantity=10)
    CardSessionFactory.create_batch(9, site=site, held_on=day, outcome="declined", reason_id="no_time_today")
    elsewhere = SiteFactory(organisation=organisation, name="Mill Street")
    CardSessionFactory.create_batch(12, site=elsewhere, held_on=day, setting_id="fixed_site")
    ran_out = CardSessionFactory(site=elsewhere, held_on=timezone.localdate(), resources_recorded=True)
    ResourceGivenFactory(session=ran_out, resource_id="naloxone", status="none_left")


def test_a_coordinator_reads_one_vans_quarter_and_turns_to_what_may_be_shared(open_page, coordinator, last_quarter):
    page = open_page(who=coordinator, size=LANDSCAPE)
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name="Summary").click()
    expect(page.get_by_text("Of 53 offers, 44 were taken up.")).to_be_visible()
    expect(page.get_by_role("region", name="Ran out this week, by site")).to_contain_text("Naloxone")
    looks_right(page)

    page.get_by_role("link", name="Last quarter").click()
    page.get_by_role("combobox", name="Site").select_option("Harbour van")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_text("Of 40 offers, 31 were taken up.")).to_be_visible()
    talked = page.get_by_role("article", name="What was talked about")
    expect(talked).to_contain_text("Talked about most: Water, in 31 sessions.")
    talked.get_by_text("The figures").click()
    expect(talked.get_by_role("row", name="Water 31 31")).to_be_visible()
    expect(talked.get_by_role("row", name="Not recorded 0 does not apply")).to_be_visible()
    fits_everywhere(page)
    on_paper(page, marked=True)

    page.get_by_role("link", name="To share").click()
    expect(page.get_by_text("Of 40 offers, 30 were taken up.")).to_be_visible()
    expect(page.get_by_role("combobox", name="Site")).to_have_value(page.get_by_role("option", name="Harbour van").get_attribute("value"))
    on_paper(page, marked=False)
    page.get_by_role("combobox", name="Setting").select_option("Van")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("To share, choose a site or a setting, not both")
    fits_everywhere(page)
    page.get_by_role("link", name="How figures to share are protected").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How figures to share are protected")
    looks_right(page)
    page.go_back()
    page.get_by_role("link", name="Print").click()
    expect(page.get_by_role("main")).to_contain_text("Of 40 offers, 30 were taken up.")


def on_paper(page, *, marked):
    """Whoever prints the page itself, and not the report, has the figures on paper without the form, and exact ones marked."""
    expect(page.get_by_text("Harbour Outreach: not for sharing")).to_be_hidden()
    page.emulate_media(media="print")
    expect(page.get_by_text("Harbour Outreach: not for sharing")).to_be_visible(visible=marked)
    expect(page.get_by_role("button", name="Show", exact=True)).to_be_hidden()
    page.emulate_media(media="screen")


def fits_everywhere(page):
    for size in [PHONE, TABLET, LANDSCAPE]:
        page.set_viewport_size(size)
        no_sideways_scroll(page)
    looks_right(page)
