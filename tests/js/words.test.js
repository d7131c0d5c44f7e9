import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const SCRIPTS = join(ROOT, "static/js/deliver");
const script = readdirSync(SCRIPTS).map((name) => readFileSync(join(SCRIPTS, name), "utf8")).join("\n");
const template = readFileSync(join(ROOT, "templates/deliver/_words.html"), "utf8");
const words = [...template.matchAll(/data-word="([^"]+)"/g)].map(([, name]) => name);
const quoted = new Set([...script.matchAll(/"([a-z_.]+)"/g)].map(([, name]) => name));
const prefixes = [...script.matchAll(/\bword\(`([a-z_]+\.)\$\{/g)].map(([, prefix]) => prefix);
const counted = [...script.matchAll(/\bcounted\("([a-z_]+)"/g)].map(([, name]) => name);

test("every sentence the script names is in the template", () => {
  const named = [...script.matchAll(/\bword\("([^"]+)"/g)].map(([, name]) => name);
  assert.ok(named.length > 10);
  assert.deepEqual(named.filter((name) => !words.includes(name)), []);
  assert.deepEqual(counted.filter((name) => !words.includes(`${name}.one`) || !words.includes(`${name}.other`)), []);
  assert.deepEqual(prefixes.filter((prefix) => !words.some((name) => name.startsWith(prefix))), []);
});

test("no sentence in the template is left over", () => {
  const beginnings = [...prefixes, ...counted.map((name) => `${name}.`)];
  const isUsed = (name) => quoted.has(name) || beginnings.some((each) => name.startsWith(each)) || quoted.has(name.replace(/\.(title|text)$/, ""));
  assert.deepEqual(words.filter((name) => !isUsed(name)), []);
});

test("no sentence is there twice", () => {
  assert.deepEqual(words.filter((name, index) => words.indexOf(name) !== index), []);
});

for (const file of readdirSync(SCRIPTS)) {
  test(`${file} puts no markup on the page from a string and asks nobody else`, () => {
    const text = readFileSync(join(SCRIPTS, file), "utf8");
    assert.doesNotMatch(text, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|https?:/);
  });
}
