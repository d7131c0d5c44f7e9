"""An offer that was not taken up is recorded in two taps."""

from playwright.sync_api import expect

from sessions.models import CardSession
from tests.browser.facts import facts_of, nothing_but, stored_facts

NOT_TODAY = [
    ("They said no", "Leave it blank and save", "declined", None),
    ("They did not come", "Ill today", "did_not_attend", "illness"),
    ("It was not the moment", "Nowhere private to talk", "not_offered", "no_private_space"),
]


def test_not_today_takes_two_taps_and_can_be_undone(tablet):
    for count, (what, why, outcome, reason) in enumerate(NOT_TODAY, start=1):
        tablet.touch(tablet.page.get_by_role("button", name="Not today"))
        tablet.taps = 0

        tablet.touch(tablet.page.get_by_role("button", name=what))
        tablet.tap(why)

        assert tablet.taps == 2
        tablet.is_at("Saved on this tablet")
        expect(tablet.page.get_by_role("button", name="Same again, someone else")).to_be_hidden()
        tablet.let_it_go()
        tablet.is_received()
        assert CardSession.objects.count() == count
        assert facts_of(CardSession.objects.latest("pk")) == nothing_but(outcome=outcome, reason=reason)
        tablet.tap("Home")

    tablet.touch(tablet.page.get_by_role("button", name="Not today"))
    tablet.touch(tablet.page.get_by_role("button", name="They said no"))
    tablet.tap("Not wanted")
    tablet.is_at("Saved on this tablet")
    tablet.tap("Undo")
    tablet.is_at("Taken back")
    tablet.let_it_go()
    assert CardSession.objects.count() == len(NOT_TODAY)


def test_a_session_that_turns_out_not_to_be_keeps_the_cards_shown_and_nothing_else(tablet):
    tablet.talk_about("Water", site="Harbour van")

    tablet.tap("It was not today after all")
    tablet.touch(tablet.page.get_by_role("button", name="They said no"))
    tablet.tap("Would rather not say")

    tablet.is_at("Saved on this tablet")
    tablet.let_it_go()
    tablet.is_received()
    assert stored_facts() == nothing_but(outcome="declined", reason="prefer_not_to_say", cards=["ampoule"])
