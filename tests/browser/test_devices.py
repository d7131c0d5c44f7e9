"""A device that served a test before is to the next as if it had come out of the box."""

import pytest

from tests.browser.conftest import DESK, NARROW, TABLET
from tests.browser.devices import Devices

LEAVE_SOMETHING_EVERYWHERE = """
async () => {
  localStorage.something = sessionStorage.something = "left";
  document.cookie = "something=left";
  await new Promise((done) => (indexedDB.open("something").onsuccess = done));
  await caches.open("something");
}
"""
WHAT_IS_LEFT = """
async () => [
  ...Object.keys(localStorage),
  ...Object.keys(sessionStorage),
  document.cookie,
  ...(await indexedDB.databases()).map(({ name }) => name),
  ...(await caches.keys()),
  (await navigator.permissions.query({ name: "clipboard-read" })).state,
  matchMedia("(prefers-color-scheme: dark)").matches && "dark",
  matchMedia("print").matches && "print",
  innerWidth,
]
"""


@pytest.fixture
def take(server, chromium):
    """take(clock=False) and give_back(device), of devices that no other test has."""
    ours, taken = Devices(chromium), []
    usual = {"has_touch": True, "locale": "en-GB", "timezone_id": "Europe/London", "reduced_motion": "reduce", "service_workers": "block"}

    def take_one(**more):
        taken.append(ours.take(base_url=server.url, viewport=TABLET, color_scheme="light", **usual, **more))
        return taken[-1]

    take_one.give_back = ours.give_back
    yield take_one
    for device in taken:
        device.close()


def test_nothing_is_left_of_the_test_before(take):
    first = take()
    first.page.goto("/help/")
    as_new = first.page.evaluate(WHAT_IS_LEFT)
    first.context.grant_permissions(["clipboard-read"])
    first.page.evaluate(LEAVE_SOMETHING_EVERYWHERE)
    first.page.emulate_media(media="print", color_scheme="dark")
    first.page.set_viewport_size(NARROW)
    first.page.route("**/help/", lambda route: route.abort())
    first.context.new_page()
    assert first.page.evaluate(WHAT_IS_LEFT) != as_new
    first.page.context.set_offline(True)
    take.give_back(first)

    second = take()

    assert second is first
    assert second.context.pages == [second.page]
    assert second.context.cookies() == []
    second.page.goto("/help/")
    assert second.page.evaluate(WHAT_IS_LEFT) == as_new


def test_nobody_listens_any_more_to_what_the_next_test_does(take):
    heard = []
    first = take()
    first.page.on("request", lambda request: heard.append(request))
    first.page.context.on("request", lambda request: heard.append(request))
    first.page.goto("/help/")
    assert len(heard) > 1
    take.give_back(first)
    heard.clear()

    second = take()

    assert second is first
    second.page.goto("/help/")
    assert heard == []


def test_its_clock_begins_with_the_real_time_and_goes_on(take):
    first = take(clock=True)
    first.page.goto("/help/")
    first.page.clock.fast_forward("30:00")
    first.page.clock.pause_at(first.page.evaluate("Date.now()") / 1000 + 60)
    take.give_back(first)
    assert take() is not first, "who asks for no clock has the real one"

    second = take(clock=True)

    assert second is first
    second.page.goto("/help/")
    of_the_page, real = second.page.evaluate("[Date.now(), __pwClock.builtins.Date.now()]")
    assert abs(of_the_page - real) < 1000
    second.page.wait_for_function("begun => Date.now() > begun", arg=of_the_page)


@pytest.mark.parametrize(
    "change",
    [
        lambda device: device.page.add_init_script("left = true"),
        lambda device: device.context.add_init_script("left = true"),
        lambda device: device.page.expose_function("left", lambda: None),
        lambda device: device.page.once("dialog", lambda _dialog: None),
        lambda device: device.page.close(),
    ],
    ids=["script of the page", "script of the browser", "function", "listener", "closed page"],
)
def test_what_cannot_be_taken_back_serves_no_other_test(change, take):
    first = take()
    change(first)

    take.give_back(first)

    assert take() is not first


def test_a_test_may_ask_for_devices_that_no_other_had(open_page, new_devices):
    assert open_page(size=DESK).url == "about:blank"
