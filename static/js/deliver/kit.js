/*
 * The list of what was handed over, in wrap up: − and +, usual quantities, "given, not counted", not wanted, none left.
 */
import { codes, fromTemplate, press, show, word } from "./dom.js";

const MOST = 999;
const ROWS_AT_FIRST = 8;

/** { layOut, paint } for the part of wrap up that lists what the site stocks. */
export function kitList(app, { kit, moreKit, noKit }) {
  let rows = [];
  let showsAll = false;

  noKit.addEventListener("click", () => app.dispatch({ type: "noResources" }));
  moreKit.addEventListener("click", () => {
    const before = rows.length;
    showsAll = true;
    addRows();
    rows[before]?.focus();
  });

  return {
    layOut() {
      showsAll = false;
      rows = [];
      kit.replaceChildren();
      addRows();
    },
    paint,
  };

  function addRows() {
    const there = new Set(rows.map(({ code }) => code));
    const added = itemsInOrder(app, showsAll).filter(({ code }) => !there.has(code)).map((item) => kitRow(app, item));
    rows.push(...added);
    kit.append(...added.map(({ root }) => root));
    show(moreKit, rows.length < codes("resources").length);
    moreKit.setAttribute("aria-expanded", String(showsAll));
    paint();
  }

  function paint() {
    const { resources } = app.session;
    for (const row of rows) row.paint(resources?.[row.code]);
    press(noKit, resources && Object.keys(resources).length === 0);
  }
}

/** What was carried here from cards first, then what the site stocks, if it is known; the rest only when asked for. */
function itemsInOrder(app, showsAll) {
  const byCode = new Map(codes("resources").map((item) => [item.code, item]));
  const carried = Object.keys(app.session.resources ?? {});
  const stocked = [...new Set([...carried, ...(app.site?.resources ?? byCode.keys())])];
  const first = stocked.slice(0, Math.max(ROWS_AT_FIRST, carried.length));
  const wanted = showsAll ? [...new Set([...stocked, ...byCode.keys()])] : first;
  return wanted.map((code) => byCode.get(code)).filter(Boolean);
}

function kitRow(app, { code, label, line, picture }) {
  const { root, parts } = fromTemplate("kit-row");
  let ways = null;
  let now = null;

  parts.label.textContent = label;
  parts.stepper.ariaLabel = label;
  parts.fewer.ariaLabel = word("fewer", { name: label });
  parts.more.ariaLabel = word("more", { name: label });
  parts.open.ariaLabel = word("other_ways", { name: label });
  if (picture) parts.picture.append(Object.assign(new Image(), { src: picture, alt: "" }));
  parts.fewer.addEventListener("click", () => step(-1));
  parts.more.addEventListener("click", () => step(1));
  parts.open.addEventListener("click", () => open(!ways || ways.hidden));

  return { root, code, paint, focus: () => parts.more.focus() };

  function paint(chosen) {
    if (now === (chosen ?? null) && parts.line.textContent) return;
    now = chosen ?? null;
    root.toggleAttribute("data-on", Boolean(now));
    parts.quantity.textContent = now?.quantity ?? (now?.status === "given" ? "✓" : "");
    parts.line.textContent = now && now.quantity === null ? word(`status.${now.status}`) : line || " ";
    parts.fewer.setAttribute("aria-disabled", String(!now));
    paintWays();
  }

  function paintWays() {
    for (const way of ways?.children ?? []) press(way, isChosen(way));
  }

  function isChosen({ dataset }) {
    if (!now) return false;
    if (dataset.quantity) return now.quantity === Number(dataset.quantity);
    return now.status === dataset.status && now.quantity === null;
  }

  function choose(way) {
    if (isChosen(way)) return set(null);
    const { quantity, status } = way.dataset;
    return quantity ? set("given", Number(quantity)) : set(status);
  }

  /** "−" stays focusable at nothing, so that the focus is not lost there. */
  function step(by) {
    if (by < 0 && !now) return;
    const quantity = Math.min((now?.quantity ?? 0) + by, MOST);
    if (quantity > 0) set("given", quantity);
    else set(null);
  }

  function set(status, quantity = null) {
    app.dispatch({ type: "resource", code, status, quantity });
  }

  /** The other ways are made when they are first asked for: most rows never need them. */
  function open(wide) {
    ways ??= makeWays();
    show(ways, wide);
    parts.open.setAttribute("aria-expanded", String(wide));
  }

  function makeWays() {
    const { root: group } = fromTemplate("kit-ways");
    group.ariaLabel = label;
    for (const way of group.children) way.addEventListener("click", () => choose(way));
    root.append(group);
    ways = group;
    paintWays();
    return group;
  }
}
