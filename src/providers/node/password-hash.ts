/**
 * Keys out of passphrases by node:crypto.
 */
import { pbkdf2Sync, scryptSync } from "node:crypto";
import type { ScryptCost } from "../../crypto/provider.ts";
import type { HashName } from "../../protocol/cipher-suite.ts";
import { plain } from "./to-uint8array.ts";

/** PBKDF2 with HMAC (RFC 8018 §5.2). */
export function pbkdf2(
  hash: HashName,
  password: Uint8Array,
  salt: Uint8Array,
  iterations: number,
  length: number,
): Uint8Array {
  return plain(pbkdf2Sync(password, salt, iterations, length, hash));
}

/** scrypt (RFC 7914 §6). */
export function scrypt(
  password: Uint8Array,
  salt: Uint8Array,
  { cost, blockSize, parallelization }: ScryptCost,
  length: number,
): Uint8Array {
  // Node refuses more than 32 MiB unless an option allows it; the caller bounds the cost.
  const maxmem = 256 * cost * blockSize + 256 * blockSize * parallelization;
  return plain(scryptSync(password, salt, length, { cost, blockSize, parallelization, maxmem }));
}
