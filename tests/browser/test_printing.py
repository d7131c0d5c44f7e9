"""The deck on paper, measured in Chromium: every word within its card, and as many pages as there are sides."""

import re

import pytest

from tests.browser.checks import axe, no_sideways_scroll
from tests.browser.conftest import DESK, LANDSCAPE, NARROW, TABLET

A4_POINTS = (595, 842)
# How far anything in a card reaches below or beside the room inside its padding, in CSS pixels.
OVERFLOWING = """
() => [...document.querySelectorAll(".print-card[data-slug], .print-area, .print-sheet[data-kind]")].flatMap((card) => {
  const box = card.getBoundingClientRect();
  const padding = parseFloat(getComputedStyle(card).paddingBottom);
  const within = { right: box.right - padding + 1, bottom: box.bottom - padding + 1 };
  const out = [...card.querySelectorAll("*")].filter((each) => {
    const { right, bottom, height } = each.getBoundingClientRect();
    return height && (right > within.right || bottom > within.bottom);
  });
  const wide = [...card.querySelectorAll("h2, h3, p, li, span")].filter((each) => each.scrollWidth > each.clientWidth + 1 && each.clientWidth);
  const named = (each) => `${each.tagName} "${each.textContent.trim().slice(0, 40)}"`;
  return [...out, ...wide].map((each) => `${card.dataset.slug ?? "overview"}, ${card.parentElement.dataset.side}: ${named(each)}`);
})
"""
PLACES = """
(side) => [...document.querySelectorAll(`.print-sheet[data-side=${side}]`)].map((sheet) => {
  const { left, top, width } = sheet.getBoundingClientRect();
  return [...sheet.querySelectorAll(".print-card[data-slug]")].map((card) => {
    const box = card.getBoundingClientRect();
    const x = box.left - left;
    return [card.dataset.slug, Math.round(x), Math.round(box.top - top), Math.round(width - x - box.width)];
  });
})
"""


@pytest.fixture
def paper(open_page, editor):
    """open(address): a page as it is printed."""

    def open_as_paper(address):
        page = open_page(size=DESK, who=editor, touch=False)
        page.goto(address)
        page.emulate_media(media="print")
        page.evaluate("Promise.all([...document.images].map((each) => each.decode()))")
        return page

    return open_as_paper


def pages_of(pdf):
    """(width, height) in points of every page of a PDF made by Chromium."""
    boxes = re.findall(rb"/Type\s*/Page\b[^s].*?/MediaBox\s*\[([^\]]+)\]", pdf, re.DOTALL)
    return [tuple(round(float(value)) for value in box.split()[2:]) for box in boxes]


@pytest.mark.parametrize("language", ["pl", "ro"])
def test_nothing_reaches_out_of_its_card(paper, language):
    page = paper(f"/print/cards/?lang={language}")

    assert page.locator(".print-card[data-slug]").count() == 2 * 40
    assert page.evaluate(OVERFLOWING) == []


def test_each_back_lies_behind_its_front_without_a_blank_page_and_nothing_reaches_out(paper):
    page = paper("/print/cards/?lang=en-GB")
    assert page.locator(".print-card[data-slug]").count() == 2 * 40
    assert page.evaluate(OVERFLOWING) == []

    fronts = page.evaluate(PLACES, "front")
    backs = page.evaluate(PLACES, "back")
    assert len(fronts) == 10
    for front, back in zip(fronts, backs, strict=True):
        turned = {slug: (from_right, top) for slug, _left, top, from_right in back}
        assert {slug: (left, top) for slug, left, top, _from_right in front} == turned
    assert pages_of(page.pdf(prefer_css_page_size=True, print_background=True)) == [A4_POINTS] * 20

    page.locator("[data-slug=ampoule] .print-say p").evaluate("(each) => each.append(' word'.repeat(200))")
    page.locator("[data-slug=arm-map] .print-sources").evaluate("(each) => each.append(' word'.repeat(400))")
    found = page.evaluate(OVERFLOWING)
    assert any(text.startswith("ampoule, front") for text in found), "what is too long is found"
    assert any(text.startswith("arm-map, back") for text in found)


def test_the_overview_is_one_page_and_everything_is_on_it(paper):
    page = paper("/print/overview/")

    assert pages_of(page.pdf(prefer_css_page_size=True, print_background=True)) == [A4_POINTS]
    assert page.locator(".print-area li").count() == 40
    assert page.evaluate(OVERFLOWING) == []


def test_home_leads_to_both_pages_which_are_in_order_on_a_screen(open_page, editor):
    page = open_page(size=DESK, who=editor, touch=False)
    page.goto("/")
    for link, address in [("Print the cards", "/print/cards/"), ("Overview, one page", "/print/overview/")]:
        page.set_viewport_size(DESK)
        page.get_by_role("link", name=link).click()
        page.wait_for_url(f"**{address}")

        axe(page)
        page.set_viewport_size(NARROW)
        no_sideways_scroll(page)


def test_a_tablet_shows_the_whole_width_of_a_sheet(open_page, worker):
    page = open_page(who=worker)

    for address in ["/print/cards/", "/print/overview/", "/sessions/slip/"]:
        page.goto(address)
        for size in [LANDSCAPE, TABLET]:
            page.set_viewport_size(size)
            assert the_whole_sheet_shows(page), (address, size)


def the_whole_sheet_shows(page):
    return page.locator(".print-scroll, .slip-sheet").evaluate_all("all => all.length && all.every((each) => each.scrollWidth <= each.clientWidth)")
