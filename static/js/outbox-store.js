/*
 * Where the outbox keeps its entries: IndexedDB, or the memory of this page where there is none.
 * Both have all, get, put and remove, and `lasting`: does it survive closing the page?
 */
import { openDB } from "../vendor/idb/index.js";

const DATABASE = "vein-care";
const RECORDS = "records";

/** IndexedDB if it can be opened here (private windows may have none), otherwise memory. */
export async function openOutboxStore() {
  try {
    const store = new LastingStore();
    await store.all();
    return store;
  } catch (reason) {
    return memoryStore();
  }
}

class LastingStore {
  lasting = true;
  #opening = null;

  all() {
    return this.#with((database) => database.getAll(RECORDS));
  }

  get(recordId) {
    return this.#with((database) => database.get(RECORDS, recordId));
  }

  put(entry) {
    return this.#write((records) => records.put(entry));
  }

  remove(recordId) {
    return this.#write((records) => records.delete(recordId));
  }

  /** Resolves when the transaction is complete and, where the browser offers it, flushed to the disk. */
  #write(change) {
    return this.#with(async (database) => {
      const transaction = database.transaction(RECORDS, "readwrite", { durability: "strict" });
      await Promise.all([change(transaction.store), transaction.done]);
    });
  }

  /** Safari closes the handle under memory pressure and keeps handing it out: open it anew, once. */
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
      upgrade: (database) => database.createObjectStore(RECORDS, { keyPath: "record_id" }),
      terminated: () => (this.#opening = null),
    });
    return this.#opening;
  }
}

/** Entries in the memory of this page: gone when it is closed. */
export function memoryStore() {
  const entries = new Map();
  return {
    lasting: false,
    all: async () => [...entries.values()],
    get: async (recordId) => entries.get(recordId),
    put: async (entry) => void entries.set(entry.record_id, entry),
    remove: async (recordId) => void entries.delete(recordId),
  };
}
