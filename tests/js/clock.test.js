import assert from "node:assert/strict";
import { test } from "node:test";

import { heldAt, made, partOfDay } from "../../static/js/deliver/record.js";

test("each hour of the day belongs to the part the data dictionary gives it", () => {
  const parts = Array.from({ length: 24 }, (_, hour) => partOfDay(hour));

  assert.deepEqual(parts.slice(0, 5), Array(5).fill("night"));
  assert.deepEqual(parts.slice(5, 12), Array(7).fill("morning"));
  assert.deepEqual(parts.slice(12, 17), Array(5).fill("afternoon"));
  assert.deepEqual(parts.slice(17, 22), Array(5).fill("evening"));
  assert.deepEqual(parts.slice(22), Array(2).fill("night"));
});

test("date and part of day are those of the site, not of the tablet", () => {
  const moment = new Date("2026-07-01T23:30:00Z");

  assert.deepEqual(heldAt(moment, "Europe/London"), { on: "2026-07-02", partOfDay: "night" });
  assert.deepEqual(heldAt(moment, "America/New_York"), { on: "2026-07-01", partOfDay: "evening" });
});

test("night after midnight belongs to the new date", () => {
  assert.deepEqual(heldAt(new Date("2026-11-22T00:05:00Z"), "Europe/London"), { on: "2026-11-22", partOfDay: "night" });
});

test("the hour that comes twice in October stays night", () => {
  for (const moment of ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"]) {
    assert.deepEqual(heldAt(new Date(moment), "Europe/London"), { on: "2026-10-25", partOfDay: "night" });
  }
});

test("a time zone the browser does not know does not stop a session", () => {
  const { on, partOfDay: part } = heldAt(new Date("2026-11-21T12:00:00Z"), "Mars/Olympus");
  assert.match(on, /^\d{4}-\d{2}-\d{2}$/);
  assert.ok(part);
});

test("the record keeps the tablet's wall clock and the time since the page opened", () => {
  const date = new Date("2026-11-21T20:15:00Z");
  assert.deepEqual(made({ date, boot: "b", elapsedMs: 12.7 }), {
    wall: "2026-11-21T20:15:00.000Z",
    boot: "b",
    elapsed_ms: 13,
  });
});
