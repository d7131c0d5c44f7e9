/*
 * The page that covers everything: one tap, Escape, or five quiet minutes; uncovered by holding, by key or by two taps.
 * It hides the screen and is no lock, and says so.
 */
import { show } from "./dom.js";

const HOLD_MS = 800;
const IDLE_MS = 5 * 60_000;

/** Covers from now on. */
export function makeCover() {
  const dialog = document.getElementById("cover");
  const hold = document.getElementById("uncover");
  const plain = document.getElementById("uncover-plainly");
  let mayCoverItself = () => false;
  let onChange = mayCoverItself;
  let covered = false;
  let holding = null;
  let idle = null;

  dialog.addEventListener("cancel", (event) => event.preventDefault());
  // Chromium closes a dialog on the second Escape, whatever the page says.
  dialog.addEventListener("close", () => covered && dialog.showModal());
  hold.addEventListener("pointerdown", startHolding);
  for (const type of ["pointerup", "pointerleave", "pointercancel", "keyup", "blur"]) hold.addEventListener(type, stopHolding);
  hold.addEventListener("keydown", (event) => {
    if (event.key === "Escape") event.preventDefault();
    else if ((event.key === "Enter" || event.key === " ") && !event.repeat) startHolding();
  });
  hold.addEventListener("click", () => show(plain, true));
  hold.addEventListener("contextmenu", (event) => event.preventDefault());
  plain.addEventListener("click", uncover);
  for (const type of ["pointerdown", "keydown", "scroll"]) addEventListener(type, stirred, { passive: true, capture: true });
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !covered && !document.querySelector("dialog[open]")) cover();
  });
  stirred();

  return { cover, tell };

  /** mayCoverItself: may the screen be covered after quiet minutes now? onChange(covered) is told. */
  function tell(hooks) {
    ({ mayCoverItself, onChange } = hooks);
    if (covered) onChange(true);
  }

  function cover() {
    if (covered) return;
    for (const open of document.querySelectorAll("dialog[open]")) open.close();
    show(plain, false);
    covered = true;
    dialog.showModal();
    onChange(true);
  }

  function uncover() {
    stopHolding();
    covered = false;
    dialog.close();
    onChange(false);
  }

  function startHolding() {
    stopHolding();
    hold.toggleAttribute("data-holding", true);
    holding = setTimeout(uncover, HOLD_MS);
  }

  function stopHolding() {
    clearTimeout(holding);
    hold.toggleAttribute("data-holding", false);
  }

  function stirred() {
    clearTimeout(idle);
    idle = setTimeout(quiet, IDLE_MS);
  }

  function quiet() {
    if (mayCoverItself()) cover();
    stirred();
  }
}
