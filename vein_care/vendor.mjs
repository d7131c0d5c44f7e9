/*
 * Joins modules of npm packages into one small file each. Run by vein_care/vendor.py at set-up:
 *
 *     node vein_care/vendor.mjs PACKAGES FOLDER '{"jose/index.js": {"banner": "…", "exports": {"jose/…/encrypt.js": ["CompactEncrypt"]}}}'
 *
 * Writes each file into FOLDER and prints which modules are inside.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";

import { rollup } from "@rollup/wasm-node";
import { minify } from "terser";

const ENTRY = "entry";

async function joined(packages, { banner, exports }) {
  const lines = Object.entries(exports).map(([path, names]) => `export { ${names.join(", ")} } from ${JSON.stringify(join(packages, path))};`);
  const entry = { name: ENTRY, resolveId: (id) => (id === ENTRY ? id : null), load: (id) => (id === ENTRY ? lines.join("\n") : null) };
  const onwarn = ({ message }) => {
    throw new Error(message);
  };
  const bundle = await rollup({ input: ENTRY, plugins: [entry], onwarn });
  const { output } = await bundle.generate({ format: "es" });
  const { code } = await minify(output[0].code, { module: true, ecma: 2020, format: { comments: false, preamble: banner } });
  return { code: `${code}\n`, modules: Object.keys(output[0].modules).filter((id) => id !== ENTRY) };
}

const [packages, folder, wanted] = process.argv.slice(2);
for (const [target, what] of Object.entries(JSON.parse(wanted))) {
  const { code, modules } = await joined(packages, what);
  await mkdir(dirname(join(folder, target)), { recursive: true });
  await writeFile(join(folder, target), code);
  console.log(target, ...modules.map((module) => relative(packages, module)).sort());
}
