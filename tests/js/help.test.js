import assert from "node:assert/strict";
import { test } from "node:test";

import { debriefOf, isStale, noticesOn, servicesNear } from "../../static/js/deliver/help.js";
import { forEverybody, localOf, localWith, withToken } from "../../static/js/deliver/server.js";

const notice = { id: 1, text: "Strong stuff about", starts_on: "2026-11-21", ends_on: "2026-11-30" };

for (const [today, shown] of [
  ["2026-11-20", false],
  ["2026-11-21", true],
  ["2026-11-30", true],
  ["2026-12-01", false],
]) {
  test(`on ${today} a notice from 21 to 30 November is ${shown ? "shown" : "not shown"}`, () => {
    assert.deepEqual(noticesOn(today, [notice]), shown ? [notice] : []);
  });
}

test("services of the site come before those of all sites, and those of other sites not at all", () => {
  const services = [
    { id: 1, site: null },
    { id: 2, site: 3 },
    { id: 3, site: 4 },
  ];

  assert.deepEqual(servicesNear(3, services).map(({ id }) => id), [2, 1]);
});

test("while no site is chosen every service is near", () => {
  assert.equal(servicesNear(undefined, [{ site: null }, { site: 3 }]).length, 2);
});

test("a service is stale from the day on that the server names", () => {
  const service = { stale_on: "2026-11-21" };

  assert.deepEqual([isStale("2026-11-20", service), isStale("2026-11-21", service)], [false, true]);
});

test("after a hard talk a worker is told whom they can call, or to tell somebody they trust", () => {
  assert.deepEqual(debriefOf({ support_contact: "Kim, 0117 496 0130" }), ["debrief_call", { contact: "Kim, 0117 496 0130" }]);
  assert.deepEqual([debriefOf({ support_contact: "" }), debriefOf(null)], [["debrief"], ["debrief"]]);
});

test("what stays when nobody is signed in has no contacts for workers", () => {
  const help = { emergency_number: "999", out_of_hours: "Call us", safeguarding_contact: "Ann", needlestick_contact: "Bo" };

  const kept = forEverybody({ services: [], notices: [notice], help });

  assert.deepEqual(kept.help, { ...help, safeguarding_contact: "", needlestick_contact: "" });
  assert.deepEqual(kept.notices, [notice]);
});

test("nothing but the local parts of me.json is kept", () => {
  const me = { worker: { display_name: "Jo Marsh" }, ticket: { value: "secret" }, services: [], notices: [notice], help: {} };

  assert.deepEqual(localOf(me), { organisation: null, services: [], notices: [notice], help: {} });
});

test("a device keeps the tokens of its last four tablets, the last used first", () => {
  assert.equal(withToken(null, "a"), "a");
  assert.equal(withToken("a", "b"), "b,a");
  assert.equal(withToken("b,a", "a"), "a,b");
  assert.equal(withToken("d,c,b,a", "e"), "e,d,c,b");
});

test("what a PIN brings back does not push aside what the tablet has learned since, but for the contacts of workers", () => {
  const old = { organisation: { id: 1 }, services: [], notices: [], help: { emergency_number: "999", safeguarding_contact: "Ask Ali", needlestick_contact: "" } };
  const now = { organisation: 1, services: [{ name: "Clinic" }], notices: [{ text: "Strong stuff" }], help: { emergency_number: "112", safeguarding_contact: "" } };

  const local = localWith(now, old);

  assert.deepEqual(local.notices, now.notices);
  assert.deepEqual(local.services, now.services);
  assert.deepEqual([local.help.emergency_number, local.help.safeguarding_contact], ["112", "Ask Ali"]);
  assert.deepEqual(localWith({ ...now, organisation: 2 }, old), localOf(old));
});
