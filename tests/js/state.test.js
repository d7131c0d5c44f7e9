import assert from "node:assert/strict";
import { test } from "node:test";

import { areasInOrder, cardsToGive, newSession, reduce, sameAgain } from "../../static/js/deliver/state.js";

const AREAS = ["environment", "hygiene", "acids", "water"];
const start = newSession({ recordId: "r1", site: 3, setting: "van" });

function after(...events) {
  return events.reduce(reduce, start);
}

const area = (code) => ({ type: "area", code });
const shown = (slug, code) => ({ type: "shown", slug, version: 1, area: code });

test("a new session has nothing recorded but the outcome", () => {
  assert.equal(start.outcome, "held");
  assert.equal(start.moment, "not_asked");
  for (const name of ["areas", "resources", "signposts", "mattered", "privateSpace", "lengthBand", "reason"]) {
    assert.equal(start[name], null, name);
  }
});

test("no step changes the session it was given", () => {
  const frozen = Object.freeze({ ...start, shown: Object.freeze([]) });
  assert.notEqual(reduce(frozen, area("water")), frozen);
  assert.equal(frozen.areas, null);
});

test("an area is switched on and off, and the last one off leaves a blank, not a none", () => {
  assert.deepEqual(after(area("water"), area("hygiene")).areas, ["water", "hygiene"]);
  assert.equal(after(area("water"), area("water")).areas, null);
});

test("none of these is a fact of its own, taken back by a second tap or by choosing an area", () => {
  const none = { type: "noAreas" };
  assert.deepEqual(after(area("water"), none).areas, []);
  assert.equal(after(none, none).areas, null);
  assert.deepEqual(after(none, area("water")).areas, ["water"]);
});

test("mattered most is one of the chosen areas, and goes when its area goes", () => {
  const mattered = (code) => ({ type: "mattered", code });
  assert.equal(after(area("water"), mattered("water")).mattered, "water");
  assert.equal(after(area("water"), mattered("hygiene")).mattered, null);
  assert.equal(after(area("water"), mattered("water"), mattered("water")).mattered, null);
  assert.equal(after(area("water"), area("hygiene"), mattered("water"), area("water")).mattered, null);
  assert.equal(after(area("water"), mattered("water"), { type: "noAreas" }).mattered, null);
});

test("opening a card twice shows it once, and does not say that it was talked about", () => {
  const session = after(shown("ampoule", "water"), shown("ampoule", "water"));
  assert.equal(session.shown.length, 1);
  assert.equal(session.areas, null);
});

test("a quantity is kept only for what was given", () => {
  const resource = (status, quantity) => ({ type: "resource", code: "water_ampoules", status, quantity });
  assert.deepEqual(after(resource("given", 10)).resources, { water_ampoules: { status: "given", quantity: 10 } });
  assert.deepEqual(after(resource("given")).resources, { water_ampoules: { status: "given", quantity: null } });
  assert.deepEqual(after(resource("none_left", 10)).resources.water_ampoules, { status: "none_left", quantity: null });
  assert.equal(after(resource("given", 10), resource(null)).resources, null);
});

test("nothing handed over clears the list, and handing something over takes it back", () => {
  const given = { type: "resource", code: "foil", status: "given", quantity: 1 };
  assert.deepEqual(after(given, { type: "noResources" }).resources, {});
  assert.equal(after({ type: "noResources" }, { type: "noResources" }).resources, null);
  assert.deepEqual(Object.keys(after({ type: "noResources" }, given).resources), ["foil"]);
});

test("single choices are taken back by a second tap", () => {
  const twice = (event) => after(event, event);
  assert.equal(twice({ type: "moment", code: "routine_visit" }).moment, "not_asked");
  assert.equal(twice({ type: "privateSpace", value: false }).privateSpace, null);
  assert.equal(twice({ type: "lengthBand", code: "under_5" }).lengthBand, null);
  assert.equal(twice({ type: "signpost", code: "gp" }).signposts, null);
});

test("no private space is not the same as a blank", () => {
  assert.equal(after({ type: "privateSpace", value: false }).privateSpace, false);
});

test("stopping early is an outcome, and taking it back drops its reason", () => {
  const stopped = after({ type: "stoppedEarly" }, { type: "reason", code: "illness" });
  assert.deepEqual([stopped.outcome, stopped.reason], ["cut_short", "illness"]);
  const back = reduce(stopped, { type: "stoppedEarly" });
  assert.deepEqual([back.outcome, back.reason], ["held", null]);
});

test("a session that was not today can become a conversation again, and loses its reason", () => {
  const no = after({ type: "notToday", outcome: "declined", reason: "language" });
  const back = reduce(no, { type: "tookPlace" });
  assert.deepEqual([back.outcome, back.reason], ["held", null]);
});

test("a conversation that stopped early stays so in wrap up", () => {
  const stopped = after({ type: "stoppedEarly" }, { type: "reason", code: "illness" });
  assert.equal(reduce(stopped, { type: "tookPlace" }), stopped);
});

test("same again keeps what was talked about and shown, and nothing else", () => {
  const first = after(
    shown("ampoule", "water"),
    area("water"),
    { type: "mattered", code: "water" },
    { type: "resource", code: "foil", status: "given", quantity: 2 },
    { type: "signpost", code: "gp" },
    { type: "moment", code: "routine_visit" },
    { type: "privateSpace", value: true },
    { type: "stoppedEarly" },
  );

  const second = sameAgain(first, "r2");

  assert.deepEqual(second, { ...start, recordId: "r2", areas: ["water"], shown: first.shown });
});

test("wrap up lists areas talked about first, then those shown, then the rest", () => {
  const session = after(shown("hands-first", "hygiene"), area("water"));
  assert.deepEqual(areasInOrder(session, AREAS), ["water", "hygiene", "environment", "acids"]);
});

test("an area this release no longer has is left out of the list", () => {
  assert.deepEqual(areasInOrder(after(area("gone")), AREAS), AREAS);
});

test("an unknown step is a mistake in the page and says so", () => {
  assert.throws(() => reduce(start, { type: "toString" }), /no such step/);
});

test("a tap on a card gives a thing or takes it back, and never loses a quantity", () => {
  const carried = { type: "carried", code: "water_ampoules" };
  const counted = { type: "resource", code: "water_ampoules", status: "given", quantity: 10 };
  const notWanted = { type: "resource", code: "water_ampoules", status: "offered_not_wanted" };

  assert.deepEqual(after(carried).resources, { water_ampoules: { status: "given", quantity: null } });
  assert.equal(after(carried, carried).resources, null);
  assert.deepEqual(after(counted, carried).resources, { water_ampoules: { status: "given", quantity: 10 } });
  assert.deepEqual(after(notWanted, carried).resources, { water_ampoules: { status: "given", quantity: null } });
});

test("a session keeps the deck it began with, and the same talk again has the same one", () => {
  const deck = (release) => ({ type: "deck", release, url: `/deck/${release}` });
  const session = after(deck(1), deck(2));

  assert.deepEqual(session.deck, { release: 1, url: "/deck/1" });
  assert.deepEqual(sameAgain(session, "r2").deck, { release: 1, url: "/deck/1" });
});

test("the cards to take along are those about what was talked about", () => {
  const session = after(shown("c1", "water"), shown("c2", "acids"), shown("c3", "water"), area("water"));
  assert.deepEqual(cardsToGive(session), ["c1", "c3"]);
});

test("with nothing marked they are all that were shown, and there may be none", () => {
  assert.deepEqual(cardsToGive(after(shown("c1", "water"), shown("c2", "acids"))), ["c1", "c2"]);
  assert.deepEqual(cardsToGive(after(shown("c1", "water"), area("acids"))), ["c1"]);
  assert.deepEqual(cardsToGive(start), []);
});
