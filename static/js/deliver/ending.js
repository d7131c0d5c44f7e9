/*
 * The two ways a session ends: Saved, and Not today.
 */
import { codes, fromTemplate, hasHiddenFocus, labelOf, show, word } from "./dom.js";
import { debriefOf } from "./help.js";
import { chooseSite, startAnew } from "./home.js";
import { cardsToGive, tookPlace } from "./state.js";
import { showNotSaved, showRefusal, waysOn, whyNotAnew } from "./wrap-up.js";

export function savedScreen(app) {
  const { root, parts } = fromTemplate("screen-saved");
  parts.undo.addEventListener("click", () => secondThoughts(() => app.undo()));
  parts.change.addEventListener("click", () => secondThoughts(() => app.change()));
  parts.saveAfterAll.addEventListener("click", async () => showNotSaved(app, parts.refusal, await app.saveAfterAll()));
  parts.again.addEventListener("click", () => unlessBlocked(() => app.sameAgain()));
  parts.start.addEventListener("click", () => unlessBlocked(() => startAnew(app)));
  parts.home.addEventListener("click", () => app.screens.goHome());
  parts.give.addEventListener("click", () => app.share(cardsToGive(app.lastSaved.session), app.language));
  app.addEventListener("outbox", () => app.screens.current === "saved" && paint());

  return {
    root,
    enter() {
      parts.title.textContent = "";
      showRefusal(parts.refusal, null);
      paint();
    },
  };

  /** A login can end while this screen shows: then say why nothing new begins. */
  async function unlessBlocked(act) {
    if (app.obstacle) await app.refreshMe();
    if (!app.lastSaved) return;
    const { obstacle } = app;
    showRefusal(parts.refusal, obstacle && whyNotAnew(obstacle), waysOn(app, obstacle));
    if (!obstacle) act();
  }

  function paint() {
    if (!app.lastSaved) return;
    const { title, where } = howItStands(app);
    if (parts.title.textContent && parts.title.textContent !== title) app.page.announce(`${title}. ${where}`);
    parts.title.textContent = title;
    parts.where.textContent = where;
    show(parts.secondThoughts, app.mayChangeMind);
    show(parts.saveAfterAll, app.lastSaved.state === "undone");
    show(parts.give, tookPlace(app.lastSaved.session) && app.lastSaved.state === "kept" && app.lastSaved.session.shown.length);
    show(parts.again, tookPlace(app.lastSaved.session) && app.lastSaved.state === "kept");
    for (const button of [parts.start, parts.home]) show(button, !app.isSaving);
    parts.debrief.textContent = word(...debriefOf(app.site));
    root.dataset.state = app.lastSaved.state;
    if (hasHiddenFocus(root)) app.screens.focusHeading();
  }

  async function secondThoughts(act) {
    if (await act()) return;
    app.page.announce(word("too_late"));
    paint();
  }
}

/** Where the record is, in words; "received" only when the outbox has a receipt for it. */
function howItStands({ lastSaved, overview, store }) {
  const { session, state } = lastSaved;
  const id = session.recordId;
  const here = overview.followed?.record_id === id ? overview.followed : null;
  const said = (title, where) => ({ title: word(title), where: where && word(where) });

  if (state === "saving") return said("saving", "");
  if (state === "undone") return said("undone", "undone_text");
  const saved = store.lasting ? "saved" : "saved_memory";
  if (here?.state === "attention") return said(saved, "attention_text");
  if (overview.sending.includes(id)) return said(saved, "sending");
  const receipt = !here && overview.recent.find((entry) => entry.record_id === id && entry.fate !== "undone");
  if (receipt) return said("received", receipt.fate === "quarantined" ? "quarantined_text" : "received_text");
  if (!store.lasting) return said(saved, "waiting_memory");
  return said(saved, here?.tries ? "waiting_network" : "waiting");
}

export function notTodayScreen(app) {
  const { root, parts } = fromTemplate("screen-not-today");
  let outcome = null;
  let isSaving = false;

  for (const tile of parts.outcomes.querySelectorAll("[data-outcome]")) {
    tile.addEventListener("click", () => choose(tile.dataset.outcome));
  }
  parts.blank.addEventListener("click", () => save(null));
  parts.back.addEventListener("click", () => {
    choose(null);
    app.screens.focusHeading();
  });
  parts.changeSite.addEventListener("click", () => chooseSite(app));
  app.addEventListener("me", () => app.screens.current === "not-today" && paintWhere());

  return {
    root,
    enter({ failed }) {
      paintWhere();
      choose(null);
      showRefusal(parts.refusal, failed ? word(failed) : null);
    },
  };

  function paintWhere() {
    const { site } = app;
    const setting = app.session?.setting ?? site?.setting;
    parts.where.textContent = site ? word("where", { site: site.name, setting: labelOf("settings", setting) }) : "";
    show(parts.changeSite, app.me);
  }

  function choose(chosen) {
    outcome = chosen;
    show(parts.outcomes, !outcome);
    show(parts.reasonsSection, outcome);
    if (!outcome) return;
    parts.reasons.replaceChildren(...codes(`reasons_${outcome}`).map(reasonTile));
    parts.reasonsSection.querySelector("h2").focus();
  }

  function reasonTile({ code, label }) {
    const tile = document.createElement("button");
    tile.type = "button";
    tile.className = "button";
    tile.dataset.code = code;
    tile.textContent = label;
    tile.addEventListener("click", () => save(code));
    return tile;
  }

  async function save(reason) {
    if (isSaving) return;
    isSaving = true;
    const refusal = await app.notToday({ outcome, reason }).finally(() => (isSaving = false));
    showNotSaved(app, parts.refusal, refusal);
  }
}
