import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { endLogins, wishToEndLogin } from "../../static/js/deliver/server.js";

const ENDS_KEY = "vein-care-sign-out";
let kept;
let told;
let answers;

beforeEach(() => {
  kept = new Map();
  told = [];
  answers = false;
  globalThis.fetch = async (url, { headers }) => {
    if (!answers) throw new TypeError("no network");
    told.push(headers["Sign-Out"]);
    return new Response(null, { status: 204 });
  };
});

function keepIn(storage) {
  Object.defineProperty(globalThis, "localStorage", { configurable: true, value: storage });
}

const lasting = {
  getItem: (key) => kept.get(key) ?? null,
  setItem: (key, value) => kept.set(key, value),
  removeItem: (key) => kept.delete(key),
};
const refuse = () => {
  throw new DOMException("", "SecurityError");
};
const refusing = { getItem: refuse, setItem: refuse, removeItem: refuse };

test("what was wished without a network is told once there is one, and no more", async () => {
  keepIn(lasting);
  wishToEndLogin("out 1");
  wishToEndLogin("keep 2");
  assert.equal(await endLogins("/out"), false);

  answers = true;

  assert.equal(await endLogins("/out"), true);
  await endLogins("/out");
  assert.deepEqual(told, ["out 1", "keep 2"]);
});

test("a wish that another page has taken back is not told by this one", async () => {
  keepIn(lasting);
  wishToEndLogin("keep 2");
  await endLogins("/out");

  kept.delete(ENDS_KEY); // somebody has signed in there since
  answers = true;

  assert.equal(await endLogins("/out"), true);
  assert.deepEqual(told, []);
});

test("where the browser keeps nothing, a wish lasts as long as the page", async () => {
  keepIn(refusing);
  wishToEndLogin("out 1");
  await endLogins("/out");

  answers = true;

  assert.equal(await endLogins("/out"), true);
  assert.deepEqual(told, ["out 1"]);
});
