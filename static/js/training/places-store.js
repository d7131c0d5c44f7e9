/*
 * Where rows of places lie: a database of IndexedDB of their own, or the memory of this page where there is none. And the one key in localStorage
 * that says, without a name, who was signed in last on this device; the page of the cards keeps it right (deliver/server.js).
 */
import { openDB } from "../../vendor/idb/index.js";

const DATABASE = "vein-care-learning";
const PLACES = "places";
const LEARNER_KEY = "vein-care-learner";
const PATIENCE_MS = 4_000;
// As in the outbox: a handle that the browser closed, and what some browsers say of a disk with room. Whatever is written here may be repeated.
const MAY_PASS = new Set(["InvalidStateError", "UnknownError", "AbortError", "QuotaExceededError"]);

/** { lasting, all, change, remove }. change(key, work) replaces the row of this key by work(row) within one transaction, and resolves to it. */
export async function openPlacesStore() {
  try {
    const tooLate = new Promise((_resolve, reject) => setTimeout(() => reject(new Error("IndexedDB does not answer")), PATIENCE_MS));
    return lastingStore(await Promise.race([open(), tooLate]));
  } catch (refused) {
    return memoryStore();
  }
}

function open() {
  return openDB(DATABASE, 1, {
    upgrade: (database) => void database.createObjectStore(PLACES, { keyPath: ["learner", "module", "version"] }),
  });
}

function lastingStore(database) {
  let current = database;
  /** Opened anew and tried again, once. */
  const using = async (work) => {
    try {
      return await work(current);
    } catch (reason) {
      if (!MAY_PASS.has(reason?.name)) throw reason;
      current = await open();
      return work(current);
    }
  };
  return {
    lasting: true,
    all: () => using((it) => it.getAll(PLACES)),
    change: (key, work) => using((it) => changed(it, key, work)),
    remove: ({ learner, module, version }) => using((it) => it.delete(PLACES, [learner, module, version])),
  };
}

async function changed(database, { learner, module, version }, work) {
  const transaction = database.transaction(PLACES, "readwrite");
  const row = work(await transaction.store.get([learner, module, version]));
  await Promise.all([transaction.store.put(row), transaction.done]);
  return row;
}

export function memoryStore() {
  const rows = new Map();
  const name = ({ learner, module, version }) => `${learner} ${module} ${version}`;
  return {
    lasting: false,
    all: async () => [...rows.values()],
    change: async (key, work) => rows.set(name(key), work(rows.get(name(key)))).get(name(key)),
    remove: async (row) => void rows.delete(name(row)),
  };
}

let learnerOfThisPage = null;

/** Who was signed in last here. Where a browser keeps nothing, that lasts as long as the page. */
export const who = {
  here() {
    try {
      return localStorage.getItem(LEARNER_KEY) || learnerOfThisPage;
    } catch (refused) {
      return learnerOfThisPage;
    }
  },
  remember(key) {
    try {
      localStorage.setItem(LEARNER_KEY, key);
    } catch (refused) {
      learnerOfThisPage = key;
    }
  },
};
