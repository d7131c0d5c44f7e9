/*
 * What the page knows and what a worker can do: begin, look, finish, save, undo, change, same again, not today.
 * Screens call these and listen to "me", "deck", "session" and "outbox" events.
 *
 * An open session lies in sessionStorage, so that a reload loses nothing, until it is saved. No name is kept anywhere.
 */
import { painted } from "./dom.js";
import { buildRecord, heldAt, made } from "./record.js";
import { fetchDeck, fetchMe, forEverybody, keepLocal, localOf, readLocal, tabletToken } from "./server.js";
import { newSession, reduce, sameAgain, tookPlace } from "./state.js";

const OPEN_KEY = "vein-care-open";
const DAY_KEY = "vein-care-day";
const UNDO_MS = 60_000;
const CHANGE_MS = 15 * 60_000;

export class App extends EventTarget {
  me = null;
  local = readLocal();
  signInUrl = null;
  unreachable = false;
  otherWorkerCleared = false;
  asked = false;
  deck = null;
  deckMissing = false;
  session = null;
  looking = false;
  show = "short";
  covered = false;
  lastSaved = null;
  overview = { waiting: [], attention: [], sending: [], recent: [] };
  isSafe = window.isSecureContext && Boolean(globalThis.crypto?.subtle);

  /** config: { meUrl, deckUrl, signInUrl }; boot: a random id for the life of this page. */
  constructor({ config, boot, outbox, store, screens }) {
    super();
    Object.assign(this, { config, boot, outbox, store, screens });
    Object.assign(this, read(OPEN_KEY));
  }

  // --- what is known -------------------------------------------------------------------------------------------

  /** Ask the server who is here. An open session keeps the worker it began with, whatever the answer. */
  async refreshMe() {
    const { me, signInUrl, unreachable } = await fetchMe(this.config.meUrl, { wantsTablet: this.isSafe });
    this.asked = true;
    this.unreachable = Boolean(unreachable);
    if (signInUrl) this.#signedOut(signInUrl);
    if (me) this.#signedIn(me);
    this.#tell("me");
    if (me) await this.#newerDeck(me.deck);
  }

  async loadDeck(url = this.config.deckUrl) {
    try {
      this.deck = await fetchDeck(url);
      this.deckMissing = false;
    } catch (reason) {
      this.deckMissing = !this.deck;
    }
    this.#tell("deck");
  }

  /** Why nothing can be written down now: null, "insecure", "signed_out", "unreachable", "not_a_worker", "no_ticket", "no_site". */
  get obstacle() {
    if (!this.isSafe) return "insecure";
    if (!this.me) return this.signInUrl ? "signed_out" : "unreachable";
    if (!this.me.can_deliver) return "not_a_worker";
    if (!this.me.ticket || !tabletToken()) return "no_ticket";
    return this.me.sites.length ? null : "no_site";
  }

  /** The site of today, or the usual one, or the only one. */
  get site() {
    const id = this.session?.site ?? this.#day?.site ?? this.me?.usual_site;
    const sites = this.me?.sites ?? [];
    return sites.find((site) => site.id === id) ?? (sites.length === 1 ? sites[0] : null);
  }

  get siteIsConfirmed() {
    return Boolean(this.#day && this.site);
  }

  chooseSite(site) {
    write(DAY_KEY, { on: heldAt(new Date(), site.time_zone).on, worker: this.me.worker.id, site: site.id });
    if (this.session) this.#keep({ session: { ...this.session, site: site.id, setting: site.setting } });
    this.#tell("me");
  }

  // --- a session -----------------------------------------------------------------------------------------------

  begin() {
    this.#endUndo();
    this.#keep({ session: this.#newSession(), looking: false, show: "short" });
    this.screens.go("deck");
  }

  look() {
    this.#keep({ looking: true, show: "short" });
    this.screens.go("deck");
  }

  resume() {
    this.#keep({ looking: false });
    this.screens.go("deck");
  }

  dispatch(event) {
    if (!this.session || this.looking) return;
    this.#keep({ session: reduce(this.session, event) });
  }

  finish() {
    this.screens.go("wrap-up");
  }

  doneLooking() {
    this.screens.goHome();
  }

  stopLooking() {
    if (this.looking) this.#keep({ looking: false });
  }

  cardShown({ slug, version, area }) {
    if (!this.session?.shown.some((card) => card.slug === slug)) this.dispatch({ type: "shown", slug, version, area });
  }

  leave() {
    this.#keep({ session: null, looking: false });
    this.screens.goHome();
    this.outbox.release();
  }

  setShow(show) {
    this.#keep({ show });
  }

  setCovered(covered) {
    this.#keep({ covered });
  }

  // --- saving --------------------------------------------------------------------------------------------------

  /** Two taps without a conversation. Works with an open session, which then ends, and without one. */
  async notToday({ outcome, reason }) {
    if (!this.session) {
      this.#endUndo();
      this.#keep({ session: this.#newSession(), looking: false });
    }
    this.dispatch({ type: "notToday", outcome, reason });
    return this.save();
  }

  /**
   * Seal the open session and write it to the outbox. Resolves to null, or to why it could not be saved.
   *
   * The screen changes first and sealing comes after the paint; the session stays open until the record is written.
   */
  async save() {
    if (this.obstacle) await this.refreshMe();
    if (this.obstacle) return this.obstacle;
    const session = this.session;
    const held = session.held ?? heldAt(new Date(), this.site?.time_zone);
    this.lastSaved = { session: { ...session, held }, state: "saving", until: Date.now() + UNDO_MS };
    this.screens.goAfresh("saved");
    await painted();
    try {
      await this.#write(session, held);
    } catch (reason) {
      this.lastSaved = null;
      this.#reopen(session, { failed: true });
      return "save_failed";
    }
    this.lastSaved.state = "kept";
    this.#keep({ session: null });
    await this.refreshOutbox();
    return null;
  }

  async #write(session, held) {
    const { seal } = await import("../sealing.js");
    const record = buildRecord({
      session,
      ticket: this.me.ticket.value,
      deckRelease: this.deck?.release ?? this.me.deck?.release ?? null,
      held,
      made: made({ date: new Date(), boot: this.boot, elapsedMs: performance.now() }),
    });
    const sealed = await seal(record, this.me.sealing_key);
    await this.outbox.add({ recordId: session.recordId, sealed, token: tabletToken(), holdMs: UNDO_MS });
  }

  /** May the last record still be taken back or changed? */
  get mayChangeMind() {
    const { lastSaved, overview } = this;
    if (lastSaved?.state !== "kept" || Date.now() >= lastSaved.until) return false;
    const id = lastSaved.session.recordId;
    return overview.waiting.some((entry) => entry.record_id === id) && !overview.sending.includes(id);
  }

  async undo() {
    const taken = await this.outbox.undo(this.lastSaved.session.recordId);
    if (taken) this.lastSaved.state = "undone";
    await this.refreshOutbox();
    return taken;
  }

  /** The record stays in the outbox, held back, and is replaced when it is saved again. */
  async change() {
    const { session } = this.lastSaved;
    if (!(await this.outbox.hold(session.recordId, CHANGE_MS))) return false;
    this.lastSaved = null;
    this.#reopen(session);
    return true;
  }

  async saveAfterAll() {
    this.#keep({ session: this.lastSaved.session });
    return this.save();
  }

  sameAgain() {
    const session = sameAgain(this.lastSaved.session, crypto.randomUUID());
    this.#endUndo();
    this.#keep({ session });
    this.screens.goAfresh("wrap-up");
  }

  retry(recordId) {
    return this.outbox.retry(recordId, tabletToken());
  }

  async refreshOutbox() {
    this.overview = await this.outbox.overview();
    this.#tell("outbox");
  }

  // --- inside --------------------------------------------------------------------------------------------------

  #reopen(session, params) {
    this.#keep({ session });
    this.screens.goAfresh(tookPlace(session) ? "wrap-up" : "not-today", params);
  }

  #newSession() {
    const { id: site, setting } = this.site;
    return newSession({ recordId: crypto.randomUUID(), worker: this.me.worker.id, site, setting });
  }

  #endUndo() {
    this.lastSaved = null;
    this.outbox.release();
  }

  #signedIn(me) {
    this.me = me;
    this.#keepLocal(localOf(me));
    this.signInUrl = null;
    const worker = this.session?.worker;
    if (worker !== undefined && worker !== null && worker !== me.worker.id) {
      this.otherWorkerCleared = true;
      this.#keep({ session: null, looking: false });
      if (this.screens.current !== "home") this.screens.goHome();
    }
  }

  #signedOut(signInUrl) {
    this.signInUrl = signInUrl;
    this.#keepLocal(forEverybody(this.local));
    if (!this.session) this.me = null;
  }

  #keepLocal(local) {
    this.local = local;
    keepLocal(local);
  }

  /** A newer release waits until no session is open. */
  async #newerDeck(offered) {
    if (!offered || this.session || this.looking || this.deck?.release === offered.release) return;
    await this.loadDeck(offered.url);
  }

  /** The day's choice of site, if it was made today and by this worker. */
  get #day() {
    const day = read(DAY_KEY);
    const site = this.me?.sites.find(({ id }) => id === day.site);
    const isToday = site && day.on === heldAt(new Date(), site.time_zone).on;
    return isToday && day.worker === this.me.worker.id ? day : null;
  }

  #keep(changes) {
    Object.assign(this, changes);
    const { session, looking, show, covered } = this;
    if (session || looking || covered) write(OPEN_KEY, { session, looking, show, covered });
    else sessionStorage.removeItem(OPEN_KEY);
    this.#tell("session");
  }

  #tell(type) {
    this.dispatchEvent(new Event(type));
  }
}

function read(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key)) ?? {};
  } catch (unreadable) {
    return {};
  }
}

/** Without room or permission a reload would lose the session; the session itself goes on. */
function write(key, value) {
  try {
    sessionStorage.setItem(key, JSON.stringify(value));
  } catch (refused) {
    sessionStorage.removeItem(key);
  }
}
