"""The whole promise at once: two workers, one tablet, no network from a cold start, and every record arrives under the right name."""

from playwright.sync_api import expect

from sessions.models import CardSession, HandIn
from tests.browser.conftest import session_cookie
from tests.browser.tablet import Tablet
from tests.browser.test_taking_turns import at_rest, choose_pin, give_pin, sign_in_as, switch, until_all_is_sent

JO, SAM = "274961", "805213"
READY = "navigator.serviceWorker.getRegistration().then((found) => found?.active?.state === 'activated')"


def test_three_sessions_by_two_workers_from_a_cold_start_without_a_network(house, profile, watcher, worker, other_worker, site):
    watcher.expect("ERR_CONNECTION_REFUSED")
    house.open()
    page = profile()
    page.context.add_cookies([session_cookie(worker, url=house.url)])
    page.goto(f"{house.url}/deliver/")
    tablet = Tablet(page)
    choose_pin(tablet, JO)
    jo = learner(page)
    sign_in_as(tablet, other_worker, house)
    choose_pin(tablet, SAM)
    sam = learner(page)
    page.wait_for_function(READY)
    house.close()

    page = profile()
    page.clock.install()
    page.goto(f"{house.url}/deliver/")
    tablet = Tablet(page)
    expect(page.get_by_role("heading", name="Who is delivering?")).to_be_visible()
    give_pin(tablet, "JM", JO)
    tablet.talk_about("Water", site="Harbour van")
    assert learner(page) == jo != sam
    tablet.save()
    tablet.tap("Home")
    switch(tablet, "SR", SAM)
    nothing_to_take_back(tablet)
    tablet.talk_about("The place")
    assert learner(page) == sam
    tablet.save()
    tablet.tap("Home")
    switch(tablet, "JM", JO)
    tablet.talk_about("Hands and skin")
    tablet.save()
    tablet.tap("Home")
    tablet.sees("3 saved here, not sent yet")
    kept = at_rest(page)
    for secret in ["Jo Marsh", "Sam Reed", '"areas"', "held_on", JO, SAM]:
        assert secret not in without_what_is_the_same_for_everyone(kept)
    assert kept.count('"rounds":600000') == 2, "each PIN took the whole number, which static/js/vault.js names"

    house.open()
    until_all_is_sent(tablet)

    stored = CardSession.objects.values_list("delivered_by", "areas__area")
    assert sorted(stored) == sorted([(worker.pk, "water"), (other_worker.pk, "environment"), (worker.pk, "hygiene")])
    assert HandIn.objects.count() == 3


def nothing_to_take_back(tablet):
    """What somebody else has saved a moment ago waits here as well, but is theirs."""
    tablet.tap("Menu")
    tablet.touch(tablet.page.get_by_role("button", name="This tablet"))
    tablet.sees("Saved here, not sent yet")
    expect(tablet.button("Undo").locator("visible=true")).to_have_count(0)
    tablet.tap("Back")


def learner(page):
    """Under whose key lessons would keep a place now."""
    return page.evaluate("localStorage['vein-care-learner']")


def without_what_is_the_same_for_everyone(kept):
    """The page, its files and the deck speak of areas, too."""
    return "\n".join(line for line in kept.split("\n") if line.startswith(("{", "vein-care")))
