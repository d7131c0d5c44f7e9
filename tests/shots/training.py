"""Scenes of training: somebody who takes it, a trainer at a tablet, and an editor of the course."""

import re

from tests.shots.desk import SITE, heading, sign_in_at_a_desk


def somebody_who_takes_it(studio):
    page = studio.new_page(touch=False)
    sign_in_at_a_desk(page, "jo", address="/training/")
    studio.take(page, "my-training")
    page.goto("/deliver/lessons/")
    studio.take(page, "lessons")
    page.goto("/deliver/lessons/place-hands-and-water/1/2/")
    page.get_by_role("navigation", name="This lesson").wait_for()
    studio.take(page, "lesson")
    while not page.locator("[data-check]:visible").count():
        page.get_by_role("button", name="Next", exact=True).click()
    page.locator("[data-check]:visible details").first.click()
    studio.take(page, "lesson-check")
    page.goto("/certificates/")
    page.get_by_label("Code on the certificate").fill("2345 6789 ABCD EFGH")
    page.get_by_role("button", name="Check").click()
    page.get_by_role("main").wait_for()
    studio.take(page, "certificate-check")
    page.goto("/training/manual/")
    studio.take(page, "manual")
    page.context.close()


def a_trainer(studio):
    page = studio.new_page(touch=False)
    sign_in_at_a_desk(page, "toni", address="/training/people/")
    studio.take(page, "who-is-trained")
    page.get_by_role("link", name="Jo Marsh").click()
    heading(page, "Jo Marsh")
    studio.take(page, "training-of-a-person")
    page.goto("/training/assign/")
    page.get_by_label("Outreach by chat").check()
    page.get_by_label("Everyone of a site").check()
    page.get_by_label("Whose usual site is").select_option(label=SITE)
    studio.take(page, "assign")
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Assign").wait_for()
    studio.take(page, "assign-look")
    page.goto("/training/assign/made/")
    studio.take(page, "what-was-assigned")
    page.goto("/training/events/")
    studio.take(page, "events")
    page.get_by_role("link", name=re.compile("Hands, skin and water")).first.click()
    heading(page, "Hands, skin and water")
    studio.take(page, "event")
    for name, link in {"attendance": "Correct or add", "facilitator-pack": "Facilitator pack", "sign-in-sheet": "Sign-in sheet"}.items():
        event = page.url
        page.get_by_role("link", name=link).click()
        page.wait_for_url(lambda url, before=event: url != before)
        studio.take(page, name)
        page.goto(event)
    page.context.close()


def an_editor_of_the_course(studio):
    """Begins a draft and throws it away, so that the next window size finds the same."""
    page = studio.new_page(touch=False)
    sign_in_at_a_desk(page, "eve", address="/training/course/")
    studio.take(page, "course")
    page.get_by_role("button", name="Begin a draft").click()
    page.get_by_role("heading", name="Review", exact=False).first.wait_for()
    draft = page.url
    page.goto(f"{draft}modules/why-vein-care/")
    studio.take(page, "module-draft")
    page.context.close()
