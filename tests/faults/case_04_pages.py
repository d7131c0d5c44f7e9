"""Tabs that end, freeze, or are there twice"""

from tests.faults import network
from tests.faults.cases import case
from tests.faults.tablet import Device

SAY_WHEN_SAVED = """
new MutationObserver(() => {
  const title = document.querySelector(".saved h1")?.textContent;
  if (title === "Saved on this tablet") saidSaved(performance.timeOrigin);
}).observe(document, { subtree: true, childList: true, characterData: true });
"""
TAP_SOON = """() => {
  const button = [...document.querySelectorAll("button")].find(({ textContent }) => textContent === "Leave it blank and save");
  queueMicrotask(() => button.click());
}"""


@case("Tab killed while it saves")
def killed_while_saving(case):
    """The tab's process is killed a few milliseconds after the tap on Save, six times. Whatever it said was saved is there, and arrives once."""
    device = case.device(open_it=False)
    said = set()
    device.context.expose_binding("saidSaved", lambda _source, origin: said.add(origin))
    device.context.add_init_script(SAY_WHEN_SAVED)
    for wait_ms in [0, 10, 20, 40, 80, 160]:
        device.open()
        hands = device.hands
        hands.touch(device.page.get_by_role("button", name="Not today"))
        hands.touch(device.page.get_by_role("button", name="They said no"))
        device.page.evaluate(TAP_SOON)
        if wait_ms:
            device.page.wait_for_timeout(wait_ms)
        device.crash()
    device.open()
    kept = len(device.remember())
    assert kept >= len(said), f"{len(said)} said to be saved, {kept} kept"
    case.notes.append(f"{kept} of 6 were")
    device.let_it_go().is_empty()


@case("Tab killed while it sends, before the server has it")
def killed_while_sending(case):
    """The tab's process is killed with a request on its way. The next tab sends it."""
    killed_at(case, network.Gate())


@case("Tab killed while it sends, after the server has it")
def killed_before_the_receipt(case):
    """The tab's process is killed before the receipt arrives. The next tab sends the record again, and it is there once."""
    killed_at(case, network.Gate(after_commit=True))


def killed_at(case, gate):
    device = case.device().save().save_many(1)
    with case.network.doing(gate, times=1):
        device.let_it_go()
        case.eventually(gate.arrived.is_set, "a hand-in")
        device.crash()
        gate.go.set()
    device.open().is_empty()


@case("Browser killed just after Save")
def browser_killed(case):
    """The whole browser is killed the moment it says that a record is saved, as when the battery is pulled.

    Nobody is signed in afterwards, and it goes all the same.
    """
    profile = case.folder("profile")
    device = case.device_of_its_own(profile).save_many(2, hold_seconds=60)
    device.save_talk()
    case.kill_browser(profile)
    device = case.device_of_its_own(profile, who=None)
    assert device.count() == 3
    device.let_it_go().is_empty(nudging=False)


@case("A frozen tab holds the lock of a record")
def frozen(case):
    """A tab stops dead in the middle of sending and keeps its lock.

    Another tab takes the lock after a minute and sends; then the first one wakes up.
    """
    first = case.device().save()
    second = Device(case, first.context).open()
    gate = network.Gate()
    with case.network.doing(gate, times=1):
        first.let_it_go()
        case.eventually(gate.arrived.is_set, "a hand-in")
        session = first.context.new_cdp_session(first.page)
        session.send("Debugger.enable")
        session.send("Debugger.pause")
        frozen_page, first.page = first.page, None
        second.page.wait_for_timeout(3000)  # it sees that the lock is taken
        assert second.count() == 1
        second.page.evaluate("Date.now = ((now) => () => now() + 61_000)(Date.now)")
        case.eventually(lambda: not second.count(), "the other tab to send", patience=30)
        gate.go.set()
        session.send("Debugger.disable")
        first.page = frozen_page
    first.page.wait_for_timeout(300)
    first.save()
    first.let_it_go().is_empty()


@case("Two tabs send the same records at once")
def two_tabs(case):
    """Two tabs of one tablet are told at the same moment that the network is back, with thirty records to send. Each of them sends some."""
    first = case.device()
    second = Device(case, first.context).open()
    sent = [hand_ins_of(device.page) for device in (first, second)]
    with case.network.doing(network.slowly(0.03)):
        first.save_many(30)
        for _ in range(2):
            first.network_is_back()
            second.network_is_back()
        first.is_empty()
        second.is_empty()
    assert all(sent), f"sent by each tab: {[len(each) for each in sent]}"


def hand_ins_of(page):
    """A list that grows with each record that this page sends."""
    sent = []
    page.on("request", lambda request: sent.append(request) if request.url.endswith(network.HAND_IN) else None)
    return sent


@case("Two tabs save while one sends")
def two_tabs_save(case):
    """One tab's request is held up while the other saves and sends."""
    first = case.device().save()
    second = Device(case, first.context).open()
    gate = network.Gate(after_commit=True)
    with case.network.doing(gate, times=1):
        first.let_it_go()
        case.eventually(gate.arrived.is_set, "a hand-in")
        second.save_talk()
        second.save()
        second.let_it_go()
        gate.go.set()
    first.is_empty()
    second.is_empty()
