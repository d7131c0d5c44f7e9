"""A training day as its trainer has it: planned at a desk, marked standing in a room of thirty with a tablet in one hand."""

import datetime
import time

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.checks import looks_right, no_sideways_scroll
from tests.browser.conftest import LANDSCAPE, PHONE, TABLET, session_cookie
from tests.factories import UserFactory
from tests.training.factories import AttendanceFactory, CourseFactory, TrainingEventFactory
from training.models import Attendance, Completion, TrainingEvent

MOST_TAPS = 34
LONGEST_SECONDS = 120
COUNT_TAPS = "addEventListener('pointerdown', (event) => event.isTrusted && countTap(), { capture: true })"


@pytest.fixture
def room(server, organisation, trainer):
    """room(count): an event of today with so many people invited."""
    modules = [version.module for version in CourseFactory().versions.all()]

    def invite(count):
        event = TrainingEventFactory(organisation=organisation, made_by=trainer)
        event.modules.set(modules)
        for person in people(organisation, count):
            AttendanceFactory(event=event, person=person)
        return event

    return invite


def people(organisation, count):
    return [UserFactory(organisation=organisation, display_name=f"Person {number:02}", initials=f"P{number}") for number in range(1, count + 1)]


@pytest.fixture
def tapping(open_page, trainer):
    """(page of the trainer's tablet, list that grows by one with every tap on it)."""
    page, taps = open_page(who=trainer), []
    page.expose_function("countTap", lambda: taps.append(1))
    page.add_init_script(COUNT_TAPS)
    return page, taps


def chip(page, name, words):
    return page.get_by_role("radiogroup", name=name).get_by_text(words, exact=True)


def begin(page, taps, event):
    page.goto(f"/training/events/{event.pk}/")
    taps.clear()
    page.get_by_role("link", name="Mark who was there").tap()
    expect(page.get_by_text(f"{event.attendances.count()} not marked")).to_be_visible()
    return time.monotonic()


def save(page):
    page.get_by_role("button", name="Save").tap()
    expect(page.get_by_text("Saved.")).to_be_visible()


def states(event):
    return sorted(Attendance.objects.filter(event=event).values_list("state", flat=True))


def take_a_wrong_tap_back(page):
    """And then want to leave, which asks first."""
    chip(page, "Person 01", "There").tap()
    expect(page.get_by_text("1 there · 29 not marked")).to_be_visible()
    chip(page, "Person 01", "There").tap()
    expect(page.get_by_text("30 not marked")).to_be_visible()
    chip(page, "Person 02", "Part").tap()
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("link", name="Events", exact=True).first.tap()
    expect(page.get_by_text("1 part · 29 not marked")).to_be_visible()
    chip(page, "Person 02", "Part").tap()


def test_thirty_people_are_marked_one_by_one_in_at_most_34_taps(room, tapping):
    event = room(30)
    page, taps = tapping
    begin(page, taps, event)
    take_a_wrong_tap_back(page)
    began = begin(page, taps, event)

    for number in range(1, 31):
        chip(page, f"Person {number:02}", "Not there" if number == 7 else "Part" if number == 8 else "There").tap()
    expect(page.get_by_text("28 there · 1 part · 1 not there")).to_be_visible()
    save(page)

    assert len(taps) == 32 <= MOST_TAPS
    assert time.monotonic() - began < LONGEST_SECONDS
    assert states(event) == ["absent"] + ["attended"] * 28 + ["part"]
    assert Completion.objects.filter(event=event).count() == 2 * 28
    expect(page.get_by_text("28 people have done all 2 modules of this day.")).to_be_visible()


def test_marks_outlive_a_lost_connection_and_a_login_that_is_over(room, tapping, trainer, watcher, server, new_devices):
    watcher.expect("ERR_INTERNET_DISCONNECTED")
    event = room(4)
    page, taps = tapping
    begin(page, taps, event)
    chip(page, "Person 04", "There").tap()

    page.context.set_offline(True)
    page.get_by_role("button", name="Save").tap()
    expect(page.get_by_role("alert")).to_contain_text("there is no connection at the moment. Your marks are still here.")
    page.context.set_offline(False)
    page.context.clear_cookies()
    page.get_by_role("button", name="Save").tap()
    expect(page.get_by_role("alert")).to_contain_text("you are signed out. Your marks are still here.")
    looks_right(page)
    page.context.add_cookies([session_cookie(trainer, url=server.url)])
    save(page)

    assert states(event) == [""] * 3 + ["attended"]


def test_everyone_with_one_tap_and_then_who_was_not_and_who_just_came(room, tapping, organisation):
    UserFactory(organisation=organisation, display_name="Ann Late", initials="AL")
    event = room(30)
    page, taps = tapping
    begin(page, taps, event)

    page.get_by_role("button", name="Everyone was there").tap()
    for number in [3, 9, 27]:
        chip(page, f"Person {number:02}", "Not there").tap()
    page.get_by_label("Find somebody").fill("ann")
    page.get_by_role("button", name="Find").last.tap()
    expect(page.get_by_role("radiogroup", name="Ann Late")).to_be_visible()
    looks_right(page)
    chip(page, "Ann Late", "There").tap()
    expect(page.get_by_text("28 there · 3 not there")).to_be_visible()
    save(page)

    assert len(taps) == 8
    assert states(event) == ["absent"] * 3 + ["attended"] * 28
    assert Completion.objects.filter(event=event, person__display_name="Ann Late").count() == 2
    page.get_by_role("link", name="Correct what was covered").tap()
    page.get_by_label("Peers").uncheck()
    page.get_by_label("Why", exact=True).fill("We did not get to it.")
    looks_right(page)
    page.get_by_role("button", name="Save").tap()
    expect(page.get_by_text("Not covered: Peers")).to_be_visible()
    looks_right(page)
    assert Completion.objects.standing().filter(event=event).count() == 28


def test_two_trainers_mark_at_once_and_nothing_is_lost(room, open_page, trainer, organisation):
    event = room(4)
    kim = UserFactory(organisation=organisation, roles=["trainer"], display_name="Kim Oke", initials="KO")
    first, second = open_page(who=kim), open_page(size=PHONE, who=trainer)
    for page in [first, second]:
        page.goto(f"/training/events/{event.pk}/attendance/")
    chip(first, "Person 01", "Part").tap()
    chip(first, "Person 02", "There").tap()
    save(first)

    chip(second, "Person 01", "There").tap()
    chip(second, "Person 03", "There").tap()
    second.get_by_role("button", name="Save").tap()
    expect(second.get_by_role("status")).to_contain_text("Person 01: Kim Oke saved “Part of it”, you chose “Was there”.")
    looks_right(second)
    assert states(event) == [""] + ["attended"] * 2 + ["part"]

    expect(second.get_by_label("Why a saved mark changes")).to_be_hidden()
    chip(second, "Person 01", "There").tap()
    second.get_by_role("button", name="Save").tap()
    expect(second.get_by_role("alert")).to_contain_text("Say in a few words why the saved mark of Person 01 changes.")
    looks_right(second)
    second.get_by_label("Why a saved mark changes").fill("We both looked: all day.")
    save(second)
    expect(second.get_by_text("Person 01: Part of it → Was there")).to_be_visible()
    assert states(event) == [""] + ["attended"] * 3


def test_a_trainer_plans_a_day_invites_and_calls_it_off(open_page, trainer, organisation, site, worker):
    CourseFactory()
    people(organisation, 20)
    page = open_page(size=LANDSCAPE, who=trainer, touch=False)
    page.goto("/training/events/")
    page.get_by_role("link", name="Plan an event").click()
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("alert")).to_be_visible()
    looks_right(page)
    page.get_by_label("Peers").check()
    page.get_by_label("Day", exact=True).fill((timezone.localdate() + datetime.timedelta(days=9)).isoformat())
    page.get_by_label("Begins at").fill("09:30")
    page.get_by_label("Where", exact=True).fill("Mill Street, first floor")
    page.get_by_label("Who is invited").select_option(label="People I choose on the next page")
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_label("Find by name").fill("person 1")
    expect(page.get_by_label("Person 20")).to_be_hidden()
    page.get_by_label("Person 12").check()
    page.get_by_label("Find by name").fill("jo")
    page.get_by_label("Jo Marsh").check()
    looks_right(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("2 people came to the list.")).to_be_visible()
    for size in [LANDSCAPE, PHONE, TABLET]:
        page.set_viewport_size(size)
        no_sideways_scroll(page)
    looks_right(page)
    page.get_by_role("link", name="Call it off").click()
    page.get_by_label("Why it is called off").fill("The room is gone.")
    looks_right(page)
    page.get_by_role("button", name="Call it off").click()
    expect(page.get_by_text("The room is gone.")).to_be_visible()
    looks_right(page)
    page.get_by_role("link", name="Events", exact=True).first.click()
    expect(page.get_by_role("listitem").filter(has_text="Called off")).to_have_count(1)
    looks_right(page)

    assert {each.person.display_name for each in TrainingEvent.objects.get().attendances.all()} == {"Person 12", "Jo Marsh"}
