/*
 * Sealed records on this tablet that the server has not confirmed yet.
 *
 * No DOM and no globals: the store, the sender, the clock, the timer and the lock are passed in.
 * An entry is { record_id, sealed, token, created, send_after, state, tries, last_answer };
 * created and send_after are milliseconds since 1970, state is "waiting" or "attention".
 */
import { fate, receiptIn } from "./fate.js";

const FIRST_RETRY_MS = 5_000;
const LONGEST_RETRY_MS = 10 * 60_000;
const LONGEST_ASKED_WAIT_MS = 60 * 60_000;
const STEAL_AFTER_MS = 60_000;
const RECENT_KEPT = 30;

/** Milliseconds until the next try: doubling, with jitter so that tablets do not all come at once. */
export function retryDelay(tries, random) {
  const wait = Math.min(FIRST_RETRY_MS * 2 ** tries, LONGEST_RETRY_MS);
  return Math.round(wait * (0.5 + random));
}

/**
 * One lock a record, so that two open pages do not send the same one at once.
 *
 * Returns underLock(id, work), which gives { busy: true } when another page holds it, else { value }.
 * A page that froze while holding the lock loses it after a minute; sending twice does no harm.
 */
export function recordLocks(locks, now) {
  const blockedSince = new Map();
  return async function underLock(id, work) {
    const since = blockedSince.get(id);
    const steal = since !== undefined && now() - since >= STEAL_AFTER_MS;
    return locks.request(`vein-care-record-${id}`, steal ? { steal } : { ifAvailable: true }, async (lock) => {
      if (!lock) {
        if (since === undefined) blockedSince.set(id, now());
        return { busy: true };
      }
      blockedSince.delete(id);
      return { value: await work() };
    });
  };
}

export class Outbox {
  #store;
  #send;
  #now;
  #random;
  #timer;
  #underLock;
  #onChange;
  #pending = null;
  #pass = null;
  #again = false;
  #sending = new Set();
  #recent = [];

  /**
   * store: { all, get, put, remove }; send(entry, { unsent }) resolves to an answer with `sealedSha256`;
   * timer: { set(fn, ms), clear(id) }; onChange is called after anything visible has changed.
   */
  constructor({ store, send, now, random, timer, underLock, onChange = () => {} }) {
    this.#store = store;
    this.#send = send;
    this.#now = now;
    this.#random = random;
    this.#timer = timer;
    this.#underLock = underLock;
    this.#onChange = onChange;
  }

  /** Resolves once the record is written; only then may the page say that it is saved. Same id: replaces it. */
  async add({ recordId, sealed, token, holdMs }) {
    const entry = {
      record_id: recordId,
      sealed,
      token,
      created: this.#now(),
      send_after: this.#now() + holdMs,
      state: "waiting",
      tries: 0,
      last_answer: null,
    };
    await this.#store.put(entry);
    this.#changed();
    this.#schedule();
  }

  /** Take back a record that is not sent. Resolves to false if it is on its way or gone already. */
  async undo(recordId) {
    return this.#whileHere(recordId, () => this.#store.remove(recordId));
  }

  /** Keep a record from being sent for a while. Resolves to false if it is on its way or gone already. */
  async hold(recordId, ms) {
    return this.#whileHere(recordId, (entry) => this.#store.put({ ...entry, send_after: this.#now() + ms }));
  }

  /** Let everything that waits go now: the next session has begun, or the network is back. */
  async release() {
    for (const { record_id } of await this.#store.all()) {
      await this.#whileHere(record_id, (entry) => {
        if (entry.state === "waiting") return this.#store.put({ ...entry, send_after: this.#now() });
      });
    }
    return this.flush();
  }

  /** Try a record that needs attention once more, with the tablet's present token if it was refused. */
  async retry(recordId, token) {
    await this.#whileHere(recordId, (entry) => {
      const refused = entry.last_answer?.status === 401;
      const fresh = refused && token ? token : entry.token;
      return this.#store.put({ ...entry, token: fresh, state: "waiting", send_after: this.#now() });
    });
    return this.flush();
  }

  /** Send all that is due, one after the other; calls while one pass runs lead to one more pass. */
  async flush() {
    if (this.#pass) {
      this.#again = true;
      return this.#pass;
    }
    this.#pass = this.#passes();
    try {
      await this.#pass;
    } finally {
      this.#pass = null;
      await this.#schedule();
    }
  }

  /** What the page shows: { waiting, attention, sending, recent }, each a list, oldest first. */
  async overview() {
    const entries = (await this.#store.all()).sort((a, b) => a.created - b.created);
    return {
      waiting: entries.filter(({ state }) => state === "waiting"),
      attention: entries.filter(({ state }) => state === "attention"),
      sending: [...this.#sending],
      recent: [...this.#recent],
    };
  }

  async #passes() {
    do {
      this.#again = false;
      await this.#sendDue();
    } while (this.#again);
  }

  async #sendDue() {
    for (const { record_id } of await this.#due()) {
      const { value: answer } = await this.#locked(record_id, () => this.#sendOne(record_id));
      if (answer?.error) return; // no network: the others would fare no better
    }
  }

  async #due() {
    const entries = await this.#store.all();
    return entries.filter((entry) => this.#isDue(entry)).sort((a, b) => a.created - b.created);
  }

  #isDue(entry) {
    return entry.state === "waiting" && entry.send_after <= this.#now();
  }

  async #sendOne(recordId) {
    const entry = await this.#store.get(recordId);
    if (!entry || !this.#isDue(entry)) return null;
    this.#sending.add(recordId);
    this.#changed();
    try {
      const unsent = (await this.#store.all()).length;
      const answer = await this.#send(entry, { unsent });
      await this.#settle(entry, answer);
      return answer;
    } finally {
      this.#sending.delete(recordId);
      this.#changed();
    }
  }

  async #settle(entry, answer) {
    const sent = { recordId: entry.record_id, sealedSha256: answer.sealedSha256 };
    const outcome = fate(answer, sent);
    if (outcome === "forget") {
      this.#remember(entry, receiptIn(answer, sent).fate);
      return this.#store.remove(entry.record_id);
    }
    return this.#store.put({
      ...entry,
      state: outcome === "attention" ? "attention" : "waiting",
      tries: entry.tries + 1,
      send_after: this.#now() + this.#waitAfter(entry, answer),
      last_answer: lastAnswer(answer, this.#now()),
    });
  }

  #waitAfter(entry, answer) {
    const own = retryDelay(entry.tries, this.#random());
    return Math.max(own, Math.min(answer.retryAfterMs ?? 0, LONGEST_ASKED_WAIT_MS));
  }

  #remember(entry, receiptFate) {
    this.#recent.push({ record_id: entry.record_id, created: entry.created, fate: receiptFate });
    this.#recent.splice(0, this.#recent.length - RECENT_KEPT);
  }

  async #whileHere(recordId, work) {
    const { value } = await this.#locked(recordId, async () => {
      const entry = await this.#store.get(recordId);
      if (!entry) return false;
      await work(entry);
      return true;
    });
    if (value) {
      this.#changed();
      await this.#schedule();
    }
    return value === true;
  }

  /** A lock stolen by another page rejects here; that page carries on with the record. */
  async #locked(recordId, work) {
    try {
      return await this.#underLock(recordId, work);
    } catch (reason) {
      if (reason?.name === "AbortError") return { busy: true };
      throw reason;
    }
  }

  async #schedule() {
    if (this.#pass) return;
    const waiting = (await this.#store.all()).filter(({ state }) => state === "waiting");
    if (this.#pending !== null) this.#timer.clear(this.#pending);
    this.#pending = null;
    if (!waiting.length) return;
    const next = Math.min(...waiting.map(({ send_after }) => send_after));
    this.#pending = this.#timer.set(() => this.flush(), Math.max(next - this.#now(), 1_000));
  }

  #changed() {
    this.#onChange();
  }
}

function lastAnswer(answer, at) {
  return {
    at,
    status: answer.status ?? null,
    error: answer.error ? String(answer.error) : (answer.body?.error ?? null),
    message: answer.body?.message ?? null,
  };
}
