/**
 * Big-endian bytes and BigInt, and powers modulo an odd number, for RSA and the finite-field groups. BigInt arithmetic
 * is not constant in time: callers blind what must stay secret.
 */
import { toHex } from "../../bytes/text.ts";

/** The number that big-endian `bytes` stand for. */
export function toBigInt(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${toHex(bytes)}`);
}

/** `length` big-endian bytes of a number that fits them. */
export function fromBigInt(value: bigint, length: number): Uint8Array {
  const digits = value.toString(16).padStart(2 * length, "0");
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

/** Exponents up to this many bits are not worth a table. */
const SHORT_EXPONENT_BITS = 32;
const WINDOW_BITS = 4;

/** base^exponent mod modulus, for 0 <= base < modulus and exponent >= 0. */
export function modPow(base: bigint, exponent: bigint, modulus: bigint): bigint {
  if (exponent >> BigInt(SHORT_EXPONENT_BITS) === 0n) return shortPow(base, exponent, modulus);
  const table = [1n];
  for (let i = 1; i < 1 << WINDOW_BITS; i++) table.push(((table[i - 1] ?? 1n) * base) % modulus);
  let result = 1n;
  for (const digit of exponent.toString(1 << WINDOW_BITS)) {
    for (let i = 0; i < WINDOW_BITS; i++) result = (result * result) % modulus;
    result = (result * (table[Number.parseInt(digit, 1 << WINDOW_BITS)] ?? 1n)) % modulus;
  }
  return result;
}

function shortPow(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % modulus;
    if (bit === "1") result = (result * base) % modulus;
  }
  return result;
}

/** The inverse of `value` modulo `modulus` (extended Euclid), or null if there is none. */
export function modInverse(value: bigint, modulus: bigint): bigint | null {
  let [a, b] = [value % modulus, modulus];
  let [x, y] = [1n, 0n];
  while (a !== 0n) {
    const quotient = b / a;
    [a, b] = [b - quotient * a, a];
    [x, y] = [y - quotient * x, x];
  }
  if (b !== 1n) return null;
  return y < 0n ? y + modulus : y;
}
