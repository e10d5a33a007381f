/**
 * `npm run docs`: makes the generated parts of the documentation anew.
 */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../support/data.ts";
import { ALL_BLOCKS } from "./all-blocks.ts";
import { apiFiles } from "./api-report.ts";
import { read, renewAll } from "./blocks.ts";

/** Writes the files of `docs/api/` that changed, and removes those that nothing makes any more; returns their paths. */
function renewApi(): string[] {
  mkdirSync(join(ROOT, "docs/api"), { recursive: true });
  const files = apiFiles();
  const old = readdirSync(join(ROOT, "docs/api"))
    .map((name) => `docs/api/${name}`)
    .filter((path) => !files.has(path));
  for (const path of old) rmSync(join(ROOT, path));
  const changed = [...files].filter(
    ([path, text]) => !existsSync(join(ROOT, path)) || read(path) !== text,
  );
  for (const [path, text] of changed) writeFileSync(join(ROOT, path), text);
  return [...old, ...changed.map(([path]) => path)];
}

const written = [...renewAll(ALL_BLOCKS), ...renewApi()];
console.log(written.length === 0 ? "nothing changed" : `written: ${written.join(", ")}`);
