/**
 * Randomness of OpenSSL by node:crypto, fetched for several uses at once: a handshake draws a dozen times, and the call
 * costs more than the bytes. As in node's own `randomUUID`.
 */
import { randomFillSync } from "node:crypto";

const POOL_LENGTH = 1024;
/** Bytes that are taken from the pool at once. */
const MAX_FROM_POOL = 64;
const pool = new Uint8Array(POOL_LENGTH);
/** Where the unused bytes begin; before it the pool is zeros. */
let fresh = POOL_LENGTH;

/** `length` random bytes in memory of their own. */
export function random(length: number): Uint8Array {
  if (length > MAX_FROM_POOL) return randomFillSync(new Uint8Array(length));
  if (fresh + length > POOL_LENGTH) {
    randomFillSync(pool);
    fresh = 0;
  }
  const end = fresh + length;
  const bytes = pool.slice(fresh, end);
  pool.fill(0, fresh, end);
  fresh = end;
  return bytes;
}
