/**
 * The generated parts of the documentation are what the code says, and its links lead somewhere.
 */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ROOT } from "../support/data.ts";
import { ALL_BLOCKS } from "./all-blocks.ts";
import { documents, namesIn, read, renewed } from "./blocks.ts";

const docs = suite("documentation");

for (const path of documents()) {
  docs(`${path} is up to date (npm run docs)`, () => {
    const text = read(path);
    assert.is(text, renewed(text, ALL_BLOCKS));
  });

  docs(`${path} links to what there is`, () => {
    const dead = [...read(path).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)]
      .map((match) => match[1] ?? "")
      .filter((target) => !existsSync(join(ROOT, dirname(path), target)));
    assert.equal(dead, []);
  });
}

docs("every block stands in a document", () => {
  const used = new Set(documents().flatMap((path) => namesIn(read(path))));
  assert.equal(
    Object.keys(ALL_BLOCKS).filter((name) => !used.has(name)),
    [],
  );
});

docs.run();
