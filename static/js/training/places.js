/*
 * Where somebody is in the lessons, on this device: kept under the opaque key of whoever is here, sent when the server answers, and never
 * sent as somebody else's. Knows nothing of pages.
 *
 * A row: { learner, module, version, lesson, screen, lessons_done, checks_done, new_lessons, new_checks, moved_at, done_on, waits, turn }. moved_at is
 * this device's clock in milliseconds; waits: the server does not have all of it; new_…: what of it was done here and is not with the server, which
 * alone is told: what else is done may have been begun again elsewhere. turn: counts the changes, so that what is changed while it is sent, or in
 * another page, goes on waiting.
 */

import { endLogins } from "../deliver/server.js";

const SEND_MS = 30_000;
const NOTHING_NEW = { new_lessons: [], new_checks: [] };

/** A row for a version that nobody has opened here yet. */
export function emptyRow(learner, { module, version }) {
  return { learner, module, version, lesson: 1, screen: 1, lessons_done: [], checks_done: [], ...NOTHING_NEW, moved_at: 0, done_on: null, waits: false, turn: 0 };
}

/** What is behind the reader only becomes more; of two places the later one stands. */
export function together(row, other) {
  const later = other.moved_at > row.moved_at ? other : row;
  return {
    ...row,
    lesson: later.lesson,
    screen: later.screen,
    moved_at: later.moved_at,
    lessons_done: union(row.lessons_done, other.lessons_done),
    checks_done: union(row.checks_done, other.checks_done),
    new_lessons: union(row.new_lessons, other.new_lessons),
    new_checks: union(row.new_checks, other.new_checks),
    done_on: row.done_on ?? other.done_on ?? null,
  };
}

function union(one, other) {
  return [...new Set([...one, ...other])].sort();
}

/** Is every lesson and every check of this module behind the reader? about: { lessons, checks }. */
export function isDone({ lessons_done, checks_done }, { lessons, checks }) {
  return lessons.every((each) => lessons_done.includes(each)) && checks.every((each) => checks_done.includes(each));
}

/** The same of what is new here alone: it may have been begun again elsewhere. */
function isDoneAnew({ new_lessons, new_checks }, about) {
  return isDone({ lessons_done: new_lessons, checks_done: new_checks }, about);
}

/** What the server is told of a row: the place, and what is new. Its clock and ours may differ, so it is told how long ago this was. */
export function saidOf({ module, version, lesson, screen, new_lessons, new_checks, moved_at, done_on }, now) {
  return { module, version, lesson, screen, lessons_done: new_lessons, checks_done: new_checks, moved_ms_ago: Math.max(now - moved_at, 0), done_on };
}

/** Of what lies in the store and what this page knows: other pages write, too, and sometimes the store takes nothing. */
export function newer(kept, known) {
  return !kept || (known?.waits && known.turn > kept.turn) ? known : kept;
}

/** The date on this device, as people here would say it: 2026-11-22. */
export function dayOf(date) {
  const part = (number, length = 2) => String(number).padStart(length, "0");
  return `${part(date.getFullYear(), 4)}-${part(date.getMonth() + 1)}-${part(date.getDate())}`;
}

/** How things stand, for one sentence: "kept", "on_its_way", "waits", "waits_for_sign_in", "nobody", "somebody_else" or "keeps_nothing". */
export function standingOf({ learner, here, waiting, signedOut, unreachable, lasting }) {
  if (!learner) return "nobody";
  if (here !== learner) return "somebody_else";
  if (!waiting) return "kept";
  if (signedOut) return "waits_for_sign_in";
  if (!unreachable) return "on_its_way";
  return lasting ? "waits" : "keeps_nothing";
}

/** Dispatches "change" when something may have become known, kept or sent. */
export class Places extends EventTarget {
  learner = null;
  signedOut = false;
  unreachable = false;
  /** Has the server been asked, with whatever answer? Before, nobody can say that nobody is here. */
  asked = false;
  #learners = [];
  #csrf = null;
  #rows = new Map();
  #others = 0;
  #sending = null;
  #asking = null;
  #questions = 0;
  #noted = false;
  #store;
  #server;
  #who;
  #clock;

  /**
   * store: { lasting, all, change, remove }; server: { ask, send }, which answer { unreachable: true } instead of throwing;
   * who: { here(), remember(key) }, the key of whoever was signed in last on this device; clock: () => milliseconds.
   */
  constructor({ store, server, who, clock }) {
    super();
    Object.assign(this, { lasting: store.lasting });
    this.#store = store;
    this.#server = server;
    this.#who = who;
    this.#clock = clock;
  }

  /** What lies here already, under the key of whoever was signed in last. */
  async open() {
    this.learner = this.#who.here();
    this.#learners = [this.learner];
    await this.#read();
    this.#tell();
  }

  /** Ask the server who is here and where they are, and send what waits. Resolves to how many rows were sent. */
  refresh() {
    this.#asking = this.#ask();
    return this.#asking;
  }

  /** An answer says nothing any more once a later question was asked: somebody else may be here. */
  async #ask() {
    const question = ++this.#questions;
    const answer = await this.#server.ask();
    if (question !== this.#questions) return this.#asking;
    this.asked = true;
    this.unreachable = Boolean(answer.unreachable);
    if (answer.unreachable) {
      this.#tell();
      return 0;
    }
    this.signedOut = !answer.learner;
    if (answer.learner) await this.#settle(answer);
    this.#tell();
    return this.signedOut ? 0 : this.send();
  }

  /** Whoever the server knows is the one who is here. A page that was begun under somebody else's key stays with that one. */
  async #settle({ learner, learners, csrf, places }) {
    this.#who.remember(learner);
    this.#csrf = csrf;
    if (!learners.includes(this.learner)) {
      if (this.#noted) return;
      this.#rows = new Map();
    }
    this.learner = learner;
    this.#learners = learners;
    await this.#read();
    await this.#takeOver(places);
  }

  /** The row of a version: what is known here, or an empty one. */
  row(about) {
    return this.#rows.get(nameOf(about)) ?? emptyRow(this.learner, about);
  }

  get waiting() {
    return [...this.#rows.values()].filter(({ waits }) => waits).length;
  }

  /** Rows of other people that wait here. */
  get othersWaiting() {
    return this.#others;
  }

  get standing() {
    const { learner, signedOut, unreachable, lasting, waiting } = this;
    const here = this.#learners.includes(this.#who.here()) ? learner : this.#who.here();
    return standingOf({ learner, here, waiting, signedOut, unreachable, lasting });
  }

  /**
   * Somebody has moved, finished a lesson or opened an answer. about: { module, version, lessons, checks }; moved: { lesson, screen, lessonDone, checkDone }.
   * Not under anybody's name when nobody is here, or somebody else than when the page was opened.
   */
  async note(about, { lesson, screen, lessonDone = null, checkDone = null }) {
    // Who has just signed in for the first time is known a moment after the page.
    if (!this.learner) await this.#asking;
    if (["nobody", "somebody_else"].includes(this.standing)) return this.#tell();
    this.#noted = true;
    const now = this.#clock();
    const [lessons, checks] = [lessonDone ? [lessonDone] : [], checkDone ? [checkDone] : []];
    await this.#change(about, (before) => {
      const after = {
        ...before,
        lesson,
        screen,
        lessons_done: union(before.lessons_done, lessons),
        checks_done: union(before.checks_done, checks),
        new_lessons: union(before.new_lessons, lessons),
        new_checks: union(before.new_checks, checks),
        moved_at: now,
        waits: true,
        turn: before.turn + 1,
      };
      if ([isDone, isDoneAnew].some((done) => done(after, about) && !done(before, about))) after.done_on = dayOf(new Date(now));
      return after;
    });
    this.#tell();
  }

  /** Send what waits. Resolves to how many rows the server has taken up. One at a time; doubles would do no harm. */
  send() {
    this.#sending ??= this.#sendAll().finally(() => (this.#sending = null));
    return this.#sending;
  }

  /** What is noted while something is sent goes right after it. */
  async #sendAll() {
    let all = 0;
    for (let sent = await this.#send(); sent; sent = await this.#send()) all += sent;
    return all;
  }

  async #send() {
    const rows = [...this.#rows.values()].filter(({ waits }) => waits);
    if (!rows.length || !this.#csrf || this.standing === "somebody_else") return 0;
    const said = { learner: this.learner, places: rows.map((row) => saidOf(row, this.#clock())) };
    const answer = await this.#server.send(said, this.#csrf);
    this.unreachable = Boolean(answer.unreachable);
    if (!answer.places) {
      // A token that is over, or somebody else's login: ask anew, later.
      if (answer.refused) this.#csrf = null;
      this.#tell();
      return 0;
    }
    for (const sent of rows) {
      await this.#change(sent, (row) => (row.turn === sent.turn ? { ...row, ...NOTHING_NEW, waits: false } : row));
    }
    await this.#takeOver(answer.places);
    this.#tell();
    return rows.length;
  }

  /** What the server knows takes the place of what is here, unless that still waits: then both count. */
  async #takeOver(places) {
    for (const place of places) {
      const { moved_ms_ago, ...is } = place;
      const said = { ...emptyRow(this.learner, place), ...is, moved_at: this.#clock() - moved_ms_ago };
      await this.#change(place, (known) => (known.waits ? together(known, said) : { ...said, turn: known.turn }));
    }
  }

  /** Rows of others that wait stay; of those that do not, nothing needs to lie here. */
  async #read() {
    const rows = await this.#kept();
    const isOwn = ({ learner }) => this.#learners.includes(learner);
    for (const [name, known] of this.#rows) {
      if (!isOwn(known) || !known.waits) this.#rows.delete(name);
    }
    for (const row of rows.filter((each) => isOwn(each) && each.learner !== this.learner)) await this.#takeAlong(row);
    for (const row of rows.filter(({ learner }) => learner === this.learner)) this.#rows.set(nameOf(row), newer(row, this.#rows.get(nameOf(row))));
    const others = rows.filter((row) => !isOwn(row));
    this.#others = others.filter(({ waits }) => waits).length;
    if (this.learner) await Promise.allSettled(others.filter(({ waits }) => !waits).map((row) => this.#store.remove(row)));
  }

  /** A store that does not answer holds nothing. */
  async #kept() {
    try {
      return await this.#store.all();
    } catch (broken) {
      this.lasting = false;
      return [];
    }
  }

  /** After the service has a new secret, what waits under the earlier key waits under the new one. */
  async #takeAlong(row) {
    await this.#change(row, (known) => ({ ...together(known, row), waits: known.waits || row.waits, turn: known.turn + row.turn }));
    await this.#store.remove(row).catch(() => {});
  }

  /**
   * Replace a row by change(row): at once on this page, then in the store, from what lies there by then, since another page may have written.
   * Where the store takes nothing, this page knows it all the same and sends it.
   */
  async #change(about, change) {
    const name = nameOf(about);
    const { learner } = this;
    const key = { learner, module: about.module, version: about.version };
    const known = this.row(about);
    const work = (row) => ({ ...change(row), ...key });
    this.#rows.set(name, work(known));
    try {
      const after = await this.#store.change(key, (kept) => work(newer(kept, known)));
      if (this.learner === learner && after.turn >= this.row(about).turn) this.#rows.set(name, after);
      this.lasting = this.#store.lasting;
    } catch (refused) {
      this.lasting = false;
    }
  }

  #tell() {
    this.dispatchEvent(new Event("change"));
  }
}

function nameOf({ module, version }) {
  return `${module} ${version}`;
}

/** { ask, send } over the network. Logins that somebody left behind here end before anything is asked by them (decision 32). */
export function serverAt({ meUrl, placesUrl, signOutUrl }) {
  return {
    async ask() {
      try {
        if (!(await endLogins(signOutUrl))) return { unreachable: true };
        const response = await fetch(meUrl, { cache: "no-store", redirect: "error", signal: AbortSignal.timeout(SEND_MS) });
        const body = await response.json();
        if (response.status === 401 && body.signed_in === false) return {};
        return response.ok && body.schema === 1 ? body : { unreachable: true };
      } catch (reason) {
        return { unreachable: true };
      }
    },
    /** keepalive: what is sent while the page is left still arrives. */
    async send(said, csrf) {
      try {
        const response = await fetch(placesUrl, {
          method: "POST",
          headers: { "Content-Type": "application/json", "X-CSRFToken": csrf },
          body: JSON.stringify(said),
          keepalive: true,
          cache: "no-store",
          redirect: "error",
          signal: AbortSignal.timeout(SEND_MS),
        });
        if ([403, 409].includes(response.status)) return { refused: true };
        const body = await response.json();
        return response.ok && body.schema === 1 ? body : { unreachable: true };
      } catch (reason) {
        return { unreachable: true };
      }
    },
  };
}
