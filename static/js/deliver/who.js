/*
 * Who delivers at this tablet, and by what right: "login" (the server knows the browser's cookies), "pin" (a ticket that a worker unwrapped here), or
 * "counter" (the tablet of a site, which names nobody). Knows nothing of sessions or screens.
 *
 * Dispatches "change" after anything visible has changed. Asks its owner through the hooks:
 *   here(me, { said })   somebody is here, perhaps somebody else than before; said: does it come from the server, just now?
 *   gone(me)             nobody is here any more by the right they had; returns whether they stay as they are until what they have open is saved
 *   holds()              whose session is open on this page: the worker's id, or undefined without one
 */
import { COUNTER, NotKept } from "../vault.js";
import { asWorker, askForMe, askForMeByTicket, endLogins, rememberLearner, wishToEndLogin } from "./server.js";

/** Nobody waits longer than this for the server before a PIN is offered. */
const PATIENCE_MS = 1_500;
/** A page that slept while somebody left says nothing of it any more: they may be back. */
const SAID_JUST_NOW_MS = 5_000;

export class Who extends EventTarget {
  me = null;
  via = null;
  signInUrl = null;
  unreachable = false;
  asked = false;
  answered = false;
  pinIsOver = false;
  people = [];
  hasCounter = false;

  #config;
  #vault;
  #hooks;
  #wantsTablet;
  #channel;
  #keyed = null;
  // An answer says nothing any more when somebody came or went here after it was asked for, or when one that was asked for later is here. Whom an
  // earlier answer brought, or sent away, it may send away, or bring.
  #turn = 0;
  #questions = 0;
  #lastAnswered = 0;

  /** config: { meUrl, signOutUrl, signInUrl }; vault: null where records cannot be kept safely; channel: a BroadcastChannel, or null. */
  constructor({ config, vault, wantsTablet, channel, hooks }) {
    super();
    this.#config = config;
    this.#vault = vault;
    this.#wantsTablet = wantsTablet;
    this.#hooks = hooks;
    this.#channel = channel;
    channel?.addEventListener("message", ({ data }) => this.#heard(data));
  }

  /** What lies here already: the place of a counter tablet, and whom a PIN would let begin. */
  async open() {
    this.hasCounter = Boolean(await this.#counter());
    await this.#lookForPeople();
    if (this.people.length || this.hasCounter) setTimeout(() => this.#stopWaiting(), navigator.onLine ? PATIENCE_MS : 0);
  }

  /** Ask the server who is here. Resolves to me.json, or null if nobody answered or nobody is here. */
  async refresh() {
    const turn = this.#turn;
    const question = ++this.#questions;
    const answer = await this.#ask();
    if (turn !== this.#turn || question < this.#lastAnswered) return null;
    this.#lastAnswered = question;
    this.asked = true;
    this.unreachable = Boolean(answer.unreachable);
    if (answer.me) await this.#isHere(answer.me, answer.via);
    else if (answer.signInUrl) await this.#isGone(answer);
    if (!this.me) await this.#takeCounter();
    await this.#lookForPeople();
    this.#tell();
    return answer.me ?? null;
  }

  /** Somebody gives their PIN. Throws WrongPin or NotKept. Whoever was signed in here before is not any more, at the next contact. */
  async unlock(worker, pin) {
    const { me, keyed } = worker === COUNTER ? await this.#openedCounter() : await this.#opened(worker, pin);
    const isSigned = this.via === "login" && this.me?.worker.id === worker;
    this.#turn += 1;
    this.#keyed = keyed;
    if (!isSigned) {
      wishToEndLogin(`keep ${worker}`);
      this.#settle(me, worker === COUNTER ? COUNTER : "pin");
      this.#say({ worker });
    }
    this.asked = true;
    this.pinIsOver = false;
    this.#tell();
    this.refresh();
  }

  async #opened(worker, pin) {
    try {
      return await this.#vault.open(worker, pin);
    } catch (reason) {
      await this.#lookForPeople();
      this.#tell();
      throw reason;
    }
  }

  async #openedCounter() {
    const me = await this.#counter();
    if (!me) throw new NotKept();
    return { me, keyed: null };
  }

  /** May whoever is here choose a PIN? Not where it would be forgotten with the page. */
  get mayChoosePin() {
    return Boolean(this.#vault?.lasting && hasTicket(this.me) && this.me.can_deliver && this.via !== COUNTER);
  }

  get hasPin() {
    return this.people.some(({ worker }) => worker === this.me?.worker.id);
  }

  /** Is this the PIN that whoever is here has now? Throws like unlock. */
  async provePin(pin) {
    await this.#vault.open(this.me.worker.id, pin);
  }

  /** Resolves to the initials under which this worker is listed, or to null when somebody else is here by now. */
  async choosePin(worker, pin) {
    if (this.me?.worker.id !== worker) return null;
    const { keyed, initials } = await this.#vault.keep(this.me, pin);
    if (this.me?.worker.id === worker) this.#keyed = keyed;
    await this.#lookForPeople();
    this.#tell();
    return initials;
  }

  /** This worker goes: their initials and ticket leave the tablet at once, and the server hears of it now or at the next contact. */
  async signOut(worker) {
    this.#leave(worker);
    await this.#vault?.drop(worker).catch(() => {});
    await this.#lookForPeople();
    this.#tell();
    await this.refresh();
  }

  /** Whoever is here makes room for the next one. Their PIN goes on letting them begin here. */
  async leaveSeat() {
    this.#leave(this.me.worker.id);
    this.#tell();
  }

  #leave(worker) {
    wishToEndLogin(`out ${worker}`);
    this.#say({ worker: null, out: worker, at: Date.now() });
    if (this.me?.worker.id === worker) this.#clear();
  }

  #clear() {
    this.#turn += 1;
    this.me = this.via = this.#keyed = null;
    rememberLearner(null);
    this.signInUrl = this.#config.signInUrl;
    this.#hooks.gone(null);
  }

  // Other pages of this browser

  /**
   * What they did, at which time: { worker } is there now; { worker: null, out } has left; {} says to look again. Only deeds are told, so that
   * nobody echoes.
   */
  async #heard({ worker, out, at }) {
    if (!this.asked && out === undefined) return;
    if (out !== undefined) {
      // What the other page has kept may reach this one later than its word does.
      if (Date.now() - at < SAID_JUST_NOW_MS) wishToEndLogin(`out ${out}`);
      if (this.me?.worker.id === out) this.#clear();
    } else if (worker !== undefined) {
      if (worker === this.me?.worker.id || this.#hooks.holds() !== undefined) return;
      this.#keyed = null;
      if (this.via === "pin" || this.via === COUNTER) this.#clear();
    }
    await this.refresh();
  }

  #say(deed) {
    this.#channel?.postMessage(deed);
  }

  /** Pages that end a login do so before anybody else signs in. */
  endLogins() {
    return endLogins(this.#config.signOutUrl);
  }

  // Asking

  #ask() {
    const byTicket = this.via === "pin" || (this.via === COUNTER && this.answered);
    return byTicket && hasTicket(this.me) ? this.#askByTicket(this.via) : this.#askByLogin();
  }

  /** No login is asked about before those that were left behind here have ended. A worker whose login is over and whose PIN was given goes on. */
  async #askByLogin() {
    if (!(await this.endLogins())) return { unreachable: true };
    const answer = await askForMe(this.#config.meUrl, { wantsTablet: this.#wantsTablet });
    const { me } = this;
    const goesOn = answer.signInUrl && hasTicket(me) && this.#keyed?.worker === me.worker.id && (await this.#hasPinOf(me.worker.id));
    if (goesOn) return this.#askByTicket("pin", me);
    const isCounter = answer.signInUrl && this.via === COUNTER && hasTicket(me);
    return isCounter ? this.#askByTicket(COUNTER, me) : { ...answer, via: "login" };
  }

  async #askByTicket(via, { worker, ticket, tablet } = this.me) {
    this.endLogins();
    const answer = await askForMeByTicket(this.#config.meUrl, { ticket: ticket.value, token: tablet.token });
    return { ...answer, me: answer.me && asWorker(answer.me), via, whose: worker.id };
  }

  // What follows

  /** What the server says counts, whether or not it can be kept here. */
  async #isHere(me, via) {
    const before = this.me?.worker.id;
    this.answered = true;
    this.pinIsOver = false;
    this.#settle(me, via, { said: true });
    if (via === "login" && before !== me.worker.id) this.#say({ worker: me.worker.id });
    try {
      await this.#keepAfter(me, via);
    } catch (refused) {
      return;
    }
  }

  async #keepAfter(me, via) {
    if (me.organisation && me.tablet_workers) await this.#vault?.keepOnly({ organisation: me.organisation.id, workers: me.tablet_workers });
    if (via === COUNTER) await this.#vault.keepCounter(me);
    else if (this.#keyed?.worker === me.worker.id && hasTicket(me)) await this.#vault.renew(me, this.#keyed);
  }

  #settle(me, via, { said = false } = {}) {
    if (this.#keyed && this.#keyed.worker !== me.worker.id) this.#keyed = null;
    this.me = me;
    this.via = via;
    this.signInUrl = null;
    rememberLearner(me);
    this.#hooks.here(me, { said });
  }

  /** A ticket that was refused is worth nothing to anybody, so it goes. */
  async #isGone({ signInUrl, refused, whose }) {
    const turn = this.#turn;
    const answered = this.#lastAnswered;
    if (refused && this.me?.worker.id === whose) {
      if (this.via === COUNTER) this.hasCounter = false;
      else this.pinIsOver = true;
      await this.#vault.drop(whose).catch(() => {});
    }
    // A PIN, or a later answer, may have brought somebody else meanwhile.
    if (turn !== this.#turn || answered !== this.#lastAnswered) return;
    this.signInUrl = signInUrl;
    if (this.#hooks.gone(this.me)) return;
    this.me = this.via = this.#keyed = null;
    rememberLearner(null);
  }

  /** Where nobody is, the counter's own place is, unless somebody's session lies open here. */
  async #takeCounter() {
    const holds = this.#hooks.holds();
    if (!this.hasCounter || (holds !== undefined && holds !== COUNTER)) return;
    const counter = await this.#counter();
    if (!counter || this.me) return;
    this.#turn += 1;
    this.#settle(counter, COUNTER);
  }

  async #stopWaiting() {
    if (this.asked || this.me) return;
    this.asked = true;
    this.unreachable = true;
    await this.#takeCounter();
    this.#tell();
  }

  // What is kept here. A browser that refuses to say keeps nothing.

  async #counter() {
    const kept = await this.#vault?.counter().catch(() => null);
    return kept ? asWorker(kept) : null;
  }

  async #hasPinOf(worker) {
    return Boolean(await this.#vault?.has(worker).catch(() => false));
  }

  async #lookForPeople() {
    this.people = (await this.#vault?.workers().catch(() => [])) ?? [];
  }

  #tell() {
    this.dispatchEvent(new Event("change"));
  }
}

function hasTicket(me) {
  return Boolean(me?.ticket && me.tablet?.token);
}
