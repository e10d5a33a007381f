/**
 * The examples of `examples/web` run and say what they should.
 */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ROOT } from "../support/data.ts";

/** Lines of which each must match, in any order, and no others come. */
const EXPECTED: Readonly<Record<string, readonly RegExp[]>> = {
  "serial-line": [
    /^secure over 7 bytes at a time: TLS_/,
    /^temperature: 20\.5$/,
    /^voltage: 20\.5$/,
    /^closed by both ends$/,
  ],
  "tls-in-tls": [
    /^the server answered: through both$/,
    /^the relay saw a record: true$/,
    /^closed, inside and outside$/,
  ],
  "two-workers": [
    /^client: secure: TLS_/,
    /^client: 1048576 bytes came back, closed$/,
    /^server: echoed everything, closed$/,
  ],
};

const examples = suite("web: examples");

for (const [name, lines] of Object.entries(EXPECTED)) {
  examples(name, async () => {
    const file = join(ROOT, "build/examples/web", `${name}.js`);
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [file]);
    const said = stdout.trim().split("\n");
    assert.is(stderr, "");
    assert.equal(
      lines.filter((line) => !said.some((text) => line.test(text))).map(String),
      [],
      stdout,
    );
    assert.is(said.length, lines.length, stdout);
  });
}

examples.run();
