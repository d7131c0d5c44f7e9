/*
 * Home, the menu and the choice of site.
 */
import { areasFor } from "./deck.js";
import { fromTemplate, labelOf, notice, partsOf, show, word } from "./dom.js";
import { currentNotices, debriefOf } from "./help.js";
import { unsentWords } from "./this-tablet.js";

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
  for (const type of ["me", "deck", "session", "outbox"]) {
    app.addEventListener(type, () => app.screens.current === "home" && paint());
  }
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
  show(parts.wait, waits);
  show(parts.start, !waits && !blocked && !app.session);
  show(parts.resume, !waits && app.session);
  show(parts.leave, !waits && app.session);
  show(parts.signIn, blocked === "signed_out");
  parts.signIn.href = app.signInUrl ?? app.config.signInUrl;
  show(parts.notToday, !blocked && !app.session);
  parts.notToday.disabled = waits;
  parts.notices.replaceChildren(...noticesFor(app, blocked));
  paintPicture(app, parts.picture);
  paintUnsent(app, parts.unsent);
}

function noticesFor(app, blocked) {
  const said = (name, more) => notice({ title: word(`${name}.title`), text: word(`${name}.text`), ...more });
  const again = () => app.refreshMe();
  const notices = currentNotices(app);
  if (blocked) notices.push(said(blocked, { onAgain: blocked === "unreachable" ? again : null }));
  if (app.putAway) notices.push(said(app.putAway));
  if (!app.store.lasting && app.isSafe && app.asked) notices.push(said("memory"));
  return notices;
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
  show(status, unsent || overview.recent.length);
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
  const { list } = partsOf(dialog);
  return new Promise((resolve) => {
    let chosen = false;
    const choose = (site) => {
      chosen = true;
      app.chooseSite(site);
      dialog.close();
    };
    list.replaceChildren(...usualFirst(app).map((site) => siteTile(site, site === app.site, choose)));
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

/** The menu behind the button in the bar. */
export function openMenu(app) {
  const dialog = document.getElementById("menu");
  const parts = partsOf(dialog);
  const { me } = app;
  show(parts.who, me);
  parts.who.textContent = me ? word("signed_in_as", { name: me.worker.display_name }) : "";
  parts.links.replaceChildren(...(me?.links ?? []).map(linkTile));
  parts.debrief.textContent = word(...debriefOf(app.site));
  show(parts.debrief, me?.can_deliver);
  show(parts.signOut, me);
  show(parts.signIn, !me);
  parts.signOut.href = me?.sign_out_url ?? "";
  parts.signOut.onclick = (event) => signOut(app, dialog, event);
  parts.signIn.href = app.signInUrl ?? app.config.signInUrl;
  parts.tablet.onclick = () => {
    dialog.close();
    app.screens.go("tablet");
  };
  dialog.showModal();
}

/** With a session open, first says what becomes of it. */
function signOut(app, menu, event) {
  if (!app.session) return app.aboutToSignOut();
  event.preventDefault();
  const { href } = event.currentTarget;
  const dialog = document.getElementById("signing-out");
  partsOf(dialog).meaning.textContent = word(app.session.changing ? "leave.changed" : "signing_out");
  dialog.returnValue = "";
  const go = () => {
    app.aboutToSignOut();
    location.assign(href);
  };
  dialog.addEventListener("close", () => dialog.returnValue === "go" && go(), { once: true });
  menu.close();
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
