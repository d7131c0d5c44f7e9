"""Process outcomes and the report with figures in every state, as a coordinator reads and prints them."""

import datetime

import pypdfium2
from django.db import transaction

from tests.browser.checks import looks_right, no_sideways_scroll
from tests.browser.conftest import PHONE, TABLET
from tests.browser.test_printing import A4_POINTS
from tests.factories import AreaDiscussedFactory, CardSessionFactory, ResourceGivenFactory, SiteFactory

DAY = datetime.date(2026, 5, 4)
YEAR = "from=2026-01-01&to=2026-06-30"
MOST_BYTES = 1_000_000
GRIDS_THAT_SCROLL = """() =>
  [...document.querySelectorAll(".table-scroll:has(.chart-grid)")].filter((each) => each.scrollWidth > each.clientWidth).length"""
BELOW_THE_LAST = """() => {
  const last = [...document.querySelectorAll("main > * > *")].at(-1);
  return document.body.getBoundingClientRect().bottom - last.getBoundingClientRect().bottom;
}"""
MOST_BELOW_PX = 24


@transaction.atomic
def a_year_of(site):
    """Numbers to show and numbers to hide: of outcomes, areas and things handed over."""
    elsewhere = SiteFactory(organisation=site.organisation, name="A site with a name as long as somebody thought was needed to say where it is")
    for number, outcome in enumerate(["held"] * 30 + ["cut_short", "declined", "declined", "did_not_attend"]):
        is_taken_up = outcome in {"held", "cut_short"}
        session = CardSessionFactory(
            site=[site, elsewhere][number % 3 == 0], outcome=outcome, held_on=DAY, areas_recorded=is_taken_up, resources_recorded=is_taken_up
        )
        if is_taken_up:
            AreaDiscussedFactory(session=session, area_id="water" if number > 2 else "acids")
            ResourceGivenFactory(session=session, resource_id="water_ampoules", quantity=number or None)


def test_outcomes_and_report_are_read_on_a_phone_and_printed_on_a4(server, open_page, coordinator, site):
    a_year_of(site)
    page = open_page(size=TABLET, who=coordinator, touch=False)
    for address in [f"outcomes/?{YEAR}", "outcomes/?view=share&period=2026-q2", f"report/?view=inside&{YEAR}", "report/?period=2026-q2"]:
        page.goto(f"/sessions/summary/{address}")
        page.set_viewport_size(PHONE)
        no_sideways_scroll(page)
        assert page.evaluate(GRIDS_THAT_SCROLL) == 0
        page.set_viewport_size(TABLET)
        looks_right(page)
        page.emulate_media(media="print")
        assert page.evaluate(BELOW_THE_LAST) <= MOST_BELOW_PX, "what is empty below would be a sheet of its own"
        page.emulate_media(media="null")

    shared = printed(page)
    page.goto(f"/sessions/summary/report/?view=inside&{YEAR}")
    inside = printed(page)

    assert all("Not for sharing" in words and "Harbour Outreach, 1 January to 30 June 2026" in words for words in inside)
    assert not any("Not for sharing" in words for words in shared)
    assert "Of 34 offers, 31 were taken up." in inside[0]
    assert [words for words in [*inside, *shared] if len(words.split()) < 30] == []


def printed(page):
    """The words of each page, as Chromium prints them."""
    pdf = page.pdf(prefer_css_page_size=True, print_background=True)
    with pypdfium2.PdfDocument(pdf) as document:
        assert {(round(sheet.get_width()), round(sheet.get_height())) for sheet in document} == {A4_POINTS}
        assert len(pdf) < MOST_BYTES
        return [" ".join(sheet.get_textpage().get_text_range().split()) for sheet in document]
