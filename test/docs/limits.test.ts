/**
 * Every limit of the code is in docs/limits.md: found by its name, with words.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { DEFAULT_CLIENT_LIMITS } from "../../src/protocol/limits.ts";
import { sourceFiles } from "../architecture/sources.ts";
import { read } from "./blocks.ts";
import { limitWords, OTHERS } from "./limit-blocks.ts";
import { LIMIT_ROWS, limitConstants, quantity } from "./limit-table.ts";

const limits = suite("documentation: limits");

limits("every constant whose name begins with MAX_ or MIN_ is a number that can be read", () => {
  const unread = limitConstants().filter(({ value }) => !Number.isFinite(value));
  assert.equal(
    unread.map(({ place }) => place),
    [],
  );
});

limits("every limit has words: a row of the tables, or a comment", () => {
  assert.equal(
    OTHERS.filter(({ comment }) => comment === "").map(({ place }) => place),
    [],
  );
});

limits("every row is about a constant that there is", () => {
  const places = new Set(limitConstants().map(({ place }) => place));
  const rows = Object.values(LIMIT_ROWS).flat();
  const dead = rows.filter(([, , path, name]) => !places.has(`${path} ${name}`));
  assert.equal(dead, []);
});

limits("every option of sealwire.limits has a row", () => {
  assert.equal([...limitWords().keys()].sort(), Object.keys(DEFAULT_CLIENT_LIMITS).sort());
  for (const words of limitWords().values()) assert.not.equal(words, "");
});

limits("no limit has a name of another kind", () => {
  const other =
    /^(?:export )?const ((?:LONGEST|LARGEST|SMALLEST|SHORTEST|MOST|FEWEST)(?:_[A-Z0-9_]+)?|[A-Z0-9_]+_(?:LIMIT|CAPACITY|BUDGET))(?:: number)? =\s*[\d(]/gm;
  const found = sourceFiles("src").flatMap(({ path, text }) =>
    [...text.matchAll(other)].map(([, name]) => `${path} ${name}`),
  );
  // node:tls has this name.
  assert.equal(found, ["src/adapters/node/algorithm-names.ts CLIENT_RENEG_LIMIT"]);
});

limits("every number of the tables is a number of the code", () => {
  const text = read("docs/limits.md");
  for (const { place, name, value } of limitConstants()) {
    assert.ok(text.includes(`\`${name}\``), `${place} is missing`);
    const forms = [quantity(value, "bytes"), quantity(value, ""), quantity(value, "ms")];
    const days = quantity(value, "s");
    assert.ok(
      [...forms, days].some((form) => text.includes(form)),
      `${place}: ${value}`,
    );
  }
  assert.ok(limitConstants().length > 90);
});

limits.run();
