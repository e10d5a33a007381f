/**
 * Keys out of passphrases by @noble/hashes.
 */
import { pbkdf2 as noblePbkdf2 } from "@noble/hashes/pbkdf2.js";
import { scrypt as nobleScrypt } from "@noble/hashes/scrypt.js";
import type { ScryptCost } from "../../crypto/provider.ts";
import type { HashName } from "../../protocol/cipher-suite.ts";
import { HASH_FUNCTIONS } from "./hash.ts";

/** PBKDF2 with HMAC (RFC 8018 §5.2). */
export function pbkdf2(
  hash: HashName,
  password: Uint8Array,
  salt: Uint8Array,
  iterations: number,
  length: number,
): Uint8Array {
  return noblePbkdf2(HASH_FUNCTIONS[hash], password, salt, { c: iterations, dkLen: length });
}

/** scrypt (RFC 7914 §6). */
export function scrypt(
  password: Uint8Array,
  salt: Uint8Array,
  { cost, blockSize, parallelization }: ScryptCost,
  length: number,
): Uint8Array {
  const maxmem = 256 * cost * blockSize + 256 * blockSize * parallelization;
  const options = { N: cost, r: blockSize, p: parallelization, dkLen: length, maxmem };
  return nobleScrypt(password, salt, options);
}
