/*
 * A lesson as a few screens, one after the other: its text, its scenes, its end. Notes where the reader is.
 */
import { isDone } from "./places.js";

const SEND_SOON_MS = 400;

export function lessonPage(places) {
  const { dataset } = document.body;
  const here = Number(dataset.lesson);
  const about = { module: dataset.module, version: Number(dataset.version), lessons: numbers(dataset.lessons), checks: listed(dataset.checks) };
  const steps = [...document.querySelectorAll("[data-step]")];
  const part = (name) => document.querySelector(`[data-part="${name}"]`);
  const nav = part("nav");
  let at = 0;
  let hasMoved = false;
  let hasNoted = false;
  let timer = null;

  document.body.dataset.stepwise = "";
  nav.hidden = false;
  part("plain").hidden = true;
  part("back").addEventListener("click", () => go(at - 1));
  part("next").addEventListener("click", () => go(at + 1));
  for (const step of steps.filter((each) => each.dataset.check)) {
    step.addEventListener("toggle", ({ target }) => target.open && note({ checkDone: step.dataset.check }), { capture: true });
  }
  addEventListener("hashchange", () => openHash());
  document.addEventListener("click", openSources);
  places.addEventListener("change", paint);
  places.addEventListener("change", takeUp);
  for (const type of ["pointerdown", "scroll"]) addEventListener(type, () => (hasMoved = true), { passive: true });
  if (!openHash()) show(knownStep());
  paint();
  // Opened while the places kept here were being looked up.
  for (const step of steps) if (step.dataset.check && step.querySelector("details[open]")) note({ checkDone: step.dataset.check });

  /** The step that an address names, or false. #step-2 counts all steps, #check-… names one, and a source opens the list of sources. */
  function openHash() {
    const name = location.hash.slice(1);
    const named = steps.findIndex((each) => each.id === name);
    const counted = /^step-(\d+)$/.exec(name);
    if (name.startsWith("source-") || (named < 0 && !counted)) return false;
    show(named >= 0 ? named : Math.min(Number(counted[1]), steps.length) - 1);
    hasMoved = true;
    return true;
  }

  function knownStep() {
    const row = places.row(about);
    const isHere = row.lesson === here && !row.lessons_done.includes(here);
    return isHere ? Math.min(Math.max(row.screen, 1), steps.length) - 1 : 0;
  }

  /** What another device has noted comes a moment later than the page; nobody who has begun to read is moved. */
  function takeUp() {
    if (!hasMoved && knownStep() !== at) show(knownStep());
  }

  function show(index) {
    at = Math.min(Math.max(index, 0), steps.length - 1);
    steps.forEach((step, number) => (step.hidden = number !== at));
    part("back").disabled = at === 0;
    part("next").hidden = at === steps.length - 1;
    part("count").textContent = word("step").replace("{at}", at + 1).replace("{all}", steps.length);
  }

  function go(index) {
    hasMoved = true;
    show(index);
    const isEnd = "end" in steps[at].dataset;
    history.replaceState(null, "", `#${steps[at].id}`);
    steps[at].querySelector('[tabindex="-1"]').focus({ preventScroll: true });
    scrollTo(0, 0);
    note(isEnd ? { lessonDone: here } : {});
  }

  /** At the end of a lesson the place is the beginning of the next one, so that going on goes on. */
  async function note({ lessonDone = null, checkDone = null }) {
    hasMoved = true;
    const next = lessonDone ? about.lessons.find((each) => each > here) : null;
    await places.note(about, { lesson: next ?? here, screen: next ? 1 : at + 1, lessonDone, checkDone });
    hasNoted = true;
    clearTimeout(timer);
    timer = setTimeout(sendSoon, SEND_SOON_MS);
  }

  /** Once more with a new token, if the one we had is over; and without one, at least it is known whether anybody answers. */
  async function sendSoon() {
    if (!(await places.send()) && places.waiting) await places.refresh();
  }

  function paint() {
    const { standing } = places;
    const isSilent = (standing === "kept" && !hasNoted) || (standing === "nobody" && !places.asked);
    part("kept").textContent = isSilent ? "" : word(standing);
    part("sign-in").hidden = isSilent || !navigator.onLine || !["nobody", "waits_for_sign_in"].includes(standing);
    const row = places.row(about);
    const done = isDone(row, about);
    const isNoted = ["kept", "on_its_way", "waits", "waits_for_sign_in"].includes(standing);
    part("module-done").hidden = !(done && standing === "kept");
    part("module-done-here").hidden = !(done && ["waits", "waits_for_sign_in"].includes(standing));
    part("still-open").hidden = done || !isNoted || about.lessons.some((each) => each > here);
    paintLessons(document.querySelectorAll(".lesson-list [data-lesson]"), row, (item) => {
      const isUnread = !row.lessons_done.includes(Number(item.dataset.lesson));
      return isUnread && !part("still-open").hidden ? word("still_to_read") : "";
    });
  }
}

/** Beside each lesson of a list: whether it was read, and whether a scene of it is still open. */
export function paintLessons(items, row, more = () => "") {
  for (const item of items) {
    const isRead = row.lessons_done.includes(Number(item.dataset.lesson));
    const isOpen = isRead && listed(item.dataset.checks).some((key) => !row.checks_done.includes(key));
    const said = [isRead && `✓ ${word("read")}`, isOpen && word("scene_open"), more(item)].filter(Boolean).join(" · ");
    const state = item.querySelector('[data-part="state"]');
    if (state.textContent !== said) state.textContent = said;
  }
}

/** A mark in the text leads to its source, which lies in a closed list. */
function openSources(event) {
  const link = event.target.closest?.('a[href^="#source-"]');
  const list = document.getElementById("sources");
  if (link && list) list.open = true;
}

export function word(name) {
  return document.getElementById("words").content.querySelector(`[data-word="${name}"]`)?.textContent ?? "";
}

function numbers(text) {
  return listed(text).map(Number);
}

function listed(text) {
  return (text ?? "").split(" ").filter(Boolean);
}
