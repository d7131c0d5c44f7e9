import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

globalThis.HTMLElement = class extends EventTarget {};
const { ErrorSummary } = await import("../../static/js/elements/error-summary.js");
const { ExportRun } = await import("../../static/js/elements/export-run.js");

let focused;

beforeEach(() => {
  focused = null;
  globalThis.document = { body: {}, activeElement: null };
  document.activeElement = document.body;
});

function summary() {
  return Object.assign(new ErrorSummary(), { focus: () => (focused = "summary") });
}

test("what was refused is read first", () => {
  summary().connectedCallback();

  assert.equal(focused, "summary");
});

for (const [where, field] of [
  ["in a field", { value: "", defaultValue: "" }],
  ["typing in the field that the page begins with", { autofocus: true, value: "12", defaultValue: "" }],
]) {
  test(`whoever is ${where}, since the script came late, is left there`, () => {
    document.activeElement = field;

    summary().connectedCallback();

    assert.equal(focused, null);
  });
}

test("the field that the page begins with does not keep what was refused from being read", () => {
  document.activeElement = { autofocus: true, value: "", defaultValue: "" };

  summary().connectedCallback();

  assert.equal(focused, "summary");
});

function runningExport() {
  const parts = { '[role="status"]': { textContent: "12 rows so far" }, progress: {} };
  const dataset = { state: "running", asks: "/how-far/", silent: "Look again." };
  const element = Object.assign(new ExportRun(), { dataset, querySelector: (which) => parts[which] ?? null });
  return { element, status: parts['[role="status"]'] };
}

/** Let as many seconds pass, and what they bring about. */
async function seconds(timers, count) {
  for (let second = 0; second < count; second++) {
    timers.tick(1000);
    await new Promise((done) => setImmediate(done));
  }
}

test("an export that nothing is heard of any more says so after half a minute, and not before", async ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  globalThis.fetch = async () => new Response(null, { status: 503 });
  const { element, status } = runningExport();

  element.connectedCallback();
  await seconds(mock.timers, 20);
  assert.equal(status.textContent, "12 rows so far");

  await seconds(mock.timers, 20);
  assert.equal(status.textContent, "Look again.");
});

test("an export goes on to be asked about after an answer that never came", async ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const tooLate = new AbortController();
  mock.method(AbortSignal, "timeout", () => tooLate.signal);
  const answers = [
    (signal) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    async () => Response.json({ state: "running", rows: 30, expected: 40, sentence: "30 rows so far" }),
  ];
  globalThis.fetch = (_url, { signal }) => (answers.length > 1 ? answers.shift() : answers[0])(signal);
  const { element, status } = runningExport();

  element.connectedCallback();
  tooLate.abort();
  await seconds(mock.timers, 2);
  element.disconnectedCallback();

  assert.equal(status.textContent, "30 rows so far");
});
