/* An outbox as tests see it: on a clock that moves by hand, with a server that answers what it is told. */
import { memoryStore } from "../../static/js/outbox-store.js";
import { Outbox, recordLocks } from "../../static/js/outbox.js";
import { lockManager } from "./locks.js";

export const SHA = "ab".repeat(32);

export const freshLocks = () => lockManager().locksFor({});

/** Locks that let everybody in: what is left when one page has stolen another's lock. */
export const noLocks = { request: (name, options, work) => work({ name }) };

export function receiptFor(entry, fate = "stored") {
  const body = { receipt: { record_id: entry.record_id, fate, sealed_sha256: SHA } };
  return { status: 201, contentType: "application/json", body, sealedSha256: SHA };
}

/** An outbox on a clock that moves by hand; `answers` says what the server answers, one after the other. */
export function desk({ store = memoryStore(), answers = [], locks = freshLocks(), clock = { now: 1_000_000 } } = {}) {
  const sent = [];
  const timers = [];
  const outbox = new Outbox({
    store,
    send: async (entry, { unsent }) => {
      sent.push({ ...entry, unsent });
      const answer = answers.shift() ?? receiptFor(entry);
      return typeof answer === "function" ? answer(entry) : { sealedSha256: SHA, ...answer };
    },
    now: () => clock.now,
    random: () => 0.5,
    timer: { set: (run, ms) => timers.push({ run, ms }), clear: () => {} },
    underLock: recordLocks(locks, () => clock.now, { patience: () => AbortSignal.timeout(20) }),
  });
  return { outbox, store, sent, timers, clock, locks };
}

export function add(outbox, recordId = "r1", holdMs = 0) {
  return outbox.add({ recordId, sealed: `sealed-${recordId}`, token: "t1", organisation: 1, holdMs });
}
