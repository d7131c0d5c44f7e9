/*
 * Sealed records on this tablet that the server has not confirmed yet.
 *
 * No DOM and no globals: the store, the sender, the clock, the timer and the lock are passed in.
 * An entry is { record_id, sealed, token, organisation, created, send_after, state, tries, last_answer };
 * created and send_after are milliseconds since 1970; organisation is the id of the one that token belongs to;
 * state is "waiting", "held" (open to be changed; send_after says until when a closed page may have left it so)
 * or "attention". Only what is waiting is ever sent.
 */
import { fate, receiptIn } from "./fate.js";

const FIRST_RETRY_MS = 5_000;
const LONGEST_RETRY_MS = 10 * 60_000;
const LONGEST_ASKED_WAIT_MS = 60 * 60_000;
const STEAL_AFTER_MS = 60_000;
const RECENT_KEPT = 30;
const LOCK_PATIENCE_MS = 3_000;

/** Milliseconds until the next try: doubling, with jitter so that tablets do not all come at once. */
export function retryDelay(tries, random) {
  const wait = Math.min(FIRST_RETRY_MS * 2 ** tries, LONGEST_RETRY_MS);
  return Math.round(wait * (0.5 + random));
}

/**
 * One lock a record, so that two open pages do not send the same one at once.
 *
 * Returns underLock(id, work, { wait }), which gives { busy: true } when the lock is taken, else { value }.
 * With wait it stands in line for a few seconds first. A page that froze while holding the lock loses it after
 * a minute; sending twice does no harm.
 */
export function recordLocks(locks, now, { patienceMs = LOCK_PATIENCE_MS } = {}) {
  const blockedSince = new Map();
  return async function underLock(id, work, { wait = false } = {}) {
    const name = `vein-care-record-${id}`;
    if (wait) return inLine(locks, name, work, patienceMs);
    const since = blockedSince.get(id);
    const steal = since !== undefined && now() - since >= STEAL_AFTER_MS;
    return locks.request(name, steal ? { steal } : { ifAvailable: true }, async (lock) => {
      if (!lock) {
        if (since === undefined) blockedSince.set(id, now());
        return { busy: true };
      }
      blockedSince.delete(id);
      return { value: await work() };
    });
  };
}

async function inLine(locks, name, work, patienceMs) {
  const patience = AbortSignal.timeout(patienceMs);
  try {
    return await locks.request(name, { signal: patience }, async () => ({ value: await work() }));
  } catch (reason) {
    if (reason?.name === "TimeoutError" || reason?.name === "AbortError") return { busy: true };
    throw reason;
  }
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
  #failures = 0;
  #pausedUntil = 0;
  #askedToWaitUntil = 0;

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

  /**
   * Resolves once the record is written; only then may the page say that it is saved. Same id: replaces it.
   *
   * It waits for what was saved before under this id to come back from the server, but not for ever: an answer
   * that comes later concerns other bytes and leaves this record alone.
   */
  async add({ recordId, sealed, token, organisation = null, holdMs }) {
    const write = () => {
      this.#recent = this.#recent.filter(({ record_id }) => record_id !== recordId);
      return this.#store.put({
        record_id: recordId,
        sealed,
        token,
        organisation,
        created: this.#now(),
        send_after: this.#now() + holdMs,
        state: "waiting",
        tries: 0,
        last_answer: null,
      });
    };
    const { busy } = await this.#locked(recordId, write, { wait: true });
    if (busy) await write();
    this.#changed();
    this.#schedule();
  }

  /** Take back a record that is not sent. Resolves to false if it is on its way or gone already. */
  async undo(recordId) {
    return this.#whileHere(recordId, () => this.#store.remove(recordId));
  }

  /** Keep a record from being sent while it is changed. Resolves to false if it is on its way or gone already. */
  async hold(recordId, ms) {
    return this.#whileHere(recordId, (entry) => {
      if (entry.state === "attention") return false;
      return this.#store.put({ ...entry, state: "held", send_after: this.#now() + ms });
    });
  }

  /** Is there such a record on this tablet? */
  async has(recordId) {
    return Boolean(await this.#store.get(recordId));
  }

  /** What pages that were closed left held goes as it was saved. `except` is the record that this page is changing. */
  async letGoOfHeld(except = null) {
    const left = ({ record_id, state, send_after }) => state === "held" && send_after <= this.#now() && record_id !== except;
    return this.#makeDue(left);
  }

  /** Let one record go now: the next session has begun here, or changing it was given up. */
  async release(recordId) {
    await this.#makeDue(({ record_id, state }) => record_id === recordId && state !== "attention");
    return this.flush();
  }

  /** The network is back: what could not be sent without one is due, and nobody's time for Undo ends. */
  async backOnline() {
    this.#pausedUntil = 0;
    await this.#makeDue(({ state, last_answer }) => state === "waiting" && last_answer && last_answer.status === null);
    return this.flush();
  }

  /** Send everything that waits, because somebody asks for it. What is being changed stays. */
  async sendNow() {
    this.#pausedUntil = 0;
    await this.#makeDue(({ state }) => state === "waiting");
    return this.flush();
  }

  /**
   * Try a record that needs attention once more. If its token was refused, with the one this tablet has now,
   * provided that it belongs to the same organisation.
   */
  async retry(recordId, { token = null, organisation = null } = {}) {
    await this.#whileHere(recordId, (entry) => {
      const refused = entry.last_answer?.status === 401;
      const same = organisation !== null && entry.organisation === organisation;
      const fresh = refused && token && same ? token : entry.token;
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

  /** What the page shows: { waiting, attention, sending, recent }, each a list, oldest first; waiting has the held ones too. */
  async overview() {
    const entries = (await this.#store.all()).sort((a, b) => a.created - b.created);
    return {
      waiting: entries.filter(({ state }) => state !== "attention"),
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

  /** One try that led to nothing ends the pass: the others would fare no better, and the server may need a rest. */
  async #sendDue() {
    for (const { record_id } of await this.#due()) {
      if (this.#now() < this.#restsUntil) return;
      const { value: outcome } = await this.#locked(record_id, () => this.#sendOne(record_id));
      if (outcome === "retry") return;
    }
  }

  /** Those never tried come first, so that one the server chokes on does not stand in their way. */
  async #due() {
    const entries = await this.#store.all();
    return entries.filter((entry) => this.#isDue(entry)).sort((a, b) => a.tries - b.tries || a.created - b.created);
  }

  get #restsUntil() {
    return Math.max(this.#pausedUntil, this.#askedToWaitUntil);
  }

  async #makeDue(wanted) {
    for (const { record_id } of (await this.#store.all()).filter(wanted)) {
      await this.#whileHere(record_id, (entry) => {
        if (wanted(entry)) return this.#store.put({ ...entry, state: "waiting", send_after: this.#now() });
      });
    }
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
      // The last one to go leaves none behind: without this, a tablet that sent everything would seem to keep one for ever.
      const unsent = (await this.#store.all()).filter((other) => other.record_id !== recordId).length;
      const answer = await this.#send(entry, { unsent });
      return await this.#settle(entry, answer);
    } finally {
      this.#sending.delete(recordId);
      this.#changed();
    }
  }

  /** The answer is about the bytes that were sent: if others lie here under the same id by now, those stay as they are. */
  async #settle(entry, answer) {
    const sent = { recordId: entry.record_id, sealedSha256: answer.sealedSha256 };
    const outcome = fate(answer, sent);
    this.#rest(outcome, answer);
    const here = await this.#store.get(entry.record_id);
    if (here?.sealed !== entry.sealed) return outcome;
    if (outcome === "forget") {
      await this.#store.remove(entry.record_id);
      this.#remember(entry, receiptIn(answer, sent).fate);
      return outcome;
    }
    await this.#store.put({
      ...here,
      state: outcome === "attention" ? "attention" : "waiting",
      tries: entry.tries + 1,
      send_after: this.#now() + this.#waitAfter(entry, answer),
      last_answer: lastAnswer(answer, this.#now()),
    });
    return outcome;
  }

  /** After a try that led to nothing this page sends nothing for a while, and longer if the server asked for it. */
  #rest(outcome, answer) {
    if (outcome !== "retry") {
      this.#failures = 0;
      return;
    }
    this.#pausedUntil = this.#now() + retryDelay(this.#failures++, this.#random());
    this.#askedToWaitUntil = this.#now() + askedWait(answer);
  }

  #waitAfter(entry, answer) {
    const own = retryDelay(entry.tries, this.#random());
    return Math.max(own, askedWait(answer));
  }

  #remember(entry, receiptFate) {
    this.#recent.push({ record_id: entry.record_id, created: entry.created, fate: receiptFate });
    this.#recent.splice(0, this.#recent.length - RECENT_KEPT);
  }

  async #whileHere(recordId, work) {
    const { value } = await this.#locked(recordId, async () => {
      const entry = await this.#store.get(recordId);
      if (!entry) return false;
      return (await work(entry)) !== false;
    });
    if (value) {
      this.#changed();
      await this.#schedule();
    }
    return value === true;
  }

  /** A lock stolen by another page rejects here; that page carries on with the record. */
  async #locked(recordId, work, options) {
    try {
      return await this.#underLock(recordId, work, options);
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
    this.#pending = this.#timer.set(() => this.flush(), Math.max(Math.max(next, this.#restsUntil) - this.#now(), 1_000));
  }

  #changed() {
    this.#onChange();
  }
}

function askedWait({ retryAfterMs = 0 }) {
  return Math.min(retryAfterMs, LONGEST_ASKED_WAIT_MS);
}

function lastAnswer(answer, at) {
  return {
    at,
    status: answer.status ?? null,
    error: answer.error ? String(answer.error) : (answer.body?.error ?? null),
    message: answer.body?.message ?? null,
  };
}
