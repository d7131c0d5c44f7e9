/*
 * This tablet: which records are on it, what becomes of each, and how they are kept.
 */
import { counted, dateWords, fromTemplate, show, word } from "./dom.js";
import { heldAt } from "./record.js";

export function tabletScreen(app) {
  const { root, parts } = fromTemplate("screen-tablet");
  const paint = () => paintTablet(app, parts);
  parts.send.addEventListener("click", () => app.outbox.sendNow());
  app.addEventListener("outbox", () => app.screens.current === "tablet" && paint());
  return { root, enter: paint };
}

async function paintTablet(app, parts) {
  const { waiting, attention, sending, recent } = app.overview;
  const rows = [
    ...attention.map((entry) => ({ ...entry, shown: "attention" })),
    ...waiting.map((entry) => ({ ...entry, shown: sending.includes(entry.record_id) ? "sending" : entry.state })),
    ...recent.map((entry) => ({ ...entry, shown: entry.fate })).reverse(),
  ];
  parts.summary.textContent = unsentWords(app.overview)?.words ?? word("nothing_waits");
  parts.records.replaceChildren(...rows.map((row) => recordRow(app, row)));
  show(parts.send, waiting.some(({ state }) => state === "waiting"));
  show(parts.deck, app.deck);
  if (app.deck) parts.deck.textContent = word("deck", { release: app.deck.release, date: dateWords(app.deck.published_on) });
  parts.kept.textContent = word(`kept.${await howKept(app)}`);
}

async function howKept(app) {
  if (!app.store.lasting) return "memory";
  return (await navigator.storage?.persisted?.()) ? "lasting" : "evictable";
}

const LEVELS = { attention: "error", waiting: "warning", held: "warning", sending: "warning", stored: "ok", quarantined: "ok" };

function recordRow(app, row) {
  const { root, parts } = fromTemplate("record-row");
  const { partOfDay } = heldAt(new Date(row.created), app.site?.time_zone);
  const needsAttention = row.shown === "attention";
  const status = row.last_answer?.status;
  parts.state.dataset.level = LEVELS[row.shown];
  parts.state.textContent = word(`state.${row.shown}`);
  parts.when.textContent = word(`part.${partOfDay}`, { date: dateWords(row.created) });
  show(parts.message, needsAttention);
  show(parts.again, needsAttention);
  const inTime = row.shown === "waiting" && !row.tries && row.send_after > Date.now();
  show(parts.undo, inTime);
  if (inTime) parts.undo.addEventListener("click", () => takeBack(app, row.record_id));
  if (needsAttention) {
    parts.message.textContent = [401, 413, 422].includes(status) ? word(`answer.${status}`) : "";
    parts.again.addEventListener("click", () => app.retry(row.record_id));
  }
  return root;
}

async function takeBack(app, recordId) {
  const taken = await app.outbox.undo(recordId);
  app.page.announce(word(taken ? "undone" : "too_late"));
}

/** What has not reached the server, in words, or null when everything has. */
export function unsentWords({ counts: { unsent, attention } }) {
  if (attention) return { words: counted("attention", attention), level: "error" };
  return unsent ? { words: counted("unsent", unsent), level: "warning" } : null;
}
