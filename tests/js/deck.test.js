import assert from "node:assert/strict";
import { test } from "node:test";

import { areasFor, cardsFor, cardsInOrder, hasLonger, languagesOf, placeOf, wordsOf } from "../../static/js/deliver/deck.js";
import { rememberRecalled, withoutRecalled } from "../../static/js/deliver/server.js";

const card = (slug, area, short = false) => ({ slug, area, short, version: 1, texts: { "en-GB": { title: slug } } });

const deck = {
  language: "en-GB",
  areas: [
    { code: "water", label: "Water" },
    { code: "acids", label: "Citric and vit C" },
    { code: "sharing", label: "Whose is whose" },
  ],
  cards: [card("a1", "acids"), card("w1", "water"), card("w2", "water", true), card("w3", "water"), card("w4", "water"), card("gone", "acids")],
  recalled: ["gone"],
};

const slugs = (cards) => cards.map(({ slug }) => slug);

test("cards follow the order of the areas, and a recalled card is not there", () => {
  assert.deepEqual(slugs(cardsInOrder(deck)), ["w1", "w2", "w3", "w4", "a1"]);
});

test("the short deck has one card an area, and an area without a short card still has one", () => {
  assert.deepEqual(slugs(cardsFor(deck, "short")), ["w2", "a1"]);
});

test("more time shows up to two cards an area, the short one first", () => {
  assert.deepEqual(slugs(cardsFor(deck, "longer")), ["w2", "w1", "a1"]);
  assert.deepEqual(slugs(cardsFor(deck, "all")), ["w1", "w2", "w3", "w4", "a1"]);
});

test("an area with no card is not offered as a picture", () => {
  assert.deepEqual(areasFor(deck, "all").map(({ code, first, count }) => [code, first.slug, count]), [
    ["water", "w1", 4],
    ["acids", "a1", 1],
  ]);
});

test("a middle way is offered only when it differs from short and from all", () => {
  assert.equal(hasLonger(deck), true);
  assert.equal(hasLonger({ ...deck, cards: [card("w1", "water"), card("a1", "acids")] }), false);
});

test("a card knows its neighbours among those shown", () => {
  const place = placeOf(deck, "short", "w2");
  assert.deepEqual([place.index, place.count, place.previous, place.next.slug], [0, 2, null, "a1"]);
});

test("a card outside what is shown is found among all, and an unknown one is not", () => {
  assert.equal(placeOf(deck, "short", "w3").count, 5);
  assert.equal(placeOf(deck, "short", "nowhere"), null);
});

test("a card without words in a language falls back to the deck's own", () => {
  assert.equal(wordsOf(deck, deck.cards[0], "pl").title, "a1");
});

test("a card's languages begin with the deck's own", () => {
  const texts = { pl: { title: "Woda" }, "en-GB": { title: "Water" }, ro: { title: "Apa" } };
  assert.deepEqual(languagesOf(deck, { texts }), ["en-GB", "pl", "ro"]);
  assert.deepEqual(languagesOf(deck, card("w1", "water")), ["en-GB"]);
});

test("a card that the newest deck has recalled does not come back with an older one, until a newer one shows it again", () => {
  const kept = new Map();
  globalThis.localStorage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value), removeItem: (key) => kept.delete(key) };
  const [older, newer] = [deck, { ...deck, recalled: [] }];

  rememberRecalled({ recalled: ["w1", "w2"] });
  assert.deepEqual(slugs(cardsInOrder(withoutRecalled(older))), ["w3", "w4", "a1"]);

  // It was here already when the server named it as the newest.
  const shown = withoutRecalled(newer);
  assert.deepEqual(slugs(cardsInOrder(shown)), ["w3", "w4", "a1", "gone"]);
  rememberRecalled(shown);
  assert.deepEqual(slugs(cardsInOrder(withoutRecalled(shown))), ["w1", "w2", "w3", "w4", "a1", "gone"]);
});
