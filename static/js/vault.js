/*
 * What workers need to deliver here without a login, wrapped with a PIN of their own (docs/decisions/0032).
 *
 * No DOM and no clock. The store and the WebCrypto are passed in. An entry in the store is
 *   { worker, organisation, initials, tries, salt, rounds, iv, wrapped }
 * in which nothing else can be read; `wrapped` is what me.json said, under a key made of the PIN and then under the key of this browser.
 * A counter tablet's entry is { worker: "counter", me }: it names nobody, so there is nothing to wrap.
 */

export const PIN_LENGTH = 6;
export const MOST_TRIES = 5;
export const COUNTER = "counter";
const ROUNDS = 600_000;

/** The PIN was not right; `left` more tries. */
export class WrongPin extends Error {
  constructor(left) {
    super(`${left} tries left`);
    this.left = left;
  }
}

/** There is nothing of this worker's here (any more): a sign-in is needed. */
export class NotKept extends Error {}

/** Is this a PIN nobody guesses at once? Not one number six times, not a run up or down. */
export function isPoorPin(pin) {
  const steps = [...pin].slice(1).map((digit, at) => Number(digit) - Number(pin[at]));
  return [0, 1, -1].some((step) => steps.every((each) => each === step));
}

export class Vault {
  #store;
  #crypto;

  /** store: { lasting, all, get, put, remove, change, browserKey } */
  constructor({ store, crypto }) {
    this.#store = store;
    this.#crypto = crypto;
  }

  /** Does it survive closing the page? */
  get lasting() {
    return this.#store.lasting;
  }

  /** [{ worker, initials }] of those who have a PIN here, by their initials. */
  async workers() {
    const entries = await this.#store.all();
    const wrapped = entries.filter(({ worker }) => worker !== COUNTER);
    return wrapped.map(({ worker, initials }) => ({ worker, initials })).sort((a, b) => a.initials.localeCompare(b.initials));
  }

  /**
   * Wrap what me.json said with this worker's PIN. Resolves to what wraps it again without the PIN, while the page is open, and to the initials
   * under which they are listed: "JM 2" where another JM is.
   */
  async keep(me, pin) {
    const keyed = { worker: me.worker.id, salt: this.#crypto.getRandomValues(new Uint8Array(16)), rounds: ROUNDS };
    keyed.key = await this.#keyOf(pin, keyed);
    const initials = await this.#ownInitials(me.worker);
    const { worker, salt, rounds } = keyed;
    const entry = { worker, organisation: me.organisation?.id ?? null, initials, tries: 0, salt, rounds };
    await this.#store.put({ ...entry, ...(await this.#wrapped(me, keyed.key)) });
    return { keyed, initials };
  }

  async #ownInitials({ id, initials }) {
    const entries = await this.#store.all();
    const own = entries.find(({ worker }) => worker === id)?.initials;
    if (own?.replace(/ \d+$/, "") === initials) return own;
    const taken = new Set(entries.filter(({ worker }) => worker !== id).map((entry) => entry.initials));
    let number = 1;
    while (taken.has(number === 1 ? initials : `${initials} ${number}`)) number += 1;
    return number === 1 ? initials : `${initials} ${number}`;
  }

  /**
   * Wrap what me.json says now as `keep` or `open` did. Only what is still there is changed, and only while the PIN is the same: a sign-out, a new
   * PIN in another page and counted tries all stay.
   */
  async renew(me, keyed) {
    if (keyed.worker !== me.worker.id) return;
    const wrapped = await this.#wrapped(me, keyed.key);
    const isSame = (salt) => salt.every((byte, at) => byte === keyed.salt[at]);
    await this.#store.change(me.worker.id, (found) => (isSame(found.salt) ? { ...found, ...wrapped } : found));
  }

  /** Of this organisation only these may go on here: others have left, or may not deliver any more. */
  async keepOnly({ organisation, workers }) {
    const entries = (await this.#store.all()).filter((entry) => entry.worker !== COUNTER && entry.organisation === organisation);
    for (const { worker } of entries.filter((entry) => !workers.includes(entry.worker))) await this.drop(worker);
  }

  /**
   * { me, keyed } for a worker and their PIN. Throws WrongPin or NotKept. A try is counted before it is made.
   *
   * A ticket whose time is over opens as well: only the server's clock can be trusted, and what is recorded under it goes to the coordinator.
   */
  async open(worker, pin) {
    const entry = await this.#store.change(worker, (found) => (found.tries < MOST_TRIES ? { ...found, tries: found.tries + 1 } : null));
    if (!entry) throw new NotKept();
    const key = await this.#keyOf(pin, entry);
    const me = await this.#unwrapped(entry, key);
    if (!me) {
      const left = MOST_TRIES - entry.tries;
      if (left <= 0) await this.drop(worker);
      throw new WrongPin(left);
    }
    await this.#store.change(worker, (found) => ({ ...found, tries: 0 }));
    return { me, keyed: { worker, key, salt: entry.salt, rounds: entry.rounds } };
  }

  drop(worker) {
    return this.#store.remove(worker);
  }

  async has(worker) {
    return Boolean(await this.#store.get(worker));
  }

  // A counter tablet

  async keepCounter(me) {
    await this.#store.put({ worker: COUNTER, me });
  }

  async counter() {
    return (await this.#store.get(COUNTER))?.me ?? null;
  }

  // Wrapping

  /** { iv, wrapped } */
  async #wrapped(me, key) {
    const plain = new TextEncoder().encode(JSON.stringify(me));
    const inner = await this.#sealed(plain, key);
    const { iv, bytes } = await this.#sealed(new Uint8Array([...inner.iv, ...inner.bytes]), await this.#store.browserKey());
    return { iv, wrapped: bytes };
  }

  async #sealed(plain, key) {
    const iv = this.#crypto.getRandomValues(new Uint8Array(12));
    const bytes = new Uint8Array(await this.#crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, plain));
    return { iv, bytes };
  }

  /** What was wrapped, or null if the key does not open it. */
  async #unwrapped({ iv, wrapped }, key) {
    try {
      const outer = await this.#crypto.subtle.decrypt({ name: "AES-GCM", iv }, await this.#store.browserKey(), wrapped);
      const inner = { name: "AES-GCM", iv: outer.slice(0, 12) };
      const plain = await this.#crypto.subtle.decrypt(inner, key, outer.slice(12));
      return JSON.parse(new TextDecoder().decode(plain));
    } catch (reason) {
      if (reason?.name === "OperationError") return null;
      throw reason;
    }
  }

  async #keyOf(pin, { salt, rounds }) {
    const material = await this.#crypto.subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, ["deriveKey"]);
    const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds };
    return this.#crypto.subtle.deriveKey(how, material, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  }
}
