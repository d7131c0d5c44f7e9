import assert from "node:assert/strict";
import { createHash } from "node:crypto";
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
  later: { decks: "/deliver/deck/", files: ["/static/", "/deck/pictures/"], lessons: "/deliver/lessons/" },
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
    if (answers[path] === "hangs") return new Promise(() => {});
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

/** Node's Response.redirect wants whole addresses. */
class SafeResponse extends Response {
  static redirect(path) {
    return Response.redirect(new URL(path, ORIGIN));
  }
}

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
function run({ caches = cacheStorage(), server = serverOf(WHOLE), list = LIST, setTimeout = globalThis.setTimeout } = {}) {
  const listeners = {};
  const self = {
    offline: list,
    location: { origin: ORIGIN },
    addEventListener: (type, listener) => (listeners[type] = listener),
    skipWaiting: () => (self.skipped = true),
    clients: { claim: async () => (self.claimed = true) },
  };
  const context = createContext({ self, caches, fetch: server.fetch, crypto, setTimeout, Response: SafeResponse, URL, Error, Set });
  runInContext(SCRIPT, context);
  const happens = async (type, event = {}) => {
    const waits = [];
    let answered = null;
    listeners[type]({ ...event, waitUntil: (work) => waits.push(work), respondWith: (answer) => (answered = answer) });
    const response = answered && (await answered);
    if (!event.hangs) await Promise.all(waits);
    return response;
  };
  const asks = (path, { method = "GET", mode = "no-cors", hangs } = {}) =>
    happens("fetch", { hangs, request: { method, mode, url: new URL(path, ORIGIN).href } });
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
  ["GET", "navigate", "/deliver/lessons/", "lesson"],
  ["GET", "navigate", "/deliver/lessons/why-vein-care/1/2/", "lesson"],
  ["GET", "cors", "/deliver/lessons/why-vein-care/1/2/", null],
  ["POST", "navigate", "/deliver/lessons/why-vein-care/1/2/", null],
  ["GET", "navigate", "/training/", null],
  ["GET", "cors", "/training/me.json", null],
  ["POST", "cors", "/training/places/", null],
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

// Lessons

const LESSONS_LIST = "/deliver/lessons/";
const lessonPath = (number) => `/deliver/lessons/why-vein-care/1/${number}/`;
const SHEET = "/static/css/lessons.0123456789ab.css";
const STEPS = "/static/js/training/lesson.0123456789ab.js";
const opened = { mode: "navigate" };

/** A page of ours: its ETag is the digest of its bytes. */
function ours(body) {
  return file("text/html; charset=utf-8", body, { etag: `W/"${createHash("sha256").update(body).digest("hex").slice(0, 32)}"` });
}

const lessonWith = (...files) => ours(`<h1>${files.join()}</h1>${files.map((path) => `<img src="${path}">`).join("")}<a href="/training/">My training</a>`);

const COURSE = {
  ...WHOLE,
  [LESSONS_LIST]: lessonWith(SHEET),
  [lessonPath(1)]: lessonWith(SHEET, STEPS, pictured("b")),
  [lessonPath(2)]: lessonWith(SHEET, STEPS, pictured("c")),
  [SHEET]: file("text/css", "sheet"),
  [STEPS]: file("text/javascript", "steps"),
  ...Object.fromEntries(["b", "c"].map((name) => [pictured(name), file("image/svg+xml", name)])),
};

/** The keeping goes on behind the answer. */
const keptSoon = async (caches, wanted) => {
  for (let turn = 0; turn < 4000 && !(await keptIn(caches, "vein-care-lessons")).includes(wanted); turn += 1) await new Promise((done) => setTimeout(done, 5));
};

test("a lesson that was opened is kept with its files and the list of lessons, and opens without a network", async () => {
  const server = serverOf({ ...COURSE });
  const { asks, caches } = run({ server });
  await asks(lessonPath(1), opened);
  await keptSoon(caches, LESSONS_LIST);
  assert.deepEqual(await keptIn(caches, "vein-care-lessons"), [LESSONS_LIST, lessonPath(1), SHEET, STEPS, pictured("b")].sort());

  server.answers[lessonPath(1)] = server.answers[STEPS] = "cut";

  assert.equal(await (await asks(lessonPath(1), opened)).text(), COURSE[lessonPath(1)].body);
  assert.equal(await (await asks(STEPS)).text(), "steps");
});

test("where the network is there, the lesson comes from it, and takes the place of the kept one with its files", async () => {
  const server = serverOf({ ...COURSE });
  const { asks, caches } = run({ server });
  await asks(lessonPath(1), opened);
  await keptSoon(caches, LESSONS_LIST);
  server.answers[lessonPath(1)] = lessonWith(SHEET, STEPS, pictured("c"));

  assert.ok((await (await asks(lessonPath(1), opened)).text()).includes(pictured("c")));

  const wanted = [LESSONS_LIST, lessonPath(1), SHEET, STEPS, pictured("c")].sort();
  for (let turn = 0; turn < 4000 && `${await keptIn(caches, "vein-care-lessons")}` !== `${wanted}`; turn += 1) await new Promise((done) => setTimeout(done, 5));
  assert.deepEqual(await keptIn(caches, "vein-care-lessons"), wanted);
});

test("a lesson of which a picture did not come is kept all the same, one of which a script did not come is not", async () => {
  const server = serverOf({ ...COURSE, [pictured("b")]: "cut" });
  const { asks, caches } = run({ server });
  await asks(lessonPath(1), opened);
  await keptSoon(caches, LESSONS_LIST);
  assert.deepEqual(await keptIn(caches, "vein-care-lessons"), [LESSONS_LIST, lessonPath(1), SHEET, STEPS].sort());

  server.answers[pictured("b")] = COURSE[pictured("b")];
  await asks(lessonPath(1), opened);
  await keptSoon(caches, pictured("b"));
  assert.ok((await keptIn(caches, "vein-care-lessons")).includes(pictured("b")));

  const other = run({ server: serverOf({ ...COURSE, [STEPS]: "cut" }) });
  await other.asks(lessonPath(1), opened);
  await new Promise((done) => setTimeout(done, 30));
  assert.ok(!(await keptIn(other.caches, "vein-care-lessons")).includes(lessonPath(1)));
});

const NOT_RIGHT = [
  ["a portal's page", file("text/html", "<h1>Welcome to our wifi</h1>")],
  ["a portal's page with an ETag of its own", file("text/html", "<h1>Welcome</h1>", { etag: '"0123456789abcdef0123456789abcdef"' })],
  ["an error", { status: 503, type: "text/html", body: "<h1>Sorry</h1>" }],
];

for (const [what, answer] of NOT_RIGHT) {
  test(`${what} is never kept in the place of a lesson, and what is kept is shown instead`, async () => {
    const server = serverOf({ ...COURSE });
    const { asks, caches } = run({ server });
    server.answers[lessonPath(2)] = answer;
    assert.equal(await (await asks(lessonPath(2), opened)).text(), answer.body);
    assert.deepEqual(await keptIn(caches, "vein-care-lessons"), []);
    await asks(lessonPath(1), opened);
    await keptSoon(caches, LESSONS_LIST);

    server.answers[lessonPath(1)] = answer;

    assert.equal(await (await asks(lessonPath(1), opened)).text(), COURSE[lessonPath(1)].body);
  });
}

test("a lesson that is gone is said to be gone", async () => {
  const server = serverOf({ ...COURSE });
  const { asks, caches } = run({ server });
  await asks(lessonPath(1), opened);
  await keptSoon(caches, LESSONS_LIST);
  delete server.answers[lessonPath(1)];

  assert.equal((await asks(lessonPath(1), opened)).status, 404);
});

test("nobody waits long for a network that hangs: what is kept is shown", async () => {
  const server = serverOf({ ...COURSE });
  const waits = [];
  const atOnce = (work, ms) => {
    waits.push(ms);
    return setTimeout(work, 1);
  };
  const { asks, caches } = run({ server, setTimeout: atOnce });
  await asks(lessonPath(1), opened);
  await keptSoon(caches, LESSONS_LIST);
  server.answers[lessonPath(1)] = "hangs";

  const answer = await asks(lessonPath(1), { ...opened, hangs: true });

  assert.equal(await answer.text(), COURSE[lessonPath(1)].body);
  assert.deepEqual([...new Set(waits)], [3000]);
});

test("a lesson that is not here leads to the list of those that are, and without any there is no answer", async () => {
  const server = serverOf({ ...COURSE });
  const { asks, caches } = run({ server });
  server.answers[lessonPath(2)] = "cut";
  assert.equal((await asks(lessonPath(2), opened)).type, "error");
  await asks(lessonPath(1), opened);
  await keptSoon(caches, LESSONS_LIST);

  const answer = await asks(lessonPath(2), opened);

  assert.equal(answer.headers.get("Location"), `${ORIGIN}${LESSONS_LIST}?missing`);
});

test("no more than forty lessons are kept: the one not opened for longest goes, with the files that only it needed", async () => {
  const names = Array.from({ length: 41 }, (_each, number) => `n${number}`);
  const many = Object.fromEntries(names.map((name, number) => [lessonPath(number), lessonWith(SHEET, pictured(name))]));
  const pictures = Object.fromEntries(names.map((name) => [pictured(name), file("image/svg+xml", name)]));
  const { asks, caches } = run({ server: serverOf({ ...COURSE, ...many, ...pictures }) });
  for (let number = 0; number < 40; number += 1) await asks(lessonPath(number), opened);
  await keptSoon(caches, lessonPath(39));
  await asks(lessonPath(0), opened);

  await asks(lessonPath(40), opened);
  await keptSoon(caches, lessonPath(40));
  for (let turn = 0; turn < 4000 && (await keptIn(caches, "vein-care-lessons")).includes(pictured("n1")); turn += 1) await new Promise((done) => setTimeout(done, 5));

  const kept = await keptIn(caches, "vein-care-lessons");
  assert.equal(kept.filter((path) => path.startsWith("/deliver/lessons/why")).length, 40);
  assert.ok(kept.includes(lessonPath(0)) && kept.includes(pictured("n0")) && kept.includes(SHEET));
  assert.ok(!kept.includes(lessonPath(1)) && !kept.includes(pictured("n1")));
});

test("lessons stay when a newer version takes over", async () => {
  const caches = cacheStorage();
  await caches.open("vein-care-lessons");
  const { happens } = run({ caches });
  await happens("install");
  await happens("activate");

  assert.deepEqual(await caches.keys(), ["vein-care-lessons", "vein-care-two"]);
});

test("a page that came before the worker asks to be kept", async () => {
  const { happens, caches } = run({ server: serverOf({ ...COURSE }) });

  await happens("message", { data: { type: "keep-lesson", path: lessonPath(1) } });
  await keptSoon(caches, LESSONS_LIST);

  assert.ok((await keptIn(caches, "vein-care-lessons")).includes(lessonPath(1)));
});
