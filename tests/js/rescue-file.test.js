import assert from "node:assert/strict";
import { test } from "node:test";

import { rescueFile } from "../../static/js/rescue-file.js";

const ABOUT = { origin: "https://cards.example", savedOn: "2026-11-22" };

test("a rescue file says what it is and then holds one sealed record a line, the oldest first", () => {
  const entries = [
    { record_id: "b", sealed: "s.e.a.l.b", token: "secret", created: 2, state: "held" },
    { record_id: "a", sealed: "s.e.a.l.a", token: "secret", created: 1, state: "attention" },
  ];

  const { name, text } = rescueFile(entries, ABOUT);

  assert.equal(name, "cards-rescue-2026-11-22.jsonl");
  assert.equal(
    text,
    '{"vein_care_rescue":1,"origin":"https://cards.example","saved_on":"2026-11-22","records":2}\n' +
      '{"record_id":"a","sealed":"s.e.a.l.a"}\n' +
      '{"record_id":"b","sealed":"s.e.a.l.b"}\n',
  );
});

test("a rescue file gives nobody the permission of a tablet", () => {
  const { text } = rescueFile([{ record_id: "a", sealed: "s", token: "secret", created: 1 }], ABOUT);

  assert.doesNotMatch(text, /secret|token/);
});

test("five thousand records fit into one file", () => {
  const entries = Array.from({ length: 5000 }, (_, number) => ({ record_id: `r${number}`, sealed: "x".repeat(1500), created: number }));

  const lines = rescueFile(entries, ABOUT).text.trimEnd().split("\n").map(JSON.parse);

  assert.equal(lines.length, 5001);
  assert.deepEqual([lines[0].records, lines[1].record_id, lines[5000].record_id], [5000, "r0", "r4999"]);
});

test("nothing saved gives a file without records", () => {
  assert.equal(rescueFile([], ABOUT).text.split("\n").length, 2);
});
