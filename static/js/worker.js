/*
 * The service worker of the tablet page: keeps the page, its files and the deck, so that it opens without a network.
 *
 * A classic script. /deliver/worker.js sets self.offline = { version, shell: { path, digest }, files, later: { decks, files } } and then
 * loads it. What it keeps is the same for everyone; who is here, records and signing in go past it untouched.
 */
const { version, shell, files, later } = self.offline;
const CACHE = `vein-care-${version}`;
/** Decks published after this version of the worker, with their pictures: that of the open session and the newest. */
const LATER = "vein-care-later";
const LATER_DECKS = 2;

const TYPES = [
  [/\.js$/, /^(text|application)\/javascript$/],
  [/\.css$/, /^text\/css$/],
  [/\.json$/, /^application\/json$/],
  [/\.svg$/, /^image\/svg\+xml$/],
  [/./, /^image\//],
];

/** What a request is answered with. The first row that fits; none: the worker leaves the request alone. */
const ROUTES = [
  ["shell", ({ navigates, path }) => navigates && path === shell.path],
  ["deck", ({ navigates, path }) => !navigates && path.startsWith(later.decks) && path.endsWith(".json")],
  ["file", ({ navigates, path }) => !navigates && later.files.some((start) => path.startsWith(start))],
];

function route({ method, mode, url }) {
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== self.location.origin) return null;
  const request = { navigates: mode === "navigate", path: pathname };
  return ROUTES.find(([, fits]) => fits(request))?.[0] ?? null;
}

/** Is this the file, and not a sign-on page, an error or something from elsewhere? */
function isRight({ status, redirected, headers }, path) {
  if (status !== 200 || redirected) return false;
  const type = (headers.get("Content-Type") ?? "").split(";")[0].trim().toLowerCase();
  if (path !== shell.path) return TYPES.find(([ending]) => ending.test(path))[1].test(type);
  return type === "text/html" && (headers.get("ETag") ?? "").includes(`"${shell.digest}"`);
}

// --- keeping -----------------------------------------------------------------------------------------------------

/** All or nothing: if one file is not right, the version before goes on, and the next try begins with what came this time. */
async function install() {
  const cache = await caches.open(CACHE);
  await Promise.all(files.map((path) => keep(cache, path)));
  await cache.put(shell.path, await fetched(shell.path, { cache: "no-cache" }));
}

/** A file never changes under its address, so one that an earlier version kept is not fetched again. */
async function keep(cache, path) {
  if (await cache.match(path)) return;
  await cache.put(path, (await caches.match(path, { ignoreVary: true })) ?? (await fetched(path)));
}

/** Decks are asked for as the page asks for them, or the browser would not find them in its own cache. */
async function fetched(path, options = {}) {
  const credentials = path.startsWith(later.decks) ? "omit" : "same-origin";
  const response = await fetch(path, { credentials, ...options });
  if (!isRight(response, path)) throw new Error(`not the file that was asked for: ${path}`);
  return response;
}

async function takeOver() {
  const others = (await caches.keys()).filter((name) => name.startsWith("vein-care-") && ![CACHE, LATER].includes(name));
  await Promise.all(others.map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** Its pictures come first, so that it is here as a whole; but one that does not come keeps no deck away, in which a card may be recalled. */
async function keepLaterDeck(path, response) {
  const cache = await caches.open(LATER);
  await Promise.allSettled(picturesOf(await response.clone().json()).map((picture) => keep(cache, picture)));
  await cache.put(path, response);
  await forgetEarlierDecks(cache);
}

async function forgetEarlierDecks(cache) {
  const paths = (await cache.keys()).map(({ url }) => new URL(url).pathname);
  const decks = paths.filter((path) => path.startsWith(later.decks)).slice(-LATER_DECKS);
  const contents = await Promise.all(decks.map(async (path) => (await cache.match(path)).json()));
  const wanted = new Set([...decks, ...contents.flatMap(picturesOf)]);
  await Promise.all(paths.filter((path) => !wanted.has(path)).map((path) => cache.delete(path)));
}

function picturesOf({ cards, resources }) {
  return [...new Set([...cards, ...resources].map(({ picture }) => picture).filter(Boolean))];
}

// --- answering ---------------------------------------------------------------------------------------------------

/** What is kept under this path, or undefined. A store that fails counts as empty: there may be a network. */
async function kept(path) {
  try {
    const options = { ignoreVary: true };
    return (await caches.match(path, { ...options, cacheName: CACHE })) ?? (await caches.match(path, { ...options, cacheName: LATER }));
  } catch (broken) {
    return undefined;
  }
}

async function answer(event, what) {
  const path = new URL(event.request.url).pathname;
  const found = await kept(path);
  if (found) return found;
  const response = await fetch(event.request);
  if (what === "deck" && isRight(response, path)) event.waitUntil(keepLaterDeck(path, response.clone()).catch(() => {}));
  return response;
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
self.addEventListener("message", (event) => {
  if (event.data?.type === "take-over") self.skipWaiting();
});
self.addEventListener("fetch", (event) => {
  const what = route(event.request);
  if (what) event.respondWith(answer(event, what));
});
