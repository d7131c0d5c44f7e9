"""Pages at a desk, in light and dark and on a narrow screen."""

from playwright.sync_api import expect

from tests.browser.checks import axe, looks_right, no_sideways_scroll
from tests.browser.conftest import DESK, NARROW, PASSWORD, TABLET


def test_the_sign_in_page_is_in_order_on_a_wide_and_a_narrow_screen_and_can_show_the_password(desk_page):
    desk_page.goto("/accounts/login/")

    looks_right(desk_page)
    desk_page.set_viewport_size(NARROW)
    no_sideways_scroll(desk_page)
    field = desk_page.get_by_label("Password", exact=True)
    field.fill(PASSWORD)
    desk_page.get_by_role("button", name="Show password").click()
    expect(field).to_have_attribute("type", "text")
    axe(desk_page)


def test_a_failed_sign_in_moves_to_a_summary_whose_link_leads_to_the_field(desk_page):
    desk_page.goto("/accounts/login/")
    desk_page.get_by_label("Password", exact=True).fill("something else")
    desk_page.get_by_role("button", name="Sign in", exact=True).click()

    summary = desk_page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(desk_page).to_have_title("Error: Sign in · Vein Care")
    axe(desk_page)
    summary.get_by_role("link").first.click()

    expect(desk_page.get_by_label("Login name or e-mail")).to_be_focused()


def test_a_wrong_password_is_said_without_telling_whether_the_account_exists(desk_page, worker):
    said = []
    for name in [worker.login_name, "nobody-of-this-name"]:
        desk_page.goto("/accounts/login/")
        desk_page.get_by_label("Login name or e-mail").fill(name)
        desk_page.get_by_label("Password", exact=True).fill("not the password")
        desk_page.get_by_role("button", name="Sign in", exact=True).click()
        said.append(desk_page.get_by_role("alert").inner_text())

    assert said[0] == said[1]
    looks_right(desk_page)


def test_public_pages_are_in_order(desk_page):
    for address in ["/help/", "/written/", "/accounts/inactive/"]:
        desk_page.set_viewport_size(DESK)
        desk_page.goto(address)

        looks_right(desk_page)
        desk_page.set_viewport_size(NARROW)
        no_sideways_scroll(desk_page)


def test_error_pages_are_in_order(open_page, worker, watcher):
    watcher.expect("status of 40[34]")
    page = open_page(who=worker)
    for address, status in [("/no-such-page/", 404), ("/sessions/looked-at/", 403)]:
        page.set_viewport_size(TABLET)
        answer = page.goto(address)

        assert answer.status == status
        looks_right(page)
        page.set_viewport_size(NARROW)
        no_sideways_scroll(page)


def test_a_form_that_does_not_come_from_here_is_refused_in_words(desk_page, watcher):
    watcher.expect("status of 403")
    desk_page.goto("/accounts/login/")
    desk_page.context.clear_cookies()

    desk_page.get_by_label("Login name or e-mail").fill("jo")
    desk_page.get_by_label("Password", exact=True).fill(PASSWORD)
    desk_page.get_by_role("button", name="Sign in", exact=True).click()

    expect(desk_page.get_by_role("heading", level=1)).to_be_visible()
    looks_right(desk_page)
