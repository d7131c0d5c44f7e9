"""Two pages, two workers, two decks, and taps at awkward moments: nothing is lost, doubled, or put under another's name."""

import pytest
from django.contrib.sessions.models import Session as SignIn
from playwright.sync_api import expect

from sessions.models import CardSession, HandIn, QuarantinedRecord
from sessions.models import Tablet as TabletRow
from tests.browser.conftest import at_the_cards, session_cookie
from tests.browser.facts import facts_of, nothing_but, stored_facts
from tests.browser.tablet import Tablet

DECK = "**/deliver/deck/*.json"
SLOW_SEALING = """() => {
  const seal = crypto.subtle.encrypt;
  crypto.subtle.encrypt = async (...a) => {
    await new Promise((go) => (globalThis.goOn = go));
    return seal.apply(crypto.subtle, a);
  };
}"""
SLOW_TO_WALK_BACK = "() => { const go = history.go.bind(history); history.go = (steps) => setTimeout(() => go(steps), 500); }"
BROKEN_SEALING_ONCE = """() => {
  const seal = crypto.subtle.encrypt;
  crypto.subtle.encrypt = async () => {
    crypto.subtle.encrypt = seal;
    throw new Error("no");
  };
}"""


def find_out_who_is_here(tablet):
    """The network is back, so the page asks; returns when it has read the answer."""
    with tablet.page.expect_response("**/me.json") as answered:
        tablet.page.evaluate("dispatchEvent(new Event('online'))")
    answered.value.finished()
    tablet.page.evaluate("new Promise((resolve) => setTimeout(resolve, 100))")


def another_page(tablet):
    """A second page in the same browser."""
    return Tablet(at_the_cards(tablet.page.context.new_page()))


def with_pages_behind_it(page):
    """A walk back that goes too far leads to one of them."""
    page.goto("/help/")
    page.evaluate("for (const number of '123456') history.pushState(null, '', `#${number}`)")
    return page


def sign_in_as(person, page, server):
    page.context.clear_cookies()
    page.context.add_cookies([session_cookie(person, url=server.url)])


def newer_deck(page):
    """From now on the server offers release 2, with the same cards."""

    def deck(route):
        answer = route.fetch()
        route.fulfill(response=answer, json=answer.json() | {"release": 2})

    def me(route):
        answer = route.fetch()
        found = answer.json()
        route.fulfill(response=answer, json=found | {"deck": {"release": 2, "url": found["deck"]["url"] + "?2"}})

    page.route("**/deliver/deck/*.json?2", deck)
    page.route("**/deliver/me.json", me)


def test_what_is_being_changed_is_not_sent_by_another_page(tablet):
    tablet.talk_about("Water", site="Harbour van")
    tablet.save()
    tablet.tap("Change")
    tablet.is_at("Wrap up")
    other = another_page(tablet)
    other.tap("1 saved here, not sent yet")
    other.sees("Saved here, being changed")
    expect(other.button("Send now")).to_be_hidden()
    other.page.evaluate("dispatchEvent(new Event('online'))")

    # The page where it is being changed sleeps, as one does that is out of sight: none of its timers runs.
    tablet.page.evaluate("const last = setTimeout(() => {}); for (let id = last; id > last - 10_000; id -= 1) clearInterval(id)")
    tablet.page.clock.fast_forward("20:00")
    # What the other page tries after twenty minutes is over before this one is loaded anew.
    other.page.wait_for_timeout(1_000)
    other.sees("Saved here, being changed")
    tablet.page.reload()
    tablet.is_at("Wrap up")
    assert not HandIn.objects.exists()
    tablet.tap("When it misses", within=tablet.group("Talked about"))
    tablet.save()
    tablet.let_it_go()

    tablet.is_received()
    assert stored_facts() == nothing_but(areas=["missed_hits", "water"], cards=["ampoule"])
    assert not QuarantinedRecord.objects.exists()


def test_a_start_in_another_page_and_a_reload_leave_the_time_for_undo(tablet):
    tablet.talk_about("Water", site="Harbour van")
    tablet.save()
    other = another_page(tablet)
    other.start(site="Harbour van")
    tablet.tap("Undo")
    tablet.is_at("Taken back")
    tablet.tap("Save it after all")
    tablet.is_at("Saved on this tablet")

    tablet.page.reload()
    tablet.tap("1 saved here, not sent yet")
    tablet.tap("Undo")

    tablet.sees("Nothing is waiting on this tablet.")
    assert not HandIn.objects.exists()


def test_a_record_that_cannot_be_sealed_stays_open_and_what_is_sealed_keeps_the_token_of_its_ticket(open_page, worker):
    tablet = Tablet(at_the_cards(with_pages_behind_it(open_page(clock=True, who=worker))))
    tablet.talk_about("Water", site="Harbour van")
    tablet.page.evaluate("localStorage.setItem('vein-care-tablet', 'of another organisation')")
    tablet.page.evaluate(BROKEN_SEALING_ONCE)
    tablet.page.evaluate(SLOW_TO_WALK_BACK)
    tablet.tap("Save")
    expect(tablet.page.get_by_role("alert")).to_contain_text("Something went wrong while saving.")
    # The browser is told to walk back before it is known that nothing was saved, and does so afterwards.
    tablet.page.wait_for_timeout(700)
    tablet.is_at("Wrap up")

    tablet.page.evaluate(SLOW_SEALING)
    tablet.tap("Save")
    tablet.is_at("Saving…")
    expect(tablet.button("Start new")).to_be_hidden()
    expect(tablet.button("Home")).to_be_hidden()
    tablet.page.evaluate("goOn()")
    tablet.is_at("Saved on this tablet")
    expect(tablet.button("Start new")).to_be_visible()

    tablet.let_it_go()
    tablet.is_received()
    assert stored_facts() == nothing_but(areas=["water"], cards=["ampoule"])


def test_two_pages_at_the_first_sign_in_make_one_tablet(open_page, worker):
    page = open_page(who=worker)
    second = page.context.new_page()
    for each in [page, second]:
        each.goto("/deliver/", wait_until="commit")

    for each in [page, second]:
        expect(Tablet(each).button("Start")).to_be_visible()
    assert TabletRow.objects.count() == 1


def test_another_page_notices_who_is_there_now_and_offers_nothing_of_the_one_before(tablet, server, other_worker):
    tablet.talk_about("Water", site="Harbour van")
    tablet.save()
    sign_in_as(other_worker, tablet.page, server)

    another_page(tablet)

    tablet.sees("SR delivering · change")
    expect(tablet.page.get_by_role("button", name="Same again, someone else")).to_be_hidden()


def test_two_workers_record_in_their_own_names_and_an_open_session_comes_back_to_who_held_it_alone(tablet, server, worker, other_worker):
    tablet.talk_about("Water", site="Harbour van")
    sign_in_as(other_worker, tablet.page, server)
    tablet.page.reload()
    tablet.sees("A session somebody else had left open is put away.")
    tablet.sees("SR delivering · change")
    expect(tablet.button("Go on with the session")).to_be_hidden()
    assert tablet.page.evaluate("sessionStorage.getItem('vein-care-open')") is None
    tablet.talk_about("The place")  # a tablet that changes hands stays where it is
    tablet.save()

    goes_on(tablet, worker, server)
    sign_in_as(other_worker, tablet.page, server)
    tablet.page.evaluate("dispatchEvent(new Event('online'))")
    tablet.sees("A session somebody else had left open is put away.")
    expect(tablet.button("Save")).to_be_hidden()
    assert "water" not in tablet.page.evaluate("document.body.innerText").lower()
    goes_on(tablet, worker, server)
    tablet.save()
    tablet.let_it_go()

    tablet.is_received()
    assert set(CardSession.objects.values_list("delivered_by", "areas__area")) == {(worker.pk, "water"), (other_worker.pk, "environment")}
    assert facts_of(CardSession.objects.get(delivered_by=worker)) == nothing_but(areas=["water"], cards=["ampoule"])


def goes_on(tablet, person, server):
    sign_in_as(person, tablet.page, server)
    tablet.page.reload()
    tablet.tap("Go on with the session")
    tablet.tap("Finish")


@pytest.mark.parametrize("old_cards", ["can still be had", "are gone"])
def test_a_new_deck_in_the_middle_of_a_session_does_not_change_what_its_record_says(old_cards, tablet):
    tablet.talk_about("Water", site="Harbour van")
    newer_deck(tablet.page)
    if old_cards == "are gone":
        # The server knows only release 2 by now, under whatever address.
        tablet.page.route(DECK, lambda route: route.fulfill(json=route.fetch().json() | {"release": 2}))
    tablet.page.reload()
    tablet.is_at("Wrap up")

    tablet.tap("Back to cards")
    tablet.open_area("The place")
    tablet.tap("Finish")
    tablet.save()
    tablet.let_it_go()

    tablet.is_received()
    [session] = CardSession.objects.all()
    cards = ["ampoule", "settled-spot"] if old_cards == "can still be had" else ["ampoule"]
    assert sorted(facts_of(session)["cards"]) == cards
    assert session.deck_release.number == 1


def test_a_retired_reason_is_not_offered_and_a_page_out_of_the_memory_of_the_browser_is_loaded_anew(tablet):
    tablet.page.evaluate("document.getElementById('codes').content.querySelector('[data-code=illness]').remove()")
    tablet.touch(tablet.page.get_by_role("button", name="Not today"))
    tablet.touch(tablet.page.get_by_role("button", name="They did not come"))
    expect(tablet.page.locator(".not-today-reasons")).to_be_visible()
    expect(tablet.page.locator(".not-today-reasons [data-code=illness]")).to_have_count(0)

    with tablet.page.expect_navigation():
        tablet.page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")

    expect(tablet.button("Start")).to_be_visible()


def test_when_the_login_has_ended_start_new_and_not_today_say_why_not(tablet, server, worker):
    tablet.talk_about("Water", site="Harbour van")
    tablet.save()
    SignIn.objects.all().delete()
    find_out_who_is_here(tablet)
    tablet.tap("Start new")
    alert = tablet.page.get_by_role("alert")
    expect(alert).to_contain_text("Nobody is signed in.")
    expect(alert.get_by_role("link", name="Sign in")).to_be_visible()

    sign_in_as(worker, tablet.page, server)
    tablet.page.reload()
    tablet.touch(tablet.page.get_by_role("button", name="Not today"))
    tablet.touch(tablet.page.get_by_role("button", name="They said no"))
    SignIn.objects.all().delete()
    find_out_who_is_here(tablet)
    tablet.tap("Leave it blank and save")
    expect(alert).to_contain_text("Nobody is signed in.")


def test_signing_out_with_a_session_open_warns_and_leaves_nothing_of_it_to_the_next(tablet):
    tablet.talk_about("Water", site="Harbour van")
    tablet.page.goto("/help/")
    tablet.page.goto("/deliver/")
    expect(tablet.button("Go on with the session")).to_be_visible()
    tablet.tap("Menu")
    tablet.touch(tablet.page.get_by_role("button", name="Sign out"))
    dialog = tablet.page.get_by_role("dialog", name="Sign out with a session open?")
    expect(dialog).to_contain_text("It is not saved.")

    tablet.touch(dialog.get_by_role("button", name="Sign out all the same"))

    tablet.sees("Nobody is signed in.")
    tablet.page.reload()
    tablet.sees("Nobody is signed in.")
    expect(tablet.button("Go on with the session")).to_be_hidden()
    assert tablet.page.evaluate("Object.keys(sessionStorage)") == ["vein-care-away"]
