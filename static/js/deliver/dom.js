/*
 * Markup and words from the page's <template> elements. Text goes in by textContent, never as markup.
 * And one rule for all of it: a double tap is one tap.
 */

const SECOND_TAP_MS = 350;
const LONGEST_WAIT_MS = 2000;
const SAME_SPOT_PX = 32;

let lastTap = null;

/** Before any other listener, for every control of the page. */
export function ignoreDoubleTaps() {
  addEventListener("click", ignoreSecondTap, { capture: true });
}

/**
 * The second tap of a double tap is meant for what stood under the finger, not for what has taken its place there.
 *
 * It counts as a second tap until a moment after the first was answered on the screen. The same control may be tapped
 * as fast as one likes; keys, switches and mice, which do not come down twice by accident, are left alone. Where a
 * click does not say what made it, as in older Safari and Firefox, every click that has a place counts.
 */
function ignoreSecondTap(event) {
  if (event.detail === 0 || event.pointerType === "mouse") return;
  const control = event.target.closest("button, a, summary, label");
  const now = performance.now();
  const isSecond =
    lastTap && control !== lastTap.control && now < lastTap.until && Math.hypot(event.clientX - lastTap.x, event.clientY - lastTap.y) < SAME_SPOT_PX;
  if (isSecond) {
    event.preventDefault();
    event.stopImmediatePropagation();
  } else {
    lastTap = control && { control, x: event.clientX, y: event.clientY };
  }
  if (lastTap) waitAfter(lastTap);
}

/** However slow the tablet is, the time runs from when the answer was painted. */
async function waitAfter(tap) {
  tap.until = performance.now() + LONGEST_WAIT_MS;
  await painted();
  tap.until = performance.now() + SECOND_TAP_MS;
}

/** A copy of the one element inside <template id>, and its named parts: { root, parts }. Imported, so that pictures in it load at once. */
export function fromTemplate(id) {
  const root = document.importNode(document.getElementById(id).content.firstElementChild, true);
  return { root, parts: partsOf(root) };
}

/** Elements with data-part inside root, by name: data-part="hand-over" is parts.handOver. */
export function partsOf(root) {
  const named = [...root.querySelectorAll("[data-part]")];
  return Object.fromEntries(named.map((element) => [camel(element.dataset.part), element]));
}

/** A sentence of the page, with {name} filled in from values. */
export function word(name, values = {}) {
  const text = sentences().get(name);
  if (text === undefined) throw new Error(`no such word: ${name}`);
  return text.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}

/** The same for a count: picks name.one, name.other or whatever else the language has. */
export function counted(name, count) {
  const form = new Intl.PluralRules(document.documentElement.lang).select(count);
  const chosen = sentences().has(`${name}.${form}`) ? form : "other";
  return word(`${name}.${chosen}`, { count });
}

/** "21 November 2026", or with { month: "long", year: "numeric" } "November 2026". */
export function dateWords(date, fields = { day: "numeric", month: "long", year: "numeric" }) {
  return new Intl.DateTimeFormat(document.documentElement.lang, fields).format(new Date(date));
}

const codeLists = new Map();

/** [{ code, label, line, picture }] of a code list the server rendered, in its order. */
export function codes(list) {
  if (!codeLists.has(list)) {
    const items = document.getElementById("codes").content.querySelectorAll(`[data-list="${list}"] > li`);
    codeLists.set(list, [...items].map((item) => ({ ...item.dataset, label: item.textContent })));
  }
  return codeLists.get(list);
}

/** The label of a code, or the code itself if this page does not know it. */
export function labelOf(list, code) {
  return codes(list).find((item) => item.code === code)?.label ?? code;
}

/** A chip that is on or off. */
export function chip({ code, label }, onTap) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "chip";
  button.dataset.code = code;
  button.textContent = label;
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", () => onTap(code));
  return button;
}

/** Switch a chip, touching the page only when something changes. */
export function press(button, on) {
  const value = String(Boolean(on));
  if (button.getAttribute("aria-pressed") !== value) button.setAttribute("aria-pressed", value);
}

/** Show or hide, touching the page only when something changes. */
export function show(element, visible) {
  if (element.hidden === Boolean(visible)) element.hidden = !visible;
}

/** Has the focus stayed on something inside root that does not show any more? Browsers then let it fall to the page. */
export function hasHiddenFocus(root) {
  const focused = document.activeElement;
  return root.contains(focused) && focused.offsetParent === null;
}

/** Put elements into host, unless it says the same already: then a button stays where a finger is about to tap. */
export function putUnlessSame(host, elements) {
  const said = (some) => [...some].map(({ textContent, dataset }) => [textContent, dataset.level]).join("|");
  if (said(host.children) !== said(elements)) host.replaceChildren(...elements);
}

/** The box that says what is missing: a title, a sentence and, if asked for, Try again or another word for it. */
export function notice({ title, text, level = "warning", onAgain = null, againWord = null }) {
  const { root, parts } = fromTemplate("notice");
  root.dataset.level = level;
  parts.title.textContent = title;
  parts.text.textContent = text;
  show(parts.again, onAgain);
  if (againWord) parts.again.textContent = againWord;
  if (onAgain) parts.again.addEventListener("click", onAgain);
  return root;
}

/** Resolves once the browser has painted what was put on the page. */
export function painted() {
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}

let found = null;

function sentences() {
  found ??= new Map(
    [...document.getElementById("words").content.querySelectorAll("[data-word]")].map((element) => [
      element.dataset.word,
      element.textContent,
    ]),
  );
  return found;
}

function camel(name) {
  return name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
}
