/**
 * RSA on BigInt (RFC 8017): the raw operations, and the encodings EMSA-PKCS1-v1_5 and EMSA-PSS. The private operation
 * is by CRT, blinded with fresh randomness because BigInt is not constant in time, and its result is checked with
 * the public exponent, so that a fault never leaves (RFC 8017 §5.1.2; a wrong CRT half would give the key away).
 */
import { concat, equalBytes } from "../../bytes/byte-arrays.ts";
import {
  encodeDigestInfo,
  type PublicKeyParts,
  type RsaPrivateParts,
} from "../../crypto/key-encoding.ts";
import { HASHES, type HashName } from "../../protocol/cipher-suite.ts";
import { fromBigInt, modInverse, modPow, toBigInt } from "./big-integer.ts";
import { digest } from "./hash.ts";
import { random } from "./random.ts";

/** The public operation on a block as long as the modulus. */
export class RsaPublic {
  readonly modulus: bigint;
  readonly exponent: bigint;
  /** Length of the modulus in bytes. */
  readonly length: number;

  constructor({ modulus, exponent }: NonNullable<PublicKeyParts["rsa"]>) {
    this.modulus = toBigInt(modulus);
    this.exponent = toBigInt(exponent);
    this.length = modulus.length;
  }

  /** RSAEP (RFC 8017 §5.1.1). Null if the block has another length or is not below the modulus. */
  apply(block: Uint8Array): Uint8Array | null {
    if (block.length !== this.length) return null;
    const value = toBigInt(block);
    if (value >= this.modulus) return null;
    return fromBigInt(modPow(value, this.exponent, this.modulus), this.length);
  }
}

/** The private operation on a block as long as the modulus. */
export class RsaPrivate {
  readonly #public: RsaPublic;
  readonly #p: bigint;
  readonly #q: bigint;
  readonly #dp: bigint;
  readonly #dq: bigint;
  readonly #qInverse: bigint;

  private constructor(parts: RsaPrivateParts) {
    this.#public = new RsaPublic(parts);
    this.#p = toBigInt(parts.prime1);
    this.#q = toBigInt(parts.prime2);
    this.#dp = toBigInt(parts.exponent1);
    this.#dq = toBigInt(parts.exponent2);
    this.#qInverse = toBigInt(parts.coefficient);
  }

  /** A key whose numbers belong together, or null: a block of twos must come back from both operations. */
  static create(parts: RsaPrivateParts): RsaPrivate | null {
    const key = new RsaPrivate(parts);
    const { modulus, length } = key.#public;
    if (key.#p < 3n || key.#q < 3n || key.#p * key.#q !== modulus) return null;
    try {
      key.apply(new Uint8Array(length).fill(2, 1));
      return key;
    } catch {
      return null;
    }
  }

  /**
   * RSADP (RFC 8017 §5.1.2). Null if the block has another length or is not below the modulus.
   * @throws Error the result does not check: the key is damaged
   */
  apply(block: Uint8Array): Uint8Array | null {
    const { modulus, exponent, length } = this.#public;
    if (block.length !== length) return null;
    const value = toBigInt(block);
    if (value >= modulus) return null;
    const { factor, inverse } = this.#blinding();
    const blinded = (value * modPow(factor, exponent, modulus)) % modulus;
    const result = (this.#power(blinded) * inverse) % modulus;
    if (modPow(result, exponent, modulus) !== value) {
      throw new Error("the result of an RSA private key does not check: the key is damaged");
    }
    return fromBigInt(result, length);
  }

  /** Garner's recombination of the powers modulo both primes. */
  #power(value: bigint): bigint {
    const fromP = modPow(value % this.#p, this.#dp, this.#p);
    const fromQ = modPow(value % this.#q, this.#dq, this.#q);
    const difference = (((fromP - fromQ) % this.#p) + this.#p) % this.#p;
    return fromQ + this.#q * ((difference * this.#qInverse) % this.#p);
  }

  #blinding(): { factor: bigint; inverse: bigint } {
    const { modulus, length } = this.#public;
    for (;;) {
      const factor = toBigInt(random(length)) % modulus;
      const inverse = modInverse(factor, modulus);
      if (inverse !== null) return { factor, inverse };
    }
  }
}

/** EMSA-PKCS1-v1_5 (RFC 8017 §9.2): the whole block. Null if the modulus is too short for it. */
export function encodePkcs1(hash: HashName, data: Uint8Array, length: number): Uint8Array | null {
  const info = encodeDigestInfo(hash, digest(hash, data));
  const padding = length - info.length - 3;
  if (padding < 8) return null;
  return concat(Uint8Array.of(0, 1), new Uint8Array(padding).fill(0xff), Uint8Array.of(0), info);
}

/** RSASSA-PKCS1-v1_5 verification by comparing whole blocks (RFC 8017 §8.2.2): there is nothing to parse. */
export function verifyPkcs1(
  key: RsaPublic,
  hash: HashName,
  data: Uint8Array,
  signature: Uint8Array,
): boolean {
  const block = key.apply(signature);
  const expected = encodePkcs1(hash, data, key.length);
  return block !== null && expected !== null && equalBytes(block, expected);
}

const PSS_TRAILER = 0xbc;

/**
 * EMSA-PSS (RFC 8017 §9.1.1) with MGF1 of the same hash and a fresh salt as long as the hash, as long as the modulus
 * of `bits` bits. Null if the modulus is too short for it.
 */
export function encodePss(hash: HashName, data: Uint8Array, bits: number): Uint8Array | null {
  const { length: hashLength } = HASHES[hash];
  const encodedLength = Math.ceil((bits - 1) / 8);
  const maskedLength = encodedLength - hashLength - 1;
  if (maskedLength < hashLength + 1) return null;
  const salt = random(hashLength);
  const check = pssHash(hash, data, salt);
  const masked = mask(hash, check, maskedLength);
  const start = maskedLength - hashLength;
  xorInto(masked, start - 1, Uint8Array.of(1));
  xorInto(masked, start, salt);
  masked[0] = (masked[0] ?? 0) & topMask(bits);
  const lead = new Uint8Array(Math.ceil(bits / 8) - encodedLength);
  return concat(lead, masked, check, Uint8Array.of(PSS_TRAILER));
}

/** RSASSA-PSS verification (RFC 8017 §8.1.2, §9.1.2) with MGF1 of the same hash and a salt as long as the hash. */
export function verifyPss(
  key: RsaPublic,
  bits: number,
  hash: HashName,
  data: Uint8Array,
  signature: Uint8Array,
): boolean {
  const { length: hashLength } = HASHES[hash];
  const block = key.apply(signature);
  const encodedLength = Math.ceil((bits - 1) / 8);
  const maskedLength = encodedLength - hashLength - 1;
  if (block === null || maskedLength < hashLength + 1) return false;
  const lead = block.length - encodedLength;
  const masked = block.subarray(lead, lead + maskedLength);
  const check = block.subarray(lead + maskedLength, block.length - 1);
  if (block[block.length - 1] !== PSS_TRAILER) return false;
  if ((lead > 0 && block[0] !== 0) || ((masked[0] ?? 0) & ~topMask(bits)) !== 0) return false;
  const opened = mask(hash, check, maskedLength);
  xorInto(opened, 0, masked);
  opened[0] = (opened[0] ?? 0) & topMask(bits);
  const start = maskedLength - hashLength;
  for (let i = 0; i < start; i++) if (opened[i] !== (i === start - 1 ? 1 : 0)) return false;
  return equalBytes(pssHash(hash, data, opened.subarray(start)), check);
}

/** Bits of the first byte of an encoded message that a modulus of `bits` bits leaves free. */
function topMask(bits: number): number {
  return 0xff >> (8 * Math.ceil((bits - 1) / 8) - (bits - 1));
}

function pssHash(hash: HashName, data: Uint8Array, salt: Uint8Array): Uint8Array {
  return digest(hash, concat(new Uint8Array(8), digest(hash, data), salt));
}

/** MGF1 (RFC 8017 §B.2.1). */
function mask(hash: HashName, seed: Uint8Array, length: number): Uint8Array {
  const whole = new Uint8Array(length);
  const { length: hashLength } = HASHES[hash];
  for (let block = 0; block * hashLength < length; block++) {
    const counter = Uint8Array.of(block >>> 24, block >>> 16, block >>> 8, block);
    const part = digest(hash, concat(seed, counter));
    whole.set(part.subarray(0, length - block * hashLength), block * hashLength);
  }
  return whole;
}

function xorInto(target: Uint8Array, start: number, bytes: Uint8Array): void {
  for (let i = 0; i < bytes.length; i++) {
    target[start + i] = (target[start + i] ?? 0) ^ (bytes[i] ?? 0);
  }
}
