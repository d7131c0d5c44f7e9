import assert from "node:assert/strict";
import { test } from "node:test";

import { memoryStore } from "../../static/js/outbox-store.js";
import { recordLocks } from "../../static/js/outbox.js";
import { add, desk, freshLocks } from "./outbox-desk.js";

test("a page that froze while sending does not keep a record from being saved", async () => {
  const { outbox, store, locks } = desk();
  let unfreeze;
  const frozen = locks.request("vein-care-record-r1", {}, () => new Promise((resolve) => (unfreeze = resolve)));
  const awake = setTimeout(() => {}, 10_000);

  await add(outbox, "r1", 60_000);

  assert.equal((await store.get("r1")).sealed, "sealed-r1");
  clearTimeout(awake);
  unfreeze();
  await frozen;
});

test("two pages with the same records send each only once", async () => {
  const shared = { store: memoryStore(), locks: freshLocks() };
  const [one, two] = [desk(shared), desk(shared)];
  for (const id of ["r1", "r2", "r3"]) await add(one.outbox, id);

  await Promise.all([one.outbox.flush(), two.outbox.flush()]);

  const ids = [...one.sent, ...two.sent].map(({ record_id }) => record_id).sort();
  assert.deepEqual(ids, ["r1", "r2", "r3"]);
});

test("a lock left by a frozen page is taken over after a minute, but only for sending", async () => {
  const clock = { now: 0 };
  const locks = freshLocks();
  const underLock = recordLocks(locks, () => clock.now);
  let unfreeze;
  const frozen = underLock("r1", () => new Promise((resolve) => (unfreeze = resolve)));
  const other = recordLocks(locks, () => clock.now);

  const send = () => other("r1", () => "sent", { steal: true });
  assert.deepEqual(await send(), { busy: true });
  clock.now = 59_000;
  assert.deepEqual(await send(), { busy: true });
  clock.now = 60_000;
  assert.deepEqual(await other("r1", () => "taken back"), { busy: true });
  assert.deepEqual(await send(), { value: "sent" });
  unfreeze();
  await assert.rejects(frozen, { name: "AbortError" });
});

test("two flushes at once make one pass and send each record once", async () => {
  const { outbox, sent } = desk();
  for (const id of ["r1", "r2"]) await add(outbox, id);

  await Promise.all([outbox.flush(), outbox.flush(), outbox.flush()]);

  assert.equal(sent.length, 2);
});
