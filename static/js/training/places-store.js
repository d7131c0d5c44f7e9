/*
 * Where rows of places lie: a database of IndexedDB of their own, or the memory of this page where there is none. And the one key in localStorage
 * that says, without a name, who was signed in last on this device; the page of the cards keeps it right (deliver/server.js).
 */
import { openDB } from "../../vendor/idb/index.js";

const DATABASE = "vein-care-learning";
const PLACES = "places";
const LEARNER_KEY = "vein-care-learner";
const PATIENCE_MS = 4_000;

/** { lasting, all, put, remove } */
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
  /** A handle that the browser closed is opened anew, once. */
  const using = async (work) => {
    try {
      return await work(current);
    } catch (reason) {
      if (reason?.name !== "InvalidStateError") throw reason;
      current = await open();
      return work(current);
    }
  };
  return {
    lasting: true,
    all: () => using((it) => it.getAll(PLACES)),
    put: (row) => using((it) => it.put(PLACES, row)),
    remove: ({ learner, module, version }) => using((it) => it.delete(PLACES, [learner, module, version])),
  };
}

export function memoryStore() {
  const rows = new Map();
  const name = ({ learner, module, version }) => `${learner} ${module} ${version}`;
  return {
    lasting: false,
    all: async () => [...rows.values()],
    put: async (row) => void rows.set(name(row), row),
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
