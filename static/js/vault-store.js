/*
 * Where the vault keeps its entries: a database of IndexedDB apart from the outbox, or the memory of this page where there is none.
 */
import { openDB } from "../vendor/idb/index.js";

const DATABASE = "vein-care-people";
const WORKERS = "workers";
const KEYS = "keys";
const OWN = "browser";

/** A browser whose IndexedDB does not answer within this time does without. */
const PATIENCE_MS = 4_000;

/** IndexedDB if it can be opened here, otherwise memory; `lasting` says which. */
export async function openVaultStore(crypto) {
  const store = new LastingVaultStore(crypto);
  const opens = store.all().then(
    () => true,
    () => false,
  );
  let timer;
  const tooLate = new Promise((resolve) => (timer = setTimeout(() => resolve(false), PATIENCE_MS)));
  const isThere = await Promise.race([opens, tooLate]);
  clearTimeout(timer);
  return isThere ? store : memoryVaultStore(crypto);
}

/** A key that seals and opens here, and that no script can read out. */
function newBrowserKey(crypto) {
  return crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

class LastingVaultStore {
  lasting = true;
  #crypto;
  #opening = null;

  constructor(crypto) {
    this.#crypto = crypto;
  }

  all() {
    return this.#with((database) => database.getAll(WORKERS));
  }

  get(worker) {
    return this.#with((database) => database.get(WORKERS, worker));
  }

  put(entry) {
    return this.#with((database) => database.put(WORKERS, entry));
  }

  remove(worker) {
    return this.#with((database) => database.delete(WORKERS, worker));
  }

  /** Replace an entry by change(entry) within one transaction, on the disk before it resolves; null takes it away. Resolves to what is there then. */
  change(worker, change) {
    return this.#with(async (database) => {
      const transaction = database.transaction(WORKERS, "readwrite", { durability: "strict" });
      const found = await transaction.store.get(worker);
      const after = found ? change(found) : null;
      if (after) await transaction.store.put(after);
      else if (found) await transaction.store.delete(worker);
      await transaction.done;
      return after;
    });
  }

  /** The same key each time. Two pages that make one at once end up with the first. */
  browserKey() {
    return this.#with(async (database) => {
      const known = await database.get(KEYS, OWN);
      if (known) return known;
      const made = await newBrowserKey(this.#crypto);
      const transaction = database.transaction(KEYS, "readwrite", { durability: "strict" });
      const first = await transaction.store.get(OWN);
      if (!first) await transaction.store.put(made, OWN);
      await transaction.done;
      return first ?? made;
    });
  }

  /** As in the outbox: a handle that the browser closed is opened anew, once. */
  async #with(work) {
    try {
      return await work(await this.#database());
    } catch (reason) {
      if (reason?.name !== "InvalidStateError") throw reason;
      this.#opening = null;
      return work(await this.#database());
    }
  }

  #database() {
    this.#opening ??= openDB(DATABASE, 1, {
      upgrade(database) {
        database.createObjectStore(WORKERS, { keyPath: "worker" });
        database.createObjectStore(KEYS);
      },
      terminated: () => (this.#opening = null),
    });
    return this.#opening;
  }
}

/** Entries in the memory of this page: gone when it is closed. */
export function memoryVaultStore(crypto) {
  const entries = new Map();
  let key = null;
  return {
    lasting: false,
    all: async () => [...entries.values()],
    get: async (worker) => entries.get(worker),
    put: async (entry) => void entries.set(entry.worker, entry),
    remove: async (worker) => void entries.delete(worker),
    async change(worker, change) {
      const found = entries.get(worker);
      const after = found ? change(found) : null;
      if (after) entries.set(worker, after);
      else entries.delete(worker);
      return after;
    },
    browserKey: async () => (key ??= await newBrowserKey(crypto)),
  };
}
