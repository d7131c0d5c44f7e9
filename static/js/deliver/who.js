/*
 * Who delivers at this tablet, and by what right: "login" (the server knows the browser's cookies), "pin" (a ticket that a worker unwrapped here), or
 * "counter" (the tablet of a site, which names nobody). Knows nothing of sessions or screens.
 *
 * Dispatches "change" after anything visible has changed. Asks its owner through the hooks:
 *   here(me)     somebody is here; it may be somebody else than before
 *   gone(me)     nobody is here any more by the right they had; returns whether they stay as they are until what they have open is saved
 */
import { COUNTER, NotKept } from "../vault.js";
import { asWorker, askForMe, askForMeByTicket, endLogins, wishToEndLogin } from "./server.js";

/** Nobody waits longer than this for the server before a PIN is offered. */
const PATIENCE_MS = 1_500;

export class Who extends EventTarget {
  me = null;
  via = null;
  signInUrl = null;
  unreachable = false;
  asked = false;
  people = [];
  hasCounter = false;

  #config;
  #vault;
  #hooks;
  #wantsTablet;
  #keyed = null;
  // Counts changes of who is here, so that an answer that was asked for before the last one says nothing any more.
  #turn = 0;

  /** config: { meUrl, signOutUrl, counterUrl, signInUrl }; vault: null where records cannot be kept safely. */
  constructor({ config, vault, wantsTablet, hooks }) {
    super();
    this.#config = config;
    this.#vault = vault;
    this.#wantsTablet = wantsTablet;
    this.#hooks = hooks;
  }

  /** What lies here already: the site of a counter tablet, and whom a PIN would let begin. */
  async open() {
    const counter = await this.#vault?.counter();
    this.hasCounter = Boolean(counter);
    if (counter) this.#settle(asWorker(counter), COUNTER);
    await this.#lookForPeople();
    if (this.people.length) setTimeout(() => this.#stopWaiting(), navigator.onLine ? PATIENCE_MS : 0);
  }

  /** Ask the server who is here. Resolves to me.json, or null if nobody answered or nobody is here. */
  async refresh() {
    const turn = this.#turn;
    const answer = await this.#ask();
    if (turn !== this.#turn) return null;
    this.asked = true;
    this.unreachable = Boolean(answer.unreachable);
    if (answer.me) await this.#isHere(answer.me, answer.via);
    else if (answer.signInUrl) await this.#isGone(answer);
    await this.#lookForPeople();
    this.#tell();
    return answer.me ?? null;
  }

  /** Somebody gives their PIN. Throws WrongPin or NotKept. Whoever was signed in here before is not any more, at the next contact. */
  async unlock(worker, pin) {
    if (worker === COUNTER) return this.#backToCounter();
    const { me, keyed } = await this.#opened(worker, pin);
    const isSigned = this.via === "login" && this.me?.worker.id === worker;
    this.#turn += 1;
    this.#keyed = keyed;
    if (!isSigned) {
      wishToEndLogin(`keep ${worker}`);
      this.#settle(me, "pin");
    }
    this.asked = true;
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

  async #backToCounter() {
    const counter = await this.#vault.counter();
    if (!counter) throw new NotKept();
    this.#turn += 1;
    this.#keyed = null;
    wishToEndLogin(`keep ${COUNTER}`);
    this.#settle(asWorker(counter), COUNTER);
    this.#tell();
    this.refresh();
  }

  /** May whoever is here choose a PIN? Not where it would be forgotten with the page. */
  get mayChoosePin() {
    return Boolean(this.#vault?.lasting && this.me?.ticket && this.me.tablet?.token && this.me.can_deliver && this.via !== COUNTER);
  }

  get hasPin() {
    return this.people.some(({ worker }) => worker === this.me?.worker.id);
  }

  async choosePin(pin) {
    this.#keyed = await this.#vault.keep(this.me, pin);
    await this.#lookForPeople();
    this.#tell();
  }

  /** Whoever is here goes: their initials and ticket leave the tablet at once, and the server hears of it now or at the next contact. */
  async signOut() {
    await this.#vault?.drop(this.me.worker.id);
    await this.leaveSeat();
    await this.refresh();
  }

  /** Whoever is here makes room for the next one. Their PIN goes on letting them begin here. */
  async leaveSeat() {
    this.#turn += 1;
    this.#keyed = null;
    wishToEndLogin(`out ${this.me.worker.id}`);
    this.me = this.via = null;
    this.signInUrl = this.#config.signInUrl;
    await this.#lookForPeople();
    this.#hooks.gone(null);
    this.#tell();
  }

  /** Another page of this browser has somebody else, or nobody: `worker` is their id or null. Who has no right left here goes, too. */
  async heard(worker) {
    if (worker === (this.me?.worker.id ?? null)) return;
    if (this.via === "pin" && (worker !== null || !(await this.#vault.has(this.me.worker.id)))) {
      this.#turn += 1;
      await this.#isGone({ signInUrl: this.#config.signInUrl });
      await this.#lookForPeople();
    }
    await this.refresh();
  }

  /** Pages that end a login do so before anybody else signs in. */
  endLogins() {
    return endLogins(this.#config.signOutUrl);
  }

  // Asking

  async #ask() {
    if (this.via === "pin") return this.#askByTicket();
    if (this.via === COUNTER && this.asked) return this.#askByTicket();
    const answer = await this.#askByLogin();
    return this.via === COUNTER && !answer.me ? this.#askByTicket() : answer;
  }

  /** No login is asked about before those that were left behind here have ended. */
  async #askByLogin() {
    if (!(await this.endLogins())) return { unreachable: true };
    const answer = await askForMe(this.#config.meUrl, { wantsTablet: this.#wantsTablet });
    if (answer.signInUrl && this.#keyed && (await this.#vault.has(this.me?.worker.id))) return this.#askByTicket("pin");
    return { ...answer, via: "login" };
  }

  async #askByTicket(via = this.via) {
    this.endLogins();
    const { ticket, tablet } = this.me;
    const answer = await askForMeByTicket(this.#config.meUrl, { ticket: ticket.value, token: tablet.token });
    return { ...answer, me: answer.me && asWorker(answer.me), via };
  }

  // What follows

  async #isHere(me, via) {
    this.#settle(me, via);
    if (via === COUNTER) await this.#vault.keepCounter(me);
    else if (this.#keyed && this.#mayWrap(me)) await this.#vault.renew(me, this.#keyed);
  }

  #mayWrap(me) {
    return me.ticket && me.tablet?.token;
  }

  #settle(me, via) {
    if (this.me && this.me.worker.id !== me.worker.id && via === "login") this.#keyed = null;
    this.me = me;
    this.via = via;
    this.signInUrl = null;
    this.#hooks.here(me);
  }

  /** A ticket that was refused is worth nothing to anybody, so it goes. */
  async #isGone({ signInUrl, refused }) {
    if (refused && this.me) await this.#vault.drop(this.me.worker.id);
    if (refused && this.via === COUNTER) this.hasCounter = false;
    this.signInUrl = signInUrl;
    const stays = this.#hooks.gone(this.me);
    if (stays) return;
    this.me = this.via = this.#keyed = null;
  }

  #stopWaiting() {
    if (this.asked || this.me) return;
    this.asked = true;
    this.unreachable = true;
    this.#tell();
  }

  async #lookForPeople() {
    this.people = (await this.#vault?.workers()) ?? [];
  }

  #tell() {
    this.dispatchEvent(new Event("change"));
  }
}
