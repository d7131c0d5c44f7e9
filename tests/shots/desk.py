"""Scenes at a desk: a worker's own pages, an administrator's, and those of the editors of the deck."""

from playwright.sync_api import expect

PASSWORD = "try-vein-care"  # of everybody in sessions/demo.py
SITE = "Harbour van"
CARD = "ampoule"
LINE = "Water goes into your vein, so start with a new, sterile ampoule each time."


def sign_in_at_a_desk(page, login_name, *, address):
    page.goto(address)
    page.get_by_label("Login name or e-mail").fill(login_name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"**{address}")


def a_worker(studio):
    """Opens the cards too, so that the administrator finds a tablet that is not withdrawn."""
    page = studio.new_page(touch=False)
    sign_in_at_a_desk(page, "jo", address="/sessions/mine/")
    studio.take(page, "my-work")
    page.goto("/sessions/new/")
    studio.take(page, "afterwards")
    page.goto("/deliver/")
    page.get_by_role("button", name="Start", exact=True).wait_for()
    page.context.close()


def own_service(page):
    """Where the pages of an administrator's service begin: /organisations/1/. page: at the desk's home."""
    return page.locator("a[href$='/people/']").first.get_attribute("href").removesuffix("people/")


def an_administrator(studio):
    page = studio.new_page(touch=False)
    sign_in_at_a_desk(page, "ade", address="/")
    organisation = own_service(page)
    page.goto(f"{organisation}people/")
    studio.take(page, "people")
    page.goto(f"{organisation}invite/")
    page.get_by_label("Name", exact=True).fill("Alex Rowe")
    page.get_by_role("checkbox", name="Worker").check()
    page.get_by_label("Usual site").select_option(label=SITE)
    page.get_by_role("button", name="Make the invitation").click()
    page.get_by_role("heading", name="Let them scan this").wait_for()
    studio.take(page, "invitation")
    page.goto(f"{organisation}sites/")
    page.get_by_role("link", name=SITE, exact=True).click()
    page.get_by_role("heading", level=1).wait_for()
    studio.take(page, "site-form")
    page.goto(f"/sessions{organisation}tablets/")
    studio.take(page, "tablets")
    page.get_by_role("link", name="Set up a counter tablet").click()
    page.get_by_label("At which site it stands").select_option(label=SITE)
    page.get_by_label("What it is called").fill("Counter 1")
    page.get_by_role("button", name="Make a code for it").click()
    page.get_by_role("heading", name="Scan this with the tablet").wait_for()
    studio.take(page, "counter-tablet")
    page.goto(f"{organisation}audit/")
    studio.take(page, "audit-trail")
    page.context.close()


def an_editor(studio):
    """Publishes a changed card, and goes back at the end: the next window size finds the same words on its cards."""
    page = studio.new_page(touch=False)
    sign_in_at_a_desk(page, "eve", address="/deck/")
    studio.take(page, "editors-deck")
    earlier = page.get_by_role("link", name="Look at this release").get_attribute("href")
    page.goto(f"/deck/cards/{CARD}/")
    studio.take(page, "editors-card")
    page.get_by_role("link", name="Recall this card").click()
    heading(page, "Recall")
    studio.take(page, "recall")
    page.goto("/deck/")
    page.get_by_role("button", name="Begin a draft").click()
    page.get_by_role("heading", name="Review", exact=False).first.wait_for()
    draft = page.url
    page.goto(f"{draft}cards/{CARD}/")
    studio.take(page, "card-draft")
    page.get_by_label("Line", exact=True).fill(LINE)
    page.get_by_role("button", name="Save and check").click()
    page.get_by_text("Saved in the draft.").wait_for()
    studio.take(page, "card-draft-saved")
    page.goto(draft)
    studio.take(page, "release-draft")
    page.locator("#changed").evaluate("heading => heading.scrollIntoView()")
    studio.take(page, "release-draft-changes")
    page.get_by_role("link", name="Publish", exact=True).click()
    page.get_by_label("Why without a second editor").fill("The other editor is away, and one sentence is clearer now.")
    studio.take(page, "publish")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("is published")
    page.goto(earlier)
    studio.take(page, "release-earlier")
    page.get_by_role("link", name="Go back to this release").click()
    page.get_by_label("Why", exact=True).fill("The line about water was clearer before.")
    studio.take(page, "go-back")
    page.get_by_role("button", name="Go back", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("has the cards of release")
    studio.take(page, "release-published")
    page.context.close()


def heading(page, words):
    expect(page.get_by_role("heading", level=1)).to_contain_text(words)
