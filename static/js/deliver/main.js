/*
 * The tablet page: puts the parts together. Everything it shows comes from the shell's templates, the deck and me.json.
 */
import { App } from "./app.js";
import { cardScreen, deckScreen } from "./cards.js";
import { makeCover } from "./cover.js";
import { fromTemplate, ignoreDoubleTaps, show, word } from "./dom.js";
import { notTodayScreen, savedScreen } from "./ending.js";
import { helpScreen } from "./help.js";
import { chooseSite, homeScreen, openMenu } from "./home.js";
import { openOutboxStore } from "../outbox-store.js";
import { atMostEvery, Outbox, recordLocks } from "../outbox.js";
import { takeUpPlace, watchForLink } from "./people.js";
import { Screens } from "./screens.js";
import { handInTo } from "./server.js";
import { tabletScreen, watchTablet } from "./this-tablet.js";
import { decksToBeginWith, holdWhile, keepUpToDate } from "./updates.js";
import { openVaultStore } from "../vault-store.js";
import { COUNTER, Vault } from "../vault.js";
import { wrapUpScreen } from "./wrap-up.js";

const REFRESH_MS = 10 * 60_000;
const HOLD_AGAIN_MS = 5 * 60_000;
const WHO_IS_IT_MS = 2_000;
const CARDS_TAKE_MS = 10_000;
const WORKER_WAITS_MS = 15_000;
const OVERVIEW_MS = 300;
// Held by every page that is changing a record: what it holds back is not left, however long that page has slept.
const CHANGING_LOCK = "vein-care-changing";

const byId = (id) => document.getElementById(id);
const bar = {
  back: byId("back"),
  who: byId("who"),
  whoSite: byId("who-site"),
  whoWorker: byId("who-worker"),
  place: byId("bar-place"),
  deckShow: byId("deck-show"),
  finish: byId("finish"),
  done: byId("done"),
  menu: byId("menu-open"),
};

// Before anything is read from this tablet, however long that takes.
ignoreDoubleTaps();
const cover = makeCover();
byId("cover-now").addEventListener("click", cover.cover);

const turns = new EventTarget();
const store = await openOutboxStore({ onTurn: () => turns.dispatchEvent(new Event("turn")) });
const timer = { set: (run, ms) => setTimeout(run, ms), clear: (id) => clearTimeout(id) };
const boot = crypto.randomUUID?.() ?? String(Math.random());
const { meUrl, deckUrl, handInUrl, signInUrl, signOutUrl, counterUrl } = document.body.dataset;
const isSafe = window.isSecureContext && Boolean(globalThis.crypto?.subtle);
const locks = navigator.locks ?? unlocked();
const vault = isSafe ? new Vault({ store: await openVaultStore(crypto), crypto }) : null;
const otherPages = globalThis.BroadcastChannel ? new BroadcastChannel("vein-care-outbox") : null;
const outbox = new Outbox({
  store,
  send: handInTo(handInUrl, { boot }),
  now: () => Date.now(),
  random: () => Math.random(),
  timer,
  underLock: recordLocks(locks, () => Date.now()),
  onChange: atMostEvery(OVERVIEW_MS, () => app.refreshOutbox(), timer),
  tell: (message) => otherPages?.postMessage(message),
});
const screens = new Screens({
  makers: {
    home: () => homeScreen(app),
    tablet: () => tabletScreen(app),
    deck: () => deckScreen(app),
    card: () => cardScreen(app),
    "wrap-up": () => wrapUpScreen(app),
    saved: () => savedScreen(app),
    "not-today": () => notTodayScreen(app),
    help: () => helpScreen(app),
    written: () => fromTemplate("screen-written"),
  },
  mayOpen,
  onShown: paintBar,
});
const app = new App({ config: { meUrl, deckUrls: decksToBeginWith(deckUrl), signInUrl, signOutUrl }, boot, outbox, store, vault, screens });
cover.tell({ mayCoverItself, onChange: (covered) => app.setCovered(covered) });
app.page = {
  announce: (text) => (byId("announce").textContent = text),
  place: (text) => (bar.place.textContent = text),
};

async function start() {
  const registerWorker = keepUpToDate(app, { screen: () => screens.current });
  wireBar();
  for (const type of ["me", "deck", "session"]) app.addEventListener(type, () => screens.current && paintBar(screens.current));
  const holdChanging = holdWhile(locks, () => app.session?.changing, CHANGING_LOCK);
  for (const look of [keepAwake, holdChanging]) app.addEventListener("session", look);
  holdChanging();
  keepAwake();
  turns.addEventListener("turn", () => app.dispatchEvent(new Event("me")));
  watchTablet(app);
  if (app.covered) cover.cover();
  watchForLink();
  const cards = app.loadDeck();
  // Whatever goes wrong with who is here, the cards and what waits to be sent go on.
  app.refusedCode = await takeUpPlace(vault, counterUrl).catch(() => word("pin_broken"));
  await app.who.open();
  const asked = app.refreshMe();
  // An open session is not shown before it is known whose it is, unless nobody answers.
  if (app.session || app.looking) await Promise.all([Promise.race([cards, moments(CARDS_TAKE_MS)]), Promise.race([asked, moments(WHO_IS_IT_MS)])]);
  screens.open();
  holdOrLetGo();
  app.refreshOutbox().catch(() => {});
  // The worker would fetch the same files at the same time; but neither a hung network nor a mistake keeps it from coming.
  await Promise.race([Promise.allSettled([cards, asked]), moments(WORKER_WAITS_MS)]);
  whenIdle(registerWorker);
  whenIdle(() => ["deck", "card", "wrap-up"].forEach((name) => screens.screen(name)));
}

function moments(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Ahead of time, so that the first card and the first save are as quick as the next. Safari has no idle callback. */
function whenIdle(work) {
  if (window.requestIdleCallback) requestIdleCallback(work);
  else setTimeout(work, 300);
}

/** May Back or a reload open this screen now? */
function mayOpen(name) {
  const { session, looking, deck, lastSaved } = app;
  if (name === "deck") return Boolean(session || looking);
  if (name === "card") return Boolean((session || looking) && deck);
  if (name === "wrap-up") return Boolean(session && !looking);
  if (name === "saved") return Boolean(lastSaved);
  if (name === "not-today") return !app.obstacle;
  return true;
}

// --- bar -------------------------------------------------------------------------------------------------------

function wireBar() {
  bar.back.addEventListener("click", () => screens.back());
  bar.who.addEventListener("click", () => chooseSite(app));
  bar.finish.addEventListener("click", () => app.finish());
  bar.done.addEventListener("click", () => app.doneLooking());
  bar.menu.addEventListener("click", () => openMenu(app));
  document.addEventListener("click", openInPage);
}

/** Links to pages that are also in this shell open here, so that a session stays where it is. */
function openInPage(event) {
  const link = event.target.closest?.("a[data-go]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (screens.current !== link.dataset.go) screens.go(link.dataset.go);
}

function paintBar(name) {
  const isHome = name === "home";
  const inSession = app.session && !app.looking;
  show(bar.back, !isHome && name !== "saved");
  show(bar.finish, inSession && !["home", "wrap-up", "not-today", "saved", "tablet"].includes(name));
  show(bar.done, app.looking && ["deck", "card"].includes(name));
  show(bar.menu, isHome);
  show(bar.place, name === "card");
  show(bar.deckShow, name === "deck" && app.deck);
  show(bar.who, isHome && app.me?.can_deliver);
  if (app.me) {
    bar.whoSite.textContent = app.site?.name ?? word("choose_site");
    bar.whoWorker.textContent = word(app.who.via === COUNTER ? "at_counter" : "delivering", { initials: app.me.worker.initials });
  }
  show(byId("demo"), app.me?.demo);
}

// --- around a session ------------------------------------------------------------------------------------------

function mayCoverItself() {
  const name = screens.current;
  const isFront = name === "card" && screens.screen("card").isFront;
  return !isFront && (name !== "home" || Boolean(app.session));
}

let awake = null;

/** Keep the screen on while a session is open. Browsers without a wake lock, or out of battery, let it go dark. */
async function keepAwake() {
  const wanted = Boolean(app.session || app.looking) && document.visibilityState === "visible";
  if (wanted && !awake) {
    awake = navigator.wakeLock?.request("screen").catch(() => null) ?? null;
    const lock = await awake;
    if (lock) lock.addEventListener("release", () => (awake = null));
    else awake = null;
  }
  if (!wanted && awake) (await awake)?.release();
}

let refreshedAt = Date.now();

otherPages?.addEventListener("message", ({ data }) => outbox.heard(data));
addEventListener("online", () => {
  app.refreshMe();
  if (app.isSafe) outbox.backOnline();
});
document.addEventListener("visibilitychange", () => {
  keepAwake();
  if (document.visibilityState === "visible") app.keepHolding();
  if (document.visibilityState === "visible" && Date.now() - refreshedAt > REFRESH_MS) refresh();
});
setInterval(refresh, REFRESH_MS);
setInterval(holdOrLetGo, HOLD_AGAIN_MS);
// Back, after signing out, brings a page out of the browser's memory as it was left: whoever that was.
addEventListener("pageshow", (event) => event.persisted && location.reload());
addEventListener("beforeunload", (event) => {
  const { unsent, attention } = app.overview.counts;
  if (!store.lasting && unsent + attention) event.preventDefault();
});

function refresh() {
  refreshedAt = Date.now();
  if (app.isSafe && document.visibilityState === "visible") app.refreshMe();
}

/**
 * What is being changed, here or by another page, stays; what a closed page left held goes as it was saved; and what is due is sent,
 * whatever becomes of the steps before.
 */
async function holdOrLetGo() {
  if (!app.isSafe) return;
  await app.keepHolding().catch(() => {});
  await locks.request(CHANGING_LOCK, { ifAvailable: true }, (free) => free && outbox.letGoOfHeld()).catch(() => {});
  outbox.flush();
}

/** Where there are no Web Locks there is no secure context either, and nothing is sent. */
function unlocked() {
  return { request: (name, options, work) => work({ name }) };
}

await start();
