/**
 * Randomness of OpenSSL by node:crypto.
 */
import { randomFillSync } from "node:crypto";

/** `length` random bytes in memory of their own. */
export function random(length: number): Uint8Array {
  return randomFillSync(new Uint8Array(length));
}
