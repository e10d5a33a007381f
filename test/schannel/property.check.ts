/**
 * The property of the face over a million random calls (`npm run test:property`). SEALWIRE_SEED and SEALWIRE_CASES choose
 * others.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { checkFace } from "../support/sspi-property.ts";

const MILLION = 1_000_000;
const STEP = 100_000;

const seed = Number(process.env["SEALWIRE_SEED"] ?? 20_000_000);
const cases = Number(process.env["SEALWIRE_CASES"] ?? MILLION);

const property = suite("schannel: property of the face");

property(`${cases} random calls, seed ${seed}`, () => {
  console.log(`\nseed ${seed}, ${cases} cases`);
  let shown = 0;
  const done = checkFace({
    seed,
    cases,
    progress: (count) => {
      if (count - shown < STEP) return;
      shown = count;
      console.log(`${count} cases`);
    },
  });
  assert.ok(done >= cases);
});

property.run();
