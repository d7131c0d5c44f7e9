"""The page without any network, and its own updates"""

from playwright.sync_api import expect

from tests.browser.at_rest import at_rest, said_by_somebody
from tests.faults import network
from tests.faults.case_05_people import JO, SAM, choose_pin, switch
from tests.faults.case_08_upgrades import next_version
from tests.faults.cases import case

IS = "navigator.serviceWorker.getRegistration().then((one) => Boolean(one?.{}))"


def is_installed(device):
    """The service worker has everything that the page needs to open without a network."""
    device.case.eventually(lambda: device.page.evaluate(IS.format("active")), "the worker")


@case("Cold start without a network, after the browser was closed")
def cold_start(case):
    """A tablet is opened where there is no network. With the server stopped two workers begin by PIN, save, and close the browser again.

    Opened once more, still without a network, it has everything; with the server back all of it goes, under the right names.
    """
    profile = case.folder("profile")
    device = case.device_of_its_own(profile)
    choose_pin(device, JO)
    is_installed(device)
    device.context.close()
    case.world.stop_web()
    case.network.close()
    device = case.device_of_its_own(profile, who=None, waits=False)
    device.begins_by_pin("JM", JO)
    device.save_talk()
    device.save()
    device.context.close()
    device = case.device_of_its_own(profile, who=None, waits=False)
    assert device.count() == 2
    device.let_it_go()
    case.network.open()
    case.world.start_web()
    device.network_is_back()
    case.eventually(lambda: not device.count(), "all to go by itself")
    case.kept_for_a_look(0)


@case("Three talks by two workers from a cold start, one login")
def three_talks(case):
    """Sam, then Jo chose PINs. From a start without a network they hold three talks in turns, and nobody signs in again.

    Nobody can take back what the other saved, and nothing that lies there can be read.
    """
    device = case.device("sam", workers=True)
    choose_pin(device, SAM)
    learners = [learner(device)]
    device.context.clear_cookies()
    case.sign_in(device.context, "jo")
    device.anew()
    choose_pin(device, JO)
    learners.append(learner(device))
    is_installed(device)
    device.page.close()
    device.context.clear_cookies()
    case.network.close()
    device.open(waits=False)
    device.begins_by_pin("JM", JO)
    device.save_talk()
    switch(device, "SR", SAM)
    nothing_to_take_back(device)
    device.save_talk("The place")
    assert learner(device) == learners[0] != learners[1]
    switch(device, "JM", JO)
    device.save_talk("Hands and skin")
    device.go_home()
    device.hands.sees("3 saved here, not sent yet")
    nothing_can_be_read(device)
    device.let_it_go()
    case.network.open()
    device.network_is_back()
    case.eventually(lambda: not device.count(), "all to go")
    names = [saved.facts["delivered_by"] for saved in case.saved]
    assert names[0] == names[2] != names[1]


def learner(device):
    """Under whose key lessons would keep a place now."""
    return device.page.evaluate("localStorage['vein-care-learner']")


def nothing_to_take_back(device):
    """What somebody else has saved a moment ago waits here as well, but is theirs."""
    hands = device.hands
    hands.tap("Menu")
    hands.touch(device.page.get_by_role("button", name="This tablet"))
    hands.sees("Saved here, not sent yet")
    expect(hands.button("Undo").locator("visible=true")).to_have_count(0)
    hands.tap("Back")


def nothing_can_be_read(device):
    kept = at_rest(device.page)
    for secret in ["Jo Marsh", "Sam Reed", '"areas"', "held_on", JO, SAM]:
        assert secret not in said_by_somebody(kept), f"{secret} lies there to be read"
    assert kept.count('"rounds":600000') == 2, "each PIN takes the whole number, which static/js/vault.js names"


@case("A newer version arrives in the middle of a session")
def update(case):
    """A new version of the app is there while a talk is under way with ten records waiting. It waits until the talk is saved, and then takes over."""
    device = case.device(workers=True)
    is_installed(device)
    device.page.reload()
    device.is_ready()
    device.save_many(10, hold_seconds=60)
    device.begin_talk()
    before = device.page.evaluate("document.body.dataset.appVersion")
    case.world.stop_web()
    case.world.start_web(next_version(case.world))
    device.page.evaluate("navigator.serviceWorker.getRegistration().then((one) => one.update())")
    case.eventually(lambda: device.page.evaluate(IS.format("waiting")), "the newer version")
    assert device.page.evaluate("document.body.dataset.appVersion") == before
    expect(device.hands.heading("Wrap up")).to_be_visible()
    device.hands.save()
    device.remember_new()
    with case.network.doing(network.answer(503)):
        device.let_it_go().has_tried()
        device.anew()
        device.go_home()
        case.eventually(lambda: has_version_other_than(device, before), "the newer version to take over")
        assert device.count() == 11
    device.is_ready()
    device.is_empty()


def has_version_other_than(device, before):
    """It looks for a newer version when it is opened or seen again, and loads anew once that has taken over."""
    device.case.a_moment(300)
    device.page.wait_for_load_state()
    return device.page.evaluate("document.body?.dataset.appVersion") not in (None, before)
