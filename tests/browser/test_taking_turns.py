"""Several workers at one tablet: each begins with a PIN of their own, also without a network, and nobody records under another's name."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from sessions.models import CardSession, Tablet
from tests.browser.at_rest import at_rest
from tests.browser.checks import looks_right
from tests.browser.conftest import DESK, at_the_cards, session_cookie
from tests.browser.tablet import Tablet as Hands

JO, SAM, CHANGED = "274961", "805213", "639128"

# What one page keeps reaches the others by a way of its own: later, perhaps, than what it tells them.
KEPT_BY_OTHERS_COMES_LATE = """() => {
  const { getItem, setItem } = Storage.prototype;
  const own = {};
  Storage.prototype.setItem = function (key, value) { own[key] = true; setItem.call(this, key, value); };
  Storage.prototype.getItem = function (key) { return key === "vein-care-sign-out" && !own[key] ? null : getItem.call(this, key); };
}"""


@pytest.fixture
def both(tablet, server, worker, other_worker):
    """A tablet on which Jo and then Sam have signed in and chosen a PIN. Sam is there."""
    choose_pin(tablet, JO)
    sign_in_as(tablet, other_worker, server)
    choose_pin(tablet, SAM)
    return tablet


def sign_in_as(tablet, person, server):
    """The login of somebody else, who came in by the form."""
    tablet.page.context.clear_cookies()
    tablet.page.context.add_cookies([session_cookie(person, url=server.url)])
    tablet.page.reload()
    tablet.sees(f"{person.initials} delivering · change")


def choose_pin(tablet, pin):
    tablet.touch(tablet.page.get_by_role("button", name="Choose a PIN, to begin without a connection"))
    for title in ["Choose a PIN", "Once more, to be sure"]:
        expect(tablet.page.get_by_role("dialog", name=title)).to_be_visible()
        tablet.page.keyboard.type(pin)
    expect(tablet.page.get_by_role("status").filter(has_text="From now on your PIN works on this tablet.")).to_have_count(1)


def give_pin(tablet, initials, pin):
    """From the tiles that are in sight."""
    tablet.touch(tablet.page.get_by_role("button", name=initials, exact=True).locator("visible=true"))
    for digit in pin:
        tablet.touch(tablet.page.get_by_role("dialog", name=f"{initials}: your PIN").get_by_role("button", name=digit, exact=True))


def switch(tablet, initials, pin):
    tablet.tap("Menu")
    tablet.touch(tablet.page.get_by_role("button", name="Switch worker"))
    give_pin(tablet, initials, pin)
    tablet.sees(f"{initials} delivering · change")


def offline(tablet):
    tablet.page.route("**/*", lambda route: route.abort())


def online(tablet):
    tablet.page.unroute("**/*")


def test_nothing_readable_lies_on_the_tablet_and_whoever_takes_over_ends_the_login_that_was_there(both, worker, other_worker):
    both.talk_about("Water", site="Harbour van")
    both.save()
    ticket = both.page.evaluate("fetch('/deliver/me.json', {headers: {'Tablet-Token': localStorage['vein-care-tablet']}}).then((it) => it.json())")[
        "ticket"
    ]["value"]
    kept = at_rest(both.page)
    assert "vein-care-people" in kept
    assert "eyJ" in kept, "the sealed record is there"
    for secret in [worker.display_name, other_worker.display_name, ticket, "areas", "environment", JO, SAM]:
        assert secret not in kept

    both.page.goto("/sessions/mine/")
    expect(both.page.get_by_role("heading", name="My work")).to_be_visible()
    both.page.goto("/deliver/")
    switch(both, "JM", JO)
    expect(both.page.locator("body")).to_have_attribute("data-screen", "home")
    both.tap("Menu")
    both.sees("Jo Marsh is delivering, with a PIN. To see your own work, sign in.")
    expect(both.page.get_by_role("link", name="My work")).to_have_count(0)
    looks_right(both.page)
    both.page.wait_for_load_state("networkidle")
    both.page.goto("/sessions/mine/")
    expect(both.page.get_by_role("button", name="Sign in")).to_be_visible()


def test_without_a_login_a_pin_is_enough_until_the_fifth_wrong_one_and_an_open_session_comes_back_to_its_worker(both):
    change_pin(both, old=SAM, new=CHANGED)
    both.talk_about("Water", site="Harbour van")
    both.page.context.clear_cookies()
    both.page.reload()
    expect(both.page.get_by_role("heading", name="Who is delivering?")).to_be_visible()
    looks_right(both.page)

    give_pin(both, "JM", JO)
    both.sees("JM delivering · change")
    expect(both.button("Go on with the session")).to_have_count(0)
    switch(both, "SR", CHANGED)
    both.tap("Go on with the session")
    both.tap("Finish")
    both.save()

    both.page.reload()
    use_up_all_tries(both, "JM")
    looks_right(both.page)
    both.touch(both.page.get_by_role("dialog", name="JM: your PIN").get_by_role("button", name="Cancel"))
    expect(both.page.get_by_role("button", name="SR", exact=True).locator("visible=true")).to_have_count(1)
    expect(both.page.get_by_role("button", name="JM", exact=True).locator("visible=true")).to_have_count(0)


def change_pin(tablet, *, old, new):
    """The old one is asked for first, and said to be wrong if it is."""
    tablet.tap("Menu")
    tablet.touch(tablet.page.get_by_role("button", name="Change your PIN"))
    dialog = tablet.page.get_by_role("dialog", name="Your PIN as it is now")
    expect(dialog).to_be_visible()
    tablet.page.keyboard.type("111111")
    expect(dialog.get_by_role("alert")).to_contain_text("4 more tries.")
    tablet.page.keyboard.type(old)
    for title in ["Choose a PIN", "Once more, to be sure"]:
        expect(tablet.page.get_by_role("dialog", name=title)).to_be_visible()
        tablet.page.keyboard.type(new)
    expect(tablet.page.get_by_role("dialog", name="Once more, to be sure")).to_have_count(0)


def use_up_all_tries(tablet, initials):
    tablet.touch(tablet.page.get_by_role("button", name=initials, exact=True).locator("visible=true"))
    dialog = tablet.page.get_by_role("dialog", name=f"{initials}: your PIN")
    for _ in range(6):
        tablet.touch(dialog.get_by_role("button", name="1", exact=True))
    expect(dialog.get_by_role("alert")).to_contain_text("4 more tries.")
    for left in ["3 more tries.", "2 more tries.", "One more try; after that, sign in again."]:
        tablet.page.keyboard.type("111111")
        expect(dialog.get_by_role("alert")).to_contain_text(left)
    tablet.page.keyboard.type("111111")
    expect(dialog.get_by_role("alert")).to_contain_text("Sign in when there is a connection")


def test_two_pages_of_one_browser_leave_each_other_alone_while_a_session_is_open(both):
    both.talk_about("Water", site="Harbour van")
    asked = []
    both.page.context.on("request", lambda request: asked.append(request.url) if "me.json" in request.url else None)
    other = Hands(both.page.context.new_page())
    other.page.clock.install()
    other.page.goto("/deliver/")
    switch(other, "JM", JO)
    other.talk_about("The place", site="Harbour van")
    other.page.wait_for_load_state("networkidle")

    both.sees("Wrap up")
    both.save()
    other.save()
    both.let_it_go()  # by its clock the other's record is due as well, and goes with its own
    for each in [both, other]:
        each.is_received()
    assert len(asked) < 12, "the pages do not answer each other without end"
    assert CardSession.objects.values("delivered_by").distinct().count() == 2


def test_signing_out_without_a_network_or_at_a_desk_page_takes_everything_of_the_worker_off(both, watcher, server, other_worker):
    watcher.expect("ERR_FAILED")
    offline(both)
    both.tap("Menu")
    both.touch(both.page.get_by_role("button", name="Sign out"))
    expect(both.page.get_by_role("heading", name="Who is delivering?")).to_be_visible()
    only_jo_is_kept(both)
    online(both)
    both.page.reload()
    expect(both.page.get_by_role("button", name="JM", exact=True).locator("visible=true")).to_have_count(1)
    expect(both.page.locator("#who")).to_be_hidden()
    both.page.wait_for_function("!localStorage.getItem('vein-care-sign-out')?.includes('out')")  # the server has heard of it

    sign_in_as(both, other_worker, server)
    choose_pin(both, SAM)
    both.page.goto("/sessions/mine/")
    both.page.get_by_role("button", name="Sign out").first.click()
    both.page.wait_for_url("**/accounts/login/**")
    both.page.goto("/deliver/")
    expect(both.page.get_by_role("heading", name="Who is delivering?")).to_be_visible()
    only_jo_is_kept(both)


def only_jo_is_kept(tablet):
    kept = at_rest(tablet.page)
    assert '"initials":"JM"' in kept
    assert not re.search('"initials":"SR"|Sam Reed', kept)


def test_counter_tablet_begins_at_once_and_names_nobody(open_page, administrator, site, organisation, watcher):
    watcher.expect("404")  # the code, tried a second time
    desk = open_page(size=DESK, who=administrator, touch=False)
    desk.goto(reverse("sessions:counter-tablet-new", args=[organisation.pk]))
    looks_right(desk)
    desk.get_by_role("button", name="Make a code for it").click()
    expect(desk.get_by_role("alert")).to_be_focused()
    desk.get_by_label("At which site it stands").select_option("Harbour van")
    desk.get_by_label("What it is called").fill("Counter 1")
    desk.get_by_role("button", name="Make a code for it").click()
    link = desk.get_by_text("#counter=").text_content()
    looks_right(desk)

    page = open_page()
    page.clock.install()
    page.goto(link)
    tablet = Hands(page)
    tablet.sees("Counter · change")
    assert page.url.endswith("/deliver/")
    looks_right(page)
    tablet.talk_about("Water", site="Harbour van")
    tablet.save()
    tablet.let_it_go()
    tablet.is_received()
    page.reload()
    tablet.sees("Counter · change")

    assert list(CardSession.objects.values_list("delivered_by", "submitted_by", "site__name")) == [(None, None, "Harbour van")]
    assert Tablet.objects.get(is_counter=True).label == "Counter 1"
    other = open_page()
    other.goto(link)
    expect(other.get_by_text("This code was used already")).to_be_visible()


def test_the_pin_is_not_asked_for_where_the_browser_would_forget_it(open_page, worker):
    page = open_page(who=worker)
    page.add_init_script("Object.defineProperty(window, 'indexedDB', { value: undefined })")
    at_the_cards(page)

    expect(page.get_by_role("button", name="Start", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("Choose a PIN")).locator("visible=true")).to_have_count(0)


def test_who_signs_out_at_a_desk_page_is_not_brought_back_by_a_page_of_the_cards_that_asks_first(both):
    desk = both.page.context.new_page()
    desk.goto("/sessions/mine/")
    held = []
    desk.route("**/accounts/logout/", lambda route: held.append(route))
    both.page.evaluate(KEPT_BY_OTHERS_COMES_LATE)
    with both.page.expect_response("**/deliver/me.json") as asked:
        desk.get_by_role("button", name="Sign out").first.click(no_wait_after=True)

    assert asked.value.status == 401
    both.look()
    expect(both.page.get_by_role("heading", name="Who is delivering?")).to_be_visible()
    expect(both.page.get_by_role("button", name="SR", exact=True)).to_have_count(0)
    held.pop().continue_()
    desk.wait_for_url("**/accounts/login/**")


def test_whoever_begins_while_a_sign_out_is_still_told_stays_at_their_card(both):
    held = []
    both.page.route("**/deliver/sign-out/", lambda route: held.append(route))
    both.tap("Menu")
    both.touch(both.page.get_by_role("button", name="Sign out"))
    give_pin(both, "JM", JO)
    both.talk_about("Water", site="Harbour van")
    assert held
    while held:
        held.pop().continue_()
        both.look()

    both.is_at("Wrap up")
