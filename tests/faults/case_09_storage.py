"""The browser's storage is full, refused, or pulled away"""

from playwright.sync_api import expect

from tests.faults import network
from tests.faults.cases import case

KEEP_HANDLES = """
globalThis.handles = new Set();
const { open } = IDBFactory.prototype;
const { close } = IDBDatabase.prototype;
IDBFactory.prototype.open = function (...given) {
  const asked = open.apply(this, given);
  asked.addEventListener("success", () => handles.add(asked.result));
  return asked;
};
IDBDatabase.prototype.close = function () {
  handles.delete(this);
  close.call(this);
};
"""
# Returns how many of the outbox there were.
CLOSE_HANDLES = """() => {
  const outbox = [...handles].filter(({ name }) => name === "vein-care");
  outbox.forEach((handle) => handle.close());
  return outbox.length;
}"""

# Ever smaller pieces into a database of its own, until not even a few bytes fit.
FILL = """async () => {
  const database = await new Promise((resolve, reject) => {
    const asked = indexedDB.open("filling");
    asked.onupgradeneeded = () => asked.result.createObjectStore("pieces", { autoIncrement: true });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  const fits = (size) =>
    new Promise((resolve) => {
      const transaction = database.transaction("pieces", "readwrite");
      const piece = Array.from({ length: size / 8 }, () => Math.random().toString(36).slice(2, 10)).join("");
      transaction.objectStore("pieces").add(piece);
      transaction.oncomplete = () => resolve(true);
      transaction.onabort = () => resolve(false);
    });
  for (const size of [200_000, 20_000, 2_000, 200, 40]) while (await fits(size));
}"""
LITTLE = 2_000_000


def pull_handles_away(device):
    closed = device.page.evaluate(CLOSE_HANDLES)
    assert closed > 0, "the page had no handle that could be pulled away"


def with_little_room(case):
    """(a tablet whose browser has two megabytes, the session that can change this)"""
    device = case.device(open_it=False)
    page = device.context.new_page()
    session = device.context.new_cdp_session(page)
    session.send("Storage.overrideQuotaForOrigin", {"origin": case.network.url, "quotaSize": LITTLE})
    return device, session


@case("No room for a record")
def quota(case):
    """The disk is full when a record is saved. The page says so and keeps the session; once there is room, it is saved and goes."""
    device, session = with_little_room(case)
    device.open()
    device.page.evaluate(FILL)
    device.start_saving()
    expect(device.page.locator("[data-part=refusal]").locator("visible=true")).to_be_visible()
    assert device.count() == 0, "there was room"
    session.send("Storage.overrideQuotaForOrigin", {"origin": case.network.url})
    device.hands.touch(device.page.get_by_role("button", name="They said no"))
    device.hands.tap("Leave it blank and save")
    device.hands.is_at("Saved on this tablet")
    device.remember_new()
    device.save()
    device.let_it_go().is_empty()


@case("No room while records wait")
def quota_while_sending(case):
    """The disk fills up while records wait. They can still be sent, and be forgotten after their receipt."""
    device, _session = with_little_room(case)
    device.open().save().save_many(5)
    device.page.evaluate(FILL)
    device.let_it_go().is_empty()


@case("The handle of IndexedDB is pulled away before saving")
def handle_before(case):
    """The browser closes the database behind the page's back, as Safari does when memory is short. The page opens it anew and saves."""
    device = case.device(open_it=False)
    device.context.add_init_script(KEEP_HANDLES)
    device.open().save()
    pull_handles_away(device)
    device.save()
    pull_handles_away(device)
    device.let_it_go().is_empty()


@case("The handle of IndexedDB is pulled away while sending")
def handle_while_sending(case):
    """The same between sending a record and its receipt."""
    device = case.device(open_it=False)
    device.context.add_init_script(KEEP_HANDLES)
    device.open().save().save_many(3)
    gate = network.Gate(after_commit=True)
    with case.network.doing(gate, times=1):
        device.let_it_go()
        case.eventually(gate.arrived.is_set, "a hand-in")
        pull_handles_away(device)
        gate.go.set()
    device.is_empty()


@case("A browser that keeps nothing")
def refused(case):
    """A private window has no storage. The page says so before Start and holds the record itself until the server has it; the first tries fail.

    Whoever closes the page meanwhile is asked whether they mean it.
    """
    device = case.device(open_it=False)
    device.context.add_init_script("Object.defineProperty(globalThis, 'indexedDB', { value: undefined })")
    device.open()
    device.hands.sees("Keep this page open.")
    heard = network.Listener(then=network.cut_before)
    with case.network.doing(heard):
        device.start_saving()
        device.hands.is_at("Held by this page")
        device.let_it_go()
        case.eventually(lambda: heard.bodies, "a try")
        case.a_moment(300)
    case.remember([{"sealed": heard.bodies[0]}])
    asks_before_it_closes(case, device.page)
    device.pass_time(30)
    device.hands.is_at("Received")


def asks_before_it_closes(case, page):
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.close(run_before_unload=True)
    case.eventually(lambda: asked, "a question")
    case.a_moment(300)
    assert asked == ["beforeunload"] and not page.is_closed()
