/**
 * The licences of what is compiled into the package: every crate of the WebAssembly module is named with its version.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ROOT } from "../support/data.ts";

/** Our own, and crates that only other processors take. */
const LEFT_OUT: ReadonlySet<string> = new Set(["sealwire-aead", "libc", "cpufeatures"]);

const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");

const licenses = suite("docs: licenses");

licenses("every crate of the WebAssembly module is in its list, and no other", () => {
  const locked = [...read("wasm/Cargo.lock").matchAll(/^name = "(.+)"\nversion = "(.+)"$/gm)]
    .filter(([, name = ""]) => !LEFT_OUT.has(name))
    .map(([, name, version]) => `${name} ${version}`);
  const [, list = ""] = read("wasm/LICENSES.txt").split("under the MIT license:\n");
  const named = list.split("\n").filter((line) => /^[a-z\d-]+ \d+\.\d+\.\d+$/.test(line));
  assert.ok(locked.length > 10);
  assert.equal(named, locked);
});

licenses("the list is in the package", () => {
  const { files } = JSON.parse(read("package.json")) as { readonly files: readonly string[] };
  assert.ok(files.includes("wasm/LICENSES.txt"));
});

licenses.run();
