/**
 * ML-KEM (FIPS 203) by @noble/post-quantum, and the hybrid groups over it: nothing that has to be small imports it.
 */
import { ml_kem768, ml_kem1024 } from "@noble/post-quantum/ml-kem.js";
import { wipe } from "../../bytes/byte-arrays.ts";
import { hybridAgreement } from "../../crypto/hybrid-key-agreement.ts";
import type { HybridMaker } from "../../crypto/hybrid-registry.ts";
import type { Kem, KemPair } from "../../crypto/kem.ts";
import type { KemName } from "../../protocol/hybrid-group.ts";

type Library = typeof ml_kem768;

class NobleKemPair implements KemPair {
  readonly publicKey: Uint8Array;
  readonly #library: Library;
  readonly #secretKey: Uint8Array;

  constructor(library: Library, seed?: Uint8Array) {
    const { publicKey, secretKey } = library.keygen(seed);
    this.publicKey = publicKey;
    this.#library = library;
    this.#secretKey = secretKey;
  }

  decapsulate(ciphertext: Uint8Array): Uint8Array | null {
    if (ciphertext.length !== this.#library.lengths.cipherText) return null;
    return this.#library.decapsulate(ciphertext, this.#secretKey);
  }

  wipe(): void {
    wipe(this.#secretKey);
  }
}

const kemBy = (library: Library): Kem => ({
  generate: () => new NobleKemPair(library),
  fromSeed: (seed) => new NobleKemPair(library, seed),
  encapsulate(publicKey, message) {
    try {
      const { cipherText, sharedSecret } = library.encapsulate(publicKey, message);
      return { ciphertext: cipherText, secret: sharedSecret };
    } catch {
      // Its length, or a coefficient that is not reduced.
      return null;
    }
  },
});

const KEMS: Readonly<Record<KemName, Kem>> = {
  "ml-kem-768": kemBy(ml_kem768),
  "ml-kem-1024": kemBy(ml_kem1024),
};

/** A KEM by name. */
export const mlKem = (name: KemName): Kem => KEMS[name];

export const hybrids: HybridMaker = (name, curveOf) => hybridAgreement(name, curveOf, mlKem);
