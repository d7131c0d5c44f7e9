"""An editor changes a module: looks first, is told what breaks a rule, saves, publishes; whatever is typed, nothing of it runs."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.checks import looks_right
from tests.browser.conftest import LANDSCAPE, NARROW
from tests.training.course_files import write_module
from training import coursefile
from training.actions.course import load_course

HOSTILE = "## The first screen\n\n<img src=x onerror=\"document.title='run'\"> [a link](javascript:alert(1)) ![x](data:image/png;base64,AAAA)"


@pytest.fixture
def course(server, tmp_path):
    write_module(tmp_path)
    return load_course(coursefile.read_course(tmp_path).modules)


def test_a_module_is_looked_at_mended_saved_and_published(course, open_page, editor):
    page = open_page(size=LANDSCAPE, who=editor, touch=False)
    page.goto("/training/course/")
    looks_right(page)
    page.get_by_role("button", name="Begin a draft").click()
    page.get_by_role("link", name="Why vein care").click()
    lesson = page.get_by_label("Lesson 1: text", exact=True)
    sound = lesson.input_value()

    lesson.fill(HOSTILE)
    page.get_by_role("button", name="See how it looks first").click()
    expect(page.get_by_role("alert")).to_contain_text("Lesson 1: text: Line 3: Take out the HTML tag; Markdown alone is shown.")
    expect(page.locator("#lesson-1 ~ * .lesson-text")).to_contain_text("<img src=x")
    assert page.title() != "run"
    assert lesson.input_value() == HOSTILE
    looks_right(page)

    lesson.fill(sound.replace("- A light [app].", "- A lamp [app]."))
    page.get_by_role("button", name="See how it looks first").click()
    expect(page.get_by_text("Not saved yet.")).to_be_visible()
    expect(page.locator("#lesson-1 ~ * .lesson-text li").last).to_have_text(re.compile("A lamp"))
    page.get_by_role("button", name="Save and check").first.click()
    expect(page.get_by_text("Saved in the draft.")).to_be_visible()
    page.get_by_role("link", name="Back to the draft").click()
    expect(page.locator("ins")).to_have_text(["put in: lamp"])
    page.set_viewport_size(NARROW)
    looks_right(page)
    page.get_by_role("link", name="Publish", exact=True).click()
    page.get_by_label("Why without a second editor").fill("Nobody else is in today.")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Release 2 is published.")).to_be_visible()
    page.get_by_role("link", name="Why vein care").click()
    expect(page.get_by_role("heading", name="Version 2, ").or_(page.get_by_text("Version 2, "))).to_be_visible()
    looks_right(page)
