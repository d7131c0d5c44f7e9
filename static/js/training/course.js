/*
 * The list of all lessons: what was read, where to go on, and without a connection, which of them are on this device.
 */
import { paintLessons, word } from "./lesson.js";

const CACHE = "vein-care-lessons";

export async function listPage(places) {
  const part = (name) => document.querySelector(`[data-part="${name}"]`);
  let kept = new Set();

  addEventListener("online", paint);
  addEventListener("offline", paint);
  places.addEventListener("change", paint);
  part("missing").hidden = !new URLSearchParams(location.search).has("missing");
  paint();
  kept = await keptHere();
  paint();

  function paint() {
    const offline = !navigator.onLine;
    part("offline").hidden = !offline || !part("missing").hidden;
    part("kept").textContent = [places.waiting && word(places.standing), places.othersWaiting && word("others")].filter(Boolean).join(" ");
    for (const module of document.querySelectorAll("[data-module]")) paintModule(module, offline);
  }

  function paintModule(module, offline) {
    const row = places.row({ module: module.dataset.module, version: Number(module.dataset.version) });
    const isKept = (link) => kept.has(new URL(link.href).pathname);
    paintLessons(module.querySelectorAll("[data-lesson]"), row, (item) => {
      if (isKept(item.querySelector("a"))) return word("here");
      return offline ? word("needs_connection") : "";
    });
    const goOn = module.querySelector('[data-part="go-on"]');
    const at = module.querySelector(`[data-lesson="${row.lesson}"] a`);
    const hasBegun = row.moved_at > 0 && at && !isRead(module, row);
    goOn.hidden = !hasBegun;
    if (hasBegun) goOn.querySelector("a").href = `${at.pathname}#step-${row.screen}`;
  }
}

function isRead(module, row) {
  return [...module.querySelectorAll("[data-lesson]")].every((item) => row.lessons_done.includes(Number(item.dataset.lesson)));
}

/** The paths that the service worker has kept. A browser that refuses to say keeps nothing. */
async function keptHere() {
  try {
    if (!(await caches.has(CACHE))) return new Set();
    const requests = await (await caches.open(CACHE)).keys();
    return new Set(requests.map(({ url }) => new URL(url).pathname));
  } catch (refused) {
    return new Set();
  }
}
