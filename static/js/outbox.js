/*
 * Sealed records on this tablet that the server has not confirmed yet.
 *
 * No DOM and no globals: the store, the sender, the clock, the timer and the lock are passed in. No step but a pass reads more
 * than a few entries, so that thousands do no harm.
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
const LISTED = 50;
const LOCK_PATIENCE_MS = 3_000;
// Nothing has to wait longer than this: if it seems so, the clock was turned back.
const LONGEST_WAIT_MS = LONGEST_ASKED_WAIT_MS;
// Why a record goes before its time: somebody asked for all of them, or the network is back for those that found none.
const ANYHOW = "anyhow";
const UNREACHED = "unreached";
// The server has no room for more records that somebody has to look at; it takes all others.
const QUARANTINE_FULL = "quarantine_full";

/** Milliseconds until the next try: doubling, with jitter so that tablets do not all come at once. */
export function retryDelay(tries, random) {
  const wait = Math.min(FIRST_RETRY_MS * 2 ** tries, LONGEST_RETRY_MS);
  return Math.round(wait * (0.5 + random));
}

/**
 * One lock a record, so that two open pages do not send the same one at once.
 *
 * Returns underLock(id, work, { wait, steal }), which gives { busy: true } when the lock is taken, else { value }.
 * With wait it stands in line for a few seconds first. With steal a page that froze while holding the lock loses it
 * after a minute; sending twice does no harm. patience() gives the signal that ends the standing in line.
 */
export function recordLocks(locks, now, { patience = () => AbortSignal.timeout(LOCK_PATIENCE_MS) } = {}) {
  const blockedSince = new Map();
  return async function underLock(id, work, { wait = false, steal: maySteal = false } = {}) {
    const name = `vein-care-record-${id}`;
    if (wait) return inLine(locks, name, work, patience());
    const since = blockedSince.get(id);
    const steal = maySteal && since !== undefined && now() - since >= STEAL_AFTER_MS;
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

async function inLine(locks, name, work, signal) {
  try {
    return await locks.request(name, { signal }, async () => ({ value: await work() }));
  } catch (reason) {
    if (reason?.name === "TimeoutError" || reason?.name === "AbortError") return { busy: true };
    throw reason;
  }
}

/** A function that runs `run` at once, and for calls that come soon after once more when `ms` are over. */
export function atMostEvery(ms, run, timer) {
  let resting = false;
  let again = false;
  return function call() {
    again = resting;
    if (resting) return;
    resting = true;
    timer.set(() => {
      resting = false;
      if (again) call();
    }, ms);
    run();
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
  #asked = new Map();
  #sending = new Set();
  #begun = new Set();
  #tell;
  #recent = [];
  #received = 0;
  #lastTry = null;
  #trouble = null;
  #failures = 0;
  #pausedUntil = 0;
  #askedToWaitUntil = 0;

  /**
   * store: see outbox-store.js; send(entry, { unsent }) resolves to an answer with `sealedSha256`;
   * timer: { set(fn, ms), clear(id) }; onChange is called after anything visible has changed;
   * tell(message) takes it to the other pages of this browser, whose outboxes get it by heard(message).
   */
  constructor({ store, send, now, random, timer, underLock, onChange = () => {}, tell = () => {} }) {
    this.#store = store;
    this.#send = send;
    this.#now = now;
    this.#random = random;
    this.#timer = timer;
    this.#underLock = underLock;
    this.#onChange = onChange;
    this.#tell = tell;
  }

  /**
   * Resolves once the record is written; only then may the page say that it is saved. Same id: replaces it.
   *
   * It waits for what was saved before under this id to come back from the server, but not for ever: an answer
   * that comes later concerns other bytes and leaves this record alone.
   */
  async add({ recordId, sealed, token, organisation = null, holdMs }) {
    const write = async () => {
      await this.#store.put({
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
      this.#asked.delete(recordId);
      this.#begun.delete(recordId);
      this.#recent = this.#recent.filter(({ record_id }) => record_id !== recordId);
    };
    const { busy } = await this.#locked(recordId, write, { wait: true });
    if (busy) await write();
    this.#changed();
    this.#schedule();
  }

  /** Take back a record that was never sent. Resolves to false if it is on its way, or gone, or was tried: it may have arrived. */
  async undo(recordId) {
    let taken = null;
    const done = await this.#change(
      recordId,
      (entry) => {
        taken = entry;
        return this.#wasTried(entry) ? undefined : null;
      },
      { strict: true },
    );
    if (done) this.#remember(taken, "undone");
    return done;
  }

  /** Keep a record from being sent while it is changed. Resolves to false as undo does. */
  async hold(recordId, ms) {
    return this.#change(recordId, (entry) => {
      if (this.#wasTried(entry) && entry.state !== "held") return undefined;
      return { ...entry, state: "held", send_after: this.#now() + ms };
    });
  }

  /** Is there such a record on this tablet? */
  async has(recordId) {
    return Boolean(await this.#store.get(recordId));
  }

  /** What pages that were closed left held goes as it was saved. To be called while no page is changing a record. */
  async letGoOfHeld() {
    const isLeft = ({ state, send_after }) => state === "held" && !this.#isAhead(send_after);
    for (const entry of await this.#store.list("held")) {
      if (isLeft(entry)) await this.#change(entry.record_id, (here) => (isLeft(here) ? this.#goingNow(here) : undefined));
    }
  }

  /** Let one record go now: the next session has begun here, or changing it was given up. */
  async release(recordId) {
    await this.#change(recordId, (entry) => (entry.state === "attention" ? undefined : this.#goingNow(entry)));
    return this.flush();
  }

  /** The network is back: what could not be sent without one is due, and nobody's time for Undo ends. */
  async backOnline() {
    this.#pausedUntil = 0;
    await this.#askAll(UNREACHED, { tried: true });
    return this.flush();
  }

  /**
   * Send everything that waits, because somebody asks for it. What is being changed stays.
   *
   * Resolves to { received, left, answer, until }: how many the server has taken, how many still wait, the last answer that
   * led to nothing (or null), and until when the server has asked for a pause (or null).
   */
  async sendNow() {
    const before = this.#received;
    this.#pausedUntil = 0;
    this.#lastTry = null;
    await this.#askAll(ANYHOW);
    await this.flush();
    const { waiting } = await this.#store.counts();
    const until = this.#isAhead(this.#askedToWaitUntil) ? this.#askedToWaitUntil : null;
    return { received: this.#received - before, left: waiting, answer: this.#lastTry, until };
  }

  /**
   * Try a record that needs attention once more. If its token was refused, with the one this tablet has now,
   * provided that it belongs to the same organisation.
   */
  async retry(recordId, fresh = {}) {
    await this.#tryAgain(recordId, fresh);
    return this.flush();
  }

  /** The same for every record that needs attention. */
  async retryAll(fresh = {}) {
    for (const id of await this.#store.ids("attention")) await this.#tryAgain(id, fresh);
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

  /** Every entry whole, for the rescue file. */
  everything() {
    return this.#store.all();
  }

  /**
   * What the page shows. Lists are oldest first and hold no more than LISTED entries, without what is sealed:
   *
   * counts: { unsent, attention }; waiting (with the held ones) and attention: entries; followed: the entry with the id
   * `follow`, or null; sending: ids; recent: what became of the last ones, { record_id, created, fate }; received: how many the
   * server has taken since this page was opened; trouble: why the store does not answer, or null.
   */
  async overview({ follow = null } = {}) {
    const [counts, held, waiting, attention, followed] = await Promise.all([
      this.#store.counts(),
      this.#store.list("held", LISTED),
      this.#store.list("waiting", LISTED),
      this.#store.list("attention", LISTED),
      follow && this.#store.get(follow),
    ]);
    return {
      counts: { unsent: counts.waiting + counts.held, attention: counts.attention },
      waiting: shown([...held, ...waiting]),
      attention: shown(attention),
      followed: followed ? unsealed(followed) : null,
      sending: [...this.#sending],
      recent: [...this.#recent],
      received: this.#received,
      trouble: this.#trouble,
    };
  }

  async #passes() {
    do {
      this.#again = false;
      await this.#sendDue();
    } while (this.#again);
  }

  /**
   * One try that led to nothing ends the pass: the others would fare no better, and the server may need a rest. So does a
   * store that does not answer. An answer that puts off one record alone does not.
   *
   * Those never tried come first, so that one the server chokes on does not stand in their way.
   */
  async #sendDue() {
    try {
      const { ids, due } = await this.#store.queue({ now: this.#now(), latest: this.#now() + LONGEST_WAIT_MS });
      this.#forgetAskedExcept(new Set(ids));
      for (const id of ids.filter((each) => due.has(each) || this.#asked.has(each))) {
        if (this.#rests) return;
        const { value: outcome } = await this.#locked(id, (isLost) => this.#sendOne(id, isLost), { steal: true });
        if (outcome === "retry") return;
      }
      this.#trouble = null;
    } catch (reason) {
      this.#stumble(reason);
    }
  }

  /** A store that fails is tried again later, as a server that does not answer. What is kept stays there. */
  #stumble(reason) {
    if (!(reason instanceof DOMException)) throw reason;
    this.#trouble = reason.name;
    this.#pausedUntil = this.#now() + retryDelay(this.#failures++, this.#random());
    this.#changed();
  }

  get #rests() {
    return this.#isAhead(this.#pausedUntil) || this.#isAhead(this.#askedToWaitUntil);
  }

  /** Is this still to come? No moment is farther off than the longest wait, or the clock was turned. */
  #isAhead(moment) {
    const ms = moment === null ? 0 : moment - this.#now();
    return ms > 0 && ms <= LONGEST_WAIT_MS;
  }

  #isDue({ record_id, state, send_after, last_answer }) {
    if (state !== "waiting") return false;
    const asked = this.#asked.get(record_id);
    return !this.#isAhead(send_after) || asked === ANYHOW || (asked === UNREACHED && last_answer?.status === null);
  }

  /** Sent before, as the store knows, or only this page because nothing could be noted. */
  #wasTried({ record_id, tries }) {
    return tries > 0 || this.#begun.has(record_id);
  }

  #goingNow(entry) {
    return { ...entry, state: "waiting", send_after: this.#now() };
  }

  /** A store that does not answer just now is asked again later, by the pass that follows. */
  async #askAll(how, options) {
    try {
      for (const id of await this.#store.ids("waiting", options)) this.#ask(id, how);
    } catch (reason) {
      this.#stumble(reason);
    }
  }

  #ask(recordId, why) {
    if (this.#asked.get(recordId) !== ANYHOW) this.#asked.set(recordId, why);
  }

  #forgetAskedExcept(waiting) {
    for (const id of this.#asked.keys()) if (!waiting.has(id)) this.#asked.delete(id);
  }

  /**
   * The entry as it is sent now, or null if it is not to be sent. That it is tried is noted before it leaves: whatever happens
   * after that, nobody is told that it was taken back while the server has it.
   */
  async #begin(recordId, isLost) {
    let entry = null;
    const note = (here) => {
      entry = !isLost() && this.#isDue(here) ? { ...here, tries: here.tries + 1 } : null;
      return entry ?? undefined;
    };
    try {
      await this.#store.change(recordId, note);
    } catch (reason) {
      // On a full disk nothing can be noted, and what is sent makes room.
      if (reason?.name !== "QuotaExceededError") throw reason;
      const here = await this.#store.get(recordId);
      if (here) note(here);
    }
    this.#asked.delete(recordId);
    return entry;
  }

  async #sendOne(recordId, isLost) {
    const entry = await this.#begin(recordId, isLost);
    if (!entry) return null;
    this.#sending.add(recordId);
    this.#begun.add(recordId);
    this.#changed();
    try {
      // The last one to go leaves none behind: without this, a tablet that sent everything would seem to keep one for ever.
      const unsent = (await this.#store.counts()).total - 1;
      const answer = await this.#send(entry, { unsent });
      return await this.#settle(entry, answer);
    } finally {
      this.#sending.delete(recordId);
      this.#changed();
    }
  }

  /**
   * The answer is about the bytes that were sent: if others lie here under the same id by now, those stay as they are. What
   * was held meanwhile stays held, unless the server has it.
   */
  async #settle(entry, answer) {
    const sent = { recordId: entry.record_id, sealedSha256: answer.sealedSha256 };
    const outcome = outcomeOf(answer, sent);
    this.#rest(outcome, answer);
    if (outcome !== "forget") this.#lastTry = lastAnswer(answer, this.#now());
    const after = outcome === "forget" ? () => null : (here) => this.#afterRefusal(here, entry, outcome, answer);
    const changed = await this.#store.change(entry.record_id, (here) => (here.sealed === entry.sealed ? after(here) : undefined));
    this.#begun.delete(entry.record_id);
    if (changed && outcome === "forget") {
      this.#received += 1;
      this.#remember(entry, receiptIn(answer, sent).fate);
    }
    return outcome;
  }

  #afterRefusal(here, entry, outcome, answer) {
    if (here.state !== "waiting") return undefined;
    return {
      ...here,
      state: outcome === "attention" ? "attention" : "waiting",
      tries: Math.max(here.tries, entry.tries),
      send_after: this.#now() + this.#waitAfter(entry, answer),
      last_answer: lastAnswer(answer, this.#now()),
    };
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
    const own = retryDelay(entry.tries - 1, this.#random());
    return Math.max(own, askedWait(answer));
  }

  #remember({ record_id, created }, receiptFate) {
    const known = { record_id, created, fate: receiptFate };
    this.#note(known);
    this.#tell({ known });
  }

  #note(known) {
    this.#recent = this.#recent.filter(({ record_id }) => record_id !== known.record_id);
    this.#recent.push(known);
    this.#recent.splice(0, this.#recent.length - RECENT_KEPT);
    this.#onChange();
  }

  /** What another page of this browser told: it has changed what lies here, and perhaps knows what became of a record. */
  heard({ known }) {
    if (known) this.#note(known);
    else this.#onChange();
  }

  #tryAgain(recordId, { token = null, organisation = null }) {
    return this.#change(recordId, (entry) => {
      const refused = entry.last_answer?.status === 401;
      const same = organisation !== null && entry.organisation === organisation;
      const fresh = refused && token && same ? token : entry.token;
      return { ...this.#goingNow(entry), token: fresh };
    });
  }

  /** Change an entry unless it is on its way. Resolves to whether it was changed. */
  async #change(recordId, work, options) {
    const change = (isLost) => this.#store.change(recordId, (entry) => (isLost() ? undefined : work(entry)), options);
    const { value } = await this.#locked(recordId, change);
    if (value) {
      this.#changed();
      await this.#schedule();
    }
    return value === true;
  }

  /**
   * A lock stolen by another page rejects here, and that page carries on with the record. What was begun here ends all the
   * same, so what came of it counts. What the store says is not taken for a stolen lock.
   */
  async #locked(recordId, work, options) {
    const failed = [];
    let working = null;
    let lost = false;
    const begin = () => (working = work(() => lost).catch((reason) => void failed.push(reason)));
    const outcome = await this.#underLock(recordId, begin, options).catch(async (reason) => {
      if (reason?.name !== "AbortError") throw reason;
      lost = true;
      return working ? { value: await working } : { busy: true };
    });
    if (failed.length) throw failed[0];
    return outcome;
  }

  async #schedule() {
    if (this.#pass) return;
    let next;
    try {
      next = await this.#store.nextDue();
    } catch (reason) {
      this.#stumble(reason);
      next = this.#now();
    }
    if (this.#pass) return;
    if (this.#pending !== null) this.#timer.clear(this.#pending);
    this.#pending = null;
    if (next === null) return;
    const waits = [this.#asked.size ? null : next, this.#pausedUntil, this.#askedToWaitUntil].filter((each) => this.#isAhead(each));
    this.#pending = this.#timer.set(() => this.flush(), Math.max(1_000, ...waits.map((each) => each - this.#now())));
  }

  #changed() {
    this.#onChange();
    this.#tell({});
  }
}

function shown(entries) {
  return entries.map(unsealed).sort((a, b) => a.created - b.created).slice(0, LISTED);
}

function unsealed({ sealed, token, ...rest }) {
  return rest;
}

/** What fate says, or "later": an answer about this record alone, which says nothing about the others. */
function outcomeOf(answer, sent) {
  const outcome = fate(answer, sent);
  return outcome === "retry" && answer.body?.error === QUARANTINE_FULL ? "later" : outcome;
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
    ...(askedWait(answer) && { asked_until: at + askedWait(answer) }),
  };
}
