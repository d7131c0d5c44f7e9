import assert from "node:assert/strict";
import { test } from "node:test";
import "fake-indexeddb/auto";

import { memoryStore, openOutboxStore } from "../../static/js/outbox-store.js";
import { atMostEvery, Outbox, recordLocks } from "../../static/js/outbox.js";
import { lockManager } from "./locks.js";
import { add, desk, freshLocks, noLocks, receiptFor, SHA } from "./outbox-desk.js";

test("a record is written before add resolves, and is not sent while Undo is possible", async () => {
  const { outbox, store, sent } = desk();

  await add(outbox, "r1", 60_000);
  await outbox.flush();

  assert.deepEqual(await store.get("r1"), {
    record_id: "r1",
    sealed: "sealed-r1",
    token: "t1",
    organisation: 1,
    created: 1_000_000,
    send_after: 1_060_000,
    state: "waiting",
    tries: 0,
    last_answer: null,
  });
  assert.equal(sent.length, 0);
});

test("after the undo window a record is sent and, with its receipt, forgotten", async () => {
  const { outbox, store, sent, clock } = desk();
  await add(outbox, "r1", 60_000);

  clock.now += 60_000;
  await outbox.flush();

  assert.equal(sent.length, 1);
  assert.equal(sent[0].unsent, 0);
  assert.equal(await store.get("r1"), undefined);
  assert.deepEqual((await outbox.overview()).recent.map(({ fate }) => fate), ["stored"]);
});

test("the next Start ends the undo window", async () => {
  const { outbox, sent } = desk();
  await add(outbox, "r1", 60_000);

  await outbox.release("r1");

  assert.deepEqual(sent.map(({ record_id }) => record_id), ["r1"]);
});

test("a quarantined record is forgotten and remembered as one the coordinator will look at", async () => {
  const { outbox, store } = desk({ answers: [(entry) => ({ ...receiptFor(entry, "quarantined"), status: 202 })] });
  await add(outbox);

  await outbox.flush();

  assert.equal(await store.get("r1"), undefined);
  assert.deepEqual((await outbox.overview()).recent.map(({ fate }) => fate), ["quarantined"]);
});

test("when the network is back, or another record is let go, nobody's time for Undo ends", async () => {
  const { outbox, sent } = desk();
  await add(outbox, "r1", 60_000);
  await add(outbox, "r2", 60_000);

  await outbox.backOnline();
  await outbox.release("r2");

  assert.deepEqual(sent.map(({ record_id }) => record_id), ["r2"]);
});

test("a record that is being changed is sent by nothing, however long it takes", async () => {
  const { outbox, sent, clock } = desk();
  await add(outbox, "r1", 60_000);
  await outbox.hold("r1", 15 * 60_000);

  clock.now += 60 * 60_000;
  await outbox.flush();
  await outbox.sendNow();
  await outbox.backOnline();
  await outbox.release("another");
  await outbox.flush();

  assert.equal(sent.length, 0);
  assert.deepEqual((await outbox.overview()).waiting.map(({ state }) => state), ["held"]);
});

test("a record that a closed page was changing goes as it was saved, after a quarter of an hour", async () => {
  const { outbox, sent, clock } = desk();
  await add(outbox, "r1", 60_000);
  await outbox.hold("r1", 15 * 60_000);

  await outbox.letGoOfHeld();
  await outbox.flush();
  assert.equal(sent.length, 0);

  clock.now += 15 * 60_000;
  await outbox.letGoOfHeld();
  await outbox.flush();
  assert.deepEqual(sent.map(({ sealed }) => sealed), ["sealed-r1"]);
});

test("leaving without changing lets the record go as it was saved", async () => {
  const { outbox, sent } = desk();
  await add(outbox, "r1", 60_000);
  await outbox.hold("r1", 15 * 60_000);

  await outbox.release("r1");

  assert.deepEqual(sent.map(({ sealed }) => sealed), ["sealed-r1"]);
});

for (const [name, locks] of [["with a lock for each record", freshLocks()], ["even where the lock was stolen", noLocks]]) {
  test(`a receipt for what was saved before leaves what was saved since alone, ${name}`, async () => {
    let arrived;
    const onItsWay = new Promise((resolve) => (arrived = resolve));
    let reply;
    const slowly = (entry) => (arrived(), new Promise((resolve) => (reply = () => resolve(receiptFor(entry)))));
    const { outbox, store } = desk({ locks, answers: [slowly] });
    await add(outbox);
    const passing = outbox.flush();
    await onItsWay;

    const adding = outbox.add({ recordId: "r1", sealed: "second", token: "t1", organisation: 1, holdMs: 60_000 });
    await Promise.resolve();
    reply();
    await Promise.all([passing, adding]);

    assert.equal((await store.get("r1"))?.sealed, "second");
    assert.equal((await store.get("r1")).state, "waiting");
  });
}

test("what was received before is not called received once it was saved anew", async () => {
  const { outbox } = desk();
  await add(outbox);
  await outbox.flush();
  assert.equal((await outbox.overview()).recent.length, 1);

  await add(outbox, "r1", 60_000);

  assert.deepEqual((await outbox.overview()).recent, []);
});

test("Undo takes a waiting record back for good", async () => {
  const { outbox, store } = desk();
  await add(outbox, "r1", 60_000);

  assert.equal(await outbox.undo("r1"), true);
  assert.equal(await store.get("r1"), undefined);
  assert.equal(await outbox.undo("r1"), false);
});

test("Undo and Change are refused while the record is on its way", async () => {
  let arrived;
  const onItsWay = new Promise((resolve) => (arrived = resolve));
  let reply;
  const { outbox } = desk({ answers: [(entry) => (arrived(), new Promise((resolve) => (reply = () => resolve(receiptFor(entry)))))] });
  await add(outbox);

  const passing = outbox.flush();
  await onItsWay;

  assert.equal(await outbox.undo("r1"), false);
  assert.equal(await outbox.hold("r1", 60_000), false);
  assert.deepEqual((await outbox.overview()).sending, ["r1"]);
  reply();
  await passing;
});

test("Change holds a record back, and saving again replaces it under the same id", async () => {
  const { outbox, store, sent, clock } = desk();
  await add(outbox, "r1", 60_000);

  assert.equal(await outbox.hold("r1", 15 * 60_000), true);
  clock.now += 60_000;
  await outbox.flush();
  assert.equal(sent.length, 0);
  await outbox.add({ recordId: "r1", sealed: "second", token: "t1", holdMs: 0 });
  await outbox.flush();

  assert.deepEqual(sent.map(({ sealed }) => sealed), ["second"]);
  assert.equal((await store.all()).length, 0);
});

test("records in IndexedDB outlive the page", async () => {
  const first = await openOutboxStore();
  assert.equal(first.lasting, true);
  await add(desk({ store: first }).outbox, "kept", 60_000);

  const second = await openOutboxStore();

  assert.equal((await second.get("kept")).sealed, "sealed-kept");
  await second.change("kept", () => null);
  assert.deepEqual(await second.all(), []);
});

test("a database handle that was closed behind our back is opened anew", async () => {
  const store = await openOutboxStore();
  const closeAll = IDBDatabase.prototype.transaction;
  let failures = 1;
  IDBDatabase.prototype.transaction = function (...args) {
    if (failures-- > 0) throw new DOMException("The database connection is closing.", "InvalidStateError");
    return closeAll.apply(this, args);
  };
  try {
    await add(desk({ store }).outbox, "kept", 60_000);
    assert.equal((await store.get("kept")).record_id, "kept");
  } finally {
    IDBDatabase.prototype.transaction = closeAll;
  }
});

test("where there is no IndexedDB records are kept in memory, and the store says so", async () => {
  const open = indexedDB.open;
  indexedDB.open = () => {
    throw new DOMException("not in a private window", "SecurityError");
  };
  try {
    const store = await openOutboxStore();
    assert.equal(store.lasting, false);
    await add(desk({ store }).outbox, "r1", 60_000);
    assert.equal((await store.all()).length, 1);
  } finally {
    indexedDB.open = open;
  }
});

test("what was taken back is remembered as that, until it is saved after all", async () => {
  const { outbox } = desk();
  await add(outbox, "r1", 60_000);

  await outbox.undo("r1");
  assert.deepEqual((await outbox.overview()).recent, [{ record_id: "r1", created: 1_000_000, fate: "undone" }]);

  await add(outbox, "r1", 60_000);
  assert.deepEqual((await outbox.overview()).recent, []);
});

test("an overview counts everything, lists some, follows one, and shows nothing that is sealed", async () => {
  const { outbox } = desk();
  for (let number = 0; number < 120; number += 1) await add(outbox, `o${number}`, 60_000);
  await outbox.hold("o7", 60_000);

  const { counts, waiting, followed } = await outbox.overview({ follow: "o119" });

  assert.deepEqual(counts, { unsent: 120, attention: 0 });
  assert.equal(waiting.length, 50);
  assert.ok(waiting.some(({ state }) => state === "held"));
  assert.equal(followed.record_id, "o119");
  assert.ok(waiting.every((entry) => !("sealed" in entry) && !("token" in entry)));
});

/** A store that counts what it is asked. */

function counting(store) {
  const calls = {};
  const count = (name) => (calls[name] = (calls[name] ?? 0) + 1);
  const proxy = new Proxy(store, {
    get: (target, name) => (typeof target[name] === "function" ? (...args) => (count(name), target[name](...args)) : target[name]),
  });
  return { store: proxy, calls };
}

test("draining many records takes the same few calls for each, and reads all of them only once", async () => {
  const perRecord = async (number) => {
    const { store, calls } = counting(memoryStore());
    const { outbox, sent } = desk({ store });
    for (let each = 0; each < number; each += 1) await add(outbox, `r${each}`);
    for (const name of Object.keys(calls)) delete calls[name];

    await outbox.flush();

    assert.deepEqual(sent.map(({ unsent }) => unsent), Array.from({ length: number }, (_, each) => number - 1 - each));
    return calls;
  };

  assert.deepEqual(await perRecord(200), { queue: 1, counts: 200, change: 400, nextDue: 1 });
  assert.deepEqual(await perRecord(400), { queue: 1, counts: 400, change: 800, nextDue: 1 });
});

test("saving, holding and taking back read one entry each, however many wait", async () => {
  const { store, calls } = counting(memoryStore());
  const { outbox } = desk({ store });
  for (let each = 0; each < 100; each += 1) await add(outbox, `r${each}`, 60_000);
  for (const name of Object.keys(calls)) delete calls[name];

  await add(outbox, "r100", 60_000);
  await outbox.hold("r100", 60_000);
  await outbox.undo("r100");
  await outbox.overview();

  assert.deepEqual(calls, { put: 1, change: 2, nextDue: 3, counts: 1, list: 3 });
});

for (const [turned, ms] of [["back a year", -365 * 24 * 60 * 60_000], ["ahead ten years", 10 * 365 * 24 * 60 * 60_000]]) {
  test(`a clock that is turned ${turned} keeps no record, no pause and no hold for ever`, async () => {
    const slow = { status: 429, contentType: "application/json", body: {}, retryAfterMs: 10 ** 9 };
    const { outbox, store, timers, clock } = desk({ answers: [slow] });
    for (const id of ["r1", "r2", "r3"]) await add(outbox, id);
    await outbox.flush();
    await outbox.hold("r3", 15 * 60_000);

    clock.now += ms;
    await outbox.letGoOfHeld();
    assert.ok(timers.at(-1).ms <= 60_000);
    await outbox.flush();

    assert.equal((await store.counts()).total, 0);
  });
}

test("a store that fails ends the pass, is said, and is asked again later; nothing is lost", async () => {
  const store = memoryStore();
  const { change } = store;
  const { outbox, sent, clock, timers } = desk({ store });
  await add(outbox, "r1");
  await add(outbox, "r2");
  let changes = 0;
  store.change = async (...args) => {
    changes += 1;
    if (changes === 1) return change(...args);
    throw new DOMException("Connection to Indexed Database server lost.", "UnknownError");
  };

  await outbox.flush();
  assert.deepEqual([sent.length, (await outbox.overview()).trouble, timers.at(-1).ms], [1, "UnknownError", 5_000]);

  store.change = change;
  clock.now += 5_000;
  await outbox.flush();
  assert.deepEqual([(await store.counts()).total, (await outbox.overview()).trouble], [0, null]);
});

test("on a full disk, where nothing can be noted, records are sent all the same and make room", async () => {
  const store = memoryStore();
  const { change } = store;
  const { outbox, sent } = desk({ store });
  await add(outbox, "r1");
  store.change = (id, work, options) =>
    change(id, (entry) => {
      const after = work(entry);
      if (after) throw new DOMException("no room", "QuotaExceededError");
      return after;
    }, options);

  await outbox.flush();

  assert.deepEqual([sent.length, (await store.counts()).total], [1, 0]);
});

test("a record that cannot be written is not called saved", async () => {
  const store = memoryStore();
  store.put = async () => {
    throw new DOMException("no room", "QuotaExceededError");
  };
  const { outbox } = desk({ store });

  await assert.rejects(add(outbox), { name: "QuotaExceededError" });
});

test("what a frozen page learns late does not undo what another learned meanwhile", async () => {
  let reply;
  let arrived;
  const onItsWay = new Promise((resolve) => (arrived = resolve));
  const slowly = (entry) => (arrived(), new Promise((resolve) => (reply = () => resolve({ error: "offline", sealedSha256: SHA, entry }))));
  const shared = { store: memoryStore(), locks: lockManager().locksFor({}), clock: { now: 1_000_000 } };
  const frozen = desk({ ...shared, answers: [slowly] });
  const other = desk({ ...shared, answers: [{ status: 422, contentType: "application/json", body: { error: "unknown_key" } }] });
  await add(frozen.outbox);
  const passing = frozen.outbox.flush();
  await onItsWay;
  await other.outbox.flush();
  shared.clock.now += 60_000;
  await other.outbox.flush();
  assert.equal(other.sent.length, 1);

  reply();
  await passing;

  const { state, last_answer } = await shared.store.get("r1");
  assert.deepEqual([state, last_answer.error], ["attention", "unknown_key"]);
});

test("what one page has sent, the other page of the browser knows, too", async () => {
  const store = memoryStore();
  const shown = [];
  const told = [];
  const options = { store, now: () => 1_000_000, random: () => 0.5, timer: { set: () => 0, clear: () => {} }, underLock: recordLocks(noLocks, () => 1_000_000) };
  const other = new Outbox({ ...options, send: null, onChange: () => shown.push("changed"), tell: () => assert.fail("what was heard is not told again") });
  const sender = new Outbox({ ...options, send: async (entry) => receiptFor(entry), tell: (message) => told.push(message) });
  await add(sender);

  await sender.flush();
  for (const message of told) other.heard(message);

  assert.deepEqual((await other.overview()).recent.map(({ record_id, fate }) => [record_id, fate]), [["r1", "stored"]]);
  assert.equal(shown.length, told.length);
});

test("what changes many times in a moment is shown at once, and once more when the moment is over", () => {
  const timers = [];
  let shown = 0;
  const show = atMostEvery(300, () => (shown += 1), { set: (run) => timers.push(run) });

  for (let each = 0; each < 10; each += 1) show();
  assert.equal(shown, 1);
  timers.shift()();
  assert.equal(shown, 2);
  timers.shift()();
  assert.equal(shown, 2);
  show();
  assert.equal(shown, 3);
});

test("a record that was tried may have arrived, so it is neither taken back nor changed", async () => {
  const { outbox, store } = desk({ answers: [{ error: "the answer was lost" }] });
  await add(outbox);
  await outbox.flush();

  assert.deepEqual([await outbox.undo("r1"), await outbox.hold("r1", 60_000)], [false, false]);
  assert.equal((await store.get("r1")).state, "waiting");
});
