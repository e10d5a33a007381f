/**
 * Keys in DER, as far as TLS needs them: SubjectPublicKeyInfo (RFC 5280 §4.1.2.7) and PrivateKeyInfo (RFC 5958) of RSA
 * (RFC 8017 §A), RSASSA-PSS (RFC 4055 §3.1), elliptic curve (RFC 5480, RFC 5915), Edwards (RFC 8410) and, public ones
 * only, ML-DSA keys (RFC 9881 §4). Named curves and uncompressed points only. That a point is on its curve is the
 * provider's to check.
 */
import { concat } from "../bytes/byte-arrays.ts";
import { DecodeError } from "../bytes/byte-reader.ts";
import { DerReader, DerTag, derElement, derObjectIdentifier } from "../bytes/der.ts";
import { HASHES, type HashName } from "../protocol/cipher-suite.ts";
import { NAMED_GROUPS } from "../protocol/named-group.ts";
import {
  OID_EC_PUBLIC_KEY,
  OID_ED448,
  OID_ED25519,
  OID_ML_DSA_44,
  OID_ML_DSA_65,
  OID_ML_DSA_87,
  OID_RSA_ENCRYPTION,
  OID_RSASSA_PSS,
  OID_SECP256R1,
  OID_SECP384R1,
  OID_SECP521R1,
} from "../protocol/object-identifiers.ts";
import type {
  CurveName,
  KeyType,
  MlDsaName,
  SignatureAlgorithm,
} from "../protocol/signature-scheme.ts";
import { HASH_OIDS, readPssParameters } from "./pss-parameters.ts";

/** The contents of a key's AlgorithmIdentifier. */
interface KeyKind {
  readonly type: KeyType;
  readonly curve: CurveName | null;
  /** RSASSA-PSS key with parameters: the only hash it allows; "none" if TLS has no such algorithm. Null: any. */
  readonly pssHash: HashName | "none" | null;
  /** The AlgorithmIdentifier's content, as read. A view. */
  readonly algorithm: Uint8Array;
}

/** A public key taken apart. Byte fields are views of the input. */
export interface PublicKeyParts extends KeyKind {
  readonly bits: number;
  /** RSAPublicKey in DER, uncompressed point, Edwards or ML-DSA key. */
  readonly key: Uint8Array;
  /** RSA: modulus and exponent, big-endian without leading zeros; else null. */
  readonly rsa: { readonly modulus: Uint8Array; readonly exponent: Uint8Array } | null;
}

/** A private key taken apart. Byte fields are views of the input. */
export interface PrivateKeyParts extends KeyKind {
  readonly bits: number;
  /** RSAPrivateKey or ECPrivateKey in DER, or the seed of an Edwards key (32 or 57 bytes). */
  readonly key: Uint8Array;
  /** EC: the scalar as long as the field; Edwards: the seed; RSA: null. */
  readonly secret: Uint8Array | null;
  readonly rsa: RsaPrivateParts | null;
}

/** Numbers of an RSAPrivateKey (RFC 8017 §A.1.2), big-endian without leading zeros. */
export interface RsaPrivateParts {
  readonly modulus: Uint8Array;
  readonly exponent: Uint8Array;
  readonly privateExponent: Uint8Array;
  readonly prime1: Uint8Array;
  readonly prime2: Uint8Array;
  readonly exponent1: Uint8Array;
  readonly exponent2: Uint8Array;
  readonly coefficient: Uint8Array;
}

const CURVES: Readonly<Record<string, CurveName>> = {
  [OID_SECP256R1]: "secp256r1",
  [OID_SECP384R1]: "secp384r1",
  [OID_SECP521R1]: "secp521r1",
};

const EDWARDS: Readonly<
  Record<"ed25519" | "ed448", { readonly length: number; readonly bits: number }>
> = {
  ed25519: { length: 32, bits: 255 },
  ed448: { length: 57, bits: 448 },
};

const RAW_KEYS: Readonly<Record<string, keyof typeof EDWARDS | MlDsaName>> = {
  [OID_ED25519]: "ed25519",
  [OID_ED448]: "ed448",
  [OID_ML_DSA_44]: "ml-dsa-44",
  [OID_ML_DSA_65]: "ml-dsa-65",
  [OID_ML_DSA_87]: "ml-dsa-87",
};

/** Bytes of public keys (FIPS 204 §4, table 2). */
const ML_DSA_KEY_BYTES: Readonly<Record<MlDsaName, number>> = {
  "ml-dsa-44": 1312,
  "ml-dsa-65": 1952,
  "ml-dsa-87": 2592,
};

/** True for keys whose signatures not every provider can check. */
export function isMlDsa(type: KeyType): type is MlDsaName {
  return type in ML_DSA_KEY_BYTES;
}

/** Bits of the smallest RSA modulus that is read. */
const MIN_RSA_BITS = 512;
/** Bits of the largest RSA modulus; Go's crypto/tls ends at the same size. */
const MAX_RSA_BITS = 8192;
/** Bits of the longest public exponent, as in Go; real ones have 17, and each bit costs a multiplication. */
const MAX_RSA_EXPONENT_BITS = 31;

/** Takes a SubjectPublicKeyInfo apart. Null if it is malformed or of a kind that TLS does not sign with. */
export function parsePublicKey(spki: Uint8Array): PublicKeyParts | null {
  return orNull(() => readPublicKey(spki));
}

/** Why `parsePublicKey` answers null, in words, or null where it does not. */
export function publicKeyProblem(spki: Uint8Array): string | null {
  try {
    readPublicKey(spki);
    return null;
  } catch (error) {
    if (error instanceof DecodeError) return error.message;
    throw error;
  }
}

function readPublicKey(spki: Uint8Array): PublicKeyParts {
  const outer = new DerReader(spki);
  const info = outer.sequence();
  outer.end();
  const kind = readKind(info.element(DerTag.Sequence));
  const key = info.bitString();
  info.end();
  return { ...kind, key, ...readPublic(kind, key) };
}

/** Takes a PrivateKeyInfo or OneAsymmetricKey (not encrypted) apart. Null as for `parsePublicKey`. */
export function parsePrivateKey(pkcs8: Uint8Array): PrivateKeyParts | null {
  return orNull(() => {
    const outer = new DerReader(pkcs8);
    const info = outer.sequence();
    outer.end();
    if (info.smallInteger() > 1) throw new DecodeError("PrivateKeyInfo: unknown version");
    const kind = readKind(info.element(DerTag.Sequence));
    return { ...kind, ...readPrivate(kind, info.element(DerTag.OctetString)) };
  });
}

/** A SubjectPublicKeyInfo of the given AlgorithmIdentifier content and key bytes. */
export function encodePublicKey(algorithm: Uint8Array, key: Uint8Array): Uint8Array {
  return derElement(
    DerTag.Sequence,
    derElement(DerTag.Sequence, algorithm),
    derElement(DerTag.BitString, Uint8Array.of(0), key),
  );
}

/** Content of the AlgorithmIdentifier of RSA keys for any use (RFC 3279 §2.3.1). */
export const RSA_ALGORITHM: Uint8Array = concat(
  derObjectIdentifier(OID_RSA_ENCRYPTION),
  derElement(DerTag.Null),
);

/** Content of the AlgorithmIdentifier of keys on a named curve (RFC 5480 §2.1.1). */
export function curveAlgorithm(curve: CurveName): Uint8Array {
  const oid = Object.keys(CURVES).find((key) => CURVES[key] === curve) ?? "";
  return concat(derObjectIdentifier(OID_EC_PUBLIC_KEY), derObjectIdentifier(oid));
}

/** DigestInfo of a hash value, as RSASSA-PKCS1-v1_5 signs it: parameters NULL, not absent (RFC 8017 §9.2). */
export function encodeDigestInfo(hash: HashName, digest: Uint8Array): Uint8Array {
  const algorithm = derElement(
    DerTag.Sequence,
    derObjectIdentifier(HASH_OIDS[hash]),
    derElement(DerTag.Null),
  );
  return derElement(DerTag.Sequence, algorithm, derElement(DerTag.OctetString, digest));
}

/** True if a key may make signatures of that algorithm; a PSS key's own parameters count (RFC 4055 §3.3). */
export function mayUse(
  key: Pick<KeyKind, "type" | "pssHash">,
  algorithm: SignatureAlgorithm,
): boolean {
  switch (algorithm.family) {
    case "ecdsa":
      return key.type === "ec" && algorithm.hash !== null;
    case "rsa-pkcs1":
      return key.type === "rsa" && algorithm.hash !== null;
    case "rsa-pss":
      if (algorithm.hash === null) return false;
      if (key.type === "rsa") return true;
      return key.type === "rsa-pss" && (key.pssHash ?? algorithm.hash) === algorithm.hash;
    default:
      return key.type === algorithm.family && algorithm.hash === null;
  }
}

function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof DecodeError) return null;
    throw error;
  }
}

function readKind(algorithm: Uint8Array): KeyKind {
  const reader = new DerReader(algorithm);
  const oid = reader.objectIdentifier();
  const kind = { curve: null, pssHash: null, algorithm };
  if (oid === OID_EC_PUBLIC_KEY) {
    if (reader.peek() === DerTag.Sequence) {
      throw new DecodeError("key: its curve is given by explicit parameters, not by its name");
    }
    const curve = CURVES[reader.objectIdentifier()];
    if (curve === undefined) throw new DecodeError("key: unknown curve");
    reader.end();
    return { ...kind, type: "ec", curve };
  }
  if (oid === OID_RSASSA_PSS) return { ...kind, type: "rsa-pss", pssHash: readPssHash(reader) };
  if (oid === OID_RSA_ENCRYPTION) {
    // Parameters must be NULL (RFC 3279 §2.3.1); some encoders leave them out, which every peer tolerates.
    if (reader.peek() !== null) reader.null();
    reader.end();
    return { ...kind, type: "rsa" };
  }
  const type = RAW_KEYS[oid];
  if (type === undefined) throw new DecodeError("key: unknown kind");
  reader.end();
  return { ...kind, type };
}

/** What an RSASSA-PSS key allows beyond "salt as long as the hash, MGF1 with it" TLS never uses. */
function readPssHash(reader: DerReader): HashName | "none" | null {
  const parameters = readPssParameters(reader);
  if (parameters === null) return null;
  const { hash, salt } = parameters;
  return hash === "none" || salt > HASHES[hash].length ? "none" : hash;
}

function readPublic(kind: KeyKind, key: Uint8Array): Pick<PublicKeyParts, "bits" | "rsa"> {
  if (kind.type === "rsa" || kind.type === "rsa-pss") {
    const outer = new DerReader(key);
    const numbers = outer.sequence();
    outer.end();
    const rsa = { modulus: numbers.unsigned(), exponent: numbers.unsigned() };
    numbers.end();
    return { bits: checkedModulus(rsa.modulus, rsa.exponent), rsa };
  }
  if (kind.type === "ec") {
    const { bits, shareLength } = field(kind.curve);
    if (key.length !== shareLength || key[0] !== UNCOMPRESSED) {
      throw new DecodeError("key: not an uncompressed point of its curve");
    }
    return { bits, rsa: null };
  }
  if (isMlDsa(kind.type)) {
    const length = ML_DSA_KEY_BYTES[kind.type];
    if (key.length !== length) throw new DecodeError("key: an ML-DSA key of wrong length");
    return { bits: 8 * length, rsa: null };
  }
  const { length, bits } = EDWARDS[kind.type];
  if (key.length !== length) throw new DecodeError("key: an Edwards key of wrong length");
  return { bits, rsa: null };
}

/** First byte of an uncompressed point (SEC 1 §2.3.3), the only form TLS 1.3 knows (RFC 8446 §4.2.8.2). */
export const UNCOMPRESSED = 4;

function readPrivate(
  kind: KeyKind,
  key: Uint8Array,
): Pick<PrivateKeyParts, "bits" | "key" | "secret" | "rsa"> {
  const outer = new DerReader(key);
  if (kind.type === "rsa" || kind.type === "rsa-pss") {
    const rsa = readRsaPrivate(outer.sequence());
    outer.end();
    return { bits: checkedModulus(rsa.modulus, rsa.exponent), key, secret: null, rsa };
  }
  if (kind.type === "ec") {
    const { bits, privateKeyLength } = field(kind.curve);
    const numbers = outer.sequence();
    outer.end();
    if (numbers.smallInteger() !== 1) throw new DecodeError("ECPrivateKey: unknown version");
    const secret = numbers.element(DerTag.OctetString);
    // Curve and public half may follow (RFC 5915 §3); what counts is outside, and what can be computed.
    numbers.optional(0);
    numbers.optional(1);
    numbers.end();
    if (secret.length !== privateKeyLength) throw new DecodeError("ECPrivateKey: wrong length");
    return { bits, key, secret, rsa: null };
  }
  if (isMlDsa(kind.type)) throw new DecodeError("key: no private keys of ML-DSA");
  const seed = outer.element(DerTag.OctetString);
  outer.end();
  const { length, bits } = EDWARDS[kind.type];
  if (seed.length !== length) throw new DecodeError("key: an Edwards key of wrong length");
  return { bits, key: seed, secret: seed, rsa: null };
}

function readRsaPrivate(numbers: DerReader): RsaPrivateParts {
  if (numbers.smallInteger() !== 0) throw new DecodeError("RSAPrivateKey: more than two primes");
  const parts: RsaPrivateParts = {
    modulus: numbers.unsigned(),
    exponent: numbers.unsigned(),
    privateExponent: numbers.unsigned(),
    prime1: numbers.unsigned(),
    prime2: numbers.unsigned(),
    exponent1: numbers.unsigned(),
    exponent2: numbers.unsigned(),
    coefficient: numbers.unsigned(),
  };
  numbers.end();
  return parts;
}

const bitLength = (magnitude: Uint8Array): number =>
  8 * magnitude.length - Math.clz32(magnitude[0] ?? 0) + 24;

/** Bits of an RSA modulus. Even numbers and sizes that would only waste time are refused. */
function checkedModulus(modulus: Uint8Array, exponent: Uint8Array): number {
  const bits = bitLength(modulus);
  const odd = (number: Uint8Array): boolean => ((number.at(-1) ?? 0) & 1) === 1;
  const small = exponent.length === 1 && (exponent[0] ?? 0) < 3;
  if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS || !odd(modulus)) {
    throw new DecodeError(
      `RSA: a modulus of ${bits} bits, only odd ones of ${MIN_RSA_BITS} to ${MAX_RSA_BITS} are read`,
    );
  }
  if (small || bitLength(exponent) > MAX_RSA_EXPONENT_BITS || !odd(exponent)) {
    throw new DecodeError(
      `RSA: the public exponent is not an odd number from 3 on, of at most ${MAX_RSA_EXPONENT_BITS} bits`,
    );
  }
  return bits;
}

function field(curve: CurveName | null): {
  bits: number;
  shareLength: number;
  privateKeyLength: number;
} {
  const group = NAMED_GROUPS.find((row) => row.name === curve);
  if (group === undefined) throw new DecodeError("key: unknown curve");
  return group;
}
