import assert from "node:assert/strict";
import { test } from "node:test";

import { asksAboutPrivateSpace, buildRecord } from "../../static/js/deliver/record.js";
import { newSession, reduce } from "../../static/js/deliver/state.js";

const around = {
  ticket: "signed",
  deckRelease: 1,
  held: { on: "2026-11-21", partOfDay: "evening" },
  made: { wall: "2026-11-21T20:15:00.000Z", boot: "b", elapsed_ms: 1 },
};

function record(events, start = {}) {
  const session = events.reduce(reduce, newSession({ recordId: "r1", site: 3, setting: "van", ...start }));
  return buildRecord({ session, ...around });
}

const conversation = [
  { type: "shown", slug: "ampoule", version: 2, area: "water" },
  { type: "area", code: "water" },
  { type: "mattered", code: "water" },
  { type: "resource", code: "water_ampoules", status: "given", quantity: 10 },
  { type: "resource", code: "foil", status: "none_left" },
  { type: "signpost", code: "wound_care" },
  { type: "moment", code: "routine_visit" },
  { type: "privateSpace", value: true },
  { type: "lengthBand", code: "from_5_to_9" },
];

test("a full conversation becomes the record of the contract", () => {
  assert.deepEqual(record(conversation), {
    schema: 1,
    record_id: "r1",
    ticket: "signed",
    made: around.made,
    session: {
      site: 3,
      setting: "van",
      held_on: "2026-11-21",
      part_of_day: "evening",
      outcome: "held",
      reason: null,
      moment: "routine_visit",
      private_space: true,
      length_band: "from_5_to_9",
      areas_recorded: true,
      areas: ["water"],
      mattered_most: "water",
      cards: [{ slug: "ampoule", version: 2 }],
      deck_release: 1,
      resources_recorded: true,
      resources: [
        { code: "water_ampoules", status: "given", quantity: 10 },
        { code: "foil", status: "none_left", quantity: null },
      ],
      signposts_recorded: true,
      signposts: ["wound_care"],
    },
  });
});

test("everything may be blank but the outcome", () => {
  const { session } = record([]);
  assert.equal(session.outcome, "held");
  assert.deepEqual([session.areas_recorded, session.resources_recorded, session.signposts_recorded], [false, false, false]);
  assert.deepEqual([session.areas, session.resources, session.signposts, session.cards], [[], [], [], []]);
  assert.deepEqual([session.reason, session.mattered_most, session.private_space, session.length_band], Array(4).fill(null));
  assert.equal(session.moment, "not_asked");
});

test("none of these, nothing handed over and nowhere are recorded as such", () => {
  const { session } = record([{ type: "noAreas" }, { type: "noResources" }, { type: "noSignposts" }]);
  assert.deepEqual([session.areas_recorded, session.resources_recorded, session.signposts_recorded], [true, true, true]);
  assert.deepEqual([session.areas, session.resources, session.signposts], [[], [], []]);
});

test("a conversation that stopped early keeps what it held, and may have a reason", () => {
  const { session } = record([...conversation, { type: "stoppedEarly" }, { type: "reason", code: "illness" }]);
  assert.deepEqual([session.outcome, session.reason], ["cut_short", "illness"]);
  assert.deepEqual(session.areas, ["water"]);
});

for (const outcome of ["declined", "did_not_attend", "not_offered"]) {
  test(`${outcome} records no conversation, whatever was tapped before`, () => {
    const { session } = record([...conversation, { type: "notToday", outcome, reason: "language" }]);
    assert.deepEqual([session.outcome, session.reason], [outcome, "language"]);
    assert.deepEqual([session.areas_recorded, session.resources_recorded, session.signposts_recorded], [false, false, false]);
    assert.deepEqual([session.areas, session.resources, session.signposts], [[], [], []]);
    assert.deepEqual([session.mattered_most, session.private_space, session.length_band], [null, null, null]);
    assert.equal(session.moment, "not_asked");
    assert.deepEqual(session.cards, [{ slug: "ampoule", version: 2 }]);
  });

  test(`${outcome} without a reason leaves it blank`, () => {
    assert.equal(record([{ type: "notToday", outcome }]).session.reason, null);
  });
}

test("a conversation that was held carries no reason", () => {
  assert.equal(record([{ type: "reason", code: "illness" }]).session.reason, null);
});

for (const setting of ["phone", "online_chat"]) {
  test(`a private space is never recorded for ${setting}`, () => {
    assert.equal(asksAboutPrivateSpace(setting), false);
    assert.equal(record(conversation, { setting }).session.private_space, null);
  });
}

test("nothing in the record can hold a word about the person", () => {
  const { session } = record(conversation);
  assert.deepEqual(
    Object.keys(session).filter((name) => /name|note|text|comment|person|age|gender/.test(name)),
    [],
  );
});
