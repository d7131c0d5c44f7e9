"""Undo and Change close to the last second"""

from playwright.sync_api import expect

from tests.faults import network
from tests.faults.cases import case


@case("Undo at the last second")
def last_second(case):
    """One of two records is taken back 59 seconds after it was saved. It is nowhere; the other arrives."""
    device = case.device().save().save()
    device.let_it_go().is_empty()
    device.save()
    device.pass_time(58)
    device.hands.tap("Undo")
    device.hands.is_at("Taken back")
    case.take_back(case.saved[-1].record_id)
    device.let_it_go().is_empty()


@case("Undo while it is on its way")
def on_its_way(case):
    """Undo comes when the request has left already. It is refused, and the record is there once."""
    device = case.device().save()
    gate = network.Gate()
    with case.network.doing(gate, times=1):
        undo = device.hands.button("Undo").element_handle()
        device.let_it_go()
        case.eventually(gate.arrived.is_set, "a hand-in")
        undo.evaluate("(button) => button.click()")
        gate.go.set()
    device.hands.is_at("Received")


@case("Undo in the very moment of sending")
def same_moment(case):
    """Undo and the end of the minute fall together, four times. What the page says is taken back is nowhere; everything else is there once."""
    device = case.device()
    for early_ms in [0, 5, 20, 60]:
        device.save()
        number = case.saved[-1].record_id
        device.page.clock.fast_forward(60_000 - 400)
        device.page.wait_for_timeout(max(0, 400 - early_ms - 60))
        device.page.evaluate("[...document.querySelectorAll('button')].find(({ textContent }) => textContent === 'Undo')?.click()")
        done = device.hands.heading("Taken back").or_(device.hands.heading("Received"))
        expect(done).to_be_visible()
        if device.hands.heading("Taken back").is_visible():
            case.take_back(number)
    device.save()
    device.let_it_go().is_empty()


@case("Changed before it is sent")
def changed(case):
    """A record is opened again with Change and saved anew under its number while its minute runs out. Only the changed one is there."""
    device = case.device().save_talk()
    number = case.saved[-1].record_id
    device.hands.tap("Change")
    device.hands.is_at("Wrap up")
    device.pass_time(90)
    assert device.count() == 1, "sent while it was changed"
    case.take_back(number)
    device.hands.touch(device.page.get_by_role("button", name="5 to 9 minutes").or_(device.page.get_by_role("radio", name="5 to 9 minutes")).first)
    device.hands.save()
    device.remember_new()
    device.let_it_go().is_empty()
    assert [saved.facts["length_band"] for saved in case.saved] == ["from_5_to_9"]
