/**
 * `docs/api/` is what the sources say: a change that an application can notice is a change of its files.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ROOT } from "../support/data.ts";
import { apiFiles } from "./api-report.ts";
import { read } from "./blocks.ts";

const api = suite("documentation: docs/api");
const files = apiFiles();

api("every file is up to date, else run `npm run docs`", () => {
  const old = [...files]
    .filter(([path, text]) => !existsSync(join(ROOT, path)) || read(path) !== text)
    .map(([path]) => `${path} differs: run npm run docs`);
  assert.equal(old, []);
});

api("there is no file that nothing makes", () => {
  const there = readdirSync(join(ROOT, "docs/api")).map((name) => `docs/api/${name}`);
  assert.equal(there.sort(), [...files.keys()].sort());
});

api("every entry has a reference and a report", () => {
  assert.ok(files.size >= 17);
  for (const [path, text] of files) assert.ok(text.length > 80, path);
});

api.run();
