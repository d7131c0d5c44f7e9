import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const STATIC = join(ROOT, "static");
const ENTRY = "js/deliver/main.js";
const STATIC_IMPORT = /^import\s[^"]*"(\.[^"]+)";/gm;

function imported(from, seen = new Set([from])) {
  const text = readFileSync(join(STATIC, from), "utf8");
  for (const [, path] of text.matchAll(STATIC_IMPORT)) {
    const module = relative(STATIC, join(STATIC, dirname(from), path));
    if (seen.has(module)) continue;
    seen.add(module);
    imported(module, seen);
  }
  return seen;
}

test("the shell names every module the tablet page imports, so that they come side by side", () => {
  const template = readFileSync(join(ROOT, "templates/deliver/_modules.html"), "utf8");
  const named = [...template.matchAll(/static '([^']+)'/g)].map(([, path]) => path);

  const needed = [...imported(ENTRY)].filter((module) => module !== ENTRY);

  assert.deepEqual(named.sort(), needed.sort());
});
