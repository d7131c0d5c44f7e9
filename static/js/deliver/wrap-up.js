/*
 * Wrap up: what was talked about and handed over, on one screen. Everything but the outcome may stay blank.
 *
 * The screen is laid out once when it opens; after that a tap changes only the chips it concerns.
 */
import { changeWorker, othersHere } from "./people.js";
import { askToLeave } from "./home.js";
import { chip, codes, fromTemplate, labelOf, press, show, word } from "./dom.js";
import { serviceRow, servicesNear } from "./help.js";
import { kitList } from "./kit.js";
import { asksAboutPrivateSpace } from "./record.js";
import { areasInOrder } from "./state.js";

const NO_ANSWER = "not_asked";
const WORRY = "wound_or_infection_worry";

export function wrapUpScreen(app) {
  const { root, parts } = fromTemplate("screen-wrap-up");
  const kit = kitList(app, parts);
  const send = (event) => app.dispatch(event);
  const allSignposts = { open: false };
  const laidOut = { site: null, local: null };

  parts.noAreas.addEventListener("click", () => send({ type: "noAreas" }));
  parts.noSignposts.addEventListener("click", () => send({ type: "noSignposts" }));
  parts.moreSignposts.addEventListener("click", () => {
    allSignposts.open = true;
    layOutSignposts();
    parts.signposts.lastElementChild.focus();
  });
  parts.privateYes.addEventListener("click", () => send({ type: "privateSpace", value: true }));
  parts.privateNo.addEventListener("click", () => send({ type: "privateSpace", value: false }));
  parts.stopped.addEventListener("click", () => send({ type: "stoppedEarly" }));
  parts.toCards.addEventListener("click", () => app.screens.go("deck"));
  parts.notToday.addEventListener("click", () => app.screens.go("not-today"));
  parts.leave.addEventListener("click", () => askToLeave(app));
  parts.save.addEventListener("click", save);
  app.addEventListener("session", () => app.screens.current === "wrap-up" && app.session && paint());
  app.addEventListener("me", () => app.screens.current === "wrap-up" && cameBack());
  layOutFixed();

  return {
    root,
    enter({ failed }) {
      send({ type: "tookPlace" });
      allSignposts.open = false;
      layOutAreas();
      layOutSignposts();
      kit.layOut();
      paint();
      refuse(failed ? word(failed) : null);
    },
  };

  function layOutFixed() {
    const chips = (list, type) => codes(list).map((item) => chip(item, (code) => send({ type, code })));
    parts.moments.replaceChildren(...chips("moments", "moment").filter(({ dataset }) => dataset.code !== NO_ANSWER));
    parts.lengths.replaceChildren(...chips("length_bands", "lengthBand"));
    parts.reasons.replaceChildren(...chips("reasons_cut_short", "reason"));
    parts.settings.replaceChildren(...chips("settings", "setting"));
  }

  function layOutAreas() {
    const labels = new Map(codes("areas").map((item) => [item.code, item]));
    const order = areasInOrder(app.session, [...labels.keys()]).map((code) => labels.get(code));
    parts.areas.replaceChildren(...order.map((item) => chip(item, (code) => send({ type: "area", code }))));
    parts.mattered.replaceChildren(...order.map((item) => chip(item, (code) => send({ type: "mattered", code }))));
  }

  function layOutSignposts() {
    const offered = app.site?.signposts ?? [];
    const first = codes("signposts").filter(({ code }) => offered.includes(code) || app.session.signposts?.includes(code));
    const items = allSignposts.open || !first.length ? [...new Set([...first, ...codes("signposts")])] : first;
    parts.signposts.replaceChildren(...items.map((item) => chip(item, (code) => send({ type: "signpost", code }))));
    show(parts.moreSignposts, items.length < codes("signposts").length);
    paintSignposts();
  }

  function paint() {
    const { session } = app;
    pressOne(parts.areas, session.areas ?? []);
    press(parts.noAreas, session.areas?.length === 0);
    show(parts.matteredSection, session.areas?.length);
    for (const each of parts.mattered.children) show(each, session.areas?.includes(each.dataset.code));
    pressOne(parts.mattered, [session.mattered]);
    kit.paint();
    paintSignposts();
    pressOne(parts.moments, [session.moment]);
    show(parts.worry, session.moment === WORRY);
    show(parts.privateSection, asksAboutPrivateSpace(session.setting));
    press(parts.privateYes, session.privateSpace === true);
    press(parts.privateNo, session.privateSpace === false);
    pressOne(parts.lengths, [session.lengthBand]);
    press(parts.stopped, session.outcome === "cut_short");
    show(parts.reasonsSection, session.outcome === "cut_short");
    pressOne(parts.reasons, [session.reason]);
    pressOne(parts.settings, [session.setting]);
    parts.where.textContent = word("where", { site: app.site?.name ?? "", setting: labelOf("settings", session.setting) });
  }

  function paintSignposts() {
    pressOne(parts.signposts, app.session.signposts ?? []);
    press(parts.noSignposts, app.session.signposts?.length === 0);
    paintServices();
  }

  /**
   * Numbers and hours of the services that somebody is pointed to, for as long as their chip is on.
   *
   * All rows are laid out at once and most are hidden, so that which pictures are asked for says nothing about what was tapped.
   */
  function paintServices() {
    const near = servicesNear(app.site?.id, app.local.services);
    if (laidOut.site !== app.site || laidOut.local !== app.local) {
      parts.services.replaceChildren(...near.map((service) => serviceRow(app, service)));
      Object.assign(laidOut, { site: app.site, local: app.local });
    }
    const wanted = near.map(({ kind }) => Boolean(app.session.signposts?.includes(kind)));
    wanted.forEach((isWanted, index) => show(parts.services.children[index], isWanted));
    show(parts.services, wanted.includes(true));
  }

  async function save() {
    if (parts.save.disabled) return;
    parts.save.disabled = true;
    const refusal = await app.save().finally(() => (parts.save.disabled = false));
    showNotSaved(app, parts.refusal, refusal);
  }

  function refuse(text) {
    showRefusal(parts.refusal, text);
  }

  /** Signed in again, or the network is back: say so where the refusal stood. */
  function cameBack() {
    if (!parts.refusal.hidden && !app.obstacle) refuse(null);
  }
}

/** Why a session was not saved, and what helps. Of what the app has dealt with, nothing. */
export function showNotSaved(app, box, refusal) {
  if (!refusal || ["save_failed", "other_worker"].includes(refusal)) return;
  const obstacle = ["signed_out", "unreachable"].includes(refusal) ? refusal : "other";
  showRefusal(box, word(`cannot_save.${obstacle}`), waysOn(app, refusal));
}

/** Why nothing new can begin at the moment, in words. */
export function whyNotAnew(obstacle) {
  return `${word(`${obstacle}.title`)} ${word(`${obstacle}.text`)}`;
}

/** What helps against it: one's PIN, or signing in, which comes back to this page, where the session is still open. */
export function waysOn(app, obstacle) {
  if (!["signed_out", "unreachable"].includes(obstacle)) return [];
  const pin = Object.assign(document.createElement("button"), { type: "button", className: "button", textContent: word("use_pin") });
  pin.addEventListener("click", () => changeWorker(app));
  const link = Object.assign(document.createElement("a"), { className: "button", href: app.signInUrl, textContent: word("sign_in") });
  return [...(othersHere(app).length ? [pin] : []), ...(obstacle === "signed_out" ? [link] : [])];
}

/** Show the box at the top that says so, and move to it; null takes it away. */
export function showRefusal(box, text, links = []) {
  show(box, text);
  if (!text) return;
  box.className = "alert";
  box.dataset.level = "error";
  box.setAttribute("role", "alert");
  box.tabIndex = -1;
  box.replaceChildren(Object.assign(document.createElement("p"), { textContent: text }), ...links);
  box.focus();
}

function pressOne(group, on) {
  for (const each of group.children) press(each, on.includes(each.dataset.code));
}
