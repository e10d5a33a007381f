/**
 * Fresh PKCS#8 and SubjectPublicKeyInfo pairs of every kind of key, made by node:crypto once per run.
 */
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { DerTag, derElement } from "../../src/bytes/der.ts";
import type { CurveName, KeyType, SignatureScheme } from "../../src/protocol/signature-scheme.ts";

export interface SampleKey {
  readonly type: KeyType;
  readonly curve: CurveName | null;
  readonly bits: number;
  readonly pkcs8: Uint8Array;
  readonly spki: Uint8Array;
}

/** Both halves of what `generateKeyPairSync` of node:crypto makes. */
export interface KeyObjects {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** Both halves in DER: SubjectPublicKeyInfo and PKCS#8. */
export function encoded({ publicKey, privateKey }: KeyObjects): {
  readonly spki: Uint8Array;
  readonly pkcs8: Uint8Array;
} {
  return {
    spki: new Uint8Array(publicKey.export({ format: "der", type: "spki" })),
    pkcs8: new Uint8Array(privateKey.export({ format: "der", type: "pkcs8" })),
  };
}

const sample = (
  type: KeyType,
  curve: CurveName | null,
  bits: number,
  keys: KeyObjects,
): SampleKey => ({ type, curve, bits, ...encoded(keys) });

const rsa = (modulusLength: number): KeyObjects => generateKeyPairSync("rsa", { modulusLength });
const ec = (namedCurve: string): KeyObjects => generateKeyPairSync("ec", { namedCurve });

export const SAMPLE_KEYS: readonly SampleKey[] = [
  sample("rsa", null, 2048, rsa(2048)),
  // One bit more than whole bytes: the encoded message of PSS is a byte shorter than the modulus.
  sample("rsa", null, 1033, rsa(1033)),
  sample("rsa", null, 1031, rsa(1031)),
  sample("rsa-pss", null, 2048, generateKeyPairSync("rsa-pss", { modulusLength: 2048 })),
  sample("ec", "secp256r1", 256, ec("prime256v1")),
  sample("ec", "secp384r1", 384, ec("secp384r1")),
  sample("ec", "secp521r1", 521, ec("secp521r1")),
  sample("ed25519", null, 255, generateKeyPairSync("ed25519")),
  sample("ed448", null, 448, generateKeyPairSync("ed448")),
];

/** The sample keys that can sign with a scheme, as TLS 1.2 sees it: any curve for ECDSA. */
export function keysFor(scheme: SignatureScheme): readonly SampleKey[] {
  // A PSS signature with SHA-512 does not fit a modulus of about 1024 bits.
  const enough = scheme.algorithm.hash === "sha512" ? 1100 : 0;
  return SAMPLE_KEYS.filter(
    (key) => key.type === scheme.keyType && (key.type !== "rsa" || key.bits >= enough),
  );
}

/** A SubjectPublicKeyInfo of RSA with the given numbers, under the AlgorithmIdentifier of a real one. */
export function rsaSpki(modulus: Uint8Array, exponent: Uint8Array): Uint8Array {
  const integer = (bytes: Uint8Array): Uint8Array => derElement(DerTag.Integer, bytes);
  const numbers = derElement(DerTag.Sequence, integer(modulus), integer(exponent));
  return derElement(
    DerTag.Sequence,
    RSA_ALGORITHM,
    derElement(DerTag.BitString, Uint8Array.of(0), numbers),
  );
}

/** AlgorithmIdentifier of rsaEncryption, cut out of a sample key: it follows a header of four bytes. */
const RSA_ALGORITHM: Uint8Array = (SAMPLE_KEYS[0]?.spki ?? new Uint8Array(0)).slice(4, 19);
