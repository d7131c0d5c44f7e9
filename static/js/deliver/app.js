/*
 * What the page knows and what a worker can do: begin, look, finish, save, undo, change, same again, not today.
 * Screens call these and listen to "me", "deck", "session" and "outbox" events.
 *
 * An open session lies in sessionStorage, so that a reload loses nothing, until it is saved. When somebody else signs
 * in, or its worker signs out, it is put away there and comes back only for that worker. No name is kept anywhere.
 */
import { painted, word } from "./dom.js";
import { seal } from "../sealing.js";
import { buildRecord, heldAt, made } from "./record.js";
import { fetchDeck, forEverybody, keepLocal, localOf, localWith, readLocal, rememberRecalled, withoutRecalled } from "./server.js";
import { newSession, reduce, sameAgain, tookPlace } from "./state.js";
import { whySaveFailed } from "./this-tablet.js";
import { Who } from "./who.js";

const OPEN_KEY = "vein-care-open";
const AWAY_KEY = "vein-care-away";
const DAY_KEY = "vein-care-day";
const UNDO_MS = 60_000;
const CHANGE_MS = 15 * 60_000;

export class App extends EventTarget {
  local = readLocal();
  putAway = null;
  deck = null;
  deckUrl = null;
  deckMissing = false;
  session = null;
  looking = false;
  show = "short";
  language = null;
  covered = false;
  lastSaved = null;
  overview = { counts: { unsent: 0, attention: 0 }, waiting: [], attention: [], followed: null, sending: [], recent: [], received: 0, trouble: null };
  isSafe;

  // What the server named last, on this page: what a PIN brings back may name an older one.
  #offeredDeck = null;
  #overviews = { asked: 0, shown: 0 };

  /** config: { meUrl, deckUrls, signInUrl, signOutUrl }; boot: a random id for the life of this page; vault: where workers' tickets lie, or null where nothing can be kept safely. */
  constructor({ config, boot, outbox, store, vault, screens }) {
    super();
    Object.assign(this, { config, boot, outbox, store, screens });
    Object.assign(this, read(OPEN_KEY));
    this.isSafe = Boolean(vault);
    const hooks = { here: (me, how) => this.#here(me, how), gone: (me) => this.#gone(me), holds: () => this.session?.worker };
    const channel = globalThis.BroadcastChannel ? new BroadcastChannel("vein-care") : null;
    this.who = new Who({ config, vault, wantsTablet: this.isSafe, channel, hooks });
    this.who.addEventListener("change", () => this.#tell("me"));
  }

  // --- what is known -------------------------------------------------------------------------------------------

  /** me.json of whoever is here, or null. */
  get me() {
    return this.who.me;
  }

  get signInUrl() {
    return this.who.signInUrl;
  }

  get asked() {
    return this.who.asked;
  }

  /**
   * Ask the server who is here.
   *
   * An open session goes on if its worker is still there, if nobody answers, and if the login has only just ended
   * while this page stayed open. If it is somebody else, or nobody on a page that was loaded anew, it is put away.
   */
  async refreshMe() {
    const me = await this.who.refresh();
    if (!me) return;
    this.#offeredDeck = me.deck;
    await this.#newerDeck();
  }

  /** The cards of the open session if they can still be had, otherwise those of today. */
  async loadDeck() {
    const own = this.session?.deck?.url;
    for (const url of new Set(own ? [own, ...this.config.deckUrls] : this.config.deckUrls)) if (await this.#loadDeckFrom(url, () => !this.deck)) return;
  }

  /** Why nothing can be written down now: null, "insecure", "other_tab", "signed_out", "unreachable", "not_a_worker", "no_ticket", "too_many_tablets", "no_site". */
  get obstacle() {
    if (!this.isSafe) return "insecure";
    if (this.store.blocked) return "other_tab";
    if (!this.me) return this.signInUrl && !this.who.unreachable ? "signed_out" : "unreachable";
    if (!this.me.can_deliver) return "not_a_worker";
    if (!this.me.ticket || !this.me.tablet?.token) return this.me.no_tablet === "too_many" ? "too_many_tablets" : "no_ticket";
    return this.me.sites.length ? null : "no_site";
  }

  /** Is the ticket over, as far as this tablet's clock can tell before the server has answered? What is recorded then goes to the coordinator. */
  get ticketIsOver() {
    return Boolean(!this.who.answered && this.me?.ticket && Date.parse(this.me.ticket.expires_at) <= Date.now());
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
    write(DAY_KEY, { on: heldAt(new Date(), site.time_zone).on, site: site.id });
    if (this.session) this.#keep({ session: { ...this.session, site: site.id, setting: site.setting } });
    this.#tell("me");
  }

  // --- a session -----------------------------------------------------------------------------------------------

  begin() {
    this.#endUndo();
    this.#keep({ session: this.#newSession(), looking: false, show: "short", language: null });
    this.screens.go("deck");
  }

  look() {
    this.#keep({ looking: true, show: "short", language: this.session ? this.language : null });
    this.screens.go("deck");
  }

  resume() {
    this.#keep({ looking: false });
    this.#matchDeck();
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

  /** Only cards of the release that the session began with belong to its record. */
  cardShown({ slug, version, area }) {
    if (this.session && !this.session.deck) this.dispatch({ type: "deck", release: this.deck.release, url: this.deckUrl });
    if (this.session?.deck && this.session.deck.release !== this.deck.release) return;
    if (!this.session?.shown.some((card) => card.slug === slug)) this.dispatch({ type: "shown", slug, version, area });
  }

  leave() {
    const { session } = this;
    this.#keep({ session: null, looking: false });
    this.screens.goHome();
    if (session?.changing) this.outbox.release(session.recordId);
  }

  /** Nothing of this worker's is offered to whoever comes next. */
  async signOut(worker) {
    if (this.me?.worker.id === worker) this.#clearTheDesk();
    this.#homeAgain();
    await this.who.signOut(worker);
  }

  /** Somebody else is about to sign in. */
  async leaveSeat() {
    this.#clearTheDesk();
    await this.who.leaveSeat();
  }

  #clearTheDesk() {
    if (this.session) this.#putAwaySession();
    this.#endUndo();
  }

  setShow(show) {
    this.#keep({ show });
  }

  /** Of the card's front, until the next person. It is not part of a record. */
  setLanguage(language) {
    this.#keep({ language });
  }

  setCovered(covered) {
    this.#keep({ covered });
  }

  /** The sheet with the code and the link. It is loaded when it is asked for; without a connection that may not be possible. */
  async share(slugs, language) {
    try {
      const { openShare } = await import("./share.js");
      if (!this.covered) openShare(slugs, language);
    } catch (unreachable) {
      this.page.announce(word("share_failed"));
    }
  }

  // --- saving --------------------------------------------------------------------------------------------------

  /** Two taps without a conversation. Works with an open session, which then ends, and without one. */
  async notToday({ outcome, reason }) {
    const meant = this.session?.recordId;
    if (this.obstacle) await this.refreshMe();
    if (this.obstacle) return this.obstacle;
    if (this.session?.recordId !== meant) return "other_worker";
    if (!this.session) {
      if (!this.site) return "no_site";
      this.#endUndo();
      this.#keep({ session: this.#newSession(), looking: false });
    }
    this.dispatch({ type: "notToday", outcome, reason });
    return this.save();
  }

  /**
   * Seal the open session and write it to the outbox. Resolves to null, or to why it could not be saved. Only the
   * worker who held it can save it.
   *
   * The screen changes first and sealing comes after the paint; the session stays open until the record is written.
   */
  async save() {
    const meant = this.session?.recordId;
    if (this.obstacle) await this.refreshMe();
    if (this.obstacle) return this.obstacle;
    const { session, me } = this;
    if (session && session.recordId !== meant) return "other_worker";
    if (session?.worker !== me.worker.id) {
      this.#clearForOther();
      return "other_worker";
    }
    const held = session.held ?? heldAt(new Date(), this.site?.time_zone);
    const saved = { session: { ...session, held, changing: false }, state: "saving", until: Date.now() + UNDO_MS };
    this.lastSaved = saved;
    this.screens.goAfresh("saved");
    await painted();
    try {
      await this.#write(session, held, me);
    } catch (reason) {
      if (this.lastSaved === saved) this.lastSaved = null;
      const failed = await whySaveFailed(reason);
      if (this.session?.recordId === session.recordId) this.#reopen(session, { failed });
      return "save_failed";
    }
    saved.state = "kept";
    this.#forgetAway(session);
    if (this.session?.recordId === session.recordId) this.#keep({ session: null });
    await this.refreshOutbox();
    return null;
  }

  /** Is the last record being sealed and written just now? */
  get isSaving() {
    return this.lastSaved?.state === "saving";
  }

  /** The ticket, the token and the key are those of one answer: `me`. */
  async #write(session, held, me) {
    const record = buildRecord({
      session,
      ticket: me.ticket.value,
      deckRelease: this.deck?.release ?? me.deck?.release ?? null,
      held,
      made: made({ date: new Date(), boot: this.boot, elapsedMs: performance.now() }),
    });
    const sealed = await seal(record, me.sealing_key);
    const { token } = me.tablet;
    await this.outbox.add({ recordId: session.recordId, sealed, token, organisation: me.organisation.id, holdMs: UNDO_MS });
  }

  /** May the last record still be taken back or changed? */
  get mayChangeMind() {
    const { lastSaved, overview } = this;
    if (lastSaved?.state !== "kept" || Date.now() >= lastSaved.until) return false;
    const { followed } = overview;
    if (followed?.record_id !== lastSaved.session.recordId || followed.tries) return false;
    return !overview.sending.includes(followed.record_id);
  }

  async undo() {
    const { lastSaved } = this;
    const taken = await this.outbox.undo(lastSaved.session.recordId);
    if (taken) lastSaved.state = "undone";
    await this.refreshOutbox();
    return taken;
  }

  /** The record stays in the outbox, held back, and is replaced when it is saved again. */
  async change() {
    const { lastSaved } = this;
    const { session } = lastSaved;
    if (!(await this.outbox.hold(session.recordId, CHANGE_MS))) return false;
    if (this.lastSaved !== lastSaved) {
      this.outbox.release(session.recordId);
      return true;
    }
    this.lastSaved = null;
    this.#reopen({ ...session, changing: true });
    return true;
  }

  /** While a record is being changed it stays held. If it went all the same, say so before more is changed. */
  async keepHolding() {
    const { session } = this;
    if (!session?.changing || this.isSaving) return;
    if ((await this.outbox.hold(session.recordId, CHANGE_MS)) || (await this.outbox.has(session.recordId))) return;
    if (this.session?.recordId !== session.recordId || this.isSaving) return;
    this.putAway = "sent_before";
    this.#keep({ session: null, looking: false });
    this.#homeAgain();
  }

  async saveAfterAll() {
    this.#keep({ session: this.lastSaved.session });
    return this.save();
  }

  sameAgain() {
    const session = sameAgain(this.lastSaved.session, crypto.randomUUID());
    this.#endUndo();
    this.#keep({ session, language: null });
    this.#matchDeck();
    this.screens.goAfresh("wrap-up");
  }

  retry(recordId) {
    return this.outbox.retry(recordId, this.#freshToken);
  }

  retryAll() {
    return this.outbox.retryAll(this.#freshToken);
  }

  get #freshToken() {
    return { token: this.me?.tablet?.token, organisation: this.me?.organisation.id };
  }

  /** Asked for by the outbox itself after changes. A store that does not answer leaves what was known. */
  async refreshOutbox() {
    const number = ++this.#overviews.asked;
    const unanswered = (reason) => ({ ...this.overview, trouble: reason?.name ?? "unknown" });
    const overview = await this.outbox.overview({ follow: this.lastSaved?.session.recordId }).catch(unanswered);
    if (number < this.#overviews.shown) return;
    this.#overviews.shown = number;
    this.overview = overview;
    this.#tell("outbox");
  }

  // --- inside --------------------------------------------------------------------------------------------------

  #reopen(session, params) {
    this.#keep({ session });
    this.screens.goAfresh(tookPlace(session) ? "wrap-up" : "not-today", params);
  }

  #newSession() {
    const { id: site, setting } = this.site;
    return newSession({ recordId: crypto.randomUUID(), worker: this.me.worker.id, site, setting, deck: this.#deckHere });
  }

  get #deckHere() {
    return this.deck && { release: this.deck.release, url: this.deckUrl };
  }

  /** What this page saved last goes now; what other pages saved keeps its time for Undo. */
  #endUndo() {
    const { lastSaved } = this;
    this.lastSaved = null;
    this.putAway = null;
    if (lastSaved) this.outbox.release(lastSaved.session.recordId);
  }

  /** Somebody is here, perhaps somebody else than before. What a PIN brings back may be weeks old, and says nothing about help. */
  #here(me, { said }) {
    this.#keepLocal(said ? localOf(me) : localWith(this.local, me));
    if (this.lastSaved && this.lastSaved.session.worker !== me.worker.id) {
      this.#endUndo();
      if (this.screens.current === "saved") this.#homeAgain();
    }
    if (this.session && this.session.worker !== me.worker.id) this.#clearForOther();
    if (!this.session) this.#bringBack(me.worker.id);
  }

  /** Nobody is here by right any more. Whoever has a session open on this page may still save it; on a page that was loaded anew it is put away. */
  #gone(me) {
    this.#keepLocal(forEverybody(this.local));
    if (this.session && !me) {
      this.putAway = this.session.changing ? "changes_cleared" : "put_away";
      this.#putAwaySession();
      this.#homeAgain();
    }
    if (!this.session) sessionStorage.removeItem(DAY_KEY);
    return Boolean(this.session);
  }

  // --- sessions of workers who are not here --------------------------------------------------------------------

  #clearForOther() {
    if (this.session) {
      this.putAway = this.session.changing ? "changes_cleared" : "other_worker";
      this.#putAwaySession();
    }
    this.#homeAgain();
  }

  /** Out of sight until its worker is back. A record that was being changed goes as it was saved before. */
  #putAwaySession() {
    const { session } = this;
    if (session.changing) this.outbox.release(session.recordId);
    else write(AWAY_KEY, { ...read(AWAY_KEY), [session.worker]: session });
    this.#keep({ session: null, looking: false });
    this.page?.announce("");
  }

  #bringBack(worker) {
    const session = read(AWAY_KEY)[worker];
    if (!session) return;
    this.#forgetAway(session);
    this.putAway = null;
    this.#keep({ session, looking: false });
  }

  #forgetAway({ worker, recordId }) {
    const { [worker]: own, ...others } = read(AWAY_KEY);
    if (own?.recordId !== recordId) return;
    if (Object.keys(others).length) write(AWAY_KEY, others);
    else sessionStorage.removeItem(AWAY_KEY);
  }

  #homeAgain() {
    if (this.screens.current && this.screens.current !== "home") this.screens.goHome();
  }

  #keepLocal(local) {
    this.local = local;
    keepLocal(local);
  }

  /** A newer release, or the same one with a card recalled, waits until no session is open. */
  async #newerDeck() {
    const offered = this.#offeredDeck;
    if (!offered || this.session || this.looking) return;
    if (this.deck && this.deckUrl === offered.url) this.#showDeck(this.deck, offered.url);
    else await this.#loadDeckFrom(offered.url, () => !this.deck || !(this.session || this.looking));
  }

  /** Cards of the release that the session began with, if another one is showing by now. */
  async #matchDeck() {
    const own = this.session?.deck;
    if (own && own.release !== this.deck?.release) await this.#loadDeckFrom(own.url, () => this.session?.deck?.url === own.url);
  }

  /** Resolves to whether it came. isWanted() is asked then: a session may have begun meanwhile. */
  async #loadDeckFrom(url, isWanted) {
    try {
      const deck = await fetchDeck(url);
      if (isWanted()) this.#showDeck(deck, url);
      return true;
    } catch (reason) {
      this.deckMissing = !this.deck;
      this.#tell("deck");
      return false;
    }
  }

  /** Once the server has named it as the newest, it alone says which cards are recalled. */
  #showDeck(deck, url) {
    if (url === this.#offeredDeck?.url) rememberRecalled(deck);
    this.deck = withoutRecalled(deck);
    this.deckUrl = url;
    this.deckMissing = false;
    this.#tell("deck");
  }

  /** The day's choice of site, if it was made today and whoever is here works there: a tablet that changes hands stays where it is. */
  get #day() {
    const day = read(DAY_KEY);
    const site = this.me?.sites.find(({ id }) => id === day.site);
    const isToday = site && day.on === heldAt(new Date(), site.time_zone).on;
    return isToday ? day : null;
  }

  #keep(changes) {
    Object.assign(this, changes);
    const { session, looking, show, language, covered } = this;
    if (session || looking || covered) write(OPEN_KEY, { session, looking, show, language, covered });
    else sessionStorage.removeItem(OPEN_KEY);
    this.#tell("session");
    if (!session && !looking) this.#newerDeck();
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
