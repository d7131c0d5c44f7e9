import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";

import { memoryStore, openOutboxStore, readNote, writeNote } from "../../static/js/outbox-store.js";

const noted = new Map();
Object.defineProperty(globalThis, "localStorage", {
  configurable: true,
  value: { getItem: (key) => noted.get(key) ?? null, setItem: (key, value) => noted.set(key, value) },
});

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  noted.clear();
});

function entry(number, changes = {}) {
  return {
    record_id: `r${number}`,
    sealed: `sealed-${number}`,
    token: "t1",
    organisation: 1,
    created: 1000 + number,
    send_after: 2000 + number,
    state: "waiting",
    tries: 0,
    last_answer: null,
    ...changes,
  };
}

function requested(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** The database as the first version of the page laid it out. */
async function firstVersion(entries, { onOpenedAnew = (database) => database.close() } = {}) {
  const request = indexedDB.open("vein-care", 1);
  request.onupgradeneeded = () => request.result.createObjectStore("records", { keyPath: "record_id" });
  const database = await requested(request);
  const transaction = database.transaction("records", "readwrite");
  for (const each of entries) transaction.objectStore("records").put(each);
  await new Promise((resolve) => (transaction.oncomplete = resolve));
  database.onversionchange = () => onOpenedAnew(database);
  return database;
}

/** Makes the next transactions that write fail as `names` say, one after the other; null lets one pass. */
function failing(names) {
  const { transaction } = IDBDatabase.prototype;
  IDBDatabase.prototype.transaction = function (stores, mode, ...more) {
    const made = transaction.call(this, stores, mode, ...more);
    const name = mode === "readwrite" ? names.shift() : null;
    if (!name) return made;
    const reason = new DOMException("as a test wants it", name);
    made.objectStore("records").put = () => {
      made.abort();
      Object.defineProperty(made, "error", { value: reason });
      throw reason;
    };
    return made;
  };
  return () => (IDBDatabase.prototype.transaction = transaction);
}

const KINDS = { memory: async () => memoryStore(), IndexedDB: () => openOutboxStore() };

for (const [kind, open] of Object.entries(KINDS)) {
  test(`${kind}: what waits comes in the order of sending, with what is due`, async () => {
    const store = await open();
    const entries = [
      entry(1, { tries: 2 }),
      entry(2, { send_after: 9000 }),
      entry(3),
      entry(4, { state: "held" }),
      entry(5, { state: "attention" }),
      entry(6, { send_after: 10 ** 12 }),
    ];
    for (const each of entries) await store.put(each);

    const { ids, due } = await store.queue({ now: 3000, latest: 10 ** 6 });

    assert.deepEqual(ids, ["r2", "r3", "r6", "r1"]);
    assert.deepEqual([...due].sort(), ["r1", "r3", "r6"]);
    assert.equal(await store.nextDue(), 2001);
    assert.deepEqual(await store.ids("waiting", { tried: true }), ["r1"]);
    assert.deepEqual((await store.list("waiting", 2)).map(({ record_id }) => record_id), ["r2", "r3"]);
    assert.deepEqual(await store.counts(), { waiting: 4, held: 1, attention: 1, total: 6 });
  });

  test(`${kind}: a change reads and writes in one go, removes, or leaves things as they are`, async () => {
    const store = await open();
    for (const number of [1, 2, 3]) await store.put(entry(number));

    assert.equal(await store.change("r1", (here) => ({ ...here, state: "held" })), true);
    assert.equal(await store.change("r2", () => null), true);
    assert.equal(await store.change("r3", () => undefined), false);
    assert.equal(await store.change("never", assert.fail), false);

    assert.deepEqual((await store.all()).map(({ record_id, state }) => [record_id, state]), [["r1", "held"], ["r3", "waiting"]]);
    assert.deepEqual(await store.counts(), { waiting: 1, held: 1, attention: 0, total: 2 });
    assert.equal(await store.nextDue(), 2003);
    await store.change("r3", () => null);
    assert.equal(await store.nextDue(), null);
  });
}

test("an upgrade from the first version keeps every record as it was, and counts them", async () => {
  const before = [entry(1), entry(2, { state: "attention", tries: 1 }), entry(3, { state: "held" }), entry(4, { tries: 3 })];
  await firstVersion(before);

  const store = await openOutboxStore();

  assert.deepEqual(await store.all(), before);
  assert.deepEqual(await store.counts(), { waiting: 2, held: 1, attention: 1, total: 4 });
  assert.deepEqual(await store.ids("waiting"), ["r1", "r4"]);
  assert.equal(readNote().lost, 0);
});

test("while an older page stands in the way the store says so, waits, and goes on when that page is closed", async () => {
  const older = await firstVersion([entry(1)], { onOpenedAnew: () => {} });
  let turns = 0;

  const store = await openOutboxStore({ onTurn: () => (turns += 1) });

  assert.deepEqual([store.lasting, store.blocked], [true, true]);
  const counting = store.counts();
  older.close();
  assert.equal((await counting).total, 1);
  assert.equal(store.blocked, false);
  assert.equal(turns, 2);
});

test("a page makes way for a newer one, and goes on with the database as that one leaves it", async () => {
  const store = await openOutboxStore();
  await store.put(entry(1));

  const request = indexedDB.open("vein-care", 3);
  request.onupgradeneeded = () => request.result.createObjectStore("something-new");
  (await requested(request)).close();

  await store.put(entry(2));
  assert.equal((await store.counts()).total, 2);
});

for (const name of ["InvalidStateError", "UnknownError", "AbortError", "QuotaExceededError"]) {
  test(`${name} that passes when the database is opened anew is not noticed`, async () => {
    const store = await openOutboxStore();
    const mend = failing([name]);
    try {
      await store.put(entry(1));
    } finally {
      mend();
    }
    assert.equal((await store.get("r1")).sealed, "sealed-1");
    assert.equal((await store.counts()).total, 1);
  });

  test(`${name} that stays is said, and what was kept before is still there`, async () => {
    const store = await openOutboxStore();
    await store.put(entry(1));
    const mend = failing([name, null, name]);
    try {
      await assert.rejects(store.put(entry(2)), { name });
    } finally {
      mend();
    }
    assert.deepEqual((await store.all()).map(({ record_id }) => record_id), ["r1"]);
    assert.equal((await store.counts()).total, 1);
  });
}

test("a database that was cleared although records were kept is noticed, once, with their number", async () => {
  const store = await openOutboxStore();
  for (const number of [1, 2, 3]) await store.put(entry(number));
  await store.change("r3", () => null);
  assert.equal(readNote().kept, 2);

  globalThis.indexedDB = new IDBFactory();
  await openOutboxStore();
  await openOutboxStore();

  assert.deepEqual([readNote().kept, readNote().lost], [0, 2]);
  writeNote({ lost: 0 });
  await openOutboxStore();
  assert.equal(readNote().lost, 0);
});

test("a database with nothing in it leaves no note", async () => {
  const store = await openOutboxStore();
  await store.counts();

  assert.equal(noted.size, 0);
});

test("records that cannot be reached are not forgotten: memory takes over, and it says how many there are", async () => {
  const store = await openOutboxStore();
  await store.put(entry(1));
  const { open } = indexedDB;
  indexedDB.open = () => {
    throw new DOMException("Internal error opening backing store.", "UnknownError");
  };

  const other = await openOutboxStore();

  assert.deepEqual([other.lasting, other.unreached], [false, 1]);
  indexedDB.open = open;
  assert.equal((await (await openOutboxStore()).counts()).total, 1);
});

test("where nothing may be noted, records are kept all the same", async () => {
  const { setItem } = localStorage;
  localStorage.setItem = () => {
    throw new DOMException("no room", "QuotaExceededError");
  };
  const store = await openOutboxStore();
  await store.put(entry(1));
  localStorage.setItem = setItem;

  assert.equal((await store.counts()).total, 1);
});

test("on a full disk a record can still be taken away, and the counts are right again once there is room", async () => {
  const store = await openOutboxStore();
  for (const number of [1, 2, 3]) await store.put(entry(number));
  const [, second] = (await store.all()).map(({ record_id }) => record_id);
  const { put } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.put = () => {
    throw new DOMException("no room", "QuotaExceededError");
  };

  assert.equal(await store.change(second, () => null), true);
  assert.equal((await store.counts()).total, 2);
  await assert.rejects(store.put(entry(4)), { name: "QuotaExceededError" });
  assert.equal((await (await openOutboxStore()).counts()).total, 2);

  IDBObjectStore.prototype.put = put;
  assert.equal((await store.counts()).total, 2);
  await store.put(entry(4));
  assert.equal((await store.counts()).total, 3);
  assert.equal((await store.all()).length, 3);
});

test("where the database never answers, memory stands in, and how many records lie in it is not forgotten", async ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  writeNote({ kept: 3 });
  globalThis.indexedDB = { open: () => new EventTarget() };

  const opening = openOutboxStore();
  mock.timers.tick(10_000);
  const store = await opening;

  assert.deepEqual([store.lasting, store.unreached], [false, 3]);
});
