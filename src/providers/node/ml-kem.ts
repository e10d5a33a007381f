/**
 * ML-KEM (FIPS 203) by node:crypto, which has it since Node 24.7 where its OpenSSL has, and the hybrid groups over it.
 */
import * as crypto from "node:crypto";
import { concat } from "../../bytes/byte-arrays.ts";
import { DerTag, derElement, derObjectIdentifier } from "../../bytes/der.ts";
import { hybridAgreement } from "../../crypto/hybrid-key-agreement.ts";
import { type HybridMaker, registeredHybrid } from "../../crypto/hybrid-registry.ts";
import type { Kem, KemPair } from "../../crypto/kem.ts";
import type { KeyAgreement } from "../../crypto/provider.ts";
import { fail } from "../../protocol/failure.ts";
import { KEMS, type KemName } from "../../protocol/hybrid-group.ts";
import { asBuffer, generateKemKeys } from "./key-objects.ts";
import { plain } from "./to-uint8array.ts";

/** What newer versions of Node have besides. */
interface Encapsulation {
  encapsulate(key: crypto.KeyObject): { sharedKey: Buffer; ciphertext: Buffer };
  decapsulate(key: crypto.KeyObject, ciphertext: Uint8Array): Buffer;
}

/** Of public keys (RFC 9935 §3). */
const OIDS: Readonly<Record<KemName, string>> = {
  "ml-kem-768": "2.16.840.1.101.3.4.4.2",
  "ml-kem-1024": "2.16.840.1.101.3.4.4.3",
};

/** SubjectPublicKeyInfo up to the key itself. */
function publicKeyPrefix(name: KemName): Uint8Array {
  const { publicKeyLength } = KEMS[name];
  const algorithm = derElement(DerTag.Sequence, derObjectIdentifier(OIDS[name]));
  const bits = concat(Uint8Array.of(0), new Uint8Array(publicKeyLength));
  const whole = derElement(DerTag.Sequence, algorithm, derElement(DerTag.BitString, bits));
  return whole.slice(0, whole.length - publicKeyLength);
}

class NodeKemPair implements KemPair {
  readonly publicKey: Uint8Array;
  readonly #native: Encapsulation;
  readonly #ciphertextLength: number;
  #privateKey: crypto.KeyObject | null;

  constructor(native: Encapsulation, name: KemName) {
    const { publicKey, privateKey } = generateKemKeys(name);
    const { publicKeyLength, ciphertextLength } = KEMS[name];
    this.publicKey = new Uint8Array(publicKey.subarray(publicKey.length - publicKeyLength));
    this.#native = native;
    this.#ciphertextLength = ciphertextLength;
    this.#privateKey = privateKey;
  }

  decapsulate(ciphertext: Uint8Array): Uint8Array | null {
    if (this.#privateKey === null) throw new TypeError("this key pair was wiped");
    if (ciphertext.length !== this.#ciphertextLength) return null;
    return plain(this.#native.decapsulate(this.#privateKey, ciphertext));
  }

  wipe(): void {
    // Node overwrites the key when no code holds the object any more.
    this.#privateKey = null;
  }
}

function drawsItself(): never {
  return fail(
    "InternalError",
    'node:crypto draws the randomness of ML-KEM itself: with sealwire.random, call enablePostQuantum() of "sealwire/post-quantum" before',
  );
}

function nativeKem(native: Encapsulation, name: KemName): Kem {
  const prefix = publicKeyPrefix(name);
  return {
    generate: () => new NodeKemPair(native, name),
    fromSeed: drawsItself,
    encapsulate(publicKey, message) {
      if (message !== undefined) drawsItself();
      try {
        const key = concat(prefix, publicKey);
        const { sharedKey, ciphertext } = native.encapsulate(
          crypto.createPublicKey({ key: asBuffer(key), format: "der", type: "spki" }),
        );
        return { ciphertext: plain(ciphertext), secret: plain(sharedKey) };
      } catch {
        // Its length, or a coefficient that is not reduced.
        return null;
      }
    },
  };
}

let kems: ReadonlyMap<KemName, Kem> | null = null;

/** Whether the runtime has them is seen by trying, once. */
function kemOf(name: KemName): Kem | null {
  kems ??= nativeKems();
  return kems.get(name) ?? null;
}

function nativeKems(): ReadonlyMap<KemName, Kem> {
  const found = new Map<KemName, Kem>();
  const native = crypto as unknown as Partial<Encapsulation>;
  if (native.encapsulate === undefined || native.decapsulate === undefined) return found;
  for (const name of Object.keys(KEMS) as KemName[]) {
    try {
      generateKemKeys(name);
      found.set(name, nativeKem(native as Encapsulation, name));
    } catch {
      // An OpenSSL before 3.5.
    }
  }
  return found;
}

/** By the runtime where it has ML-KEM, which is many times faster; given randomness takes what was loaded. */
export const nodeHybrid: HybridMaker = (name, curveOf): KeyAgreement | null => {
  const native = hybridAgreement(name, curveOf, kemOf);
  const loaded = registeredHybrid(name, curveOf);
  if (native === null || loaded === null) return native ?? loaded;
  return {
    ...native,
    fromPrivateKey: loaded.fromPrivateKey,
    answer: (share, random) =>
      (random === undefined ? native : loaded).answer?.(share, random) ?? null,
  };
};
