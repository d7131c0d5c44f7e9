/*
 * Everything the tablet page asks of the server: who is here, the deck, and handing in.
 *
 * Four things are kept in localStorage: tablet tokens, which authorise handing in and nothing else; what is local about help (services, notice,
 * numbers, contacts), because it is needed most where there is no signal; which logins are to end at the next contact, by number; and which cards
 * are recalled. None says who is signed in.
 */
import { COUNTER } from "../vault.js";

const TOKEN_KEY = "vein-care-tablet";
const LOCAL_KEY = "vein-care-local";
const RECALLED_KEY = "vein-care-recalled";
const ENDS_KEY = "vein-care-sign-out";
const LEARNER_KEY = "vein-care-learner";
const MOST_WISHES = 8;
const NOTHING_LOCAL = { organisation: null, services: [], notices: [], help: {} };
const NEW_TABLET_LOCK = "vein-care-new-tablet";
// What one page keeps reaches the others a little later than they learn that a lock is free.
const STORED_FOR_ALL_MS = 500;
const TIME_LIMIT_MS = 30_000;

const MOST_TOKENS = 4;

let tokensOfThisPage = null;

/** Those of this device, one for each organisation whose people use it, the last used first and separated by commas; null without any. */
function tabletTokens() {
  try {
    return localStorage.getItem(TOKEN_KEY) ?? tokensOfThisPage;
  } catch (refused) {
    return tokensOfThisPage;
  }
}

/** Tokens with this one first. */
export function withToken(tokens, token) {
  const others = (tokens ?? "").split(",").filter((each) => each && each !== token);
  return [token, ...others].slice(0, MOST_TOKENS).join(",");
}

/**
 * { me } when signed in, { signInUrl } when not, { unreachable: true } when nobody answered.
 *
 * wantsTablet: ask for a tablet token if this device has none. Pages that are open at once ask one after the other,
 * so that one device becomes one tablet. me.tablet has the token that belongs to me.ticket, whatever is kept by then.
 */
export async function askForMe(url, { wantsTablet }) {
  if (tabletTokens() || !wantsTablet || !navigator.locks) return fetchMe(url, tabletTokens() ?? (wantsTablet ? "new" : null));
  return new Promise((resolve, reject) => {
    const askAndStay = async () => {
      resolve(await fetchMe(url, tabletTokens() ?? "new"));
      await new Promise((stored) => setTimeout(stored, STORED_FOR_ALL_MS));
    };
    navigator.locks.request(NEW_TABLET_LOCK, askAndStay).catch(reject);
  });
}

/** The same by a ticket, whoever is signed in: also { refused: true } when the ticket is worth nothing any more. */
export function askForMeByTicket(url, { ticket, token }) {
  return fetchMe(url, withToken(tabletTokens(), token), { ticket });
}

async function fetchMe(url, tokens, { ticket = null } = {}) {
  try {
    const response = await fetch(url, {
      headers: { ...(tokens ? { "Tablet-Token": tokens } : {}), ...(ticket ? { "Worker-Ticket": ticket } : {}) },
      credentials: ticket ? "omit" : "same-origin",
      cache: "no-store",
      redirect: "error",
      signal: AbortSignal.timeout(TIME_LIMIT_MS),
    });
    const body = await response.json();
    if (response.status === 401 && body.signed_in === false) return { signInUrl: body.sign_in_url, refused: body.ticket === "refused" };
    if (!response.ok || body.schema !== 1) return { unreachable: true };
    return { me: keepToken(body, tokens) };
  } catch (reason) {
    return { unreachable: true };
  }
}

/** me.json of a counter tablet has no worker; the page knows it by a name of its own. */
export function asWorker(me) {
  return me.worker ? me : { ...me, worker: { id: COUNTER, display_name: "", initials: "" } };
}

/** Take up the place of a counter tablet: { me }, { message } when the code is refused, or { unreachable: true }. */
export async function takeUpCounter(url, code) {
  try {
    const response = await fetch(url, {
      method: "POST",
      credentials: "omit",
      redirect: "error",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ code }),
      signal: AbortSignal.timeout(TIME_LIMIT_MS),
    });
    const body = await response.json();
    if (body.schema === 1) return { me: asWorker(keepToken(body, tabletTokens() ?? "")) };
    return body.error === "unknown_code" ? { message: body.message } : { unreachable: true };
  } catch (reason) {
    return { unreachable: true };
  }
}

/** Note that a login is to end here: "out 12" for that of person 12, "keep 12" for that of anybody else. */
export function wishToEndLogin(wish) {
  wishes([...wishes().filter((each) => each !== wish), wish].slice(-MOST_WISHES));
}

/** Tell the server which logins are to end. Resolves to whether none is left to be told. */
export async function endLogins(url) {
  for (const wish of wishes()) {
    if (!(await told(url, wish))) return false;
    wishes(wishes().filter((each) => each !== wish));
  }
  return true;
}

/** A wish that the server does not understand is done with, too: it would stand in the way of everything for ever. */
async function told(url, wish) {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "Sign-Out": wish },
      cache: "no-store",
      redirect: "error",
      signal: AbortSignal.timeout(TIME_LIMIT_MS),
    });
    return response.status === 204 || response.status === 400;
  } catch (reason) {
    return false;
  }
}

/** The opaque key under which lessons keep a place without a network: of whoever is here, or none (decision 44). */
export function rememberLearner(me) {
  try {
    if (me?.learner) localStorage.setItem(LEARNER_KEY, me.learner);
    else localStorage.removeItem(LEARNER_KEY);
  } catch (refused) {
    return;
  }
}

// Where a browser keeps nothing, or has no room, they last as long as the page.
let wishesOfThisPage = [];

/** Those that wait, the oldest first; with a list, that takes their place. */
function wishes(list = null) {
  if (list) wishesOfThisPage = keepWishes(list) ? [] : list;
  return [...new Set([...keptWishes(), ...wishesOfThisPage])];
}

function keptWishes() {
  try {
    return (localStorage.getItem(ENDS_KEY) ?? "").split(",").filter(Boolean);
  } catch (refused) {
    return [];
  }
}

/** Returns whether that was done. */
function keepWishes(list) {
  try {
    if (list.length) localStorage.setItem(ENDS_KEY, list.join(","));
    else localStorage.removeItem(ENDS_KEY);
    return true;
  } catch (refused) {
    return false;
  }
}

/** What is local in me.json. */
export function localOf({ organisation, services, notices, help }) {
  return { organisation: organisation?.id ?? null, services: services ?? [], notices: notices ?? [], help: help ?? {} };
}

/** What a PIN brings back may be weeks old: of what this tablet knows about the same service, only the contacts of workers are added. */
export function localWith(local, me) {
  const kept = localOf(me);
  if (local.organisation !== kept.organisation) return kept;
  const { safeguarding_contact, needlestick_contact } = kept.help;
  return { ...local, help: { safeguarding_contact, needlestick_contact, ...withoutBlanks(local.help) } };
}

function withoutBlanks(help) {
  return Object.fromEntries(Object.entries(help).filter(([, text]) => text));
}

/** The same without what only workers need, for when nobody is signed in. */
export function forEverybody(local) {
  return { ...local, help: { ...local.help, safeguarding_contact: "", needlestick_contact: "" } };
}

export function readLocal() {
  try {
    return { ...NOTHING_LOCAL, ...JSON.parse(localStorage.getItem(LOCAL_KEY)) };
  } catch (unreadable) {
    return NOTHING_LOCAL;
  }
}

/** Where a browser keeps nothing, this lasts as long as the page. */
export function keepLocal(local) {
  const { services, notices, help } = local;
  const holdsSomething = services.length || notices.length || Object.values(help).some(Boolean);
  try {
    if (holdsSomething) localStorage.setItem(LOCAL_KEY, JSON.stringify(local));
    else localStorage.removeItem(LOCAL_KEY);
  } catch (refused) {
    return;
  }
}

/** The deck, from the browser's cache when it was here before: its address changes with its content. */
export async function fetchDeck(url) {
  const response = await fetch(url, { credentials: "omit", signal: AbortSignal.timeout(TIME_LIMIT_MS) });
  if (!response.ok) throw new Error(`deck: ${response.status}`);
  return response.json();
}

/** The newest deck says which cards are recalled now, and only it. */
export function rememberRecalled({ recalled = [] }) {
  try {
    if (recalled.length) localStorage.setItem(RECALLED_KEY, JSON.stringify(recalled));
    else localStorage.removeItem(RECALLED_KEY);
  } catch (refused) {
    return;
  }
}

/** An older deck, which may be all that is left without a network, shows none of them again. */
export function withoutRecalled(deck) {
  return { ...deck, recalledBefore: readRecalled() };
}

function readRecalled() {
  try {
    return JSON.parse(localStorage.getItem(RECALLED_KEY)) ?? [];
  } catch (unreadable) {
    return [];
  }
}

/** A function send(entry, { unsent }) for the outbox: what the server answered, never an exception. */
export function handInTo(url, { boot }) {
  return async (entry, { unsent }) => {
    const sealedSha256 = await sha256Hex(entry.sealed);
    try {
      const response = await fetch(url, {
        method: "POST",
        credentials: "omit",
        cache: "no-store",
        redirect: "error",
        signal: AbortSignal.timeout(TIME_LIMIT_MS),
        headers: {
          "Content-Type": "application/jose",
          Authorization: `Tablet ${entry.token}`,
          "Tablet-Now": new Date().toISOString(),
          "Tablet-Elapsed": `${boot}:${Math.round(performance.now())}`,
          "Tablet-Unsent": String(unsent),
        },
        body: entry.sealed,
      });
      return { ...(await answerOf(response)), sealedSha256 };
    } catch (error) {
      return { error, sealedSha256 };
    }
  };
}

async function answerOf(response) {
  return {
    status: response.status,
    contentType: response.headers.get("Content-Type"),
    body: await response.json().catch(() => null),
    retryAfterMs: retryAfterMs(response.headers.get("Retry-After")),
  };
}

function retryAfterMs(header) {
  const seconds = Number(header);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 0;
}

async function sha256Hex(text) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** me with the token of its tablet: the one that the server names, or the first that was asked with. */
function keepToken({ tablet, ...me }, asked) {
  if (!tablet) return { ...me, tablet: null };
  if (tablet.token) rememberToken(tablet.token);
  return { ...me, tablet: { ...tablet, token: tablet.token ?? asked.split(",")[0] } };
}

/** Where a browser keeps nothing, tokens last as long as the page. */
function rememberToken(token) {
  tokensOfThisPage = withToken(tabletTokens(), token);
  try {
    localStorage.setItem(TOKEN_KEY, tokensOfThisPage);
  } catch (refused) {
    return;
  }
}
