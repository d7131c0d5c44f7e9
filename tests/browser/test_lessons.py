"""A module taken the way it is: begun in the office, read on without a signal at a shared tablet, finished on the phone in the evening."""

import re

from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.checks import looks_right
from tests.browser.conftest import PHONE, session_cookie
from tests.browser.test_offline import NO_NETWORK, READY
from tests.browser.watching import report_violations
from tests.training.factories import AssignmentFactory, AssignmentRoundFactory
from training.models import Completion, LearningPlace, Module

LESSON = reverse("lessons:lesson", args=["why-vein-care", 1, 1])
KEPT = """async (path) => {
  const kept = async () => (await caches.has("vein-care-lessons")) && (await (await caches.open("vein-care-lessons")).keys());
  const paths = async () => ((await kept()) || []).map(({ url }) => new URL(url).pathname);
  while (!(await paths()).includes("/deliver/lessons/") || !(await paths()).includes(path)) await new Promise((done) => setTimeout(done, 20));
}"""
AT_REST = """async () => {
  const database = await new Promise((done) => (indexedDB.open("vein-care-learning").onsuccess = (event) => done(event.target.result)));
  const rows = await new Promise((done) => {
    database.transaction("places").objectStore("places").getAll().onsuccess = (event) => done(event.target.result);
  });
  database.close();
  return rows;
}"""


class Reader:
    """A lesson page, and what somebody does with it."""

    def __init__(self, page):
        self.page = page

    def step(self):
        return self.page.locator("[data-step]:visible")

    def tap_next(self):
        self.page.get_by_role("button", name="Next", exact=True).tap()

    def is_at(self, text):
        expect(self.page.locator(".lesson-count")).to_have_text(text)

    def says(self, text):
        expect(self.page.locator('[data-part="kept"]')).to_have_text(re.compile(text))

    def read_to_the_end(self):
        """Every screen and one answer of every scene."""
        for _step in range(12):
            if self.step().get_attribute("id") == "end":
                return
            if self.step().get_attribute("data-check"):
                answer = self.step().locator("details").first
                answer.locator("summary").tap()
                expect(answer.locator("p")).to_be_visible()
            self.tap_next()
        raise AssertionError("The lesson has no end")


def leads_to_lessons(page, *, whether):
    """Does the menu of the cards lead to lessons once the connection is gone? The menu is closed again, and the connection back."""
    page.context.set_offline(True)
    page.get_by_role("button", name="Menu").tap()
    expect(page.locator("#menu")).to_be_visible()
    tile = page.locator('#menu [data-part="training"]')
    if whether:
        expect(tile).to_be_visible()
        expect(tile).to_have_attribute("href", "/deliver/lessons/")
    else:
        page.wait_for_timeout(300)
        expect(tile).to_be_hidden()
    page.locator("#menu").evaluate("(menu) => menu.close()")
    page.context.set_offline(False)


def sign_in(page, house, person):
    page.context.clear_cookies()
    page.context.add_cookies([session_cookie(person, url=house.url)])


def in_the_office(page, house, worker):
    """The tablet has the cards, and Jo opens what was asked."""
    sign_in(page, house, worker)
    page.goto(f"{house.url}/deliver/")
    page.evaluate(READY)
    leads_to_lessons(page, whether=False)
    page.goto(f"{house.url}/training/")
    looks_right(page)
    page.get_by_role("link", name=re.compile("Start ?: Why vein care")).tap()
    lesson = Reader(page)
    lesson.is_at("1 of 5")
    looks_right(page)
    lesson.tap_next()
    lesson.says("Your place is kept.")
    page.evaluate(KEPT, LESSON)
    assert LearningPlace.objects.get(person=worker).screen == 2
    page.goto(f"{house.url}/deliver/")
    leads_to_lessons(page, whether=True)


def at_the_bus_stop(profile, house, worker):
    """No server, a browser that was closed. The list says what is here, and the lesson goes on where it was."""
    house.close()
    page = profile()
    lesson = Reader(page)
    page.goto(f"{house.url}/deliver/lessons/why-vein-care/1/3/")
    expect(page.get_by_text("That lesson was not opened on this device")).to_be_visible()
    expect(page.locator("#why-vein-care li").first).to_contain_text("on this device")
    page.get_by_role("link", name="Veins and pain first").tap()
    lesson.is_at("2 of 5")
    page.wait_for_function("[...document.images].every((each) => each.complete && each.naturalWidth > 0)")
    lesson.read_to_the_end()
    lesson.says("kept on this device, for whoever signed in here last, and sent later")
    [waiting] = page.evaluate(AT_REST)
    assert (waiting["waits"], waiting["lessons_done"], waiting["lesson"]) == (True, [1], 2)
    assert not any(secret in str(waiting) for secret in ["Jo", worker.login_name]) and waiting["learner"] != str(worker.pk)


def back_in_range(profile, house, worker, other_worker):
    """Sam signs in on the same tablet: what waits is neither Sam's nor lost. Then Jo does. Returns the page."""
    house.open()
    page = profile()
    sign_in(page, house, other_worker)
    page.goto(f"{house.url}/training/")
    expect(page.get_by_text("Places of somebody else wait on this device")).to_be_visible()
    assert not LearningPlace.objects.filter(person=other_worker).exists()
    assert [row["waits"] for row in page.evaluate(AT_REST)] == [True]
    sign_in(page, house, worker)
    page.goto(f"{house.url}/training/")
    expect(page.get_by_text("1 of 4 lessons read.")).to_be_visible()
    expect(page.get_by_text("Places of somebody else")).to_be_hidden()
    place = LearningPlace.objects.get()
    assert (place.person, place.lessons_done, place.lesson, place.screen) == (worker, [1], 2, 1)
    return page


def after_signing_out(page, profile, house):
    """Whoever reads here now reads under nobody's name."""
    page.get_by_role("button", name="Sign out").tap()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert not page.evaluate("localStorage['vein-care-learner']")
    house.close()
    page = profile()
    page.goto(f"{house.url}{LESSON}")
    lesson = Reader(page)
    lesson.tap_next()
    lesson.says("Nobody is signed in on this device")
    house.open()


def in_the_evening(page, house, worker):
    """The rest, on the phone."""
    sign_in(page, house, worker)
    page.goto("/training/")
    page.get_by_role("link", name=re.compile("Go on ?: Why vein care")).tap()
    lesson = Reader(page)
    for _lesson in range(3):
        expect(page.get_by_role("navigation", name="This lesson")).to_be_visible()
        lesson.read_to_the_end()
        following = page.locator('[data-part="following"]')
        if following.count():
            with page.expect_navigation():
                following.tap()
    expect(page.get_by_text("You have now done the whole module.", exact=False).locator("visible=true")).to_be_visible()
    looks_right(page)
    page.get_by_role("main").get_by_role("link", name="My training").tap()
    expect(page.get_by_role("heading", name="Done", exact=True)).to_be_visible()


def check_certificate(page, completion):
    """Somebody who is shown the paper types its code."""
    page.context.clear_cookies()
    page.goto("/certificates/")
    page.get_by_label("Code on the certificate").fill(completion.code.lower())
    page.get_by_role("button", name="Check").tap()
    expect(page.get_by_role("heading", name="This certificate is good")).to_be_visible()
    expect(page.get_by_text("Why vein care")).to_be_visible()
    assert "Jo Marsh" not in page.content() and "Harbour" not in page.content()
    looks_right(page)


def test_begun_online_read_on_offline_finished_on_another_device_and_its_certificate_checked(
    house, profile, chromium, watcher, worker, other_worker, trainer
):
    # Cookies go while a page of the person before is open.
    watcher.expect(f"{NO_NETWORK}|Failed to fetch|ERR_FAILED|401 .*/training/me.json")
    call_command("load_course", verbosity=0)
    module = Module.objects.get(slug="why-vein-care")
    round_ = AssignmentRoundFactory(organisation=worker.organisation, made_by=trainer)
    assignment = AssignmentFactory(person=worker, module=module, round=round_)
    house.open()

    in_the_office(profile(), house, worker)
    at_the_bus_stop(profile, house, worker)
    page = back_in_range(profile, house, worker, other_worker)
    after_signing_out(page, profile, house)
    phone = chromium.new_context(base_url=house.url, viewport=PHONE, has_touch=True, locale="en-GB", service_workers="block")
    report_violations(phone)
    watcher.watch(phone)
    page = phone.new_page()
    in_the_evening(page, house, worker)
    completion = Completion.objects.get()
    assignment.refresh_from_db()
    assert (completion.person, completion.mode, assignment.completion) == (worker, "online", completion)
    with page.expect_download() as paper:
        page.get_by_role("link", name=re.compile("^Certificate .PDF.")).first.tap()
    assert paper.value.suggested_filename == f"vein-care-why-vein-care-{completion.completed_on}.pdf"
    check_certificate(page, completion)
    phone.close()
