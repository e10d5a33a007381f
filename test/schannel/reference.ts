/**
 * Runs the tests of the face and the package, then counts the rows of the reference that they checked
 * (`npm run test:schannel`). In one process and in this order, because the last file looks at the results of the others.
 */
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "uvu/run";

const HERE = dirname(fileURLToPath(import.meta.url));
const FOLDERS = ["sspi", "schannel"];

const tests = FOLDERS.flatMap((folder) =>
  readdirSync(join(HERE, "..", folder))
    .filter((name) => name.endsWith(".test.js"))
    .sort()
    .map((name) => `${folder}/${name}`),
);

await run(
  [...tests, "schannel/reference.check.js"].map((name) => ({
    name,
    file: join(HERE, "..", name),
  })),
);
