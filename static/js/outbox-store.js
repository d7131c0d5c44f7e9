/*
 * Where the outbox keeps its entries: IndexedDB, or the memory of this page where there is none.
 *
 * Both have the same calls. get, put and change concern one entry; counts, ids, queue, nextDue and list are cheap however
 * many there are; all reads every sealed record and is meant for the rescue file alone. `lasting`: does it survive closing
 * the page? `blocked`: does an older page stand in the way of opening it? `unreached`: how many records lie in a database that
 * could not be opened.
 *
 * How many are kept is also noted outside the database, so that it does not go unnoticed if a browser clears it.
 */
import { openDB } from "../vendor/idb/index.js";

const DATABASE = "vein-care";
const VERSION = 2;
const RECORDS = "records";
const TALLIES = "tallies";
const STATES = "states";
// In the order of sending: [state, tries, created]; and by when: [state, send_after].
const BY_TURN = "turn";
const BY_DUE = "due";
const NOTE_KEY = "vein-care-outbox";
const OPEN_AGAIN_MS = 300;
const PATIENCE_MS = 10_000;
// Safari closes the handle under memory pressure and keeps handing it out, or loses the connection. Chromium has said
// "quota" of a disk with room. All writes here may be repeated: the same entry under the same id, or nothing left to do.
const MAY_PASS = new Set(["InvalidStateError", "UnknownError", "AbortError", "QuotaExceededError", "TransactionInactiveError"]);

/**
 * IndexedDB if it can be opened here (private windows may have none) and answers, otherwise memory.
 *
 * A store that an older page blocks comes back at once, and its calls wait. onTurn: called when it is blocked, free again,
 * or found to have been cleared.
 */
export async function openOutboxStore({ onTurn = () => {} } = {}) {
  for (const wait of [0, OPEN_AGAIN_MS]) {
    if (wait) await new Promise((resolve) => setTimeout(resolve, wait));
    const store = new LastingStore(onTurn);
    try {
      await inTime(Promise.race([store.counts(), store.whenBlocked]));
      return store;
    } catch (reason) {
      if (!globalThis.indexedDB || ["SecurityError", "TimeoutError"].includes(reason?.name)) break;
    }
  }
  return { ...memoryStore(), unreached: readNote().kept };
}

function inTime(answer) {
  let timer;
  const silence = new Promise((_, reject) => (timer = setTimeout(() => reject(new DOMException("", "TimeoutError")), PATIENCE_MS)));
  return Promise.race([answer, silence]).finally(() => clearTimeout(timer));
}

/** What is noted about the outbox outside its database: { kept, lost, sent }, sent as { on, part } or null. */
export function readNote() {
  try {
    return { kept: 0, lost: 0, sent: null, ...JSON.parse(localStorage.getItem(NOTE_KEY)) };
  } catch (unreadable) {
    return { kept: 0, lost: 0, sent: null };
  }
}

/** Nothing is written where there is nothing to note. Without room or permission the note is not kept. */
export function writeNote(changes) {
  const before = readNote();
  const note = { ...before, ...changes };
  if (JSON.stringify(note) === JSON.stringify(before)) return;
  try {
    localStorage.setItem(NOTE_KEY, JSON.stringify(note));
  } catch (refused) {
    return;
  }
}

class LastingStore {
  lasting = true;
  blocked = false;
  unreached = 0;
  whenBlocked;
  #opening = null;
  #miscounted = false;
  #onTurn;
  #sayBlocked;

  constructor(onTurn) {
    this.#onTurn = onTurn;
    this.whenBlocked = new Promise((resolve) => (this.#sayBlocked = resolve));
  }

  get(recordId) {
    return this.#read((records) => records.get(recordId));
  }

  /** Every entry whole. */
  all() {
    return this.#read((records) => records.getAll());
  }

  /** The first entries of a state in the order of sending. */
  list(state, limit) {
    return this.#read((records) => records.index(BY_TURN).getAll(allOf(state), limit));
  }

  /** The ids of a state in the order of sending. tried: only those that were sent before, in vain. */
  ids(state, { tried = false } = {}) {
    return this.#read((records) => records.index(BY_TURN).getAllKeys(tried ? triedOf(state) : allOf(state)));
  }

  /** How many there are of each state: { waiting, held, attention, total }. */
  counts() {
    return this.#with(async (database) => {
      if (this.#miscounted) await this.#countAnew(database);
      return withTotal(this.#miscounted ? await counted(database.transaction(RECORDS).store) : await database.get(TALLIES, STATES));
    });
  }

  /** { ids, due }: those that wait, in the order of sending, and the set of those that are due; see outbox.js for `latest`. */
  queue({ now, latest }) {
    return this.#read(async (records) => {
      const byDue = records.index(BY_DUE);
      const [ids, due, misdated] = await Promise.all([
        records.index(BY_TURN).getAllKeys(allOf("waiting")),
        byDue.getAllKeys(IDBKeyRange.bound(["waiting"], ["waiting", now])),
        byDue.getAllKeys(IDBKeyRange.bound(["waiting", latest], ["waiting", []], true)),
      ]);
      return { ids, due: new Set([...due, ...misdated]) };
    });
  }

  /** When the first of those that wait may go, or null if none waits. */
  nextDue() {
    return this.#read(async (records) => (await records.index(BY_DUE).openKeyCursor(allOf("waiting")))?.key[1] ?? null);
  }

  /** Resolves when the entry is written and, where the browser offers it, flushed to the disk. Same id: replaces it. */
  put(entry) {
    return this.#write("strict", (transaction) => exchange(transaction, entry.record_id, () => entry, { evenIfNew: true }));
  }

  /**
   * Read and write in one go: work(entry) gives the new entry, null to remove it, or undefined to leave it; it may be called
   * twice. Resolves to whether anything was changed. strict: wait until it is on the disk; without it, after a power cut,
   * the entry may be as it was before.
   */
  async change(recordId, work, { strict = false } = {}) {
    const durability = strict ? "strict" : "relaxed";
    try {
      return await this.#write(durability, (transaction) => exchange(transaction, recordId, work));
    } catch (reason) {
      if (reason?.name !== "QuotaExceededError") throw reason;
      // On a full disk nothing can be written, the tallies neither. Taking away needs no room, as long as it is all that is done.
      this.#miscounted = true;
      const removed = await this.#write(durability, (transaction) => removeAlone(transaction, recordId, work));
      if (!removed) throw reason;
      return removed;
    }
  }

  #read(work) {
    return this.#with((database) => {
      const transaction = database.transaction(RECORDS);
      transaction.done.catch(() => {}); // said by the request already
      return work(transaction.store);
    });
  }

  async #write(durability, change) {
    const counts = await this.#with(async (database) => {
      const transaction = database.transaction([RECORDS, TALLIES], "readwrite", { durability });
      const changing = change(transaction).catch((reason) => {
        abort(transaction);
        throw reason;
      });
      return bothOrWhy(changing, transaction.done);
    });
    if (counts) writeNote({ kept: withTotal(counts).total });
    return Boolean(counts);
  }

  /** A handle that is dead is opened anew, once. */
  async #with(work) {
    try {
      return await work(await this.#database());
    } catch (reason) {
      if (!MAY_PASS.has(reason?.name)) throw reason;
      await this.#letGo();
      return work(await this.#database());
    }
  }

  #database() {
    this.#opening ??= this.#open().catch((reason) => {
      this.#opening = null;
      throw reason;
    });
    return this.#opening;
  }

  async #open() {
    let isNew = false;
    const callbacks = {
      upgrade: (database, before, after, transaction) => {
        isNew = before === 0;
        layOut(transaction, before, database);
      },
      blocked: () => this.#turn(true),
      blocking: () => this.#letGo(),
      terminated: () => (this.#opening = null),
    };
    const database = await openDB(DATABASE, VERSION, callbacks).catch((reason) => {
      // A newer page was here, and what this one needs is still there.
      if (reason?.name !== "VersionError") throw reason;
      return openDB(DATABASE, undefined, callbacks);
    });
    await this.#countAnew(database);
    if (isNew) this.#startsEmpty();
    if (this.blocked) this.#turn(false);
    return database;
  }

  /** Where there is no room for the tallies, they are put right as soon as there is. */
  async #countAnew(database) {
    this.#miscounted = false;
    await countAnew(database).catch((reason) => {
      if (reason?.name !== "QuotaExceededError") throw reason;
      this.#miscounted = true;
    });
  }

  /** A database that is made anew although records were kept: somebody, or the browser, has cleared it. */
  #startsEmpty() {
    const { kept, lost } = readNote();
    if (!kept) return;
    writeNote({ kept: 0, lost: lost + kept });
    this.#onTurn();
  }

  #turn(blocked) {
    this.blocked = blocked;
    if (blocked) this.#sayBlocked();
    this.#onTurn();
  }

  async #letGo() {
    const opening = this.#opening;
    this.#opening = null;
    try {
      (await opening)?.close();
    } catch (neverOpened) {
      return;
    }
  }
}

/** From nothing, or from version 1, which had neither indexes nor tallies. The records stay as they are. */
function layOut(transaction, before, database) {
  const records = before === 0 ? database.createObjectStore(RECORDS, { keyPath: "record_id" }) : transaction.objectStore(RECORDS);
  records.createIndex(BY_TURN, ["state", "tries", "created"]);
  records.createIndex(BY_DUE, ["state", "send_after"]);
  database.createObjectStore(TALLIES);
}

/** Once for each page, in case anything else wrote here. Counting is slow with thousands, so the tallies are kept after that. */
async function countAnew(database) {
  const transaction = database.transaction([RECORDS, TALLIES], "readwrite");
  const counts = await counted(transaction.objectStore(RECORDS));
  const tallies = transaction.objectStore(TALLIES);
  const before = await tallies.get(STATES);
  // On a full disk nothing can be written, and what is there can be read and sent all the same.
  if (Object.entries(counts).some(([state, count]) => before?.[state] !== count)) tallies.put(counts, STATES).catch(() => {});
  await transaction.done;
}

/** How many there are of each state, without the tallies. */
async function counted(records) {
  const byDue = records.index(BY_DUE);
  const states = ["waiting", "held", "attention"];
  const counts = await Promise.all(states.map((state) => byDue.count(allOf(state))));
  return Object.fromEntries(states.map((state, index) => [state, counts[index]]));
}

/** Take an entry away if that is all that work wants. Resolves to the counts after it, or null. */
async function removeAlone(transaction, recordId, work) {
  const records = transaction.objectStore(RECORDS);
  const before = await records.get(recordId);
  if (!before || work(before) !== null) return null;
  await records.delete(recordId);
  return counted(records);
}

/** Put what work makes of an entry in its place. Resolves to the counts after it, or null if nothing was changed. */
async function exchange(transaction, recordId, work, { evenIfNew = false } = {}) {
  const records = transaction.objectStore(RECORDS);
  const tallies = transaction.objectStore(TALLIES);
  const [before, counts] = await Promise.all([records.get(recordId), tallies.get(STATES)]);
  const after = before || evenIfNew ? work(before) : undefined;
  if (after === undefined) return null;
  if (before) counts[before.state] -= 1;
  if (after) counts[after.state] += 1;
  const written = after ? records.put(after) : records.delete(recordId);
  written.catch(() => {}); // what stops the tallies stops this, too, and is said by them
  await Promise.all([written, tallies.put(counts, STATES)]);
  return counts;
}

/** What was changed, once it is complete. Of two reasons against it, the one that says more. */
async function bothOrWhy(changing, done) {
  const [changed, completed] = await Promise.allSettled([changing, done]);
  const reasons = [completed, changed].filter(({ status }) => status === "rejected").map(({ reason }) => reason);
  if (reasons.length) throw reasons.find((reason) => reason?.name !== "AbortError") ?? reasons[0];
  return changed.value;
}

function abort(transaction) {
  try {
    transaction.abort();
  } catch (overAlready) {
    return;
  }
}

function allOf(state) {
  return IDBKeyRange.bound([state], [state, []]);
}

function triedOf(state) {
  return IDBKeyRange.bound([state, 1], [state, []]);
}

function withTotal(counts) {
  return { ...counts, total: counts.waiting + counts.held + counts.attention };
}

/** Entries in the memory of this page: gone when it is closed. */
export function memoryStore() {
  const entries = new Map();
  const inTurn = (state) =>
    [...entries.values()].filter((entry) => entry.state === state).sort((a, b) => a.tries - b.tries || a.created - b.created);
  const idsOf = (some) => some.map(({ record_id }) => record_id);
  return {
    lasting: false,
    blocked: false,
    unreached: 0,
    get: async (recordId) => entries.get(recordId),
    all: async () => [...entries.values()],
    list: async (state, limit) => inTurn(state).slice(0, limit),
    ids: async (state, { tried = false } = {}) => idsOf(inTurn(state).filter(({ tries }) => tries || !tried)),
    counts: async () => withTotal(Object.fromEntries(["waiting", "held", "attention"].map((state) => [state, inTurn(state).length]))),
    queue: async ({ now, latest }) => {
      const waiting = inTurn("waiting");
      return { ids: idsOf(waiting), due: new Set(idsOf(waiting.filter(({ send_after }) => send_after <= now || send_after > latest))) };
    },
    nextDue: async () => inTurn("waiting").reduce((first, { send_after }) => Math.min(first ?? send_after, send_after), null),
    put: async (entry) => Boolean(entries.set(entry.record_id, entry)),
    change: async (recordId, work) => {
      const after = entries.has(recordId) ? work(entries.get(recordId)) : undefined;
      if (after) entries.set(recordId, after);
      else if (after === null) entries.delete(recordId);
      return after !== undefined;
    },
  };
}
