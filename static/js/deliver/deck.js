/*
 * The deck as the screens use it: cards in order, by area, short, longer or all. Pure.
 */

export const SHOW_SHORT = "short";
export const SHOW_LONGER = "longer";
export const SHOW_ALL = "all";

const CARDS_AN_AREA_WHEN_LONGER = 2;

/** Cards in the order of the areas, without those that were recalled. */
export function cardsInOrder(deck) {
  const recalled = new Set([...(deck.recalled ?? []), ...(deck.recalledBefore ?? [])]);
  const cards = deck.cards.filter((card) => !recalled.has(card.slug));
  return deck.areas.flatMap(({ code }) => cards.filter((card) => card.area === code));
}

/** What is shown for the time there is: one card an area, up to two, or every card. */
export function cardsFor(deck, show) {
  const cards = cardsInOrder(deck);
  if (show === SHOW_ALL) return cards;
  const most = show === SHOW_LONGER ? CARDS_AN_AREA_WHEN_LONGER : 1;
  return deck.areas.flatMap(({ code }) => shortFirst(cards.filter((card) => card.area === code)).slice(0, most));
}

/** One entry an area that has a card to show: { code, label, first, count }. */
export function areasFor(deck, show) {
  const cards = cardsFor(deck, show);
  return deck.areas
    .map(({ code, label }) => ({ code, label, own: cards.filter((card) => card.area === code) }))
    .filter(({ own }) => own.length)
    .map(({ code, label, own }) => ({ code, label, first: own[0], count: own.length }));
}

/** Is there anything between the short deck and all of it? */
export function hasLonger(deck) {
  const count = (show) => cardsFor(deck, show).length;
  return count(SHOW_LONGER) > count(SHOW_SHORT) && count(SHOW_LONGER) < count(SHOW_ALL);
}

/** { card, index, count, previous, next } for a slug; a card outside what is shown is found among all. */
export function placeOf(deck, show, slug) {
  const shown = cardsFor(deck, show);
  const cards = shown.some((card) => card.slug === slug) ? shown : cardsInOrder(deck);
  const index = cards.findIndex((card) => card.slug === slug);
  if (index < 0) return null;
  return {
    card: cards[index],
    index,
    count: cards.length,
    previous: cards[index - 1] ?? null,
    next: cards[index + 1] ?? null,
  };
}

/** The words of a card in the language asked for, or in the deck's own. */
export function wordsOf(deck, card, language) {
  return card.texts[language] ?? card.texts[deck.language];
}

/** The languages that a card's front has, the deck's own first. */
export function languagesOf(deck, card) {
  return [deck.language, ...Object.keys(card.texts).filter((code) => code !== deck.language)];
}

function shortFirst(cards) {
  return [...cards.filter((card) => card.short), ...cards.filter((card) => !card.short)];
}
