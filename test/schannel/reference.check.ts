/**
 * Every row of the reference is checked by a test that holds, or named here with the reason why it cannot be. Comes after
 * all other tests of the package, see `reference.ts`, and prints what was checked by section.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { CHECKS, SECTIONS } from "../support/rows.ts";

const reference = suite("schannel: the reference, row by row");

reference("each row is checked and holds, or is named with its reason", () => {
  const lines: string[] = [];
  const left: string[] = [];
  const wrong: string[] = [];
  let total = 0;
  for (const section of SECTIONS) {
    const names = section.rows.map((row) => `${section.id} ${row.id}`);
    const checked = section.rows.filter((row) => row.unchecked === undefined);
    const tests = names.reduce((sum, name) => sum + (CHECKS.get(name)?.tests ?? 0), 0);
    let held = 0;
    for (const row of section.rows) {
      const name = `${section.id} ${row.id}`;
      const counter = CHECKS.get(name);
      if (row.unchecked !== undefined) {
        left.push(`${name} ${row.text}: ${row.unchecked}`);
        if (counter !== undefined) wrong.push(`${name} has a test and a reason for having none`);
      } else if (counter === undefined) wrong.push(`${name} ${row.text}: no test`);
      else if (counter.passed < counter.tests) wrong.push(`${name} ${row.text}: does not hold`);
      else held++;
    }
    total += checked.length;
    const rest = section.rows.length - checked.length;
    lines.push(
      `${section.id.padEnd(5)}${section.title}: ${checked.length} rows checked by ${tests} tests, ${held} hold${
        rest === 0 ? "" : `, ${rest} not checked`
      }`,
    );
  }
  const known = new Set(SECTIONS.flatMap(({ id, rows }) => rows.map((row) => `${id} ${row.id}`)));
  for (const name of CHECKS.keys()) if (!known.has(name)) wrong.push(`${name} is no row`);
  console.log(`\n\n${lines.join("\n")}\n\n${total} rows checked. Not checked, ${left.length}:`);
  console.log(left.map((line) => `  ${line}`).join("\n"));
  assert.equal(wrong, []);
});

reference.run();
