import assert from "node:assert/strict";
import { test } from "node:test";

import { retryDelay } from "../../static/js/outbox.js";
import { add, desk } from "./outbox-desk.js";

for (const answer of [
  { status: 200, contentType: "text/html", body: null },
  { status: 201, contentType: "application/json", body: {} },
  { status: 302, contentType: null, body: null },
  { status: 404, contentType: "text/html", body: null },
  { status: 429, contentType: "application/json", body: { error: "slow_down" } },
  { status: 500, contentType: "text/html", body: null },
  { status: 503, contentType: "text/html", body: null },
  { error: new TypeError("no network") },
]) {
  test(`a record stays and is tried again after ${answer.status ?? "no answer"}`, async () => {
    const { outbox, store, sent, clock } = desk({ answers: [answer] });
    await add(outbox);

    await outbox.flush();
    const kept = await store.get("r1");
    assert.deepEqual([kept.state, kept.tries, kept.sealed], ["waiting", 1, "sealed-r1"]);
    assert.ok(kept.send_after > clock.now);

    clock.now = kept.send_after;
    await outbox.flush();
    assert.equal(sent.length, 2);
    assert.equal(await store.get("r1"), undefined);
  });
}

for (const [status, error] of [[401, "revoked_tablet"], [413, "too_large"], [422, "unknown_key"]]) {
  test(`a record that is refused with ${status} stays, needs attention, and is not sent again by itself`, async () => {
    const body = { error, message: "Ask your coordinator." };
    const { outbox, sent, clock } = desk({ answers: [{ status, contentType: "application/json", body }] });
    await add(outbox);

    await outbox.flush();
    clock.now += 24 * 60 * 60_000;
    await outbox.sendNow();
    await outbox.backOnline();
    await outbox.release("r1");

    const { attention, waiting } = await outbox.overview();
    assert.deepEqual([attention.length, waiting.length, sent.length], [1, 0, 1]);
    assert.deepEqual(attention[0].last_answer, { at: 1_000_000, status, error, message: "Ask your coordinator." });
  });
}

test("trying again after a refused tablet uses the token the tablet has now", async () => {
  const { outbox, store, sent } = desk({ answers: [{ status: 401, contentType: "application/json", body: { error: "revoked_tablet" } }] });
  await add(outbox);
  await outbox.flush();

  await outbox.retry("r1", { token: "t2", organisation: 1 });

  assert.deepEqual(sent.map(({ token }) => token), ["t1", "t2"]);
  assert.equal(await store.get("r1"), undefined);
});

test("trying again after any other refusal keeps the token of the record", async () => {
  const { outbox, sent } = desk({ answers: [{ status: 422, contentType: "application/json", body: { error: "broken_seal" } }] });
  await add(outbox);
  await outbox.flush();

  await outbox.retry("r1", { token: "t2", organisation: 1 });

  assert.deepEqual(sent.map(({ token }) => token), ["t1", "t1"]);
});

test("after a refused tablet the token of another organisation is not used", async () => {
  const { outbox, sent } = desk({ answers: [{ status: 401, contentType: "application/json", body: { error: "revoked_tablet" } }] });
  await add(outbox);
  await outbox.flush();

  await outbox.retry("r1", { token: "t2", organisation: 2 });

  assert.deepEqual(sent.map(({ token }) => token), ["t1", "t1"]);
});

test("one record the server chokes on does not hold up the others", async () => {
  const broken = { status: 500, contentType: "text/html", body: null };
  const { outbox, store, sent, clock } = desk({ answers: [broken] });
  await add(outbox, "r1");
  await add(outbox, "r2");

  await outbox.flush();
  clock.now += 60_000;
  await outbox.flush();

  assert.deepEqual(sent.map(({ record_id }) => record_id), ["r1", "r2", "r1"]);
  assert.equal((await store.all()).length, 0);
});

for (const answer of [{ error: "offline" }, { status: 429, contentType: "application/json", body: {} }, { status: 503, contentType: null, body: null }]) {
  test(`after ${answer.status ?? "no answer"} the rest of the queue is left for later`, async () => {
    const { outbox, sent, store, timers } = desk({ answers: [answer] });
    await add(outbox, "r1");
    await add(outbox, "r2");

    await outbox.flush();
    await outbox.flush();

    assert.equal(sent.length, 1);
    assert.equal((await store.all()).length, 2);
    assert.equal(timers.at(-1).ms, 5_000);
  });
}

test("a server that asks for patience is not asked about any record until then", async () => {
  const slow = { status: 429, contentType: "application/json", body: {}, retryAfterMs: 120_000 };
  const { outbox, sent, clock } = desk({ answers: [slow] });
  await add(outbox, "r1");
  await add(outbox, "r2");
  await outbox.flush();

  await outbox.sendNow();
  await outbox.backOnline();
  clock.now += 119_000;
  await outbox.flush();
  assert.equal(sent.length, 1);

  clock.now += 1_000;
  await outbox.flush();
  assert.equal(sent.length, 3);
});

test("a record that has to wait for room among those to be looked at holds up no other", async () => {
  const full = { status: 429, contentType: "application/json", body: { error: "quarantine_full" }, retryAfterMs: 3_600_000 };
  const { outbox, store, sent, clock, timers } = desk({ answers: [full] });
  for (const id of ["r1", "r2", "r3"]) await add(outbox, id);

  await outbox.flush();
  assert.deepEqual(sent.map(({ record_id }) => record_id), ["r1", "r2", "r3"]);
  const [kept, ...others] = await store.all();
  assert.deepEqual([kept.record_id, kept.state, kept.send_after, others.length], ["r1", "waiting", clock.now + 3_600_000, 0]);
  assert.equal(timers.at(-1).ms, 3_600_000);

  await add(outbox, "r4");
  await outbox.flush();
  assert.deepEqual(sent.map(({ record_id }) => record_id), ["r1", "r2", "r3", "r4"]);

  clock.now += 3_600_000;
  await outbox.flush();
  assert.equal(sent.length, 5);
  assert.deepEqual(await store.all(), []);
});

test("Send now tries a record again for which there was no room, and says what it came to", async () => {
  const full = { status: 429, contentType: "application/json", body: { error: "quarantine_full" }, retryAfterMs: 3_600_000 };
  const { outbox } = desk({ answers: [full, full, full] });
  for (const id of ["r1", "r2"]) await add(outbox, id);
  await outbox.flush();

  const { received, left, answer, until } = await outbox.sendNow();

  assert.deepEqual([received, left, answer.error, until], [1, 1, "quarantine_full", null]);
});

test("when the network is back everything that could not be sent goes at once", async () => {
  const { outbox, sent, store } = desk({ answers: [{ error: "offline" }] });
  await add(outbox, "r1");
  await add(outbox, "r2");
  await outbox.flush();

  await outbox.backOnline();

  assert.equal(sent.length, 3);
  assert.equal((await store.all()).length, 0);
});

test("the next try comes later each time, never later than a quarter of an hour, and spread out", () => {
  const waits = Array.from({ length: 12 }, (_, tries) => retryDelay(tries, 0.5));
  assert.deepEqual(waits.slice(0, 4), [5_000, 10_000, 20_000, 40_000]);
  assert.equal(Math.max(...waits), 600_000);
  assert.deepEqual([retryDelay(0, 0), retryDelay(0, 1)], [2_500, 7_500]);
});

test("a server that asks for patience gets it, up to an hour", async () => {
  const slow = (retryAfterMs) => ({ status: 429, contentType: "application/json", body: {}, retryAfterMs });
  const { outbox, store, clock } = desk({ answers: [slow(120_000), slow(10 ** 9)] });
  await add(outbox);

  await outbox.flush();
  assert.equal((await store.get("r1")).send_after, clock.now + 120_000);
  clock.now += 120_000;
  await outbox.flush();
  assert.equal((await store.get("r1")).send_after, clock.now + 60 * 60_000);
});

test("a timer is set for the next record that is due", async () => {
  const { outbox, timers } = desk();
  await add(outbox, "r1", 60_000);
  await outbox.flush();
  assert.equal(timers.at(-1).ms, 60_000);
});

test("Send now says how many were received, how many still wait, and why", async () => {
  const { outbox, clock } = desk({ answers: [{ error: "offline" }, undefined, undefined] });
  for (const id of ["r1", "r2", "r3"]) await add(outbox, id, 60_000);

  const first = await outbox.sendNow();
  assert.deepEqual([first.received, first.left, first.answer.status, first.until], [0, 3, null, null]);

  const second = await outbox.sendNow();
  assert.deepEqual(second, { received: 3, left: 0, answer: null, until: null });

  await add(outbox, "r4", clock.now);
  assert.deepEqual((await outbox.sendNow()).received, 1);
});

test("Send now leaves a server in peace that asked for it, and says until when", async () => {
  const slow = { status: 429, contentType: "application/json", body: {}, retryAfterMs: 120_000 };
  const { outbox, sent, clock } = desk({ answers: [slow] });
  await add(outbox);

  const until = clock.now + 120_000;
  assert.equal((await outbox.sendNow()).until, until);
  assert.equal((await outbox.sendNow()).until, until);

  assert.equal(sent.length, 1);
  assert.equal((await outbox.overview()).waiting[0].last_answer.asked_until, until);
});

test("all records that need attention can be tried again at once", async () => {
  const refused = { status: 401, contentType: "application/json", body: { error: "revoked_tablet" } };
  const { outbox, store, sent } = desk({ answers: [refused, refused] });
  for (const id of ["r1", "r2"]) await add(outbox, id);
  await outbox.flush();
  assert.equal((await outbox.overview()).counts.attention, 2);

  await outbox.retryAll({ token: "t2", organisation: 1 });

  assert.deepEqual(sent.map(({ token }) => token), ["t1", "t1", "t2", "t2"]);
  assert.equal((await store.counts()).total, 0);
});
