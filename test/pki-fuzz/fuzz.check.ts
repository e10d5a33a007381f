/**
 * Two minutes of mutated certificates, OCSP responses, CRLs, keys, PFX and PEM, or as many cases as are enough, whichever
 * comes first. SEALWIRE_FUZZ_SEED repeats a run; SEALWIRE_FUZZ_SECONDS changes its length.
 */
import { randomInt } from "node:crypto";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { enableLegacyKeys } from "../../src/entries/legacy-keys.ts";
import { loadLegacyFormats } from "../../src/pki/files/legacy-library.ts";
import { MAX_STEPS, makeTargets, mutate, randomOf, runCase } from "./mutations.ts";

const SEED = Number(process.env["SEALWIRE_FUZZ_SEED"] ?? randomInt(1, 2 ** 31));
const SECONDS = Number(process.env["SEALWIRE_FUZZ_SECONDS"] ?? 120);
/** Of each kind, together with the time: the work is bounded by either. */
const MOST_CASES = 100_000;
const FEWEST_CASES = 500;
const PIECE = 250;

const fuzz = suite("fuzz: certificate files, long");
const targets = makeTargets();

fuzz.before(() => {
  enableLegacyKeys();
  return loadLegacyFormats();
});

console.log(`seed ${SEED} (SEALWIRE_FUZZ_SEED repeats it), ${SECONDS} s, bound ${MAX_STEPS} steps`);

for (const target of targets) {
  fuzz(target.name, () => {
    const random = randomOf(SEED);
    const end = Date.now() + (1000 * SECONDS) / targets.length;
    const { corpus } = target;
    let cases = 0;
    let most = 0;
    while (cases < MOST_CASES && (Date.now() < end || cases < FEWEST_CASES)) {
      for (let i = 0; i < PIECE; i++, cases++) {
        const bytes = mutate(corpus[random(corpus.length)] ?? new Uint8Array(0), random);
        try {
          most = Math.max(most, runCase(target, bytes));
        } catch (error) {
          const hex = Buffer.from(bytes).toString("hex");
          throw new Error(`seed ${SEED}, case ${cases}: ${String(error)}: ${hex}`, {
            cause: error,
          });
        }
      }
    }
    console.log(`${target.name}: ${cases} cases, at most ${most} steps`);
    assert.ok(most <= MAX_STEPS);
  });
}

fuzz.run();
