import assert from "node:assert/strict";
import { test } from "node:test";

import { dayOf, emptyRow, isDone, newer, Places, saidOf, serverAt, standingOf, together } from "../../static/js/training/places.js";

const ABOUT = { module: "peers", version: 1, lessons: [1, 2], checks: ["ask"] };
const NOON = Date.parse("2026-11-22T12:00:00Z");
const row = (more) => ({ ...emptyRow("jo", ABOUT), moved_at: NOON, ...more });

// Putting together

test("what is behind the reader only becomes more, and the later place stands", () => {
  const tablet = row({ lesson: 2, screen: 3, lessons_done: [1], checks_done: ["ask"], moved_at: NOON });
  const phone = row({ lesson: 1, screen: 2, lessons_done: [2], moved_at: NOON - 1000 });

  for (const [one, other] of [[tablet, phone], [phone, tablet]]) {
    const { lesson, screen, lessons_done, checks_done, moved_at } = together(one, other);
    assert.deepEqual({ lesson, screen, lessons_done, checks_done, moved_at }, { lesson: 2, screen: 3, lessons_done: [1, 2], checks_done: ["ask"], moved_at: NOON });
  }
});

test("a module is done when every lesson and every check is behind the reader", () => {
  assert.equal(isDone(row({ lessons_done: [1, 2], checks_done: ["ask"] }), ABOUT), true);
  assert.equal(isDone(row({ lessons_done: [1, 2] }), ABOUT), false);
  assert.equal(isDone(row({ lessons_done: [1], checks_done: ["ask"] }), ABOUT), false);
});

test("the server is told how long ago it was, since clocks differ, and never a time to come", () => {
  assert.equal(saidOf(row(), NOON + 5000).moved_ms_ago, 5000);
  assert.equal(saidOf(row(), NOON - 5000).moved_ms_ago, 0);
  assert.ok(!("learner" in saidOf(row(), NOON)) && !("turn" in saidOf(row(), NOON)));
  const { lessons_done, checks_done } = saidOf(row({ lessons_done: [1, 2], checks_done: ["ask"], new_lessons: [2] }), NOON);
  assert.deepEqual([lessons_done, checks_done], [[2], []]);
});

test("a day is that of this device", () => {
  assert.equal(dayOf(new Date(2026, 0, 5, 23, 59)), "2026-01-05");
});

const STANDINGS = [
  ["nobody", { learner: null, here: null }],
  ["somebody_else", { learner: "jo", here: "sam" }],
  ["somebody_else", { learner: "jo", here: null }],
  ["kept", { learner: "jo", here: "jo", waiting: 0 }],
  ["on_its_way", { learner: "jo", here: "jo", waiting: 1, lasting: true }],
  ["waits", { learner: "jo", here: "jo", waiting: 1, lasting: true, unreachable: true }],
  ["waits_for_sign_in", { learner: "jo", here: "jo", waiting: 1, lasting: true, signedOut: true }],
  ["keeps_nothing", { learner: "jo", here: "jo", waiting: 1, lasting: false, unreachable: true }],
];

for (const [standing, how] of STANDINGS) {
  test(`${JSON.stringify(how)} is said as ${standing}`, () => assert.equal(standingOf(how), standing));
}

// A device

/** One device whose store, network and last login a test decides on. */
function device({ rows = [], here = null, answer = { unreachable: true }, sends = null } = {}) {
  const kept = new Map();
  const name = ({ learner, module, version }) => [learner, module, version].join();
  rows.forEach((each) => kept.set(name(each), each));
  const it = { here, answer, now: NOON, said: [], sends };
  it.kept = () => [...kept.values()];
  it.open = async () => {
    const places = new Places({
      store: {
        lasting: true,
        all: async () => [...kept.values()],
        async change(key, change) {
          if (it.isFull) throw new DOMException("no room", "QuotaExceededError");
          const after = structuredClone(change(structuredClone(kept.get(name(key)))));
          kept.set(name(after), after);
          return after;
        },
        remove: async (each) => void kept.delete(name(each)),
      },
      server: {
        ask: async () => structuredClone(await (it.asks ? it.asks() : it.answer)),
        async send(said, csrf) {
          it.said.push(structuredClone({ ...said, csrf }));
          return it.sends ? it.sends(said) : { unreachable: true };
        },
      },
      who: { here: () => it.here, remember: (key) => (it.here = key) },
      clock: () => it.now,
    });
    await places.open();
    return places;
  };
  return it;
}

const knows = (learner, places = []) => ({ learner, learners: [learner], csrf: `token of ${learner}`, places });
const taken = (said) => ({ places: said.places });

test("what was read without a network waits under the key of whoever was signed in last, and is sent when the server answers", async () => {
  const tablet = device({ here: "jo" });
  const places = await tablet.open();
  await places.note(ABOUT, { lesson: 1, screen: 2 });
  await places.note(ABOUT, { lesson: 2, screen: 1, lessonDone: 1 });
  assert.deepEqual([places.waiting, await places.refresh(), places.standing], [1, 0, "waits"]);

  Object.assign(tablet, { answer: knows("jo"), sends: taken, now: NOON + 60_000 });
  const later = await tablet.open();
  assert.equal(await later.refresh(), 1);

  const [{ learner, csrf, places: [said] }] = tablet.said;
  assert.deepEqual([learner, csrf, said.lesson, said.lessons_done, said.moved_ms_ago], ["jo", "token of jo", 2, [1], 60_000]);
  assert.deepEqual([later.standing, later.waiting], ["kept", 0]);
});

test("nothing is noted where nobody was signed in", async () => {
  const tablet = device();
  const places = await tablet.open();

  await places.note(ABOUT, { lesson: 1, screen: 2 });

  assert.deepEqual([places.standing, tablet.kept()], ["nobody", []]);
});

test("what somebody does before the server has said who they are is noted as theirs", async () => {
  const tablet = device({ answer: knows("jo"), sends: taken });
  const places = await tablet.open();
  assert.deepEqual([places.standing, places.asked], ["nobody", false]);

  places.refresh();
  await places.note(ABOUT, { lesson: 1, screen: 2 });
  assert.equal(places.asked, true);

  assert.deepEqual(tablet.kept().map(({ learner, screen }) => [learner, screen]), [["jo", 2]]);
});

test("places of another person that wait are neither sent nor lost when somebody else signs in", async () => {
  const tablet = device({ rows: [row({ learner: "jo", waits: true, turn: 1, lesson: 2 })], here: "jo", answer: knows("sam"), sends: taken });
  const places = await tablet.open();
  await places.refresh();
  await places.note(ABOUT, { lesson: 1, screen: 1 });
  await places.send();

  assert.deepEqual(tablet.said.map(({ learner, places: [{ lesson }] }) => [learner, lesson]), [["sam", 1]]);
  assert.equal(places.othersWaiting, 1);
  assert.deepEqual(tablet.kept().map(({ learner, lesson, waits }) => [learner, lesson, waits]), [["jo", 2, true], ["sam", 1, false]]);

  Object.assign(tablet, { answer: knows("jo"), said: [] });
  await (await tablet.open()).refresh();
  assert.deepEqual(tablet.said.map(({ learner, places: [{ lesson }] }) => [learner, lesson]), [["jo", 2]]);
});

test("what others have read and sent does not lie about once somebody else is here", async () => {
  const tablet = device({ rows: [row({ learner: "jo", waits: false })], here: "sam", answer: knows("sam") });

  await (await tablet.open()).refresh();

  assert.deepEqual(tablet.kept(), []);
});

test("a page that somebody began goes on under nobody's name once another has come to the device", async () => {
  const tablet = device({ here: "jo" });
  const places = await tablet.open();
  await places.note(ABOUT, { lesson: 1, screen: 2 });
  tablet.here = "sam";

  await places.note(ABOUT, { lesson: 2, screen: 1, lessonDone: 1 });
  Object.assign(tablet, { answer: knows("sam"), sends: taken });
  await places.refresh();

  assert.equal(places.standing, "somebody_else");
  assert.deepEqual(tablet.kept().map(({ learner, screen, lessons_done }) => [learner, screen, lessons_done]), [["jo", 2, []]]);
  assert.deepEqual(tablet.said, []);
});

test("what is noted while something is sent goes right after it", async () => {
  const tablet = device({ here: "jo", answer: knows("jo") });
  const places = await tablet.open();
  await places.refresh();
  await places.note(ABOUT, { lesson: 1, screen: 2 });
  tablet.sends = async (said) => {
    tablet.sends = taken;
    await places.note(ABOUT, { lesson: 1, screen: 3 });
    return taken(said);
  };

  assert.equal(await places.send(), 2);

  assert.deepEqual(tablet.said.map(({ places: [{ screen }] }) => screen), [2, 3]);
  assert.equal(places.waiting, 0);
});

test("the server's refusal keeps everything waiting, and the next question brings a new token", async () => {
  const tablet = device({ here: "jo", answer: knows("jo"), sends: null });
  const places = await tablet.open();
  await places.refresh();
  await places.note(ABOUT, { lesson: 1, screen: 2 });
  tablet.sends = () => ({ refused: true });
  assert.equal(await places.send(), 0);
  assert.equal(await places.send(), 0);
  assert.equal(tablet.said.length, 1);

  tablet.sends = taken;

  assert.equal(await places.refresh(), 1);
});

test("another device's place is taken up, and one that waits here is not lost by it", async () => {
  const elsewhere = { ...ABOUT, lesson: 2, screen: 1, lessons_done: [1], checks_done: [], moved_ms_ago: 1000 };
  const tablet = device({ rows: [row({ learner: "jo", waits: true, turn: 4, lesson: 1, screen: 3, checks_done: ["ask"] })], here: "jo" });
  tablet.answer = knows("jo", [elsewhere]);
  const places = await tablet.open();

  await places.refresh();

  const { lesson, screen, lessons_done, checks_done, waits } = places.row(ABOUT);
  assert.deepEqual([lesson, screen, lessons_done, checks_done, waits], [1, 3, [1], ["ask"], true]);
});

test("after a new secret of the service, what waits under the earlier key is sent under the new one", async () => {
  const tablet = device({ rows: [row({ learner: "old", waits: true, turn: 1, lesson: 2 })], here: "old" });
  Object.assign(tablet, { answer: { ...knows("new"), learners: ["new", "old"] }, sends: taken });

  await (await tablet.open()).refresh();

  assert.deepEqual(tablet.said.map(({ learner, places }) => [learner, places.length]), [["new", 1]]);
  assert.deepEqual(tablet.kept().map(({ learner, waits }) => [learner, waits]), [["new", false]]);
});

test("whose login is over is told to sign in, and the place waits", async () => {
  const tablet = device({ here: "jo", answer: {} });
  const places = await tablet.open();
  await places.refresh();

  await places.note(ABOUT, { lesson: 1, screen: 2 });

  assert.equal(places.standing, "waits_for_sign_in");
});

test("what was done before a module was begun again elsewhere is not said a second time by a device that does not know", async () => {
  const before = row({ learner: "jo", lessons_done: [1, 2], checks_done: ["ask"], waits: false, turn: 7 });
  const phone = device({ rows: [before], here: "jo" });
  const offline = await phone.open();
  await offline.note(ABOUT, { lesson: 2, screen: 1, lessonDone: 1 });

  Object.assign(phone, { answer: knows("jo", []), sends: () => ({ places: [{ ...ABOUT, lesson: 2, screen: 1, lessons_done: [1], checks_done: [], moved_ms_ago: 0 }] }) });
  const later = await phone.open();
  await later.refresh();

  const [{ places: [said] }] = phone.said;
  assert.deepEqual([said.lessons_done, said.checks_done], [[1], []]);
  assert.deepEqual([later.row(ABOUT).lessons_done, later.row(ABOUT).checks_done], [[1], []]);
});

test("read once more without a network, it is done on the day on which the last of it was read again", async () => {
  const phone = device({ rows: [row({ learner: "jo", lessons_done: [1, 2], checks_done: ["ask"], waits: false, turn: 7 })], here: "jo" });
  const places = await phone.open();
  await places.note(ABOUT, { lesson: 2, screen: 1, lessonDone: 1 });
  await places.note(ABOUT, { lesson: 2, screen: 1, checkDone: "ask" });
  assert.equal(places.row(ABOUT).done_on, null);

  phone.now += 86_400_000;
  await places.note(ABOUT, { lesson: 2, screen: 2, lessonDone: 2 });
  phone.now += 86_400_000;
  await places.note(ABOUT, { lesson: 2, screen: 1, lessonDone: 2 });

  assert.equal(places.row(ABOUT).done_on, dayOf(new Date(NOON + 86_400_000)));
});

test("what was sent and not answered is sent again whole", async () => {
  const tablet = device({ here: "jo", answer: knows("jo") });
  const places = await tablet.open();
  await places.refresh();
  await places.note(ABOUT, { lesson: 2, screen: 1, lessonDone: 1 });
  await places.send();
  await places.note(ABOUT, { lesson: 2, screen: 2, checkDone: "ask" });

  tablet.sends = taken;
  await places.send();

  assert.deepEqual(tablet.said.map(({ places: [said] }) => [said.lessons_done, said.checks_done]), [[[1], []], [[1], ["ask"]]]);
});

test("two pages of one device overwrite nothing of each other's", async () => {
  const tablet = device({ here: "jo" });
  const [one, other] = [await tablet.open(), await tablet.open()];

  await one.note(ABOUT, { lesson: 2, screen: 1, lessonDone: 1 });
  await other.note(ABOUT, { lesson: 2, screen: 2, lessonDone: 2 });

  assert.deepEqual(tablet.kept().map(({ lessons_done, new_lessons }) => [lessons_done, new_lessons]), [[[1, 2], [1, 2]]]);
});

test("what another page notes while this one sends goes on waiting", async () => {
  const tablet = device({ here: "jo", answer: knows("jo") });
  const [one, other] = [await tablet.open(), await tablet.open()];
  await one.note(ABOUT, { lesson: 1, screen: 2, checkDone: "ask" });
  tablet.sends = async (said) => {
    await other.note(ABOUT, { lesson: 2, screen: 1, lessonDone: 1 });
    tablet.sends = null;
    return taken(said);
  };

  await one.refresh();

  assert.deepEqual(tablet.kept().map(({ new_lessons, waits }) => [new_lessons, waits]), [[[1], true]]);
});

test("what is noted while the page reads what lies here is not lost", async () => {
  const tablet = device({ here: "jo", answer: knows("jo", [{ ...ABOUT, lesson: 1, screen: 1, lessons_done: [], checks_done: [], moved_ms_ago: 90_000 }]) });
  const places = await tablet.open();
  const asking = places.refresh();
  for (let turn = 0; turn < 4; turn += 1) {
    await places.note(ABOUT, { lesson: 1, screen: turn + 2 });
  }
  await asking;

  assert.deepEqual([places.row(ABOUT).screen, places.row(ABOUT).waits], [5, true]);
  assert.deepEqual(tablet.kept().map(({ screen, waits }) => [screen, waits]), [[5, true]]);
});

test("what is noted at the moment at which somebody else turns out to be here has nothing of the one before", async () => {
  const tablet = device({ rows: [row({ learner: "jo", waits: true, turn: 1, lessons_done: [1], new_lessons: [1] })], here: "jo", answer: knows("sam"), sends: taken });
  const places = await tablet.open();
  const asking = places.refresh();
  for (let turn = 0; turn < 20 && places.learner === "jo"; turn += 1) await null;
  await places.note(ABOUT, { lesson: 1, screen: 2 });
  await asking;

  const sams = tablet.kept().find(({ learner }) => learner === "sam");
  assert.deepEqual([sams.lessons_done, sams.new_lessons], [[], []]);
  assert.deepEqual(tablet.said.flatMap(({ learner, places: said }) => said.map(({ lessons_done }) => [learner, lessons_done])), [["sam", []]]);
});

test("an answer that comes after a later one says nothing any more", async () => {
  const tablet = device({ here: null });
  const places = await tablet.open();
  let answerLate;
  tablet.answer = new Promise((resolve) => (answerLate = resolve));
  tablet.asks = () => tablet.answer;
  const first = places.refresh();
  tablet.asks = async () => knows("sam");
  const noted = places.note(ABOUT, { lesson: 1, screen: 2 });
  await places.refresh();
  answerLate(knows("jo"));
  await Promise.all([first, noted]);

  assert.deepEqual([tablet.here, places.learner, places.standing], ["sam", "sam", "on_its_way"]);
});

test("where there is no room to keep it, a place is sent all the same, and the page does not say that it is kept", async () => {
  const tablet = device({ here: "jo", answer: knows("jo") });
  const places = await tablet.open();
  await places.refresh();
  tablet.isFull = true;
  await places.note(ABOUT, { lesson: 1, screen: 2 });
  assert.deepEqual([places.lasting, places.waiting, tablet.kept()], [false, 1, []]);

  tablet.sends = taken;
  assert.equal(await places.send(), 1);
  assert.equal(places.waiting, 0);
});

test("of what lies here and what a page knows the later change counts", () => {
  const kept = row({ turn: 3, screen: 3 });
  assert.equal(newer(kept, row({ turn: 4, waits: true, screen: 4 })).screen, 4);
  assert.equal(newer(kept, row({ turn: 2, waits: true, screen: 2 })), kept);
  assert.equal(newer(kept, row({ turn: 4, waits: false })), kept);
  assert.equal(newer(undefined, kept), kept);
});

test("the day is noted once, when the last of a module is behind the reader", async () => {
  const tablet = device({ here: "jo" });
  const places = await tablet.open();
  await places.note(ABOUT, { lesson: 1, screen: 2, lessonDone: 1 });
  await places.note(ABOUT, { lesson: 2, screen: 1, checkDone: "ask" });
  assert.equal(places.row(ABOUT).done_on, null);

  await places.note(ABOUT, { lesson: 2, screen: 2, lessonDone: 2 });
  tablet.now += 3 * 86_400_000;
  await places.note(ABOUT, { lesson: 1, screen: 1 });

  assert.equal(places.row(ABOUT).done_on, dayOf(new Date(NOON)));
});

// Over the network

/** What is asked of the server by ask(), where `wishes` wait and the server answers a sign-out with `status`. */
async function askedWith({ wishes, status }) {
  const kept = new Map([["vein-care-sign-out", wishes]]);
  const asked = [];
  Object.defineProperty(globalThis, "localStorage", {
    configurable: true,
    value: { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value), removeItem: (key) => kept.delete(key) },
  });
  globalThis.fetch = async (url, { headers = {} } = {}) => {
    asked.push([url, headers["Sign-Out"]].filter(Boolean).join(" "));
    if (url === "/out") return new Response(null, { status });
    return Response.json({ schema: 1, learner: "jo", learners: ["jo"], csrf: "token", places: [] });
  };
  const answer = await serverAt({ meUrl: "/me", placesUrl: "/places", signOutUrl: "/out" }).ask();
  return { asked, answer };
}

test("a login that whoever was here before left behind ends before anybody is asked who is here", async () => {
  const { asked, answer } = await askedWith({ wishes: "keep 12", status: 204 });

  assert.deepEqual(asked, ["/out keep 12", "/me"]);
  assert.equal(answer.learner, "jo");
});

test("while it cannot be ended, nothing is asked by it", async () => {
  const { asked, answer } = await askedWith({ wishes: "keep 12", status: 503 });

  assert.deepEqual(asked, ["/out keep 12"]);
  assert.deepEqual(answer, { unreachable: true });
});
