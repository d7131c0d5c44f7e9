/*
 * Who is delivering: the tiles with initials, the PIN, choosing one, and the link that makes a browser a counter tablet.
 */
import { COUNTER, isPoorPin, NotKept, PIN_LENGTH, WrongPin } from "../vault.js";
import { counted, partsOf, show, word } from "./dom.js";
import { takeUpCounter, wishToEndLogin } from "./server.js";

const SIGN_IN_PATIENCE_MS = 5_000;

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
    show(offline, false);
    signIn.href = app.signInUrl ?? app.config.signInUrl;
    signIn.onclick = (event) => leaveToSignIn(app, event, { offline, asSomebodyElse: true });
    dialog.addEventListener("close", () => resolve(tookOver), { once: true });
    dialog.showModal();
  });
}

/**
 * To the page for signing in, if it can be reached; otherwise the element `offline` says that it cannot. That page sends on whoever is signed in
 * already, so for somebody else the one who is here leaves first.
 */
export async function leaveToSignIn(app, event, { offline = null, asSomebodyElse = false } = {}) {
  event.preventDefault();
  const link = event.currentTarget;
  if (offline) show(offline, false);
  link.setAttribute("aria-busy", "true");
  const isThere = await Promise.race([app.refreshMe().then(() => !app.who.unreachable), wait(SIGN_IN_PATIENCE_MS).then(() => false)]);
  link.removeAttribute("aria-busy");
  // Somebody went on without it.
  if (link.offsetParent === null) return;
  if (!isThere) {
    if (offline) show(offline, true);
    app.page.announce(word("sign_in_offline"));
    return;
  }
  if (asSomebodyElse && app.me && app.who.via !== COUNTER) await app.leaveSeat();
  await app.who.endLogins();
  location.assign(link.href);
}

function wait(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Ask for somebody's PIN until it is right. Resolves to whether they are here now. */
async function unlock(app, { worker, initials }) {
  if (worker === COUNTER) return backToCounter(app);
  const pin = await pinDialog({ title: word("pin_of", { initials }), accept: (typed) => tried(() => app.who.unlock(worker, typed)) });
  return pin !== null;
}

async function backToCounter(app) {
  return (await tried(() => app.who.unlock(COUNTER))) === null;
}

/** null once it was done, or the sentence that says why not. */
async function tried(act) {
  try {
    await act();
    return null;
  } catch (reason) {
    if (reason instanceof WrongPin && reason.left) return counted("pin_wrong", reason.left);
    if (reason instanceof WrongPin || reason instanceof NotKept) return word("pin_gone");
    return word("pin_broken");
  }
}

/** Choose a PIN, and type it once more. Whoever has one already shows first that it is theirs. */
export async function choosePin(app) {
  const { id: worker, initials } = app.me.worker;
  if (app.who.hasPin) {
    const old = await pinDialog({ title: word("pin_old"), hint: word("pin_old_hint"), accept: (typed) => tried(() => app.who.provePin(typed)) });
    if (old === null) return;
  }
  const first = await pinDialog({
    title: word("pin_choose"),
    hint: word("pin_choose_hint"),
    accept: (typed) => (isPoorPin(typed) ? word("pin_poor") : null),
  });
  if (first === null) return;
  const again = await pinDialog({
    title: word("pin_again"),
    hint: word("pin_again_hint"),
    async accept(typed) {
      if (typed !== first) return word("pin_differs");
      return tried(async () => (app.pinChosenAs = await app.who.choosePin(worker, typed)));
    },
  });
  if (again === null) return;
  const isOther = app.pinChosenAs && app.pinChosenAs !== initials;
  app.page.announce(isOther ? word("pin_chosen_as", { initials: app.pinChosenAs }) : word(app.pinChosenAs ? "pin_chosen" : "pin_broken"));
  app.pinChosenAs = isOther ? app.pinChosenAs : null;
  app.dispatchEvent(new Event("me"));
}

/**
 * Six digits, typed on large keys of this page: the tablet's own keyboard covers half of it, and keeps what is typed. A keyboard works, too.
 *
 * accept(pin) returns, or resolves to, null or why not; until then nothing can be typed or closed. Resolves to the PIN, or null when it was closed.
 */
function pinDialog({ title, hint = "", accept }) {
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
  const setBusy = (busy) => {
    isBusy = busy;
    // The focus would fall from a key to the page, and with it what is typed next.
    if (busy) parts.title.focus();
    parts.keys.inert = busy;
    parts.cancel.disabled = busy;
    parts.wait.hidden = !busy;
  };
  const type = async (key) => {
    if (isBusy) return;
    if (key === "back") typed = typed.slice(0, -1);
    else if (typed.length < PIN_LENGTH) typed += key;
    if (typed && key !== "back") say("");
    paint();
    if (typed.length === PIN_LENGTH) await tryIt();
  };
  const tryIt = async () => {
    setBusy(true);
    const why = await accept(typed);
    setBusy(false);
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
    if (event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^[0-9]$/.test(event.key)) type(event.key);
    else if (event.key === "Backspace") type("back");
    else return;
    event.preventDefault();
  };
  const unlessBusy = (event) => isBusy && event.preventDefault();

  parts.title.textContent = title;
  parts.hint.textContent = hint;
  show(parts.hint, hint);
  setBusy(false);
  say("");
  paint();
  return new Promise((resolve) => {
    const listening = [
      [parts.keys, "click", tapped],
      [dialog, "keydown", pressed],
      [dialog, "cancel", unlessBusy],
    ];
    for (const [element, type, listener] of listening) element.addEventListener(type, listener);
    const done = () => {
      for (const [element, type, listener] of listening) element.removeEventListener(type, listener);
      resolve(accepted);
    };
    dialog.addEventListener("close", done, { once: true });
    dialog.showModal();
  });
}

const CODE = /^#counter=(.*)$/;

/**
 * If this page was opened by an administrator's link, it becomes a counter tablet, once, and whoever was signed in here for it no longer is.
 * Resolves to a sentence if it did not become one, otherwise to null.
 */
export async function takeUpPlace(vault, url) {
  const [isLink, code] = CODE.exec(location.hash) ?? [];
  if (!isLink || !vault) return null;
  history.replaceState(history.state, "", location.pathname);
  if (!vault.lasting) return word("counter_forgetful");
  const { me, message } = await takeUpCounter(url, code);
  if (!me) return message ?? word("counter_unreachable");
  await vault.keepCounter(me);
  wishToEndLogin(`keep ${COUNTER}`);
  return null;
}

/** The link may also be opened in a page that shows the cards already. */
export function watchForLink() {
  addEventListener("hashchange", () => CODE.test(location.hash) && location.reload());
}
