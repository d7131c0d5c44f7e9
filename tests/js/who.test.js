import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Who } from "../../static/js/deliver/who.js";

const [SR, JM] = [12, 13];
const ENDS_KEY = "vein-care-sign-out";
const config = { meUrl: "/me", signOutUrl: "/out", signInUrl: "/in" };
const hooks = { here: () => {}, gone: () => false, holds: () => undefined };

let kept;
let asked;
let told;

beforeEach(() => {
  kept = new Map();
  asked = [];
  told = [];
  const value = {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, text) => kept.set(key, text),
    removeItem: (key) => kept.delete(key),
  };
  Object.defineProperty(globalThis, "localStorage", { configurable: true, value });
  globalThis.fetch = async (url, { headers }) => {
    if (url === config.meUrl) return new Promise((answer) => asked.push(answer));
    told.push(headers["Sign-Out"]);
    return new Response(null, { status: 204 });
  };
});

function pageOfTheCards({ vault = null } = {}) {
  const channel = new EventTarget();
  channel.postMessage = () => {};
  const who = new Who({ config, vault, wantsTablet: false, channel, hooks });
  const hears = (data) => channel.dispatchEvent(new MessageEvent("message", { data }));
  return { who, hears };
}

const here = (id) => Response.json({ schema: 1, worker: { id }, ticket: { value: `of ${id}` }, tablet: { token: "t" } });
const nobody = (more = {}) => Response.json({ signed_in: false, sign_in_url: "/in", ...more }, { status: 401 });

/** Everything that waits for nothing but promises has happened. */
const settled = () => new Promise((resolve) => setTimeout(resolve));

async function answer(which, response) {
  await settled();
  asked[which](response);
  await settled();
}

async function withSomebody(parts = {}) {
  const page = pageOfTheCards(parts);
  page.who.refresh();
  await answer(0, here(SR));
  assert.equal(page.who.me.worker.id, SR);
  return page;
}

test("a later answer that nobody is here counts, though an earlier one has just brought somebody", async () => {
  const { who } = pageOfTheCards();
  who.refresh();
  who.refresh();

  await answer(0, here(SR));
  await answer(1, nobody());

  assert.equal(who.me, null);
});

test("a later answer that somebody is here counts, though an earlier one has just said nobody", async () => {
  const { who } = pageOfTheCards();
  who.refresh();
  who.refresh();

  await answer(0, nobody());
  await answer(1, here(SR));

  assert.equal(who.me.worker.id, SR);
});

test("an earlier answer that comes late says nothing any more", async () => {
  const { who } = pageOfTheCards();
  who.refresh();
  who.refresh();

  await answer(1, nobody());
  await answer(0, here(SR));

  assert.equal(who.me, null);
});

test("whoever has left at another page is ended before anything is asked, whether or not what that page kept is here yet", async () => {
  const { who, hears } = await withSomebody();

  hears({ worker: null, out: SR, at: Date.now() });
  assert.equal(who.me, null);
  await answer(1, nobody());

  assert.deepEqual(told, [`out ${SR}`]);
  assert.equal(kept.get(ENDS_KEY), undefined);
});

test("a page that slept while somebody left, and came back, does not end their new login", async () => {
  const { who, hears } = await withSomebody();

  hears({ worker: null, out: SR, at: Date.now() - 60_000 });
  await answer(1, here(SR));

  assert.deepEqual(told, []);
  assert.equal(who.me.worker.id, SR);
});

test("a ticket that is refused takes nothing from somebody who came while it was asked with", async () => {
  const dropped = [];
  const vault = {
    has: async () => true,
    workers: async () => [],
    counter: async () => null,
    keep: async ({ worker }) => ({ keyed: { worker: worker.id }, initials: "SR" }),
    drop: async (worker) => dropped.push(worker),
  };
  const { who } = await withSomebody({ vault });
  await who.choosePin(SR, "805213");
  who.refresh();
  who.refresh();

  await answer(2, nobody()); // the login is over: goes on with the ticket
  await answer(1, here(JM));
  await answer(3, nobody({ ticket: "refused" }));

  assert.deepEqual(dropped, []);
  assert.equal(who.pinIsOver, false);
  assert.equal(who.me, null);
});
