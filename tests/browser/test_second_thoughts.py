"""After saving: Undo, Change, and Same again with someone else; and a reload in the middle."""

from playwright.sync_api import expect

from sessions.models import CardSession, HandIn
from tests.browser.facts import eventually, facts_of, nothing_but, stored_facts


def test_what_was_saved_is_taken_back_saved_after_all_and_changed_for_as_long_as_it_takes_and_only_the_last_arrives(tablet):
    tablet.talk_about("Water", site="Harbour van")
    tablet.tap("Came for equipment")
    tablet.save()

    tablet.tap("Undo")
    tablet.is_at("Taken back")
    tablet.let_it_go()
    assert not HandIn.objects.exists()

    tablet.tap("Save it after all")
    tablet.is_at("Saved on this tablet")
    tablet.tap("Change")
    tablet.is_at("Wrap up")
    tablet.page.clock.fast_forward("05:00")
    assert not HandIn.objects.exists()
    tablet.hold_to_uncover()
    expect(tablet.group("Talked about").get_by_role("button", name="Water", exact=True)).to_have_attribute("aria-pressed", "true")
    expect(tablet.button("Came for equipment")).to_have_attribute("aria-pressed", "true")
    tablet.tap("Water", within=tablet.group("Talked about"))
    tablet.tap("When it misses", within=tablet.group("Talked about"))
    tablet.save()
    expect(tablet.button("Undo")).to_be_visible()

    tablet.let_it_go()
    tablet.is_received()
    expect(tablet.button("Undo")).to_be_hidden()
    expect(tablet.button("Change")).to_be_hidden()
    assert stored_facts() == nothing_but(areas=["missed_hits"], moment="asked_for_equipment", cards=["ampoule"])
    assert HandIn.objects.count() == 1


def test_same_again_keeps_the_talk_and_starts_with_empty_hands(tablet):
    tablet.talk_about("Water", site="Harbour van")
    tablet.tap("More: Water ampoules")
    tablet.tap("Came for equipment")
    tablet.save()

    tablet.touch(tablet.page.get_by_role("button", name="Same again, someone else"))
    tablet.is_at("Wrap up")
    tablet.save()

    tablet.let_it_go()
    tablet.is_received()
    eventually(lambda: CardSession.objects.count() == 2, tablet.page)
    first, second = CardSession.objects.order_by("id")
    talk = {"areas": ["water"], "cards": ["ampoule"]}
    assert facts_of(first) == nothing_but(**talk, resources=[("water_ampoules", "given", 1)], moment="asked_for_equipment")
    assert facts_of(second) == nothing_but(**talk)


def test_a_reload_loses_nothing_and_what_is_saved_cannot_be_read_on_the_tablet(tablet):
    tablet.start(site="Harbour van")
    tablet.open_area("Water")
    tablet.tap("Talked about")
    for side in ["Turn over", "Turn back"]:
        tablet.page.reload()
        tablet.is_at("Which water?")
        expect(tablet.button(side)).to_be_visible()
        expect(tablet.button("Talked about")).to_have_attribute("aria-pressed", "true")
        tablet.tap(side)
    tablet.tap("Finish")
    tablet.tap("More: Water ampoules")
    tablet.tap("Yes", within=tablet.group("Somewhere private to talk?"))
    tablet.page.reload()
    tablet.is_at("Wrap up")
    tablet.save()

    kept = tablet.page.evaluate(EVERYTHING_KEPT)

    assert [entry["sealed"].count(".") for entry in kept["records"]] == [4]
    assert set(kept["records"][0]) == {"record_id", "sealed", "token", "organisation", "created", "send_after", "state", "tries", "last_answer"}
    assert "vein-care-open" not in kept["session"]
    for word in ["water", "ampoule", "Jo Marsh"]:
        assert word not in str(kept)
    tablet.let_it_go()
    tablet.is_received()
    assert stored_facts() == nothing_but(areas=["water"], cards=["ampoule"], resources=[("water_ampoules", "given", 1)], private_space=True)


EVERYTHING_KEPT = """
async () => {
  const open = indexedDB.open("vein-care");
  const database = await new Promise((done) => (open.onsuccess = () => done(open.result)));
  const all = database.transaction("records").objectStore("records").getAll();
  const records = await new Promise((done) => (all.onsuccess = () => done(all.result)));
  database.close();
  return { records, session: { ...sessionStorage }, local: { ...localStorage } };
}
"""
