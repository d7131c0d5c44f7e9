import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { decksToBeginWith, holdWhile, isQuiet, rememberDeck, Updates, wouldLose } from "../../static/js/deliver/updates.js";

const MINUTE = 60_000;
const settled = () => new Promise((resolve) => setTimeout(resolve));

// When a page may load anew

const AT_HOME = { screen: "home", session: null, looking: false, isSaving: false, dialogOpen: null, wouldLose: 0, via: "login", visible: true, reachable: true };

for (const [what, state, quiet] of [
  ["at Home", {}, true],
  ["at Home with a session open", { session: { recordId: "r1" } }, false],
  ["in the deck", { screen: "deck", session: { recordId: "r1" } }, false],
  ["while just the cards are looked at", { screen: "deck", looking: true }, false],
  ["on the screen that says Saved", { screen: "saved" }, false],
  ["before the first screen shows", { screen: null }, false],
  ["while a record is being written", { isSaving: true }, false],
  ["with a dialog open", { dialogOpen: {} }, false],
  ["with records that this page alone has", { wouldLose: 1 }, false],
  ["after a PIN was given", { via: "pin" }, false],
  ["after a PIN was given, once the screen is dark", { via: "pin", visible: false }, true],
  ["signed in while the server cannot be reached", { reachable: false }, false],
  ["at a counter, also without a network", { via: "counter", reachable: false }, true],
  ["with nobody here, also without a network", { via: null, reachable: false }, true],
]) {
  test(`${what} a page ${quiet ? "may" : "may not"} load anew`, () => {
    assert.equal(isQuiet({ ...AT_HOME, ...state }), quiet);
  });
}

// The lock of open sessions

/** Web Locks, as much of them as is used: shared ones, and exclusive ones that do not wait. */
function locksOf() {
  const held = new Set();
  const request = async (name, { mode = "exclusive", ifAvailable = false }, work) => {
    if (ifAvailable && held.size) return work(null);
    const mine = { name, mode };
    held.add(mine);
    try {
      return await work(mine);
    } finally {
      held.delete(mine);
    }
  };
  return { request, held };
}

for (const [name, ...given] of [["vein-care-session"], ["vein-care-changing", "vein-care-changing"]]) {
  test(`the lock ${name} is held, once and together with others, for as long as what it stands for goes on`, async () => {
    const locks = locksOf();
    let isOpen = true;
    const look = holdWhile(locks, () => isOpen, ...given);

    look();
    look();
    assert.deepEqual([...locks.held], [{ name, mode: "shared" }]);

    isOpen = false;
    look();
    await settled();
    assert.equal(locks.held.size, 0);

    isOpen = true;
    look();
    assert.equal(locks.held.size, 1);
  });
}

// Registering, asking, taking over

function surroundings({ controller = {}, refuses = false } = {}) {
  const registration = Object.assign(new EventTarget(), { active: controller, waiting: null, installing: null, asked: 0 });
  registration.update = async () => void (registration.asked += 1);
  const container = Object.assign(new EventTarget(), { controller });
  container.register = async () => {
    if (refuses) throw new DOMException("no workers here", "SecurityError");
    return registration;
  };
  const page = { quiet: true, reloads: 0, now: 0 };
  const locks = locksOf();
  const updates = new Updates({ container, locks, now: () => page.now, isQuiet: () => page.quiet, reload: () => (page.reloads += 1) });
  const told = [];
  const waitingWorker = () => ({
    postMessage(message) {
      told.push(message.type);
      registration.waiting = null;
      container.dispatchEvent(new Event("controllerchange"));
    },
  });
  /** A newer version arrives and ends in this state. */
  const arrives = async (state) => {
    const worker = Object.assign(new EventTarget(), { state: "installing" });
    registration.installing = worker;
    registration.dispatchEvent(new Event("updatefound"));
    worker.state = state;
    registration.installing = null;
    if (state === "installed") registration.waiting = waitingWorker();
    worker.dispatchEvent(new Event("statechange"));
    await settled();
  };
  return { updates, registration, container, page, locks, told, arrives };
}

test("a newer version takes over at once where it is quiet, and the page loads anew once", async () => {
  const { updates, page, told, arrives } = surroundings();
  await updates.register("/deliver/worker.js");

  await arrives("installed");

  assert.deepEqual(told, ["take-over"]);
  assert.equal(page.reloads, 1);
});

test("a newer version waits until it is quiet", async () => {
  const { updates, page, told, arrives } = surroundings();
  await updates.register("/deliver/worker.js");
  page.quiet = false;

  await arrives("installed");
  await updates.look();
  assert.deepEqual([told, updates.isWaiting], [[], true]);

  page.quiet = true;
  await updates.look();
  assert.deepEqual([told, page.reloads], [["take-over"], 1]);
});

test("a newer version waits for a session that is open in another page", async () => {
  const { updates, locks, told, arrives } = surroundings();
  await updates.register("/deliver/worker.js");
  let isOpen = true;
  const other = holdWhile(locks, () => isOpen);
  other();

  await arrives("installed");
  assert.deepEqual(told, []);

  isOpen = false;
  other();
  await settled();
  await updates.look();
  assert.deepEqual(told, ["take-over"]);
});

test("one that another page let in is shown when this page is quiet, and not before", async () => {
  const { updates, page, container } = surroundings();
  await updates.register("/deliver/worker.js");
  page.quiet = false;

  container.dispatchEvent(new Event("controllerchange"));
  await updates.look();
  assert.equal(page.reloads, 0);

  page.quiet = true;
  await updates.look();
  assert.equal(page.reloads, 1);
});

test("the first worker of all makes no page load anew", async () => {
  const { updates, page, container } = surroundings({ controller: null });
  await updates.register("/deliver/worker.js");

  container.dispatchEvent(new Event("controllerchange"));
  await updates.look();
  assert.equal(page.reloads, 0);

  container.dispatchEvent(new Event("controllerchange"));
  assert.equal(page.reloads, 1);
});

test("the first worker of all is not told to take over", async () => {
  const { updates, locks, told, arrives } = surroundings({ controller: null });
  await updates.register("/deliver/worker.js");

  await arrives("installed");

  assert.deepEqual([told, locks.held.size, updates.isWaiting], [[], 0, false]);
});

test("one that waited since the page was open last takes over at the start", async () => {
  const { updates, registration, told } = surroundings();
  registration.waiting = { postMessage: ({ type }) => told.push(type) };

  updates.register("/deliver/worker.js");
  await settled();

  assert.deepEqual(told, ["take-over"]);
});

test("a newer version is asked for every ten minutes at most, and every minute when there is reason to", async () => {
  const { updates, registration, page, arrives } = surroundings();
  await updates.register("/deliver/worker.js");
  const askedAt = async (minutes, options) => {
    page.now = minutes * MINUTE;
    await updates.check(options);
    return registration.asked;
  };

  assert.equal(await askedAt(9), 0);
  assert.equal(await askedAt(10), 1);
  assert.equal(await askedAt(10.5, { soon: true }), 1);
  assert.equal(await askedAt(11, { soon: true }), 2);
  assert.equal(await askedAt(20), 2);
  await arrives("redundant");
  assert.equal(await askedAt(20), 3);
});

test("while one arrives none is asked for, and while one waits a newer one is: a card may be recalled in it", async () => {
  const { updates, registration, page } = surroundings();
  await updates.register("/deliver/worker.js");
  page.quiet = false;
  page.now = 60 * MINUTE;

  registration.installing = {};
  await updates.check();
  assert.equal(registration.asked, 0);
  registration.installing = null;
  registration.waiting = {};
  await updates.check();

  assert.equal(registration.asked, 1);
});

test("a first install that failed leaves nothing to update, so the worker is registered again", async () => {
  const { updates, registration, container, page } = surroundings();
  let registered = 0;
  const { register } = container;
  container.register = async (url) => {
    registered += 1;
    return register(url);
  };
  await updates.register("/deliver/worker.js");
  registration.active = null;
  registration.update = async () => {
    throw new DOMException("gone", "InvalidStateError");
  };

  await updates.check();
  page.now = 2 * MINUTE;
  await updates.check();

  assert.equal(registered, 2);
});

test("a browser that refused at first is asked again later", async () => {
  const { updates, container, page } = surroundings();
  const { register } = container;
  container.register = async () => {
    throw new TypeError("no network");
  };
  await updates.register("/deliver/worker.js");
  container.register = register;
  page.now = 2 * MINUTE;

  await updates.check();

  assert.equal(updates.isReady, true);
});

test("records that this page alone has are lost with it, those that need attention as well", () => {
  const app = (lasting, unsent, attention) => ({ store: { lasting }, overview: { counts: { unsent, attention } } });

  assert.equal(wouldLose(app(false, 1, 0)), true);
  assert.equal(wouldLose(app(false, 0, 1)), true);
  assert.equal(wouldLose(app(false, 0, 0)), false);
  assert.equal(wouldLose(app(true, 1, 1)), false);
});

test("without a network asking does no harm", async () => {
  const { updates, registration, page } = surroundings();
  await updates.register("/deliver/worker.js");
  registration.update = async () => {
    throw new TypeError("Failed to update");
  };
  page.now = 60 * MINUTE;

  await updates.check();
});

test("where the browser allows no worker, nothing happens", async () => {
  const { updates } = surroundings({ refuses: true });

  await updates.register("/deliver/worker.js");
  await updates.check();
  await updates.look();

  assert.deepEqual([updates.isReady, updates.isWaiting], [false, false]);
});

// The deck to begin with

const kept = new Map();
const working = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value), removeItem: (key) => kept.delete(key) };
const useStorage = (storage) => Object.defineProperty(globalThis, "localStorage", { configurable: true, ...storage });
useStorage({ value: working });
afterEach(() => {
  kept.clear();
  useStorage({ value: working });
});

test("a deck that was published after the page that is kept is the one to begin with", () => {
  assert.deepEqual(decksToBeginWith("/a.json"), ["/a.json"]);
  rememberDeck("/a.json", "/b.json");

  assert.deepEqual(decksToBeginWith("/a.json"), ["/b.json", "/a.json"]);
});

test("a newer page has a newer deck than what was remembered with an older page", () => {
  rememberDeck("/a.json", "/b.json");

  assert.deepEqual(decksToBeginWith("/c.json"), ["/c.json"]);
});

test("when the page's own deck is the newest again, nothing else is remembered", () => {
  rememberDeck("/a.json", "/b.json");
  rememberDeck("/a.json", "/a.json");

  assert.deepEqual([decksToBeginWith("/a.json"), kept.size], [["/a.json"], 0]);
});

test("where the browser keeps nothing, or something unreadable, it is the page's own deck", () => {
  kept.set("vein-care-deck", "{");
  assert.deepEqual(decksToBeginWith("/a.json"), ["/a.json"]);

  useStorage({
    get() {
      throw new DOMException("refused", "SecurityError");
    },
  });
  rememberDeck("/a.json", "/b.json");
  assert.deepEqual(decksToBeginWith("/a.json"), ["/a.json"]);
});
