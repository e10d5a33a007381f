/**
 * ML-KEM as the hybrid groups take it: Wycheproof.
 */
import { suite } from "uvu";
import { equalBytes } from "../../src/bytes/byte-arrays.ts";
import { fromHex } from "../../src/bytes/text.ts";
import type { KemName } from "../../src/protocol/hybrid-group.ts";
import { mlKem } from "../../src/providers/noble/ml-kem.ts";
import { checkFile, type Pinned } from "./wycheproof.ts";

interface KemCase {
  readonly seed: string;
  readonly m: string;
  readonly ek: string;
  readonly c: string;
  readonly K: string;
}

const FILES: readonly (readonly [KemName, string, Pinned, Pinned])[] = [
  ["ml-kem-768", "mlkem_768", [193, 0], [265, 0]],
  ["ml-kem-1024", "mlkem_1024", [193, 0], [269, 0]],
];

const kems = suite("ML-KEM");

for (const [name, file, keys, encapsulations] of FILES) {
  kems(`${name}: keys of seeds, and what is sent to them`, () => {
    checkFile<object, KemCase>(file, keys, (_, test) => {
      const pair = seeded(name, test.seed);
      const secret = pair?.decapsulate(fromHex(test.c)) ?? null;
      return (
        pair !== null &&
        secret !== null &&
        equalBytes(pair.publicKey, fromHex(test.ek)) &&
        equalBytes(secret, fromHex(test.K))
      );
    });
  });

  kems(`${name}: encapsulations of given messages`, () => {
    checkFile<object, KemCase>(`${file}_encaps`, encapsulations, (_, test) => {
      const made = mlKem(name).encapsulate(fromHex(test.ek), fromHex(test.m));
      return (
        made !== null &&
        equalBytes(made.ciphertext, fromHex(test.c)) &&
        equalBytes(made.secret, fromHex(test.K))
      );
    });
  });
}

function seeded(name: KemName, seed: string) {
  const bytes = fromHex(seed);
  return bytes.length === 64 ? mlKem(name).fromSeed(bytes) : null;
}

kems.run();
