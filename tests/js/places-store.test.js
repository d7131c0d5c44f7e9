import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";

import { memoryStore, openPlacesStore } from "../../static/js/training/places-store.js";

const KEY = { learner: "jo", module: "peers", version: 1 };
const step = (row) => ({ ...KEY, screen: (row?.screen ?? 0) + 1 });

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

/** The next transactions fail as `names` say, one after the other. */
function failing(names) {
  const { transaction } = IDBDatabase.prototype;
  IDBDatabase.prototype.transaction = function (...how) {
    const name = names.shift();
    if (name) throw new DOMException("as a test wants it", name);
    return transaction.apply(this, how);
  };
  return () => (IDBDatabase.prototype.transaction = transaction);
}

for (const [kind, open] of [["in IndexedDB", openPlacesStore], ["in the memory of the page", async () => memoryStore()]]) {
  test(`a row is replaced by what is made of it, ${kind}`, async () => {
    const store = await open();

    await Promise.all([store.change(KEY, step), store.change(KEY, step), store.change(KEY, step)]);
    assert.deepEqual(await store.all(), [{ ...KEY, screen: 3 }]);

    await store.remove(KEY);
    assert.deepEqual(await store.all(), []);
  });
}

test("two pages that change one row at once change it one after the other", async () => {
  const [one, other] = [await openPlacesStore(), await openPlacesStore()];

  await Promise.all([one, other, one, other].map((store) => store.change(KEY, step)));

  assert.deepEqual(await one.all(), [{ ...KEY, screen: 4 }]);
});

for (const name of ["InvalidStateError", "UnknownError", "QuotaExceededError"]) {
  test(`after ${name} the database is opened anew and the change made, once`, async () => {
    const store = await openPlacesStore();
    const mend = failing([name]);
    assert.equal((await store.change(KEY, step)).screen, 1);
    mend();

    const mendAgain = failing([name, name]);
    await assert.rejects(store.change(KEY, step), { name });
    mendAgain();
    assert.equal((await store.change(KEY, step)).screen, 2);
  });
}

test("where there is no IndexedDB, places last as long as the page", async () => {
  globalThis.indexedDB = { open: () => { throw new DOMException("private window", "SecurityError"); } };

  assert.equal((await openPlacesStore()).lasting, false);
});
