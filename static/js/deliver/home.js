/*
 * Home, the menu and the choice of site.
 */
import { COUNTER } from "../vault.js";
import { areasFor } from "./deck.js";
import { fromTemplate, labelOf, notice, partsOf, putUnlessSame, show, word } from "./dom.js";
import { currentNotices, debriefOf } from "./help.js";
import { changeWorker, choosePin, leaveToSignIn, othersHere, peopleTiles } from "./people.js";
import { tabletNotices, unsentWords } from "./this-tablet.js";

const HERO_AREA = "hygiene";

export function homeScreen(app) {
  const { root, parts } = fromTemplate("screen-home");
  const paint = () => paintHome(app, parts);

  parts.start.addEventListener("click", () => startWithSite(app));
  parts.resume.addEventListener("click", () => app.resume());
  parts.leave.addEventListener("click", () => askToLeave(app));
  parts.look.addEventListener("click", () => app.look());
  parts.notToday.addEventListener("click", () => openNotToday(app));
  parts.unsent.addEventListener("click", () => app.screens.go("tablet"));
  parts.choosePin.addEventListener("click", () => choosePin(app));
  parts.signIn.addEventListener("click", (event) => leaveToSignIn(app, event));
  const paintAgain = () => app.screens.current === "home" && paint();
  for (const type of ["me", "deck", "session", "outbox"]) app.addEventListener(type, paintAgain);
  addEventListener("offline", paintAgain);
  return {
    root,
    enter() {
      app.stopLooking();
      paint();
    },
  };
}

function paintHome(app, parts) {
  const { obstacle } = app;
  const waits = app.isSaving || (!app.asked && !obstacle?.startsWith("insecure"));
  const blocked = !waits && obstacle;
  const mayGivePin = ["signed_out", "unreachable"].includes(blocked) && othersHere(app).length > 0;
  show(parts.wait, waits);
  show(parts.start, !waits && !blocked && !app.session);
  show(parts.resume, !waits && app.session);
  show(parts.leave, !waits && app.session);
  show(parts.people, mayGivePin);
  if (mayGivePin) paintPeople(app, parts.peopleTiles);
  show(parts.signIn, blocked === "signed_out");
  parts.signIn.href = app.signInUrl ?? app.config.signInUrl;
  parts.signIn.dataset.kind = mayGivePin ? "quiet" : "main";
  show(parts.choosePin, !blocked && !waits && app.who.mayChoosePin && !app.who.hasPin && !app.session);
  show(parts.notToday, !blocked && !app.session);
  parts.notToday.disabled = waits;
  offerSaying(app, parts.say);
  putUnlessSame(parts.notices, noticesFor(app, blocked));
  paintPicture(app, parts.picture);
  paintUnsent(app, parts.unsent);
}

/** The person's own page about the talk: of the site that was chosen today, where the server is within reach. Kept answers of older servers name none. */
function offerSaying(app, tile) {
  const url = !app.session && app.siteIsConfirmed && navigator.onLine && !app.who.unreachable && app.site.say;
  show(tile, url);
  if (url) tile.href = url;
}

/** Made anew only when somebody came or went, so that no tile vanishes under a finger. */
function paintPeople(app, place) {
  const who = JSON.stringify(othersHere(app));
  if (place.dataset.who === who) return;
  place.dataset.who = who;
  place.replaceChildren(...peopleTiles(app));
}

function noticesFor(app, blocked) {
  const said = (name, more) => notice({ title: word(`${name}.title`), text: word(`${name}.text`), ...more });
  const again = () => app.refreshMe();
  const notices = currentNotices(app);
  const mayGivePin = othersHere(app).length > 0;
  const name = blocked === "unreachable" && mayGivePin ? "unreachable_pin" : blocked;
  if (blocked && !(blocked === "signed_out" && mayGivePin)) notices.push(said(name, { onAgain: blocked === "unreachable" ? again : null }));
  if (!blocked && app.ticketIsOver) notices.push(said("ticket_over"));
  if (blocked && app.who.pinIsOver) notices.push(said("pin_over"));
  if (app.pinChosenAs) notices.push(notice({ title: word("pin_chosen"), text: word("pin_chosen_as", { initials: app.pinChosenAs }), level: "success" }));
  if (app.refusedCode) notices.push(notice({ title: word("counter_refused"), text: app.refusedCode }));
  if (app.putAway) notices.push(said(app.putAway));
  return [...notices, ...tabletNotices(app)];
}

function paintPicture(app, picture) {
  const areas = app.deck ? areasFor(app.deck, "short") : [];
  const card = (areas.find(({ code }) => code === HERO_AREA) ?? areas[0])?.first;
  if (card && picture.getAttribute("src") !== card.picture) picture.src = card.picture;
}

function paintUnsent({ overview }, status) {
  const unsent = unsentWords(overview);
  const { words, level } = unsent ?? { words: word("all_sent"), level: "ok" };
  status.textContent = words;
  status.dataset.level = level;
  show(status, unsent || overview.received);
}

// --- where and who ---------------------------------------------------------------------------------------------

/** Start, or first ask where: the first session of a day confirms the site. */
async function startWithSite(app) {
  if (app.siteIsConfirmed || (await chooseSite(app))) app.begin();
}

async function openNotToday(app) {
  if (app.site || (await chooseSite(app))) app.screens.go("not-today");
}

export function startAnew(app) {
  return startWithSite(app);
}

/** Resolves to true once a site was chosen, to false if the dialog was closed. */
export function chooseSite(app) {
  const dialog = document.getElementById("sites");
  const { list, somebodyElse } = partsOf(dialog);
  return new Promise((resolve) => {
    let chosen = false;
    const choose = (site) => {
      chosen = true;
      app.chooseSite(site);
      dialog.close();
    };
    list.replaceChildren(...usualFirst(app).map((site) => siteTile(site, site === app.site, choose)));
    somebodyElse.onclick = () => {
      dialog.close();
      changeWorker(app);
    };
    dialog.addEventListener("close", () => resolve(chosen), { once: true });
    dialog.showModal();
  });
}

function usualFirst(app) {
  return [...app.me.sites].sort((a, b) => (b === app.site) - (a === app.site));
}

function siteTile(site, isCurrent, choose) {
  const tile = document.createElement("button");
  const [name, setting] = [document.createElement("b"), document.createElement("small")];
  tile.type = "button";
  tile.className = "tile";
  name.textContent = site.name;
  setting.textContent = labelOf("settings", site.setting);
  if (isCurrent) tile.setAttribute("aria-current", "true");
  tile.append(name, setting);
  tile.addEventListener("click", () => choose(site));
  return tile;
}

/** Asks before an open session is dropped. */
export function askToLeave(app) {
  const dialog = document.getElementById("leave");
  const { meaning } = partsOf(dialog);
  meaning.textContent = word(app.session.changing ? "leave.changed" : "leave.new");
  dialog.returnValue = "";
  dialog.addEventListener("close", () => dialog.returnValue === "leave" && app.leave(), { once: true });
  dialog.showModal();
}

/** Without a connection, the lessons that are kept here; nothing where none is. */
async function offerTraining(tile) {
  const { online, offline } = tile.dataset;
  tile.href = navigator.onLine ? online : offline;
  show(tile, navigator.onLine || (await globalThis.caches?.has("vein-care-lessons").catch(() => false)));
}

/** The menu behind the button in the bar. */
export function openMenu(app) {
  const dialog = document.getElementById("menu");
  const parts = partsOf(dialog);
  const { me, who } = app;
  const then = (act) => () => {
    dialog.close();
    act();
  };
  show(parts.who, me);
  parts.who.textContent = me ? word(HERE_BY[who.via], { name: me.worker.display_name }) : "";
  parts.links.replaceChildren(...((who.via === "login" && me.links) || []).map(linkTile));
  offerTraining(parts.training);
  parts.debrief.textContent = word(...debriefOf(app.site));
  show(parts.debrief, me?.can_deliver);
  show(parts.change, app.isSafe);
  show(parts.pin, who.mayChoosePin);
  parts.pinTitle.textContent = word(who.hasPin ? "pin_change" : "pin_choose");
  show(parts.signOut, me && who.via !== COUNTER);
  show(parts.signIn, who.via !== "login");
  parts.signIn.href = app.signInUrl ?? app.config.signInUrl;
  show(parts.offline, false);
  parts.signIn.onclick = (event) => leaveToSignIn(app, event, { offline: parts.offline });
  parts.change.onclick = then(() => changeWorker(app));
  parts.pin.onclick = then(() => choosePin(app));
  parts.signOut.onclick = then(() => signOut(app, me.worker.id));
  parts.tablet.onclick = then(() => app.screens.go("tablet"));
  dialog.showModal();
}

const HERE_BY = { login: "signed_in_as", pin: "here_by_pin", counter: "here_at_counter" };

/** With a session open, first says what becomes of it. */
function signOut(app, worker) {
  if (!app.session) return app.signOut(worker);
  const dialog = document.getElementById("signing-out");
  partsOf(dialog).meaning.textContent = word(app.session.changing ? "leave.changed" : "signing_out");
  dialog.returnValue = "";
  dialog.addEventListener("close", () => dialog.returnValue === "go" && app.signOut(worker), { once: true });
  dialog.showModal();
}

function linkTile({ label, url }) {
  const link = document.createElement("a");
  const name = document.createElement("b");
  link.className = "tile";
  link.href = url;
  name.textContent = label;
  link.append(name);
  return link;
}
