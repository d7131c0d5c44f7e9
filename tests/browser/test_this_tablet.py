"""This tablet: what becomes of every record, in words; the rescue file; and what is said when a tablet's storage fails."""

import json
import re
from pathlib import Path

from django.utils import timezone
from playwright.sync_api import expect

from sessions.models import CardSession, HandIn, WorkerTicket
from sessions.models import Tablet as TabletRow
from tests.browser.checks import looks_right
from tests.browser.conftest import PHONE, at_the_cards
from tests.browser.tablet import Tablet

HAND_IN = "**/sessions/records/"
WAITS_FOR_NETWORK = "It goes by itself as soon as there is a connection."
ANOTHER_NETWORK = (
    "Something else answered in place of the server, as the Wi-Fi of a café does before one signs on. Open any other website and do what it"
    " asks, then tap Send now."
)
NOT_THIS_TABLET = (
    "The server takes no records from this tablet at the moment. Sign in here, then tap Try again. If that does not help, save a rescue file"
    " and give it to your coordinator."
)
LONG = "15:00"  # longer than any wait between two tries
# What Safari on an iPad says of itself, outside the Home Screen.
AN_IPAD = """
Object.defineProperty(navigator, "standalone", { value: false });
Object.defineProperty(navigator, "maxTouchPoints", { value: 5 });
"""
NO_ROOM = """
(() => {
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (value, ...more) {
    if (!window.isFull || this.name !== "records") return put.call(this, value, ...more);
    this.transaction.abort();
    throw new DOMException("The quota has been exceeded.", "QuotaExceededError");
  };
})();
"""
OPEN_IN_AN_OLD_TAB = """
() => new Promise((done) => {
  const open = indexedDB.open("vein-care", 1);
  open.onupgradeneeded = () => open.result.createObjectStore("records", { keyPath: "record_id" });
  open.onsuccess = () => done(void (window.old = open.result));
})
"""


def no_network(route):
    route.abort("internetdisconnected")


def captive_portal(route):
    route.fulfill(status=200, content_type="text/html", body="<h1>Welcome to our free network</h1>")


def asks_for_a_pause(route):
    route.fulfill(status=429, headers={"Retry-After": "600"}, content_type="application/json", body="{}")


def said_no(tablet):
    """Two taps without a conversation, saved and left to itself."""
    for words in ["Not today", "They said no", "Leave it blank and save"]:
        tablet.touch(tablet.page.get_by_role("button", name=words))
    tablet.is_at("Saved on this tablet")
    tablet.tap("Home")


def open_this_tablet(tablet):
    tablet.tap("Menu")
    tablet.touch(tablet.page.get_by_role("dialog", name="Menu").get_by_role("button", name=re.compile("^This tablet")))
    tablet.is_at("This tablet")


def row(tablet, text):
    return tablet.page.get_by_role("listitem").filter(has_text=text)


def fact(tablet, name):
    return tablet.page.locator("#screen dt", has_text=name).locator("+ dd")


def test_this_tablet_says_what_a_record_waits_for_and_what_send_now_came_to(tablet, watcher):
    watcher.expect("Failed to load resource.*/sessions/records/")
    page = tablet.page
    tablet.talk_about("Water", site="Harbour van")
    tablet.save()
    tablet.tap("Home")
    open_this_tablet(tablet)
    expect(row(tablet, "It goes in a minute. Until then you can take it back.")).to_have_count(1)
    expect(fact(tablet, "Last sent")).to_have_text("Not yet")

    for answer, words in [(no_network, WAITS_FOR_NETWORK), (captive_portal, ANOTHER_NETWORK)]:
        page.route(HAND_IN, answer)
        tablet.tap("Send now")
        expect(page.get_by_role("main").get_by_role("status")).to_have_text(words)
        expect(row(tablet, words)).to_contain_text("Saved here, not sent yet")
        expect(tablet.button("Undo")).to_be_hidden()
        page.unroute(HAND_IN)
    page.route(HAND_IN, asks_for_a_pause)
    tablet.tap("Send now")
    expect(row(tablet, re.compile("The server is busy and asks us to wait until [0-9]+:[0-9]{2}. Then it goes by itself."))).to_have_count(1)
    page.unroute(HAND_IN)
    page.clock.fast_forward(LONG)

    expect(row(tablet, "Received")).to_have_count(1)
    tablet.sees("Nothing is waiting on this tablet.")
    expect(fact(tablet, "Received since you opened the cards")).to_have_text("1")
    expect(fact(tablet, "Last sent")).to_have_text(re.compile("^Today, (morning|afternoon|evening|night)$"))
    tablet.sees("Opened in a browser, not installed.")
    expect(page.get_by_text(re.compile(r"^Release 1 of .+ \((today|yesterday)\)\.$"))).to_be_visible()
    assert CardSession.objects.count() == 1
    page.reload()
    expect(fact(tablet, "Last sent")).to_have_text(re.compile("^Today, "))


def test_what_a_revoked_tablet_cannot_send_says_what_to_do_and_goes_into_a_rescue_file(open_page, worker, watcher):
    watcher.expect("status of 401 .*/sessions/records/")
    tablet = Tablet(at_the_cards(open_page(clock=True, size=PHONE, who=worker)))
    page = tablet.page
    tablet.talk_about("Water", site="Harbour van")
    tablet.save()
    TabletRow.objects.update(revoked_at=timezone.now())
    tablet.let_it_go()
    tablet.sees("It is safe on this tablet, but the server did not take it. See This tablet in the menu.")
    tablet.tap("Home")
    expect(tablet.button("1 record needs attention")).to_be_visible()
    said_no(tablet)
    tablet.let_it_go()
    tablet.tap("2 records need attention")
    expect(row(tablet, "Needs attention").filter(has_text=NOT_THIS_TABLET)).to_have_count(2)
    expect(tablet.button("Try again")).to_have_count(2)

    with page.expect_download() as download:
        tablet.tap("Save a rescue file")

    tablet.sees(f"Saved as {download.value.suggested_filename}. Give it to your coordinator. The records stay here too; nothing is counted twice.")
    first, *records = [json.loads(line) for line in Path(download.value.path()).read_text(encoding="utf-8").splitlines()]
    assert re.fullmatch(r"cards-rescue-20\d\d-\d\d-\d\d\.jsonl", download.value.suggested_filename)
    assert (first["vein_care_rescue"], first["origin"], first["records"]) == (1, page.evaluate("origin"), 2)
    assert [(set(record), record["sealed"].count(".")) for record in records] == [({"record_id", "sealed"}, 4)] * 2
    looks_right(page)
    TabletRow.objects.update(revoked_at=None)
    tablet.tap("Try all again")
    expect(row(tablet, "Received")).to_have_count(2)
    assert {str(id) for id in HandIn.objects.values_list("record_id", flat=True)} == {record["record_id"] for record in records}


def test_a_record_for_the_coordinator_and_one_taken_back_are_told_apart(tablet):
    tablet.talk_about("Water", site="Harbour van")
    tablet.save()
    tablet.tap("Home")
    open_this_tablet(tablet)
    tablet.tap("Undo")
    expect(row(tablet, "Taken back")).to_contain_text("Nothing from this session is kept.")
    tablet.tap("Back")
    said_no(tablet)
    WorkerTicket.objects.update(revoked_at=timezone.now())
    open_this_tablet(tablet)

    tablet.tap("Send now")

    expect(tablet.page.get_by_role("main").get_by_role("status")).to_have_text("1 record sent. The server has it.")
    expect(row(tablet, "Received")).to_contain_text("Something in it did not fit. The coordinator will look at it, and it is safe with the server.")
    assert not CardSession.objects.exists()
    looks_right(tablet.page)


def test_without_room_the_session_stays_open_until_it_is_saved(open_page, worker):
    page = open_page(clock=True, who=worker)
    page.add_init_script(NO_ROOM)
    tablet = Tablet(at_the_cards(page))
    tablet.talk_about("Water", site="Harbour van")
    page.evaluate("() => { window.isFull = true; navigator.storage.estimate = async () => ({ usage: 99, quota: 100 }) }")

    tablet.tap("Save")
    expect(page.get_by_role("alert")).to_contain_text("There is no room left on this tablet, so this is not saved yet. Nothing is lost")
    page.evaluate("() => { navigator.storage.estimate = async () => ({ usage: 1, quota: 100 }) }")
    tablet.tap("Save")
    expect(page.get_by_role("alert")).to_contain_text("The tablet did not store this. Nothing is lost")
    looks_right(page)

    page.evaluate("() => { window.isFull = false }")
    tablet.save()
    tablet.let_it_go()
    tablet.is_received()
    assert CardSession.objects.get().areas.get().area_id == "water"


def test_a_cleared_database_is_noticed_and_an_old_tab_in_the_way_is_named(open_page, worker):
    page = open_page(clock=True, who=worker)
    tablet = Tablet(at_the_cards(page))
    tablet.talk_about("Water", site="Harbour van")
    tablet.save()
    old = page.context.new_page()
    old.goto("/written/")
    page.goto("/written/")
    old.evaluate("() => new Promise((done) => (indexedDB.deleteDatabase('vein-care').onsuccess = done))")
    old.evaluate(OPEN_IN_AN_OLD_TAB)

    page.goto("/deliver/")
    tablet.sees("The cards are open in another tab, as they were before an update.")
    expect(tablet.button("Start")).to_be_hidden()
    looks_right(page)
    old.close()

    expect(tablet.button("Start")).to_be_visible()
    old = page.context.new_page()
    old.goto("/written/")
    old.evaluate("() => new Promise((done) => (indexedDB.deleteDatabase('vein-care').onsuccess = done))")
    page.reload()
    tablet.sees("1 record that was saved here is gone.")
    looks_right(page)
    tablet.tap("I have read this")
    expect(page.get_by_text("1 record that was saved here is gone.")).to_have_count(0)


def test_an_ipad_sends_first_and_is_then_put_on_the_home_screen(open_page, worker, watcher):
    watcher.expect("Failed to load resource.*/sessions/records/")
    page = open_page(clock=True, who=worker)
    page.add_init_script(AN_IPAD)
    tablet = Tablet(at_the_cards(page))
    tablet.sees("Put the cards on the Home Screen.")
    page.route(HAND_IN, no_network)
    tablet.talk_about("Water", site="Harbour van")
    tablet.save()

    tablet.tap("Home")
    tablet.sees("Send what waits, then put the cards on the Home Screen.")
    looks_right(page)
    page.unroute(HAND_IN)
    open_this_tablet(tablet)
    tablet.sees("Send what waits, then put the cards on the Home Screen.")
    tablet.tap("Send now")

    tablet.sees("Put the cards on the Home Screen.")
