"""Two modules asked of a site: one is read on a tablet, half of it without a signal, an event completes the other, and every account of it agrees."""

import csv
import re

from django.utils import timezone
from django.utils.formats import date_format
from playwright.sync_api import expect

from tests.browser.conftest import TABLET
from tests.browser.test_lessons import KEPT, READY, Reader, sign_in
from tests.browser.test_offline import NO_NETWORK
from tests.browser.watching import report_violations
from tests.training.factories import CourseFactory, ModuleVersionFactory
from training.models import Completion

FIRST_LESSON = "/deliver/lessons/why-vein-care/1/1/"


def assign_both(page, site):
    page.goto("/training/assign/")
    page.get_by_label("Why vein care").check()
    page.get_by_label("Peers").check()
    page.get_by_label("Everyone of a site").check()
    page.get_by_label("Whose usual site is").select_option(site.name)
    page.get_by_label("To be done by").fill(timezone.localdate().isoformat())
    page.get_by_role("button", name="Go on", exact=True).click()
    page.get_by_role("button", name="Assign").click()
    expect(page.get_by_role("status")).to_have_text("Done: 1 person is asked.")


def read_one_half_offline(profile, house, worker):
    """The first lesson is opened online and read to its end without a server, the second online again."""
    page = profile()
    sign_in(page, house, worker)
    page.goto(f"{house.url}/deliver/")
    page.evaluate(READY)
    page.goto(f"{house.url}/training/")
    page.get_by_role("link", name=re.compile("Start ?: Why vein care")).tap()
    Reader(page).is_at("1 of 3")
    page.evaluate(KEPT, FIRST_LESSON)

    house.close()
    page.reload()
    lesson = Reader(page)
    lesson.is_at("1 of 3")
    lesson.read_to_the_end()
    lesson.says("kept on this device, for whoever signed in here last, and sent later")

    house.open()
    with page.expect_response("**/training/places/"):
        page.reload()
    page.goto(f"{house.url}/training/")
    expect(page.get_by_text("1 of 2 lessons read.")).to_be_visible()
    page.get_by_role("link", name=re.compile("Go on ?: Why vein care")).tap()
    Reader(page).is_at("1 of 3")
    Reader(page).read_to_the_end()
    expect(page.get_by_text("You have now done the whole module.").locator("visible=true")).to_be_visible()


def hold_an_event_about_the_other(page):
    page.goto("/training/events/new/")
    page.get_by_label("What it is called").fill("Peers, in the kitchen")
    page.get_by_label("Day").fill(timezone.localdate().isoformat())
    page.get_by_label("Where").fill("Mill Street")
    page.get_by_label("Peers").check()
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_label("Jo Marsh").check()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="Mark who was there").click()
    page.get_by_role("button", name="Everyone was there").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()


def rows_of(page, button):
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    with open(download.value.path(), encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def test_grid_export_and_certificate_agree_on_what_was_done_online_and_face_to_face(house, profile, chromium, watcher, site, worker, trainer):
    watcher.expect(f"{NO_NETWORK}|Failed to fetch|ERR_FAILED")
    CourseFactory(versions=[ModuleVersionFactory(slug="why-vein-care"), ModuleVersionFactory(slug="peers")])
    house.open()
    desk = chromium.new_context(base_url=house.url, viewport=TABLET, locale="en-GB", service_workers="block")
    report_violations(desk)
    watcher.watch(desk)
    page = desk.new_page()
    sign_in(page, house, trainer)

    assign_both(page, site)
    read_one_half_offline(profile, house, worker)
    hold_an_event_about_the_other(page)

    page.goto("/training/people/")
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Jo Marsh"))
    expect(row.get_by_role("cell")).to_contain_text(["Done online", "Face to face"])
    [shown, _count] = [each for each in rows_of(page, "What is shown, as CSV") if each["Name"] in {"Jo Marsh", "Rows"}]
    assert (shown["Why vein care"], shown["Peers"]) == ("Done online", "Face to face")
    done = {each["Title"]: each for each in rows_of(page, "Everything done so far, as CSV") if each["Name"] == "Jo Marsh"}
    today = timezone.localdate()
    assert {title: (each["How"], each["Done on"]) for title, each in done.items()} == {
        "Why vein care": ("Online", today.isoformat()),
        "Peers": ("Face to face", today.isoformat()),
    }
    page.context.clear_cookies()
    for completion in Completion.objects.select_related("version"):
        page.goto(f"/certificates/?code={completion.code}")
        expect(page.get_by_role("heading", name="This certificate is good")).to_be_visible()
        expect(page.get_by_role("main")).to_contain_text(completion.version.title)
        expect(page.get_by_role("main")).to_contain_text(date_format(today, "j F Y"))
    assert Completion.objects.count() == 2
    desk.close()
