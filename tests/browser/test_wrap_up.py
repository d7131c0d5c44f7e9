"""Wrap up: everything may stay blank, and what is said arrives exactly as it was said."""

import pytest
from playwright.sync_api import expect

from sessions.models import CardSession
from tests.browser.facts import eventually, facts_of, nothing_but, stored_facts
from tests.factories import SiteFactory


@pytest.fixture
def tablet(stocked_site, tablet):
    """A tablet at a site that stocks four things and points to two services."""
    return tablet


def test_everything_may_stay_blank_and_none_is_another_answer_and_only_the_place_is_carried_over(tablet, organisation):
    SiteFactory(organisation=organisation, name="Quay Street")
    tablet.start(site="Harbour van")
    tablet.tap("Finish")
    tablet.tap("Came for equipment")
    tablet.save()

    tablet.tap("Start new")
    tablet.is_at("Cards")
    tablet.tap("Finish")
    tablet.save()

    tablet.tap("Start new")
    tablet.is_at("Cards")
    tablet.tap("Finish")
    for none in ["None of these", "Nothing handed over", "Nowhere this time"]:
        tablet.tap(none)
    tablet.save()
    tablet.let_it_go()
    tablet.is_received()

    eventually(lambda: CardSession.objects.count() == 3, tablet.page)
    first, blank, none_of_these = CardSession.objects.order_by("id")
    assert facts_of(first) == nothing_but(moment="asked_for_equipment")
    assert facts_of(blank) == nothing_but(outcome="held")
    assert facts_of(none_of_these) == nothing_but(areas=[], resources=[], signposts=[])
    assert first.site == blank.site == none_of_these.site


def test_everything_that_can_be_tapped_arrives_as_it_was_tapped(tablet):
    tablet.talk_about("Water", site="Harbour van")
    tablet.tap("Looking after veins", within=tablet.group("Talked about"))
    tablet.tap("Water", within=tablet.group("Mattered most"))
    give_everything_in_its_own_way(tablet)
    tablet.tap("Wound care", within=tablet.group("Pointed to"))
    tablet.tap("Came for equipment", within=tablet.group("What prompted it"))
    tablet.tap("No", within=tablet.group("Somewhere private to talk?"))
    tablet.tap("5 to 9 minutes", within=tablet.group("About how long"))
    tablet.tap("Stopped early")
    tablet.tap("No time today", within=tablet.group("Why it stopped"))

    tablet.save()

    tablet.let_it_go()
    tablet.is_received()
    assert stored_facts() == {
        "outcome": "cut_short",
        "reason": "no_time_today",
        "moment": "asked_for_equipment",
        "private_space": False,
        "length_band": "from_5_to_9",
        "areas": ["vein_care", "water"],
        "mattered_most": "water",
        "resources": [
            ("citric_packets", "offered_not_wanted", None),
            ("dry_pads", "given", None),
            ("hand_wipes", "none_left", None),
            ("water_ampoules", "given", 11),
        ],
        "signposts": ["wound_care"],
        "cards": ["ampoule"],
    }


def give_everything_in_its_own_way(tablet):
    for name, way in [("Water ampoules", "10"), ("Citric packets", "Not wanted"), ("Dry pads", "Given, not counted"), ("Hand wipes", "None left")]:
        tablet.tap(f"More choices: {name}")
        tablet.tap(way, within=tablet.kit(name))
    tablet.tap("More: Water ampoules")
    tablet.tap("More: Water ampoules")
    tablet.tap("Fewer: Water ampoules")


def test_a_second_tap_takes_an_answer_back_and_no_tap_moves_another_thing_from_under_a_finger(tablet):
    tablet.talk_about("Water", site="Harbour van")
    rows = tablet.page.get_by_role("group").filter(has=tablet.page.get_by_role("button", name="Fewer"))
    expect(rows).to_have_count(4)
    tablet.tap("Water", within=tablet.group("Talked about"))
    for name in ["None of these", "Nothing in particular", "Yes", "Stopped early"]:
        tablet.tap(name)
        tablet.tap(name)
    tablet.tap("More: Water ampoules")
    tablet.tap("Fewer: Water ampoules")

    chips = tablet.group("Talked about").get_by_role("button").or_(tablet.group("What prompted it").get_by_role("button"))
    tablet.tap("The place")
    before = [chip.bounding_box() for chip in chips.all()]
    tablet.tap("Hands and skin", within=tablet.group("Talked about"))
    assert [chip.bounding_box() for chip in chips.all()] == before
    for name in ["The place", "Hands and skin"]:
        tablet.tap(name, within=tablet.group("Talked about"))

    tablet.tap("Something else…")
    expect(tablet.button("More: Street kit")).to_be_visible()
    expect(tablet.button("Something else…")).to_be_hidden()
    tablet.save()
    tablet.let_it_go()
    tablet.is_received()
    assert stored_facts() == nothing_but(cards=["ampoule"])


def test_what_is_handed_over_on_a_card_is_carried_into_wrap_up_and_loses_nothing_that_was_counted_there(tablet):
    tablet.start(site="Harbour van")
    tablet.open_area("Water")
    tablet.tap("Turn over")
    tablet.tap("Water ampoules")

    tablet.tap("Finish")

    expect(tablet.page.get_by_role("listitem").filter(has_text="Water ampoules").first).to_contain_text("Given, not counted")
    tablet.tap("More: Water ampoules")
    tablet.tap("Back to cards")
    tablet.open_area("Water")
    tablet.tap("Turn over")
    tablet.tap("Water ampoules")
    tablet.tap("Finish")
    tablet.save()
    tablet.let_it_go()
    tablet.is_received()
    assert stored_facts() == nothing_but(resources=[("water_ampoules", "given", 1)], cards=["ampoule"])


def test_on_the_phone_nobody_asks_for_a_private_space(tablet):
    tablet.start(site="Harbour van")
    tablet.tap("Finish")
    tablet.tap("Yes", within=tablet.group("Somewhere private to talk?"))
    tablet.touch(tablet.page.get_by_text("Harbour van · Van"))

    tablet.tap("Phone", within=tablet.group("Kind of place"))

    expect(tablet.heading("Somewhere private to talk?")).to_be_hidden()
    tablet.save()
    tablet.let_it_go()
    tablet.is_received()
    session = CardSession.objects.get()
    assert (session.setting_id, session.private_space) == ("phone", None)


def test_leaving_without_saving_asks_first_and_keeps_nothing(tablet):
    tablet.talk_about("Water", site="Harbour van")
    tablet.tap("Leave without saving")
    tablet.tap("Stay")
    tablet.is_at("Wrap up")

    tablet.tap("Leave without saving")
    tablet.touch(tablet.page.get_by_role("dialog").get_by_role("button", name="Leave without saving"))

    expect(tablet.button("Start")).to_be_visible()
    tablet.let_it_go()
    assert tablet.page.evaluate("sessionStorage.getItem('vein-care-open')") is None
    assert not CardSession.objects.exists()
