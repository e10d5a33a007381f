/**
 * The padding of the block ciphers, p bytes of value p before the MAC. A receiver must not show whether it was the padding or the
 * MAC that is wrong: neither by a status nor by its time.
 */
import { MAC_LENGTH } from "./ciphers.ts";

const BLOCK = 8;
/** Bytes of a block of MD5, and of what HMAC hashes beside the message: the number, the end mark and the length. */
const HASH_BLOCK = 64;
const BESIDE = 4 + 9;

export interface Unpadded {
  /** Length of the message; of wrong padding, as if it were one byte. */
  readonly length: number;
  /** 0: the padding is right. */
  readonly fault: number;
  /** Length of a second message to be hashed, so that both together have the same number of blocks for any padding. */
  readonly balance: number;
}

/** @param clear decrypted: message, padding, MAC; 16 bytes or more */
export function unpadded(clear: Uint8Array): Unpadded {
  const end = clear.length - MAC_LENGTH;
  const claimed = clear[end - 1] ?? 0;
  // Arithmetic instead of branches: 1 if the number is negative.
  const negative = (value: number): number => value >>> 31;
  let fault = negative(claimed - 1) | negative(BLOCK - claimed) | negative(end - claimed);
  for (let i = 1; i <= BLOCK; i++) {
    const inside = -(1 - negative(claimed - i));
    fault |= inside & ((clear[end - i] ?? 0) ^ claimed);
  }
  const isRight = negative(fault - 1);
  const padding = 1 + (claimed - 1) * isRight;
  const length = end - padding;
  const longest = end - 1;
  const shortest = Math.max(0, end - BLOCK);
  const isLong = 1 - negative(blocks(length) - blocks(longest));
  const balance = shortest * isLong + longest * (1 - isLong);
  return { length, fault, balance };
}

function blocks(length: number): number {
  return Math.ceil((length + BESIDE) / HASH_BLOCK);
}
