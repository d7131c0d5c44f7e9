/*
 * This tablet: which records are on it, what becomes of each, and how they are kept.
 */
import { counted, dateWords, fromTemplate, notice, putUnlessSame, show, word } from "./dom.js";
import { needs, waitsFor } from "../fate.js";
import { readNote, writeNote } from "../outbox-store.js";
import { heldAt } from "./record.js";
import { rescueFile } from "../rescue-file.js";

const DAY_MS = 24 * 60 * 60_000;
const FORGET_FILE_MS = 60_000;
const REPAINT_MS = 20_000;
// A disk that is said to be full although less than this part of the room is used has another fault.
const FULL_FROM = 0.8;

let installer = null;

// It comes early and only once, so somebody has to be there.
addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  installer = event;
  dispatchEvent(new Event("vein-care-installer"));
});

/** For as long as the page is open: note when something was received, and ask the browser to keep what is saved. */
export function watchTablet(app) {
  let received = 0;
  let hasAsked = false;
  app.addEventListener("outbox", () => {
    const { overview } = app;
    if (overview.received > received) writeNote({ sent: heldAt(new Date(), app.site?.time_zone) });
    received = overview.received;
    // Some browsers put the question to the worker: then not before there is something to keep, nor in a session.
    const isGoodMoment = isInstalled() || (app.screens.current === "home" && overview.counts.unsent);
    if (!isGoodMoment || hasAsked || !app.store.lasting) return;
    hasAsked = true;
    askToKeep();
  });
  addEventListener("appinstalled", () => {
    installer = null;
    askToKeep();
  });
}

export function tabletScreen(app) {
  const { root, parts } = fromTemplate("screen-tablet");
  const rows = new Map();
  const isOpen = () => app.screens.current === "tablet";
  const paint = () => paintTablet(app, parts, rows);
  const paintIfOpen = () => isOpen() && paint();

  parts.send.addEventListener("click", () => withBusy(parts.send, async () => say(parts, sentWords(await app.outbox.sendNow(), Date.now()))));
  parts.rescue.addEventListener("click", () => withBusy(parts.rescue, async () => say(parts, await saveRescueFile(app))));
  parts.againAll.addEventListener("click", () => withBusy(parts.againAll, () => app.retryAll()));
  parts.keep.addEventListener("click", async () => {
    const kept = await askToKeep();
    await paintKept(app, parts);
    if (!kept) parts.kept.textContent = word("kept.refused");
  });
  parts.install.addEventListener("click", async () => {
    await installer?.prompt();
    installer = null;
    paintIfOpen();
  });
  for (const type of ["outbox", "me", "deck"]) app.addEventListener(type, paintIfOpen);
  for (const type of ["vein-care-installer", "appinstalled"]) addEventListener(type, paintIfOpen);
  app.updates?.addEventListener("change", paintIfOpen);
  // What a record waits for changes with time, too.
  setInterval(paintIfOpen, REPAINT_MS);
  return {
    root,
    enter() {
      say(parts, "");
      paint();
    },
  };
}

function paintTablet(app, parts, rows) {
  const { counts, waiting, attention, received } = app.overview;
  const { sent } = readNote();
  const blocked = app.store.blocked ? [notice({ title: word("other_tab.title"), text: word("other_tab.text") })] : [];
  putUnlessSame(parts.notices, [...blocked, ...tabletNotices(app)]);
  parts.summary.textContent = unsentWords(app.overview)?.words ?? word("nothing_waits");
  parts.unsent.textContent = counts.unsent;
  parts.attention.textContent = counts.attention;
  parts.received.textContent = received;
  parts.lastSent.textContent = sent ? word(`part.${sent.partOfDay}`, { date: dayWords(sent.on) }) : word("never_sent");
  show(parts.send, waiting.some(({ state }) => state === "waiting") || parts.send.disabled);
  show(parts.rescue, counts.unsent + counts.attention);
  show(parts.rescueWhy, counts.unsent + counts.attention);
  show(parts.againAll, counts.attention > 1);
  paintRows(app, parts, rows);
  const hidden = counts.unsent + counts.attention - waiting.length - attention.length;
  show(parts.more, hidden > 0);
  if (hidden > 0) parts.more.textContent = counted("more_records", hidden);
  paintAbout(app, parts);
  paintKept(app, parts);
}

async function paintKept(app, parts) {
  const kept = await howKept(app);
  parts.kept.textContent = word(`kept.${kept}`);
  show(parts.keep, kept === "evictable" && navigator.storage?.persist);
}

function paintAbout({ deck, appVersion, updates }, parts) {
  show(parts.deck, deck);
  if (deck) {
    const date = dateWords(deck.published_on);
    parts.deck.textContent = word("deck", { release: deck.release, date, age: ageWords(deck.published_on) });
  }
  show(parts.version, appVersion);
  if (appVersion) parts.version.textContent = word("app_version", { version: appVersion });
  show(parts.offline, updates);
  if (updates) parts.offline.textContent = word(updates.isReady ? "opens_offline" : "opens_online");
  show(parts.newer, updates?.isWaiting);
  parts.installed.textContent = word(isInstalled() ? "installed" : "in_a_browser");
  show(parts.install, installer && !isInstalled());
}

/** Only what changes is touched, so that a button does not vanish under a finger. */
function paintRows(app, parts, rows) {
  const { waiting, attention, sending, recent } = app.overview;
  const here = [...attention, ...waiting.map((entry) => (sending.includes(entry.record_id) ? { ...entry, state: "sending" } : entry))];
  const over = recent.map((entry) => ({ ...entry, state: entry.fate })).reverse();
  const before = new Map(rows);
  rows.clear();
  for (const { record_id: id } of [...here, ...over]) rows.set(id, before.get(id) ?? makeRow(app, id));
  putRows(app, parts.records, rows, here);
  putRows(app, parts.recent, rows, over);
}

function putRows(app, list, rows, entries) {
  for (const entry of entries) paintRow(app, rows.get(entry.record_id).parts, entry);
  const roots = entries.map((entry) => rows.get(entry.record_id).root);
  const isSame = list.children.length === roots.length && roots.every((root, index) => list.children[index] === root);
  if (!isSame) list.replaceChildren(...roots);
}

const LEVELS = {
  attention: "error",
  waiting: "warning",
  held: "warning",
  sending: "warning",
  stored: "ok",
  quarantined: "ok",
  undone: "none",
};

function makeRow(app, recordId) {
  const row = fromTemplate("record-row");
  row.parts.undo.addEventListener("click", () => takeBack(app, recordId));
  row.parts.again.addEventListener("click", () => withBusy(row.parts.again, () => app.retry(recordId)));
  return row;
}

function paintRow(app, parts, entry) {
  const { state, created } = entry;
  const { on, partOfDay } = heldAt(new Date(created), app.site?.time_zone);
  const message = rowMessage(entry, Date.now());
  parts.state.dataset.level = LEVELS[state];
  put(parts.state, word(`state.${state}`));
  put(parts.when, word(`part.${partOfDay}`, { date: dayWords(on) }));
  put(parts.message, message);
  show(parts.message, message);
  show(parts.again, state === "attention");
  show(parts.undo, state === "waiting" && waitsFor(entry, Date.now()) === "undo");
}

/** Why it stands as it does and what to do, "" where its state says it all. */
function rowMessage(entry, now) {
  if (entry.state === "attention") return word(`needs.${needs(entry)}`);
  if (entry.state === "waiting") return waitsWords(waitsFor(entry, now), entry.last_answer?.asked_until);
  return ["held", "quarantined", "undone"].includes(entry.state) ? word(`fate.${entry.state}`) : "";
}

function waitsWords(what, until) {
  return word(`waits.${what}`, { time: until ? timeWords(until) : "" });
}

async function takeBack(app, recordId) {
  const isLast = app.lastSaved?.session.recordId === recordId;
  const taken = await (isLast ? app.undo() : app.outbox.undo(recordId));
  app.page.announce(word(taken ? "undone" : "too_late"));
}

/** What Send now came to. */
function sentWords({ received, left, answer, until }, now) {
  const words = received ? [counted("sent_now", received)] : [];
  if (until) words.push(waitsWords("pause", until));
  else if (left && answer) words.push(waitsWords(waitsFor({ tries: 1, last_answer: answer }, now), answer.asked_until));
  else if (left) words.push(word("sent_elsewhere"));
  else if (answer) words.push(word("sent_refused"));
  return words.join(" ");
}

function say(parts, text) {
  parts.said.textContent = text;
}

async function withBusy(button, work) {
  if (button.disabled) return;
  button.disabled = true;
  await Promise.resolve(work()).finally(() => (button.disabled = false));
}

function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// --- the rescue file -------------------------------------------------------------------------------------------

/** Everything that is saved here, as a file. Resolves to what to say about it. */
async function saveRescueFile(app) {
  try {
    const savedOn = heldAt(new Date(), app.site?.time_zone).on;
    const { name, text } = rescueFile(await app.outbox.everything(), { origin: location.origin, savedOn });
    const file = new File([text], name, { type: "text/plain" });
    if (isInstalled() && isApple() && navigator.canShare?.({ files: [file] })) await navigator.share({ files: [file] });
    else download(file);
    return word("rescued", { name });
  } catch (reason) {
    return word(reason?.name === "AbortError" ? "rescue_given_up" : "rescue_failed");
  }
}

function download(file) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), FORGET_FILE_MS);
}

// --- how this browser keeps things -----------------------------------------------------------------------------

async function howKept(app) {
  if (!app.store.lasting) return "memory";
  return (await navigator.storage?.persisted?.().catch(() => false)) ? "lasting" : "evictable";
}

async function askToKeep() {
  return Boolean(await navigator.storage?.persist?.().catch(() => false));
}

function isInstalled() {
  return navigator.standalone === true || matchMedia("(display-mode: standalone), (display-mode: fullscreen)").matches;
}

/** Safari on an iPad or an iPhone: standalone is known nowhere else, and a Mac has no touch screen. */
function isApple() {
  return navigator.standalone !== undefined && navigator.maxTouchPoints > 1;
}

/** Which word says why a record could not be written: there is no room, the store fails, or something else. */
export async function whySaveFailed(reason) {
  if (!(reason instanceof DOMException)) return "save_failed";
  if (reason.name !== "QuotaExceededError") return "save_storage";
  const { usage, quota } = (await navigator.storage?.estimate?.().catch(() => null)) ?? {};
  return usage < quota * FULL_FROM ? "save_storage" : "save_full";
}

// --- what has to be said first ---------------------------------------------------------------------------------

/** Boxes for the top of Home and of this screen: what is lost, cannot be reached, or should be done. */
export function tabletNotices(app) {
  const { store, overview } = app;
  const { lost } = readNote();
  const unsent = overview.counts.unsent + overview.counts.attention;
  const notices = [];
  const say = (name, more = {}) => notices.push(notice({ title: more.title ?? word(`${name}.title`), text: word(`${name}.text`), ...more }));
  const isRead = { onAgain: () => forgetLost(app), againWord: word("lost_read") };
  if (lost) say("lost", { title: counted("lost_records", lost), level: "error", ...isRead });
  if (store.unreached) say("unreached", { title: counted("unreached_records", store.unreached), level: "error" });
  else if (overview.trouble) say("storage_trouble");
  else if (!store.lasting && app.isSafe && app.asked) say("memory");
  if (navigator.standalone === false && isApple() && app.me) say(unsent ? "home_screen_later" : "home_screen");
  return notices;
}

function forgetLost(app) {
  writeNote({ lost: 0 });
  app.dispatchEvent(new Event("outbox"));
}

/** What has not reached the server, in words, or null when everything has. */
export function unsentWords({ counts: { unsent, attention } }) {
  if (attention) return { words: counted("attention", attention), level: "error" };
  return unsent ? { words: counted("unsent", unsent), level: "warning" } : null;
}

// --- dates -----------------------------------------------------------------------------------------------------

/** "Today", "Yesterday", or the date. on: such as "2026-11-21". */
function dayWords(on) {
  const days = daysSince(on);
  if (days !== 0 && days !== 1) return dateWords(on);
  const said = relatively(-days, "day");
  return said.charAt(0).toLocaleUpperCase() + said.slice(1);
}

/** "today", "3 days ago", "2 months ago". */
function ageWords(on) {
  const days = daysSince(on);
  if (days < 60) return relatively(-days, "day");
  return days < 730 ? relatively(-Math.floor(days / 30.44), "month") : relatively(-Math.floor(days / 365.25), "year");
}

function daysSince(on) {
  return Math.round((Date.parse(heldAt(new Date()).on) - Date.parse(on)) / DAY_MS);
}

function relatively(amount, unit) {
  return new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" }).format(amount, unit);
}

function timeWords(moment) {
  return new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "short" }).format(moment);
}
