import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { createContext, runInContext } from "node:vm";

const SCRIPT = readFileSync(join(dirname(fileURLToPath(import.meta.url)), "../../static/js/worker.js"), "utf8");
const ORIGIN = "https://cards.example";
const MODULE = "/static/js/deliver/main.0123456789ab.js";
const PICTURE = "/static/art/ampoule.0123456789ab.svg";
const DECK = "/deliver/deck/aaaa.json";
const NEWER = "/deliver/deck/bbbb.json";
const NEWEST = "/deliver/deck/cccc.json";
const LIST = {
  version: "two",
  shell: { path: "/deliver/", digest: "5e11" },
  files: [MODULE, PICTURE, DECK],
  later: { decks: "/deliver/deck/", files: ["/static/", "/deck/pictures/"] },
};
const deckOf = (...pictures) => ({ cards: pictures.map((picture) => ({ picture })), resources: [{ picture: null }] });

const pathOf = (request) => new URL(request.url ?? request, ORIGIN).pathname;
const file = (type, body = "", more = {}) => ({ status: 200, type, body, ...more });

/** A server that answers { path: file }, and remembers what it was asked. */
function serverOf(answers) {
  const asked = [];
  const fetch = async (request, options = {}) => {
    const path = pathOf(request);
    asked.push({ path, ...options });
    const { status = 404, type = "text/html", body = "", redirected = false, etag } = answers[path] ?? {};
    if (answers[path] === "cut") throw new TypeError("Failed to fetch");
    const response = new Response(body, { status, headers: { "Content-Type": type, ...(etag ? { ETag: etag } : {}) } });
    if (redirected) Object.defineProperty(response, "redirected", { value: true });
    return response;
  };
  return { answers, asked, fetch };
}

const WHOLE = {
  "/deliver/": file("text/html; charset=utf-8", "the page", { etag: 'W/"5e11"' }),
  [MODULE]: file("text/javascript; charset=utf-8", "import"),
  [PICTURE]: file("image/svg+xml", "<svg/>"),
  [DECK]: file("application/json", JSON.stringify(deckOf(PICTURE))),
};

/** Cache Storage in memory. */
function cacheStorage() {
  const stores = new Map();
  const open = async (name) => {
    if (!stores.has(name)) stores.set(name, new Map());
    const store = stores.get(name);
    return {
      match: async (path) => store.get(pathOf(path))?.clone(),
      put: async (path, response) => {
        await response.clone().text();
        store.delete(pathOf(path));
        store.set(pathOf(path), response);
      },
      delete: async (path) => store.delete(pathOf(path)),
      keys: async () => [...store.keys()].map((path) => ({ url: ORIGIN + path })),
    };
  };
  const match = async (path, { cacheName } = {}) => {
    const names = cacheName ? [cacheName] : [...stores.keys()];
    return names.map((name) => stores.get(name)?.get(pathOf(path))).find(Boolean)?.clone();
  };
  return { open, match, keys: async () => [...stores.keys()], delete: async (name) => stores.delete(name), stores };
}

/** The worker as a browser runs it: happens(type, event) waits for all that the event waits for. */
function run({ caches = cacheStorage(), server = serverOf(WHOLE), list = LIST } = {}) {
  const listeners = {};
  const self = {
    offline: list,
    location: { origin: ORIGIN },
    addEventListener: (type, listener) => (listeners[type] = listener),
    skipWaiting: () => (self.skipped = true),
    clients: { claim: async () => (self.claimed = true) },
  };
  const context = createContext({ self, caches, fetch: server.fetch, URL, Error, Set });
  runInContext(SCRIPT, context);
  const happens = async (type, event = {}) => {
    const waits = [];
    let answered = null;
    listeners[type]({ ...event, waitUntil: (work) => waits.push(work), respondWith: (answer) => (answered = answer) });
    const response = answered && (await answered);
    await Promise.all(waits);
    return response;
  };
  const asks = (path, { method = "GET", mode = "no-cors" } = {}) => happens("fetch", { request: { method, mode, url: new URL(path, ORIGIN).href } });
  return { self, caches, server, happens, asks, route: context.route };
}

const keptIn = async (caches, name) => (caches.stores.has(name) ? [...caches.stores.get(name).keys()].sort() : []);

// The routes

const ROUTES = [
  ["GET", "navigate", "/deliver/", "shell"],
  ["GET", "navigate", "/deliver/?from=home-screen", "shell"],
  ["GET", "no-cors", PICTURE, "file"],
  ["GET", "cors", MODULE, "file"],
  ["GET", "cors", "/static/js/deliver/share.ffffffffffff.js", "file"],
  ["GET", "no-cors", "/deck/pictures/abab/", "file"],
  ["GET", "cors", DECK, "deck"],
  ["GET", "cors", "/deliver/", null],
  ["POST", "navigate", "/deliver/", null],
  ["GET", "cors", "/deliver/me.json", null],
  ["POST", "cors", "/deliver/sign-out/", null],
  ["POST", "cors", "/deliver/counter/", null],
  ["POST", "cors", "/sessions/records/", null],
  ["GET", "navigate", "/deliver/deck/aaaa.json", null],
  ["GET", "cors", "/deliver/worker.js", null],
  ["GET", "no-cors", "/deliver/manifest.webmanifest", null],
  ["GET", "navigate", "/accounts/login/?next=/deliver/", null],
  ["GET", "navigate", "/accounts/logout/", null],
  ["GET", "navigate", "/sessions/my-work/", null],
  ["GET", "navigate", "/deck/", null],
  ["GET", "navigate", "/deck/pictures/abab/", null],
  ["GET", "navigate", "/help/", null],
  ["GET", "no-cors", "/c/code.svg?cards=ampoule", null],
  ["GET", "cors", "https://elsewhere.example/static/a.js", null],
  ["HEAD", "cors", MODULE, null],
];

for (const [method, mode, path, what] of ROUTES) {
  test(`${method} ${path} (${mode}) is ${what ? `answered from ${what}` : "left alone"}`, () => {
    assert.equal(run().route({ method, mode, url: new URL(path, ORIGIN).href }), what);
  });
}

test("what is left alone gets no answer from the worker at all", async () => {
  assert.equal(await run().asks("/deliver/me.json"), null);
});

// Installing

test("installing keeps everything on the list and the page, and nothing takes over by itself", async () => {
  const { happens, caches, self, server } = run();

  await happens("install");

  assert.deepEqual(await keptIn(caches, "vein-care-two"), ["/deliver/", ...LIST.files].sort());
  assert.equal(self.skipped, undefined);
  const asked = Object.fromEntries(server.asked.map(({ path, ...options }) => [path, options]));
  assert.deepEqual(asked, {
    [MODULE]: { credentials: "same-origin" },
    [PICTURE]: { credentials: "same-origin" },
    [DECK]: { credentials: "omit" },
    "/deliver/": { credentials: "same-origin", cache: "no-cache" },
  });
});

const WRONG = [
  ["is the page of a captive portal", { [MODULE]: file("text/html", "<h1>Welcome to our wifi</h1>") }],
  ["is a picture that is a page", { [PICTURE]: file("text/html; charset=utf-8", "<h1>Welcome</h1>") }],
  ["comes by way of a redirect", { [MODULE]: file("text/javascript", "import", { redirected: true }) }],
  ["is not found", { [PICTURE]: { status: 404, type: "image/svg+xml" } }],
  ["is an error", { [DECK]: { status: 503, type: "application/json" } }],
  ["does not come", { [PICTURE]: "cut" }],
  ["is another page than the list was made for", { "/deliver/": file("text/html", "newer", { etag: 'W/"0ther"' }) }],
  ["is a page without a digest", { "/deliver/": file("text/html", "<h1>Welcome</h1>") }],
];

for (const [what, answers] of WRONG) {
  test(`a version of which one file ${what} is not installed`, async () => {
    const { happens } = run({ server: serverOf({ ...WHOLE, ...answers }) });

    await assert.rejects(happens("install"));
  });
}

test("the next try asks only for what is missing", async () => {
  const caches = cacheStorage();
  await assert.rejects(run({ caches, server: serverOf({ ...WHOLE, [PICTURE]: "cut" }) }).happens("install"));
  const { happens, server } = run({ caches });

  await happens("install");

  assert.deepEqual(server.asked.map(({ path }) => path).sort(), ["/deliver/", PICTURE].sort());
});

test("what the version before has under the same address is copied, and the page is fetched", async () => {
  const caches = cacheStorage();
  await run({ caches }).happens("install");
  const renewed = "/static/js/deliver/main.ba9876543210.js";
  const server = serverOf({ ...WHOLE, [renewed]: file("text/javascript", "newer") });
  const { happens } = run({ caches, server, list: { ...LIST, version: "three", files: [renewed, PICTURE, DECK] } });

  await happens("install");

  assert.deepEqual(server.asked.map(({ path }) => path).sort(), ["/deliver/", renewed].sort());
  assert.deepEqual(await keptIn(caches, "vein-care-three"), ["/deliver/", renewed, PICTURE, DECK].sort());
  assert.deepEqual(await keptIn(caches, "vein-care-two"), ["/deliver/", ...LIST.files].sort());
});

// Taking over

test("a version takes over when it is told to, and then forgets the others and only those", async () => {
  const caches = cacheStorage();
  await run({ caches }).happens("install");
  await caches.open("of somebody else");
  const { happens, self } = run({ caches, list: { ...LIST, version: "three" } });
  await happens("install");

  await happens("message", { data: { type: "something else" } });
  assert.equal(self.skipped, undefined);
  await happens("message", { data: { type: "take-over" } });
  assert.equal(self.skipped, true);
  await happens("activate");

  assert.deepEqual(await caches.keys(), ["of somebody else", "vein-care-three"]);
  assert.equal(self.claimed, true);
});

// Answering

test("the page, its files and the deck come from what is kept, without asking the server", async () => {
  const { happens, asks, server } = run();
  await happens("install");
  server.asked.length = 0;

  const texts = [];
  for (const [path, options] of [["/deliver/?x=1", { mode: "navigate" }], [MODULE], [PICTURE], [DECK]]) {
    texts.push(await (await asks(path, options)).text());
  }

  assert.deepEqual(texts, ["the page", "import", "<svg/>", JSON.stringify(deckOf(PICTURE))]);
  assert.deepEqual(server.asked, []);
});

test("where the store is broken or empty, the server is asked", async () => {
  const broken = { ...cacheStorage(), match: async () => Promise.reject(new Error("UnknownError")) };

  for (const caches of [broken, cacheStorage()]) {
    const answer = await run({ caches }).asks("/deliver/", { mode: "navigate" });
    assert.equal(await answer.text(), "the page");
  }
});

// Decks that are newer than the worker

const pictured = (name) => `/static/art/${name}.0123456789ab.svg`;
const LATER_ANSWERS = {
  ...WHOLE,
  [NEWER]: file("application/json", JSON.stringify(deckOf(PICTURE, pictured("b")))),
  [NEWEST]: file("application/json", JSON.stringify(deckOf(pictured("c")))),
  "/deliver/deck/dddd.json": file("application/json", JSON.stringify(deckOf(pictured("d")))),
  ...Object.fromEntries(["b", "c", "d"].map((name) => [pictured(name), file("image/svg+xml", name)])),
};

test("a deck that was published later is fetched once and kept with its pictures", async () => {
  const { happens, asks, caches, server } = run({ server: serverOf(LATER_ANSWERS) });
  await happens("install");

  await asks(NEWER);
  server.asked.length = 0;
  const [again, picture] = [await asks(NEWER), await asks(pictured("b"))];

  assert.deepEqual(await again.json(), deckOf(PICTURE, pictured("b")));
  assert.equal(await picture.text(), "b");
  assert.deepEqual(server.asked, []);
  assert.deepEqual(await keptIn(caches, "vein-care-later"), [NEWER, PICTURE, pictured("b")].sort());
});

test("no more than two later decks are kept", async () => {
  const { happens, asks, caches } = run({ server: serverOf(LATER_ANSWERS) });
  await happens("install");

  for (const deck of [NEWER, NEWEST, "/deliver/deck/dddd.json"]) await asks(deck);

  assert.deepEqual(await keptIn(caches, "vein-care-later"), [NEWEST, "/deliver/deck/dddd.json", pictured("c"), pictured("d")].sort());
});

test("a deck of which a picture is missing is kept all the same: a card may be recalled in it", async () => {
  const { happens, asks, caches } = run({ server: serverOf({ ...LATER_ANSWERS, [pictured("b")]: "cut" }) });
  await happens("install");

  assert.equal((await asks(NEWER)).status, 200);

  assert.ok((await keptIn(caches, "vein-care-later")).includes(NEWER));
});

test("a portal's answer to a deck is passed on as it is, and not kept", async () => {
  const { happens, asks, caches } = run({ server: serverOf({ ...WHOLE, [NEWER]: file("text/html", "<h1>Welcome</h1>") }) });
  await happens("install");

  assert.equal(await (await asks(NEWER)).text(), "<h1>Welcome</h1>");

  assert.deepEqual(await keptIn(caches, "vein-care-later"), []);
});
