/*
 * Random walks: two pages share one store and its locks, and everything happens to them that can happen. Steps overlap: none
 * waits for the last to end. At the end the network is there, and everything that was saved and not taken back must be with
 * the server.
 *
 * SEED=17 node --test tests/js/outbox-walk.test.js repeats the walks from 17 on; WALKS says how many.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";

import { memoryStore, openOutboxStore } from "../../static/js/outbox-store.js";
import { Outbox, recordLocks } from "../../static/js/outbox.js";
import { rescueFile } from "../../static/js/rescue-file.js";
import { lockManager } from "./locks.js";

const SEED = Number(process.env.SEED ?? 1);
const WALKS = Number(process.env.WALKS ?? 200);
const STEPS = 60;
const MINUTE = 60_000;
const YEAR = 365 * 24 * 60 * MINUTE;
const JSON_TYPE = "application/json";
const FAULTS = ["QuotaExceededError", "UnknownError", "InvalidStateError", "AbortError"];
const REFUSALS = [401, 413, 422];

/** Numbers from 0 to 1 that only the seed decides (mulberry32). */
function chances(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The first content of an id is stored, the same again is known, any other goes to quarantine. */
class Server {
  stored = new Map();
  quarantined = new Map();

  take({ record_id, sealed }) {
    const known = this.contentsOf(record_id);
    const isNew = !known.includes(sealed);
    if (!known.length) this.stored.set(record_id, sealed);
    else if (isNew) this.quarantined.set(record_id, [...(this.quarantined.get(record_id) ?? []), sealed]);
    const fate = this.stored.get(record_id) === sealed ? "stored" : "quarantined";
    const status = fate === "quarantined" ? 202 : isNew ? 201 : 200;
    return { status, contentType: JSON_TYPE, body: { receipt: { record_id, fate, sealed_sha256: sealed } } };
  }

  contentsOf(id) {
    return [this.stored.get(id), ...(this.quarantined.get(id) ?? [])].filter(Boolean);
  }
}

/** A page: its outbox, and whether it is frozen or gone. What is gone waits for ever at its next step. */
class Page {
  frozen = null;
  gone = false;
  timers = [];
  stepsToLive = Infinity;

  constructor(world, name, store) {
    this.world = world;
    this.outbox = new Outbox({
      store: this.#through(store),
      send: (entry) => this.#send(entry),
      now: () => world.now,
      random: world.chance,
      timer: {
        set: (run, ms) => {
          this.timers.push({ run, at: world.elapsed + ms });
          return this.timers.at(-1);
        },
        clear: (timer) => (this.timers = this.timers.filter((each) => each !== timer)),
      },
      underLock: recordLocks(world.locks.locksFor(this), () => world.now, { patience: () => world.patience() }),
    });
    this.name = name;
  }

  /** Between any two things that a page does it may freeze or die. */
  async step() {
    await null;
    while (this.frozen && !this.gone) await this.frozen.promise;
    this.stepsToLive -= 1;
    if (this.stepsToLive <= 0 && !this.gone) this.die();
    if (this.gone) await new Promise(() => {});
  }

  freeze() {
    if (this.frozen) return;
    let thaw;
    this.frozen = { promise: new Promise((resolve) => (thaw = resolve)), thaw: () => ((this.frozen = null), thaw()) };
  }

  die() {
    this.gone = true;
    this.world.locks.closed(this);
    this.frozen?.thaw();
  }

  #through(store) {
    const call = (name) => async (...args) => {
      await this.step();
      this.world.mayFail(name);
      const value = await this.world.watch(name, args, store);
      await this.step();
      return value;
    };
    return Object.fromEntries(["get", "all", "list", "ids", "counts", "queue", "nextDue", "put", "change"].map((name) => [name, call(name)]));
  }

  async #send(entry) {
    await this.step();
    const answer = this.world.answer(entry);
    await this.step();
    return { sealedSha256: entry.sealed, ...answer };
  }
}

class World {
  now = 1.7e12;
  elapsed = 0;
  network = "up";
  faults = [];
  server = new Server();
  locks = lockManager();
  said = [];
  /** id → { written: how many versions were begun; sure: the last that was called saved; undone; saving, undoing: how many are going on;
   * unclear: was it saved and taken back at once? } */
  records = new Map();
  #patient = [];

  constructor(seed, openStore) {
    this.chance = chances(seed);
    this.openStore = openStore;
  }

  async open() {
    this.pages = [await this.#newPage("left"), await this.#newPage("right")];
  }

  async #newPage(name) {
    return new Page(this, name, await this.openStore(this));
  }

  pick(some) {
    return some[Math.floor(this.chance() * some.length)];
  }

  get page() {
    return this.pick(this.pages);
  }

  patience() {
    const control = new AbortController();
    this.#patient.push({ control, until: this.elapsed + 3_000 });
    return control.signal;
  }

  pass(ms) {
    this.now += ms;
    this.elapsed += ms;
    for (const { control, until } of this.#patient) if (until <= this.elapsed) control.abort();
    this.#patient = this.#patient.filter(({ until }) => until > this.elapsed);
    for (const page of this.pages) {
      if (page.frozen) continue;
      const due = page.timers.filter(({ at }) => at <= this.elapsed);
      page.timers = page.timers.filter(({ at }) => at > this.elapsed);
      for (const { run } of due) this.go(run());
    }
  }

  /** Nobody waits for this. Only what a browser says about its storage may come of it. */
  go(promise) {
    Promise.resolve(promise).catch((reason) => reason instanceof DOMException || this.said.push(reason));
  }

  mayFail(name) {
    if (!this.faults.length) return;
    const fault = this.faults[0];
    if (fault === "QuotaExceededError" && name !== "put") return;
    this.faults.shift();
    throw new DOMException("as the walk wants it", fault);
  }

  /** Nothing is ever removed that the server has not taken, unless somebody takes it back. */
  async watch(name, args, store) {
    if (name !== "change") return store[name](...args);
    const [id, work, options] = args;
    const watched = (entry) => {
      const after = work(entry);
      const mayGo = after !== null || this.records.get(id).undoing || this.server.contentsOf(id).includes(entry.sealed);
      if (!mayGo) this.said.push(new Error(`${id} was removed without a receipt`));
      return after;
    };
    return store.change(id, watched, options);
  }

  answer(entry) {
    const { network } = this;
    if (network === "down") return { error: new TypeError("no network") };
    if (network === "portal") return { status: 200, contentType: "text/html", body: null };
    if (network === "slow") return { status: 429, contentType: JSON_TYPE, body: {}, retryAfterMs: 120_000 };
    if (network === "broken") return { status: this.pick([500, 502, 503, 504, 403, 404, 409]), contentType: null, body: null };
    if (network === "refuses") return { status: this.pick(REFUSALS), contentType: JSON_TYPE, body: {} };
    if (network === "mixes answers up") return new Server().take({ ...entry, record_id: "another" });
    const receipt = this.server.take(entry);
    return network === "loses answers" ? { error: new TypeError("cut half-way") } : receipt;
  }

  // --- steps -----------------------------------------------------------------------------------------------------

  async save(id = `r${this.records.size}`) {
    const record = this.records.get(id) ?? { written: 0, sure: 0, undone: false, saving: 0, undoing: 0, unclear: false };
    this.records.set(id, record);
    const version = (record.written += 1);
    record.saving += 1;
    record.unclear ||= record.undoing > 0;
    await this.page.outbox.add({ recordId: id, sealed: `${id}#${version}`, token: "t", organisation: 1, holdMs: this.pick([0, MINUTE]) });
    record.saving -= 1;
    record.sure = Math.max(record.sure, version);
    record.undone = false;
  }

  async change() {
    const id = this.anId;
    if (!id || !(await this.page.outbox.hold(id, 15 * MINUTE))) return;
    for (let wait = this.chance() * 40; wait > 0; wait -= 1) await null;
    if (this.chance() < 0.7) await this.save(id);
    else await this.page.outbox.release(id);
  }

  async undo() {
    const id = this.anId;
    const record = this.records.get(id);
    if (!record) return;
    record.undoing += 1;
    record.unclear ||= record.saving > 0;
    if (await this.page.outbox.undo(id)) record.undone = true;
    record.undoing -= 1;
  }

  async saveTheFile() {
    const entries = await this.page.outbox.everything();
    const [first, ...lines] = rescueFile(entries, { origin: "https://cards.example", savedOn: "2026-11-22" }).text.trimEnd().split("\n").map(JSON.parse);
    assert.equal(first.records, lines.length);
  }

  async crash() {
    const index = Math.floor(this.chance() * 2);
    const page = this.pages[index];
    page.stepsToLive = Math.floor(this.chance() * 12);
    if (page.stepsToLive < 3) page.die();
    await this.reopen(index);
  }

  /** A page that is gone is opened again, and does what a page does when it opens. */
  async reopen(index) {
    const old = this.pages[index];
    for (let wait = 0; wait < 40 && !old.gone; wait += 1) await null;
    if (!old.gone) return;
    const page = await this.#newPage(old.name);
    this.pages[index] = page;
    await page.outbox.letGoOfHeld();
    await page.outbox.flush();
  }

  get anId() {
    const ids = [...this.records.keys()];
    return this.chance() < 0.6 ? ids.at(-1) : this.pick(ids);
  }

  steps = [
    [8, () => this.save()],
    [4, () => this.change()],
    [4, () => this.undo()],
    [3, () => this.page.outbox.sendNow()],
    [3, () => this.page.outbox.flush()],
    [2, () => this.page.outbox.backOnline()],
    [2, () => this.page.outbox.release(this.anId)],
    [2, () => this.page.outbox.retry(this.anId, { token: "t", organisation: 1 })],
    [1, () => this.page.outbox.retryAll({ token: "t", organisation: 1 })],
    [2, () => this.page.outbox.letGoOfHeld()],
    [1, () => this.saveTheFile()],
    [1, () => this.page.outbox.overview({ follow: this.anId })],
    [6, () => this.pass(this.pick([1_000, 10_000, MINUTE, 2 * MINUTE, 20 * MINUTE]))],
    [1, () => (this.now += this.pick([-YEAR, -MINUTE, 10 * YEAR, -10 * YEAR, 60 * MINUTE]))],
    [5, () => (this.network = this.pick(["up", "up", "up", "down", "portal", "slow", "broken", "refuses", "loses answers", "mixes answers up"]))],
    [2, () => this.page.freeze()],
    [2, () => this.page.frozen?.thaw()],
    [2, () => this.crash()],
    [2, () => this.faults.push(...Array.from({ length: 1 + Math.floor(this.chance() * 3) }, () => this.pick(FAULTS)))],
    [1, () => (this.faults = [])],
  ];

  oneStep() {
    let at = this.chance() * this.steps.reduce((sum, [weight]) => sum + weight, 0);
    const [, step] = this.steps.find(([weight]) => (at -= weight) < 0);
    this.go(step());
  }

  // --- the end ---------------------------------------------------------------------------------------------------

  /** The network is there, every page is awake, time passes: now everything has to arrive. */
  async end(settled) {
    this.network = "up";
    this.faults = [];
    for (const page of this.pages) {
      page.frozen?.thaw();
      page.stepsToLive = Infinity;
    }
    for (let round = 0; round < 6; round += 1) {
      await settled();
      this.pass(61 * MINUTE);
      await settled();
      for (const [index, page] of this.pages.entries()) {
        if (page.gone) await this.reopen(index);
        this.go(this.pages[index].outbox.letGoOfHeld().then(() => this.pages[index].outbox.retryAll({ token: "t", organisation: 1 })));
        await settled();
      }
    }
  }

  async check(store) {
    assert.deepEqual(this.said, []);
    assert.deepEqual((await store.all()).map(({ record_id, state }) => `${record_id} ${state}`), [], "everything has left the outbox");
    assert.equal((await store.counts()).total, 0);
    for (const [id, { sure, undone, undoing, unclear }] of this.records) {
      const versions = this.server.contentsOf(id).map((content) => Number(content.split("#")[1]));
      assert.equal(new Set(versions).size, versions.length, `${id} is there once`);
      if (unclear) continue;
      if (undone) assert.ok(versions.every((version) => version > sure), `${id} was taken back; the server has ${versions}`);
      else if (sure && !undoing) assert.ok(versions.some((version) => version >= sure), `${id} was saved as version ${sure}; the server has ${versions}`);
    }
  }
}

/** turn: lets things go on for a moment; settled: until nothing more happens; calm: called before the end is looked at. */
async function walk(seed, openStore, { steps, pause, turn, settled, calm = () => {} }) {
  try {
    const world = new World(seed, openStore);
    await world.open();
    for (let each = 0; each < steps; each += 1) {
      world.oneStep();
      for (let wait = world.chance() * pause; wait > 0; wait -= 1) await turn();
    }
    await world.end(settled);
    calm();
    await world.check(await openStore());
    return world;
  } catch (reason) {
    throw new Error(`in the walk of seed ${seed}: ${reason.message}`, { cause: reason });
  }
}

const soon = () => new Promise((resolve) => setImmediate(resolve));

test(`${WALKS} random walks from seed ${SEED} on lose nothing and store nothing twice`, async () => {
  const worlds = [];
  for (let seed = SEED; seed < SEED + WALKS; seed += 1) {
    const store = memoryStore();
    worlds.push(await walk(seed, async () => store, { steps: STEPS, pause: 15, turn: async () => null, settled: soon }));
  }

  // The walks went somewhere: otherwise they would prove nothing.
  const sum = (count) => worlds.reduce((all, world) => all + count(world), 0);
  assert.ok(sum(({ server }) => server.stored.size) > 5 * WALKS);
  assert.ok(sum(({ records }) => [...records.values()].filter(({ undone }) => undone).length) > WALKS / 2);
});

test(`random walks from seed ${SEED} on in IndexedDB, whose handles die, lose nothing either`, async () => {
  const { transaction } = IDBDatabase.prototype;
  let stored = 0;
  const settled = async () => {
    for (let wait = 0; wait < 150; wait += 1) await soon();
  };
  for (let seed = SEED; seed < SEED + 4; seed += 1) {
    const chance = chances(seed);
    const calm = () => (IDBDatabase.prototype.transaction = transaction);
    globalThis.indexedDB = new IDBFactory();
    IDBDatabase.prototype.transaction = function (stores, mode, ...more) {
      if (mode !== "versionchange" && chance() < 0.05) this.close();
      return transaction.call(this, stores, mode, ...more);
    };
    const { server } = await walk(seed, () => openOutboxStore(), { steps: 45, pause: 8, turn: soon, settled, calm }).finally(calm);
    stored += server.stored.size;
  }
  assert.ok(stored > 0);
});
