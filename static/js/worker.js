/*
 * The service worker of the tablet page: keeps the page, its files and the deck, so that it opens without a network.
 *
 * A classic script. /deliver/worker.js sets self.offline = { version, shell: { path, digest }, files, later: { decks, files, lessons } } and then
 * loads it. What it keeps is the same for everyone; who is here, records and signing in go past it untouched.
 */
const { version, shell, files, later } = self.offline;
const CACHE = `vein-care-${version}`;
/** Decks published after this version of the worker, with their pictures: that of the open session and the newest. */
const LATER = "vein-care-later";
const LATER_DECKS = 2;
/** Lessons that were opened, with their files (decision 44). */
const LESSONS = "vein-care-lessons";
const MOST_LESSONS = 40;
const LESSON_WAITS_MS = 3_000;

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
  ["lesson", ({ navigates, path }) => navigates && path.startsWith(later.lessons)],
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
  const others = (await caches.keys()).filter((name) => name.startsWith("vein-care-") && ![CACHE, LATER, LESSONS].includes(name));
  await Promise.all(others.map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** Its pictures come first, so that it is here as a whole; but one that does not come keeps no deck away, in which a card may be recalled. */
async function keepLaterDeck(path, response) {
  const cache = await caches.open(LATER);
  await Promise.allSettled((await picturesOf(response.clone())).map((picture) => keep(cache, picture)));
  await cache.put(path, response);
  await forgetEarlier(cache, later.decks, LATER_DECKS, picturesOf);
}

/** Only so many of the last that begin like this stay, and what they name. */
async function forgetEarlier(cache, start, most, namedBy) {
  const paths = (await cache.keys()).map(({ url }) => new URL(url).pathname);
  const last = paths.filter((path) => path.startsWith(start)).slice(-most);
  const named = await Promise.all(last.map(async (path) => namedBy(await cache.match(path))));
  const wanted = new Set([...last, ...named.flat()]);
  await Promise.all(paths.filter((path) => !wanted.has(path)).map((path) => cache.delete(path)));
}

async function picturesOf(deck) {
  const { cards, resources } = await deck.json();
  return [...new Set([...cards, ...resources].map(({ picture }) => picture).filter(Boolean))];
}

// --- answering ---------------------------------------------------------------------------------------------------

/** What is kept under this path, or undefined. A store that fails counts as empty: there may be a network. */
async function kept(path) {
  try {
    for (const cacheName of [CACHE, LATER, LESSONS]) {
      const found = await caches.match(path, { ignoreVary: true, cacheName });
      if (found) return found;
    }
  } catch (broken) {
    return undefined;
  }
}

async function answer(event, what) {
  const path = new URL(event.request.url).pathname;
  const found = await kept(path);
  if (what === "lesson") return answerLesson(event, path, found);
  if (found) return found;
  const response = await fetch(event.request);
  if (what === "deck" && isRight(response, path)) event.waitUntil(keepLaterDeck(path, response.clone()).catch(() => {}));
  return response;
}

// --- lessons -----------------------------------------------------------------------------------------------------

let keeping = Promise.resolve();

/** The network comes first, since a lesson may have been rewritten; what is kept, when nothing right comes in time. */
async function answerLesson(event, path, found) {
  const coming = fetch(event.request)
    .then(async (response) => ({ response, isOurs: await keepLesson(path, response) }))
    .catch(() => null);
  event.waitUntil(coming);
  const tooLate = new Promise((resolve) => setTimeout(resolve, LESSON_WAITS_MS));
  const { response, isOurs } = (await (found ? Promise.race([coming, tooLate]) : coming)) ?? {};
  // Signed out, or gone: that is an answer. A portal's page, or a server in trouble, is none while something is kept.
  if (response && (!found || isOurs || (response.status !== 200 && response.status < 500))) return response;
  if (found) return found;
  return path !== later.lessons && (await kept(later.lessons)) ? Response.redirect(`${later.lessons}?missing`) : Response.error();
}

/** Keep it if it is ours, behind the answer. Only the server's own page has an ETag that is the digest of its bytes. */
async function keepLesson(path, response) {
  const copy = response.clone();
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", await response.clone().arrayBuffer()));
  const digest = [...sum.slice(0, 16)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const isOurs = response.status === 200 && (response.headers.get("ETag") ?? "").includes(`"${digest}"`);
  // One after the other, or the files of one lesson would be taken for those of none.
  if (isOurs) keeping = keeping.then(() => putLesson(path, copy)).catch(() => {});
  return isOurs;
}

/** The list of all lessons comes along each time, so that it is there, and as new as they are. */
async function putLesson(path, response) {
  const cache = await caches.open(LESSONS);
  await Promise.all((await filesOf(response.clone())).map((file) => keep(cache, file).catch((broken) => mayLack(file) || Promise.reject(broken))));
  await cache.delete(path);
  await cache.put(path, response);
  if (path !== later.lessons) await keepLesson(later.lessons, await fetch(later.lessons));
  await forgetEarlier(cache, later.lessons, MOST_LESSONS + 1, filesOf);
}

/** A picture that did not come has words in its place, and is tried again the next time. */
function mayLack(file) {
  return !/\.(js|css)$/.test(file);
}

async function filesOf(page) {
  const named = [...(await page.text()).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path);
  return named.filter((path) => later.files.some((start) => path.startsWith(start)));
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
self.addEventListener("message", (event) => {
  const { type, path } = event.data ?? {};
  if (type === "take-over") self.skipWaiting();
  if (type === "keep-lesson") event.waitUntil(fetch(path).then((response) => keepLesson(path, response)).then(() => keeping));
});
self.addEventListener("fetch", (event) => {
  const what = route(event.request);
  if (what) event.respondWith(answer(event, what));
});
