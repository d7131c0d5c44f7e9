"""Sign-in sheet, facilitator pack and manual with the shipped course, as Chromium prints them."""

import re

import pytest
from django.core.management import call_command

from tests.browser.checks import looks_right, no_sideways_scroll
from tests.browser.conftest import DESK, PHONE, TABLET
from tests.browser.test_printing import A4_POINTS, pages_of
from tests.factories import UserFactory
from tests.training.factories import AttendanceFactory, TrainingEventFactory
from training.models import Module

# What on a printed page is wider than the paper leaves room for, or has letters of Markdown that were not understood.
PRINTED_ROOM_PX = 180 / 25.4 * 96
TOO_WIDE = """
(room) => [...document.querySelectorAll(".paper :not(sup, sup *, .visually-hidden)")]
  .filter((each) => each.getBoundingClientRect().width > room + 1 || (each.clientWidth && each.scrollWidth > each.clientWidth + 1))
  .map((each) => `${each.tagName}.${each.className} ${each.textContent.trim().slice(0, 40)}`)
"""
SMALL_PICTURES = """
() => [...document.querySelectorAll(".paper img")].filter((each) => each.getBoundingClientRect().width < 100).map((each) => each.alt)
"""
LEFT_OVER = re.compile(r"\]\(|\*\*|^#{2,3} ", re.MULTILINE)


@pytest.fixture
def event(server, organisation, trainer):
    call_command("load_course", verbosity=0)
    event = TrainingEventFactory(organisation=organisation, made_by=trainer, title="Peers and recording")
    event.modules.set(Module.objects.filter(slug__in=["peers", "recording-without-naming"]))
    for number in range(1, 34):
        AttendanceFactory(event=event, person=UserFactory(organisation=organisation, display_name=f"Person {number:02}"))
    return event


def test_sheet_pack_and_manual_print_on_a4_with_everything_on_them(event, open_page, trainer):
    page = open_page(size=DESK, who=trainer, touch=False)
    sheets = {}
    for name, address in {"sheet": f"events/{event.pk}/sheet", "pack": f"events/{event.pk}/pack", "manual": "manual"}.items():
        page.goto(f"/training/{address}/")
        if name != "manual":  # of which axe would need a minute
            looks_right(page)
        for size in [PHONE, TABLET, DESK]:
            page.set_viewport_size(size)
            no_sideways_scroll(page)
        page.emulate_media(media="print")
        page.evaluate("Promise.all([...document.images].map((each) => each.decode()))")
        page.set_viewport_size({"width": round(PRINTED_ROOM_PX), "height": 1000})
        assert page.evaluate(TOO_WIDE, PRINTED_ROOM_PX) == []
        assert page.evaluate(SMALL_PICTURES) == []
        assert LEFT_OVER.findall(page.locator(".paper").inner_text()) == []
        sheets[name] = pages_of(page.pdf(prefer_css_page_size=True, print_background=True))
        page.emulate_media(media="screen")

    assert {size for pages in sheets.values() for size in pages} == {A4_POINTS}
    assert len(sheets["sheet"]) == 2
    assert 6 <= len(sheets["pack"]) <= 14
    assert 70 <= len(sheets["manual"]) <= 120
    assert page.locator(".paper-card").count() == 40
    assert page.locator(".lesson-picture img").count() > 40
    assert page.locator(".paper-module > h2 small").all_inner_texts() == [str(number) for number in range(1, 13)]
