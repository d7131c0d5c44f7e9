"""A trainer asks a site to take two modules, sees who has done what, and takes the table away: on a tablet, as they would."""

import csv
import re

import pytest
from django.utils import timezone
from django.utils.formats import date_format
from playwright.sync_api import expect

from tests.browser.checks import looks_right, no_sideways_scroll
from tests.browser.conftest import LANDSCAPE, PHONE, TABLET
from tests.training.factories import CourseFactory, ModuleVersionFactory
from training.actions.completing import complete_module
from training.models import Assignment, Completion


@pytest.fixture
def page(open_page, trainer, worker, other_worker, site):
    other_worker.usual_site = site
    other_worker.save()
    CourseFactory(versions=[ModuleVersionFactory(slug="why-vein-care"), ModuleVersionFactory(slug="peers")])
    return open_page(who=trainer)


def row_of(page, name):
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name))


def rows_of(page, button):
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    with open(download.value.path(), encoding="utf-8-sig") as file:
        return list(csv.reader(file))


def everything_done_agrees(page):
    """The other table says the same, and so does whoever is shown a certificate."""
    titles, *rows = rows_of(page, "Everything done so far, as CSV")
    done = [dict(zip(titles, row, strict=True)) for row in rows if row[0] == "Jo Marsh"]
    today = timezone.localdate()
    assert {each["Title"]: (each["How"], each["Done on"]) for each in done} == {
        "Why vein care": ("Online", today.isoformat()),
        "Peers": ("Face to face", today.isoformat()),
    }
    for completion in Completion.objects.select_related("version"):
        page.goto(f"/certificates/?code={completion.code}")
        expect(page.get_by_role("heading", name="This certificate is good")).to_be_visible()
        expect(page.get_by_role("main")).to_contain_text(completion.version.title)
        expect(page.get_by_role("main")).to_contain_text(date_format(today, "j F Y"))
    page.goto("/training/people/")


def fits_everywhere(page):
    for size in [PHONE, LANDSCAPE, TABLET]:
        page.set_viewport_size(size)
        no_sideways_scroll(page)
    looks_right(page)


def test_a_trainer_asks_a_site_sees_who_has_done_what_as_every_account_of_it_says_and_takes_the_tables_away(page, worker, other_worker):
    page.goto("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Who is trained").click()
    page.get_by_role("link", name="Assign modules").click()
    page.get_by_label("Why vein care").check()
    page.get_by_label("Peers").check()
    page.get_by_label("Everyone of a site").check()
    expect(page.get_by_role("group", name="These people")).to_be_hidden()
    fits_everywhere(page)
    page.get_by_label("Whose usual site is").select_option("Harbour van")
    page.get_by_label("To be done by").fill(timezone.localdate().isoformat())
    page.get_by_role("button", name="Go on").click()

    expect(page.get_by_role("heading", name="2 people are asked")).to_be_visible()
    looks_right(page)
    page.get_by_role("button", name="Assign").click()
    expect(page.get_by_role("status")).to_have_text("Done: 2 people are asked.")
    looks_right(page)
    assert Assignment.objects.count() == 4

    # What they do meanwhile: one on a screen, one in a room.
    why, peers = (asked.module.versions.get() for asked in Assignment.objects.filter(person=worker).order_by("module__slug").reverse())
    complete_module(person=worker, version=why, mode="online", completed_on=timezone.localdate(), by=worker)
    complete_module(person=worker, version=peers, mode="face_to_face", completed_on=timezone.localdate(), by=worker)

    page.get_by_role("navigation", name="Main").get_by_role("link", name="Who is trained").click()
    expect(row_of(page, "Jo Marsh").get_by_role("cell")).to_contain_text(["Done online", "Face to face"])
    expect(row_of(page, "Sam Reed").get_by_role("cell")).to_contain_text(["Due soon", "Due soon"])
    fits_everywhere(page)
    page.get_by_label("Where they are").select_option("Due soon")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("rowheader")).to_have_count(1)
    rows = rows_of(page, "What is shown, as CSV")
    assert [row[0] for row in rows] == ["Name", "Sam Reed", "Rows"]
    assert rows[1][4::2] == ["Due soon", "Due soon"]
    everything_done_agrees(page)

    page.get_by_role("link", name="Sam Reed").click()
    take_back = page.get_by_role("link", name=re.compile("Take back ?: Peers"))
    expect(take_back).to_be_visible()
    looks_right(page)
    take_back.click()
    page.get_by_label("Why").fill("On leave.")
    looks_right(page)
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("Taken back on")).to_contain_text("On leave.")
