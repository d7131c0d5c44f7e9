/*
 * Who is delivering: the tiles with initials, the PIN, choosing one, and the link that makes a browser a counter tablet.
 */
import { COUNTER, isPoorPin, NotKept, PIN, WrongPin } from "../vault.js";
import { counted, partsOf, show, word } from "./dom.js";
import { takeUpCounter } from "./server.js";

/** Whoever a PIN, or the counter, would let begin here now, apart from whoever is here: [{ worker, initials }]. */
export function othersHere({ who }) {
  const others = who.people.filter(({ worker }) => worker !== who.me?.worker.id);
  return who.hasCounter && who.via !== COUNTER ? [...others, { worker: COUNTER, initials: word("the_counter") }] : others;
}

/** Tiles for them; a tap asks for the PIN. */
export function peopleTiles(app, chosen = () => {}) {
  return othersHere(app).map((person) => {
    const tile = document.createElement("button");
    tile.type = "button";
    tile.className = "tile";
    tile.dataset.shape = "initials";
    tile.append(Object.assign(document.createElement("b"), { textContent: person.initials }));
    tile.addEventListener("click", async () => (await unlock(app, person)) && chosen());
    return tile;
  });
}

/** The dialog "Who is delivering?". Resolves to whether somebody took over. */
export function changeWorker(app) {
  const dialog = document.getElementById("people");
  const { list, nobody, offline, signIn } = partsOf(dialog);
  return new Promise((resolve) => {
    let tookOver = false;
    const chosen = () => {
      tookOver = true;
      dialog.close();
    };
    const tiles = peopleTiles(app, chosen);
    list.replaceChildren(...tiles);
    show(nobody, !tiles.length);
    signIn.href = app.signInUrl ?? app.config.signInUrl;
    signIn.onclick = async (event) => {
      await leaveToSignIn(app, event);
      show(offline, app.who.unreachable);
    };
    show(offline, false);
    dialog.addEventListener("close", () => resolve(tookOver), { once: true });
    dialog.showModal();
  });
}

/** The page for signing in sends on whoever is signed in already, so the one who is here leaves first, and the server hears of it. */
export async function leaveToSignIn(app, event) {
  event.preventDefault();
  const { href } = event.currentTarget;
  await app.refreshMe();
  if (app.who.unreachable) return app.page.announce(word("sign_in_offline"));
  if (app.me && app.who.via === "login") await app.leaveSeat();
  await app.who.endLogins();
  location.assign(href);
}

/** Ask for somebody's PIN until it is right. Resolves to whether they are here now. */
async function unlock(app, { worker, initials }) {
  if (worker === COUNTER) return tried(() => app.who.unlock(COUNTER));
  const pin = await pinDialog({
    title: word("pin_of", { initials }),
    hint: "",
    async accept(typed) {
      if (!PIN.test(typed)) return word("pin_six");
      try {
        await app.who.unlock(worker, typed);
        return null;
      } catch (reason) {
        if (reason instanceof WrongPin && reason.left) return counted("pin_wrong", reason.left);
        if (reason instanceof WrongPin || reason instanceof NotKept) return word("pin_gone");
        throw reason;
      }
    },
  });
  return pin !== null;
}

async function tried(act) {
  try {
    await act();
    return true;
  } catch (reason) {
    return false;
  }
}

/** Choose a PIN, and type it once more. */
export async function choosePin(app) {
  const first = await pinDialog({
    title: word("pin_choose"),
    hint: word("pin_choose_hint"),
    accept: (typed) => (!PIN.test(typed) ? word("pin_six") : isPoorPin(typed) ? word("pin_poor") : null),
  });
  if (first === null) return;
  const again = await pinDialog({
    title: word("pin_again"),
    hint: word("pin_again_hint"),
    accept: (typed) => (typed === first ? null : word("pin_differs")),
  });
  if (again === null) return;
  await app.who.choosePin(first);
  app.page.announce(word("pin_chosen"));
}

/**
 * Six digits, typed on large keys of this page: the tablet's own keyboard covers half of it, and keeps what is typed. A keyboard works, too.
 *
 * accept(pin) returns, or resolves to, null or why not. Resolves to the PIN, or null when it was closed.
 */
function pinDialog({ title, hint, accept }) {
  const dialog = document.getElementById("pin");
  const parts = partsOf(dialog);
  let typed = "";
  let isBusy = false;
  let accepted = null;

  const paint = () => {
    [...parts.dots.children].forEach((dot, at) => dot.toggleAttribute("data-on", at < typed.length));
    parts.count.textContent = counted("pin_typed", typed.length);
  };
  const say = (text) => {
    parts.said.textContent = text;
    show(parts.said, text);
  };
  const type = async (key) => {
    if (isBusy) return;
    if (key === "back") typed = typed.slice(0, -1);
    else if (typed.length < 6) typed += key;
    if (typed.length && key !== "back") say("");
    paint();
    if (typed.length === 6) await tryIt();
  };
  const tryIt = async () => {
    isBusy = true;
    parts.keys.inert = true;
    parts.wait.hidden = false;
    const why = await accept(typed);
    isBusy = false;
    parts.keys.inert = false;
    parts.wait.hidden = true;
    if (!why) {
      accepted = typed;
      dialog.close();
      return;
    }
    typed = "";
    paint();
    say(why);
  };
  const tapped = (event) => {
    const key = event.target.closest("[data-key]")?.dataset.key;
    if (key) type(key);
  };
  const pressed = (event) => {
    if (/^[0-9]$/.test(event.key)) type(event.key);
    else if (event.key === "Backspace") type("back");
    else return;
    event.preventDefault();
  };

  parts.title.textContent = title;
  parts.hint.textContent = hint;
  show(parts.hint, hint);
  parts.wait.hidden = true;
  say("");
  paint();
  return new Promise((resolve) => {
    parts.keys.addEventListener("click", tapped);
    dialog.addEventListener("keydown", pressed);
    const done = () => {
      parts.keys.removeEventListener("click", tapped);
      dialog.removeEventListener("keydown", pressed);
      resolve(accepted);
    };
    dialog.addEventListener("close", done, { once: true });
    dialog.showModal();
  });
}

const CODE = /^#counter=([\w-]{43})$/;

/** If this page was opened by an administrator's link, it becomes a counter tablet, once. Resolves to a sentence if that was refused. */
export async function takeUpPlace(vault, url) {
  const code = CODE.exec(location.hash)?.[1];
  if (!code || !vault) return null;
  history.replaceState(history.state, "", location.pathname);
  const { me, message } = await takeUpCounter(url, code);
  if (me) await vault.keepCounter(me);
  return me ? null : (message ?? word("counter_unreachable"));
}
