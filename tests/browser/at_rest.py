"""What lies on a tablet: everything that a script of its origin could read."""

# As one text, a line each. Bytes as letters, so that words in them show.
AT_REST = """
async () => {
  const letters = (bytes) => [...new Uint8Array(bytes)].map((byte) => String.fromCharCode(byte)).join("");
  const isBytes = (value) => value instanceof ArrayBuffer || ArrayBuffer.isView(value);
  const readable = (_, value) => (isBytes(value) ? letters(value.buffer ?? value) : value instanceof CryptoKey ? `key ${value.extractable}` : value);
  const done = (request) => new Promise((resolve) => (request.onsuccess = () => resolve(request.result)));
  const found = [JSON.stringify(localStorage), JSON.stringify(sessionStorage)];
  for (const { name } of await indexedDB.databases()) {
    const database = await done(indexedDB.open(name));
    for (const store of database.objectStoreNames) {
      const rows = await done(database.transaction(store).objectStore(store).getAll());
      found.push(`${name} ${store} ${JSON.stringify(rows, readable)}`);
    }
    database.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) found.push(`${request.url} ${await (await cache.match(request)).text()}`);
  }
  return found.join("\\n");
}
"""


def at_rest(page):
    return page.evaluate(AT_REST)


def said_by_somebody(kept):
    """Without the page, its files and the deck, which are the same for everyone and speak of areas, too."""
    return "\n".join(line for line in kept.split("\n") if line.startswith(("{", "vein-care")))
