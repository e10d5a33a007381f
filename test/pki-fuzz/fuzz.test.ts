/**
 * A few hundred mutated files of each kind, always the same ones; `fuzz.check.ts` runs many more.
 */
import { suite } from "uvu";
import { enableLegacyKeys } from "../../src/entries/legacy-keys.ts";
import { loadLegacyFormats } from "../../src/pki/files/legacy-library.ts";
import { makeTargets, mutate, randomOf, runCase } from "./mutations.ts";

const CASES = 500;
const fuzz = suite("fuzz: certificate files");

fuzz.before(() => {
  enableLegacyKeys();
  return loadLegacyFormats();
});

for (const target of makeTargets()) {
  fuzz(target.name, () => {
    const random = randomOf(20_240_501);
    for (let i = 0; i < CASES; i++) {
      const bytes = mutate(target.corpus[i % target.corpus.length] ?? new Uint8Array(0), random);
      try {
        runCase(target, bytes);
      } catch (error) {
        const hex = Buffer.from(bytes).toString("hex");
        throw new Error(`case ${i}: ${String(error)}: ${hex}`, { cause: error });
      }
    }
  });
}

fuzz.run();
