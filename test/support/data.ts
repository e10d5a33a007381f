/**
 * Where test data lives. Small, freely licensed sets are in `fixtures/`; the large ones are read from the folder that
 * SEALWIRE_VECTORS names (default: `shared/vectors` beside the checkout). In CI they must be there.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

/** The project's folder: the nearest one upwards that holds package.json. */
export const ROOT: string = (() => {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  return folder;
})();

const VECTORS = process.env["SEALWIRE_VECTORS"] ?? resolve(ROOT, "../shared/vectors");

/** Parsed JSON of a file below `fixtures/`, compressed if its name ends in `.gz`. */
export function fixture<T>(path: string): T {
  return parsed<T>(join(ROOT, "fixtures", path));
}

function parsed<T>(file: string): T {
  const bytes = readFileSync(file);
  return JSON.parse((file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8")) as T;
}

/** Path of a large vector file, or null if the set is not here (never in CI, where that is an error). */
export function vectorPath(path: string): string | null {
  const file = join(VECTORS, path);
  if (existsSync(file)) return file;
  if (process.env["CI"]) throw new Error(`test vectors are missing: ${path}; set SEALWIRE_VECTORS`);
  return null;
}

/** Parsed JSON of a large vector file, compressed if its name ends in `.gz`, or null if the set is not here. */
export function vectors<T>(path: string): T | null {
  const file = vectorPath(path);
  return file === null ? null : parsed<T>(file);
}
