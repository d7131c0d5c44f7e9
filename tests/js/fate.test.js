import assert from "node:assert/strict";
import { test } from "node:test";

import { fate, needs, receiptIn, waitsFor } from "../../static/js/fate.js";

const sent = { recordId: "6f0c7b1e-0000-4000-8000-000000000001", sealedSha256: "ab".repeat(32) };

function receipt(changes = {}) {
  return { record_id: sent.recordId, fate: "stored", sealed_sha256: sent.sealedSha256, ...changes };
}

function answer(status, changes = {}) {
  return { status, contentType: "application/json", body: { receipt: receipt() }, ...changes };
}

const EVERY_STATUS = Array.from({ length: 500 }, (_, index) => 100 + index);
const WITH_RECEIPT = [200, 201, 202];
const NEEDS_ATTENTION = [
  [401, "unknown_tablet"],
  [401, "revoked_tablet"],
  [413, "too_large"],
  [422, "unknown_key"],
  [422, "broken_seal"],
  [422, "not_a_record"],
];

function expected(status, hasReceipt) {
  return hasReceipt && WITH_RECEIPT.includes(status) ? "forget" : "retry";
}

test("what this server says of a record that it cannot take needs attention, and the same status from anybody else does not", () => {
  const errors = [...new Set(NEEDS_ATTENTION.map(([, error]) => error)), "slow_down", "another"];
  for (const status of EVERY_STATUS) {
    for (const error of errors) {
      const ours = NEEDS_ATTENTION.some(([known, said]) => known === status && said === error);
      const body = { error, message: "in words" };
      assert.equal(fate(answer(status, { body }), sent), ours ? "attention" : "retry", `${status} ${error}`);
      assert.equal(fate(answer(status, { body, contentType: "text/html" }), sent), "retry", `${status} ${error} in a page`);
    }
    for (const body of [null, {}, "unknown_tablet", { error: ["unknown_tablet"] }]) assert.equal(fate(answer(status, { body }), sent), "retry");
  }
});

test("a valid receipt is believed with 200, 201 and 202 and with no other status", () => {
  for (const status of EVERY_STATUS) {
    assert.equal(fate(answer(status), sent), expected(status, true), `status ${status}`);
  }
});

test("without a receipt no status at all makes the tablet forget a record", () => {
  const bodies = [null, {}, [], "ok", 7, { receipt: null }, { receipt: "yes" }, { receipt: {} }];
  for (const status of EVERY_STATUS) {
    for (const body of bodies) {
      assert.equal(fate(answer(status, { body }), sent), expected(status, false), `status ${status}`);
    }
  }
});

test("a receipt for another record or for other bytes is none", () => {
  const other = { record_id: "6f0c7b1e-0000-4000-8000-000000000002" };
  assert.equal(fate(answer(201, { body: { receipt: receipt(other) } }), sent), "retry");
  assert.equal(fate(answer(201, { body: { receipt: receipt({ sealed_sha256: "cd".repeat(32) }) } }), sent), "retry");
  assert.equal(fate(answer(201, { body: { receipt: receipt({ sealed_sha256: undefined }) } }), sent), "retry");
});

test("a receipt cannot match what the tablet does not know it sent", () => {
  const unknown = { recordId: undefined, sealedSha256: undefined };
  const body = { receipt: { record_id: undefined, sealed_sha256: undefined, fate: "stored" } };
  assert.equal(fate(answer(200, { body }), unknown), "retry");
});

test("a receipt in a page that is not JSON is none", () => {
  for (const contentType of ["text/html", "application/jsonp", "", null, undefined, "text/plain; application/json"]) {
    assert.equal(fate(answer(200, { contentType }), sent), "retry", String(contentType));
  }
});

test("the content type may carry a charset and capitals", () => {
  assert.equal(fate(answer(200, { contentType: "Application/JSON; charset=utf-8" }), sent), "forget");
});

test("an answer that never came is tried again, whatever else is set", () => {
  assert.equal(fate({ error: new TypeError("network") }, sent), "retry");
  assert.equal(fate({ ...answer(201), error: "timeout" }, sent), "retry");
  assert.equal(fate({ ...answer(422), error: "timeout" }, sent), "retry");
});

test("the receipt is handed back so that the page can say what became of the record", () => {
  const body = { receipt: receipt({ fate: "quarantined" }), field: "session.site" };
  assert.equal(receiptIn(answer(202, { body }), sent).fate, "quarantined");
  assert.equal(receiptIn(answer(202, { body: {} }), sent), null);
});

const NOW = 1_000_000;
const waits = (last_answer, more = {}) => waitsFor({ tries: 1, send_after: 0, last_answer, ...more }, NOW);

for (const [what, entry] of Object.entries({
  undo: { tries: 0, send_after: NOW + 1, last_answer: null },
  turn: { tries: 0, send_after: NOW, last_answer: null },
  network: { tries: 1, send_after: NOW + 1, last_answer: { status: null } },
  pause: { tries: 1, send_after: NOW + 1, last_answer: { status: 429, asked_until: NOW + 1 } },
})) {
  test(`a record is said to wait for: ${what}`, () => assert.equal(waitsFor(entry, NOW), what));
}

for (const status of [200, 201, 202, 204, 302, 511]) {
  test(`${status} without a receipt is said to come from something else than the server`, () => assert.equal(waits({ status }), "portal"));
}

for (const status of [403, 404, 409, 429, 500, 502, 503, 504]) {
  test(`after ${status} the server is said to be unable just now`, () => assert.equal(waits({ status, asked_until: NOW }), "server"));
}

test("what needs attention is told apart by who can help", () => {
  const said = (status, error) => needs({ last_answer: { status, error } });

  assert.deepEqual(
    [said(401, "unknown_tablet"), said(401, "revoked_tablet"), said(413, "too_large"), said(422, "unknown_key"), said(422, "broken_seal"), needs({})],
    ["tablet", "tablet", "size", "key", "seal", "seal"],
  );
});
