/*
 * For tests/faults: what lies in the outbox, read without the product's own code. Returns a list of entries, or how many
 * there are when asked for the "count". Never makes a database that is not there.
 */
async (what) => {
  const none = what === "count" ? 0 : [];
  if (!globalThis.indexedDB) return none;
  const all = await indexedDB.databases();
  if (!all.some(({ name }) => name === "vein-care")) return none;
  const database = await new Promise((resolve, reject) => {
    const asked = indexedDB.open("vein-care");
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  try {
    if (!database.objectStoreNames.contains("records")) return none;
    return await new Promise((resolve, reject) => {
      const records = database.transaction("records").objectStore("records");
      const asked = what === "count" ? records.count() : records.getAll();
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  } finally {
    database.close();
  }
};
