/*
 * The deck, practice areas as big pictures, and one card with its two sides: the front for the person, the back for
 * the worker. Swipe, arrow keys and buttons lead from card to card.
 */
import { areasFor, cardsFor, hasLonger, languagesOf, placeOf, wordsOf } from "./deck.js";
import { codes, counted, dateWords, fromTemplate, labelOf, press, show, word } from "./dom.js";

const SWIPE_PX = 56;
const DOTS_AT_MOST = 12;

// --- the deck --------------------------------------------------------------------------------------------------

/** How much is shown follows the time there is; it is not part of a record. */
export function deckScreen(app) {
  const { root, parts } = fromTemplate("screen-deck");
  const choices = [...document.querySelectorAll("#deck-show > [data-show]")];
  let painted = null;

  for (const choice of choices) {
    choice.addEventListener("click", () => app.setShow(choice.dataset.show));
    choice.addEventListener("keydown", (event) => moveAmong(choices, event));
  }
  parts.again.addEventListener("click", () => app.loadDeck());
  for (const type of ["deck", "session"]) {
    app.addEventListener(type, () => app.screens.current === "deck" && paint());
  }
  // Ahead of time, so that the pictures are there when the deck opens.
  if (app.deck) layOut();
  return { root, enter: paint };

  function paint() {
    show(parts.missing, app.deckMissing);
    if (!app.deck) return;
    paintChoices();
    if (painted !== `${app.deck.release} ${app.show}`) layOut();
    for (const tile of parts.areas.children) markDone(tile, app);
  }

  function paintChoices() {
    for (const choice of choices) {
      const chosen = choice.dataset.show === app.show;
      choice.setAttribute("aria-checked", String(chosen));
      choice.tabIndex = chosen ? 0 : -1;
    }
    show(choices.find(({ dataset }) => dataset.show === "longer"), hasLonger(app.deck));
  }

  function layOut() {
    parts.areas.replaceChildren(...areasFor(app.deck, app.show).map((area) => areaTile(app, area)));
    painted = `${app.deck.release} ${app.show}`;
  }
}

function areaTile(app, { code, label, first, count }) {
  const { root, parts } = fromTemplate("area");
  root.dataset.area = code;
  parts.picture.src = first.picture;
  parts.label.textContent = label;
  show(parts.count, count > 1);
  parts.count.textContent = counted("cards", count);
  root.firstElementChild.addEventListener("click", () => app.screens.go("card", { slug: first.slug }));
  return root;
}

function markDone(tile, { session, looking }) {
  const done = !looking && session?.areas?.includes(tile.dataset.area);
  show(tile.querySelector(".area-done"), done);
  tile.firstElementChild.toggleAttribute("data-done", Boolean(done));
}

/** Arrow keys move among radio choices, as in a native group. */
function moveAmong(choices, event) {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  event.stopPropagation();
  const visible = choices.filter((choice) => !choice.hidden);
  const index = visible.indexOf(event.currentTarget);
  const next = visible[(index + step + visible.length) % visible.length];
  next.click();
  next.focus();
}

// --- one card --------------------------------------------------------------------------------------------------

export function cardScreen(app) {
  const { root, parts } = fromTemplate("screen-card");
  const pictures = new Map();
  const back = cardBack(app, parts);
  let place = null;
  let turned = false;

  parts.previous.addEventListener("click", () => move(place.previous));
  parts.next.addEventListener("click", () => move(place.next));
  parts.turn.addEventListener("click", () => turn(!turned));
  parts.talked.addEventListener("click", talkedAbout);
  parts.share.addEventListener("click", () => app.share([place.card.slug], languageOf(place.card)));
  onSwipe(parts.card, { next: () => move(place.next), previous: () => move(place.previous) });
  addEventListener("keydown", onKey);
  app.addEventListener("session", () => app.screens.current === "card" && paintChoices());

  return {
    root,
    enter({ slug, side }) {
      open(slug);
      setSide(side === "back");
    },
    /** Is the person's side showing? Then the screen is never covered by itself. */
    get isFront() {
      return !turned;
    },
  };

  function open(slug) {
    place = placeOf(app.deck, app.show, slug) ?? placeOf(app.deck, app.show, cardsFor(app.deck, app.show)[0].slug);
    const { card, previous, next } = place;
    parts.picture.replaceChildren(pictureOf(card));
    paintWords();
    parts.previous.disabled = !previous;
    parts.next.disabled = !next;
    paintPlace();
    app.cardShown(card);
    paintChoices();
    for (const neighbour of [next, previous]) if (neighbour) pictureOf(neighbour);
  }

  /** Another card keeps focus where it is, so that the same button can be pressed again; the title is read out. */
  function move(card) {
    if (!card) return;
    open(card.slug);
    setSide(false);
    remember();
    scrollTo(0, 0);
    const { title } = wordsOf(app.deck, card, app.language);
    app.page.announce(word("now_showing", { title, number: place.index + 1, count: place.count }));
  }

  function turn(toBack) {
    setSide(toBack);
    remember();
    scrollTo(0, 0);
    (toBack ? parts.backTitle : parts.title).focus({ preventScroll: true });
  }

  function setSide(toBack) {
    turned = toBack;
    if (toBack) back.fill(place.card);
    show(parts.front, !toBack);
    show(parts.back, toBack);
    show(parts.turnOver, !toBack);
    show(parts.turnBack, toBack);
    root.dataset.side = toBack ? "back" : "front";
  }

  function remember() {
    app.screens.swap({ slug: place.card.slug, side: turned ? "back" : "front" });
  }

  function talkedAbout() {
    const { area } = place.card;
    app.dispatch({ type: "area", code: area });
    const on = app.session?.areas?.includes(area);
    app.page.announce(word(on ? "talked_on" : "talked_off", { area: labelOf("areas", area) }));
  }

  function onKey(event) {
    if (app.screens.current !== "card" || app.covered || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "ArrowRight") move(place.next);
    if (event.key === "ArrowLeft") move(place.previous);
  }

  /** The language chosen, if this card has it and it is not the deck's own. */
  function languageOf(card) {
    return app.language !== app.deck.language && card.texts[app.language] ? app.language : null;
  }

  function paintWords() {
    const { card } = place;
    const language = languageOf(card);
    const words = wordsOf(app.deck, card, language);
    const picture = pictureOf(card);
    picture.alt = words.alt;
    parts.title.textContent = words.title;
    parts.line.textContent = words.line;
    for (const each of [picture, parts.title, parts.line]) each.lang = language ?? app.deck.language;
    show(parts.draft, words.draft);
    paintLanguages(card, language ?? app.deck.language);
  }

  function paintLanguages(card, chosen) {
    const offered = languagesOf(app.deck, card);
    show(parts.languages, offered.length > 1);
    const buttons = [...parts.languages.children];
    if (buttons.map(({ lang }) => lang).join() !== offered.join()) {
      parts.languages.replaceChildren(...offered.map(languageButton));
    }
    for (const button of parts.languages.children) press(button, button.lang === chosen);
  }

  function languageButton(code) {
    const button = Object.assign(document.createElement("button"), { type: "button", lang: code, textContent: labelOf("languages", code) });
    button.addEventListener("click", () => {
      app.setLanguage(code);
      paintWords();
      app.page.announce(parts.draft.hidden ? "" : parts.draft.textContent);
    });
    return button;
  }

  /** One picture element a card, made ahead for neighbours, so that the next card shows at once. */
  function pictureOf(card) {
    if (!pictures.has(card.picture)) {
      const alt = wordsOf(app.deck, card).alt;
      pictures.set(card.picture, Object.assign(new Image(), { src: card.picture, alt, draggable: false }));
    }
    return pictures.get(card.picture);
  }

  function paintPlace() {
    const { index, count, card } = place;
    const hasDots = count <= DOTS_AT_MOST;
    const text = document.createElement("span");
    text.textContent = word("card_place", { number: index + 1, count });
    parts.place.dataset.dots = hasDots;
    parts.place.replaceChildren(text, ...(hasDots ? Array.from({ length: count }, (_, each) => dot(each === index)) : []));
    app.page.place(labelOf("areas", card.area));
  }

  function paintChoices() {
    const recording = app.session && !app.looking;
    show(parts.talked, recording);
    press(parts.talked, recording && app.session.areas?.includes(place.card.area));
    if (turned) back.paint();
  }
}

/** The worker's side: { fill(card), paint() }. It is filled only when a card is turned over. */
function cardBack(app, parts) {
  let filled = null;
  return { fill, paint };

  function fill(card) {
    if (filled !== card) {
      filled = card;
      fillWords(card);
      parts.handOver.replaceChildren(...handedOverWith(card).map(kitRow));
    }
    paint();
  }

  function fillWords(card) {
    const words = wordsOf(app.deck, card);
    parts.backTitle.textContent = words.title;
    parts.thumb.replaceChildren(Object.assign(new Image(), { src: card.picture, alt: "" }));
    parts.say.textContent = words.say;
    parts.ask.replaceChildren(...words.ask.map(listItem));
    parts.offer.textContent = words.offer;
    parts.evidence.textContent = card.evidence.text;
    parts.reviewed.textContent = word("reviewed", { month: dateWords(card.reviewed_on, { month: "long", year: "numeric" }) });
    parts.sources.replaceChildren(...card.sources.map(({ label }) => listItem(label)));
    show(parts.handOverSection, handedOverWith(card).length);
    show(parts.unreviewed, !app.deck.clinically_reviewed);
    show(parts.sourcesSection, card.sources.length);
  }

  function paint() {
    const recording = app.session && !app.looking;
    for (const button of parts.handOver.querySelectorAll("button")) {
      button.disabled = !recording;
      press(button, recording && app.session.resources?.[button.dataset.code]?.status === "given");
    }
  }

  /** A tap carries the item into wrap up as given; how many is asked there. */
  function kitRow(code) {
    const { root, parts: own } = fromTemplate("card-kit-row");
    own.label.textContent = labelOf("resources", code);
    own.label.dataset.code = code;
    own.line.textContent = codes("resources").find((item) => item.code === code)?.line ?? "";
    own.label.addEventListener("click", () => {
      app.dispatch({ type: "carried", code });
    });
    return root;
  }
}

/** Resource codes of a card that are still offered. */
function handedOverWith({ hand_over }) {
  return hand_over.filter((code) => codes("resources").some((item) => item.code === code));
}

function listItem(text) {
  return Object.assign(document.createElement("li"), { textContent: text });
}

function dot(isHere) {
  const mark = document.createElement("i");
  mark.ariaHidden = "true";
  mark.toggleAttribute("data-here", isHere);
  return mark;
}

/** Sideways swipes with a finger or pen; the card follows. A mouse may select text instead. */
function onSwipe(element, { next, previous }) {
  let from = null;

  element.addEventListener("pointerdown", (event) => {
    if (event.isPrimary && event.pointerType !== "mouse") from = event;
  });
  element.addEventListener("pointermove", (event) => {
    if (!from) return;
    const sideways = event.clientX - from.clientX;
    if (Math.abs(sideways) > Math.abs(event.clientY - from.clientY)) element.style.translate = `${sideways / 3}px`;
  });
  element.addEventListener("pointerup", (event) => {
    if (!from) return;
    const [x, y] = [event.clientX - from.clientX, event.clientY - from.clientY];
    settle();
    if (Math.abs(x) < SWIPE_PX || Math.abs(x) < 2 * Math.abs(y)) return;
    if (x < 0) next();
    else previous();
  });
  element.addEventListener("pointercancel", settle);

  function settle() {
    from = null;
    element.style.translate = "";
  }
}
