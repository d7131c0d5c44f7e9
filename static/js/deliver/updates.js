/*
 * The service worker as the page sees it: registering it, asking for a newer one, and letting that take over when it disturbs nobody.
 *
 * Every page with a session open holds SESSION_LOCK together with the others. A newer worker takes over only while a page at Home has the
 * lock for itself; then every page loads anew once, as soon as it is quiet there.
 */

const SESSION_LOCK = "vein-care-session";
const DECK_KEY = "vein-care-deck";
const CHECK_EVERY_MS = 10 * 60_000;
const CHECK_SOON_MS = 60_000;
const PATIENCE_MS = 10_000;

/**
 * May the page load anew without taking anything from anybody? A PIN that was given is worth as much as something half typed, and
 * who is here by login alone is known to this page alone while the server cannot be reached.
 */
export function isQuiet({ screen, session, looking, isSaving, dialogOpen, wouldLose, via, visible, reachable }) {
  if (screen !== "home" || session || looking || isSaving || dialogOpen || wouldLose) return false;
  if (via === "pin") return !visible;
  return via !== "login" || reachable;
}

/** Records that need attention are as lost with the page as those that wait, where it alone has them. */
export function wouldLose({ store, overview }) {
  return !store.lasting && overview.counts.unsent + overview.counts.attention > 0;
}

/** Returns look(), to be called whenever isOpen() may have changed: the lock is held, together with other pages, while it is true. */
export function holdWhile(locks, isOpen, name = SESSION_LOCK) {
  let letGo = null;
  return () => {
    if (Boolean(letGo) === Boolean(isOpen())) return;
    if (letGo) {
      letGo();
      letGo = null;
      return;
    }
    const over = new Promise((resolve) => (letGo = resolve));
    locks.request(name, { mode: "shared" }, () => over);
  };
}

/** Dispatches "change" when isReady or isWaiting may have changed. */
export class Updates extends EventTarget {
  #container;
  #locks;
  #now;
  #isQuiet;
  #reload;
  #url = null;
  #registration = null;
  #checkedAt = 0;
  #hasFailed = false;
  #hadWorker = false;
  #isReplaced = false;
  #isTaking = false;

  /** container: navigator.serviceWorker; isQuiet() and reload() are the page's. */
  constructor({ container, locks, now, isQuiet, reload }) {
    super();
    this.#container = container;
    this.#locks = locks;
    this.#now = now;
    this.#isQuiet = isQuiet;
    this.#reload = reload;
  }

  /** Does the page open without a network from now on? */
  get isReady() {
    return Boolean(this.#registration?.active);
  }

  /** Does a newer version wait until nobody is disturbed? */
  get isWaiting() {
    return this.#isReplaced || Boolean(this.#waiting);
  }

  /** The first worker of all waits for nobody. */
  get #waiting() {
    return this.#registration?.active ? this.#registration.waiting : null;
  }

  /** Where the browser allows no worker, the page goes on needing a network. */
  async register(url) {
    this.#hadWorker = Boolean(this.#container.controller);
    this.#container.addEventListener("controllerchange", () => this.#replaced());
    this.#url = url;
    this.#checkedAt = this.#now();
    await this.#registerAnew();
  }

  async #registerAnew() {
    const registration = (await this.#container.register(this.#url).catch(() => null)) ?? null;
    if (!registration) return;
    if (registration !== this.#registration) registration.addEventListener("updatefound", () => this.#follow(registration.installing));
    this.#registration = registration;
    this.#follow(registration.installing);
    await this.look();
  }

  /** Ask for a newer version, unless that was asked a short while ago. What failed, and what is known to be there, is asked for sooner. */
  async check({ soon = false } = {}) {
    const { active, installing, waiting } = this.#registration ?? {};
    const isThere = Boolean(active || installing || waiting);
    const since = this.#now() - this.#checkedAt;
    if (!this.#url || installing || since < (soon || this.#hasFailed || !isThere ? CHECK_SOON_MS : CHECK_EVERY_MS)) return;
    this.#checkedAt = this.#now();
    // A first install that failed leaves nothing behind that could be updated.
    if (isThere) await this.#registration.update().catch(() => {});
    else await this.#registerAnew();
  }

  /** Something has changed: is it quiet now? */
  async look() {
    if (this.#isReplaced) {
      if (this.#isQuiet()) this.#reload();
      return;
    }
    const waiting = this.#waiting;
    if (!waiting || this.#isTaking || !this.#isQuiet()) return;
    this.#isTaking = true;
    try {
      await this.#locks.request(SESSION_LOCK, { ifAvailable: true }, (lock) => lock && this.#isQuiet() && this.#letTakeOver(waiting));
    } finally {
      this.#isTaking = false;
    }
  }

  /** The lock is held until the newer one is there, so that no page begins a session in between. */
  #letTakeOver(waiting) {
    const taken = new Promise((resolve) => this.#container.addEventListener("controllerchange", resolve, { once: true }));
    waiting.postMessage({ type: "take-over" });
    return Promise.race([taken, new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
  }

  /** The first worker of all takes nobody's place. */
  #replaced() {
    this.#isReplaced = this.#hadWorker;
    this.#hadWorker = true;
    this.#tell();
    this.look();
  }

  #follow(worker) {
    worker?.addEventListener("statechange", () => {
      this.#hasFailed = worker.state === "redundant" && !this.#isReplaced;
      this.#tell();
      this.look();
    });
  }

  #tell() {
    this.dispatchEvent(new Event("change"));
  }
}

/** Which decks to try at the start: one that was published after this page, if it was here already, and the page's own. */
export function decksToBeginWith(deckOfPage) {
  const { after, url } = rememberedDeck();
  return after === deckOfPage && url !== deckOfPage ? [url, deckOfPage] : [deckOfPage];
}

/** A recalled card must not come back where there is no network: the page that is kept may name an earlier deck. */
export function rememberDeck(deckOfPage, url) {
  try {
    if (url === deckOfPage) localStorage.removeItem(DECK_KEY);
    else localStorage.setItem(DECK_KEY, JSON.stringify({ after: deckOfPage, url }));
  } catch (refused) {
    return;
  }
}

function rememberedDeck() {
  try {
    return JSON.parse(localStorage.getItem(DECK_KEY)) ?? {};
  } catch (unreadable) {
    return {};
  }
}

/** Wires it to the page. Returns register(), for when the page has time. screen() says which screen is open. */
export function keepUpToDate(app, { screen }) {
  const { workerUrl, appVersion, deckUrl } = document.body.dataset;
  const { serviceWorker: container, locks } = navigator;
  app.appVersion = appVersion;
  app.addEventListener("deck", () => !app.session && app.deck && rememberDeck(deckUrl, app.deckUrl));
  if (!container || !locks || !workerUrl) return () => {};
  const quiet = () =>
    isQuiet({
      screen: screen(),
      session: app.session,
      looking: app.looking,
      isSaving: app.isSaving,
      dialogOpen: document.querySelector("dialog[open]"),
      wouldLose: wouldLose(app),
      via: app.who.via,
      visible: document.visibilityState === "visible",
      reachable: navigator.onLine && !app.who.unreachable,
    });
  const updates = new Updates({ container, locks, now: () => Date.now(), isQuiet: quiet, reload: () => location.reload() });
  const hold = holdWhile(locks, () => app.session || app.looking);
  app.updates = updates;
  app.addEventListener("session", hold);
  hold();
  for (const type of ["session", "outbox"]) app.addEventListener(type, () => updates.look());
  app.addEventListener("me", () => {
    updates.look();
    updates.check({ soon: app.me?.deck && app.me.deck.url !== deckUrl });
  });
  addEventListener("online", () => updates.check({ soon: true }));
  document.addEventListener("visibilitychange", () => updates.look());
  // Whoever opened the dialog may open the next one, or begin.
  document.addEventListener("close", () => setTimeout(() => updates.look()), { capture: true });
  new MutationObserver(() => updates.look()).observe(document.body, { attributeFilter: ["data-screen"] });
  return () => updates.register(workerUrl);
}
