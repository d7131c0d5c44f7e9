"""Scenes of figures: a coordinator who reads, prints and exports them, and an administrator who has people asked how it was."""

from tests.shots.desk import SITE, heading, own_service, sign_in_at_a_desk


def a_coordinator(studio):
    page = studio.new_page(touch=False)
    sign_in_at_a_desk(page, "cass", address="/sessions/summary/")
    studio.take(page, "summary")
    page.get_by_role("link", name="To share", exact=True).click()
    page.wait_for_url("**view=share**")
    studio.take(page, "summary-to-share")
    for address, title in {"outcomes": "Process outcomes", "report": "Report"}.items():
        page.goto(f"/sessions/summary/{address}/?view=share")
        heading(page, title)
        studio.take(page, f"summary-{address}")
    page.goto("/sessions/exports/?view=inside")
    studio.take(page, "export")
    page.goto("/sessions/all/")
    heading(page, "Sessions")
    studio.take(page, "sessions")
    page.context.close()


def an_administrator(studio):
    page = studio.new_page(touch=False)
    sign_in_at_a_desk(page, "ade", address="/")
    service = own_service(page)
    page.goto(f"/sessions{service}say/")
    heading(page, "Ask how it was")
    studio.take(page, "ask-how-it-was")
    of_site = page.get_by_role("region", name=SITE)
    asked = of_site.get_by_role("link", name="/say/").get_attribute("href")
    of_site.get_by_role("link", name="Poster to print").click()
    heading(page, "Was the talk any use")
    studio.take(page, "ask-how-it-was-poster")
    page.goto(f"/sessions{service}figures/")
    heading(page, "Figures")
    studio.take(page, "rules-of-figures")
    page.context.close()
    somebody_says_how_it_was(studio, asked)


def somebody_says_how_it_was(studio, address):
    page = studio.new_page()
    page.goto(address)
    heading(page, "Was the talk any use")
    studio.take(page, "say-how-it-was")
    page.context.close()
