/**
 * Where test data lives: all of it is in `fixtures/`. A missing file is an error, so no suite can pass without its data.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

/** The project's folder: the nearest one upwards that holds package.json. */
export const ROOT: string = (() => {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  return folder;
})();

/** Parsed JSON of a file below `fixtures/`, compressed if its name ends in `.gz`. */
export function fixture<T>(path: string): T {
  const bytes = readFileSync(join(ROOT, "fixtures", path));
  return JSON.parse((path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8")) as T;
}
