/**
 * The safe primes of the finite-field groups (RFC 7919 §A), computed as the RFC defines them:
 *
 *   p = 2^b - 2^(b-64) + ( floor( 2^(b-130) * e ) + X ) * 2^64 - 1
 *
 * so that only the small numbers X stand here. The generator is 2. Needs about a quarter of a millisecond each, once.
 */
import type { GroupName } from "./named-group.ts";

export type FiniteFieldGroup = Extract<GroupName, `ffdhe${string}`>;

/** Bytes of a private key: twice the strength of the largest group and more (RFC 7919 §5.2). */
export const FINITE_FIELD_PRIVATE_KEY = 48;

/** Generator of every group. */
export const FFDHE_GENERATOR = 2;

const GROUPS: Readonly<Record<FiniteFieldGroup, { readonly bits: number; readonly x: bigint }>> = {
  ffdhe2048: { bits: 2048, x: 560316n },
  ffdhe3072: { bits: 3072, x: 2625351n },
  ffdhe4096: { bits: 4096, x: 5736041n },
};

const made = new Map<FiniteFieldGroup, bigint>();

/** The prime of a group. Computed at the first call. */
export function ffdhePrime(group: FiniteFieldGroup): bigint {
  const known = made.get(group);
  if (known !== undefined) return known;
  const { bits, x } = GROUPS[group];
  const b = BigInt(bits);
  const prime = (1n << b) - (1n << (b - 64n)) + ((scaledE(b - 130n) + x) << 64n) - 1n;
  made.set(group, prime);
  return prime;
}

/** floor(2^bits * e) by the series of 1/k!; the guard bits hold the rounding of a few hundred terms. */
function scaledE(bits: bigint): bigint {
  const guard = 64n;
  let term = 1n << (bits + guard);
  let sum = term;
  for (let k = 1n; term > 0n; k++) {
    term /= k;
    sum += term;
  }
  return sum >> guard;
}

/** The prime of a group, big-endian: a new array as long as the group's shares. */
export function ffdhePrimeBytes(group: FiniteFieldGroup): Uint8Array {
  const hex = ffdhePrime(group).toString(16);
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) =>
    Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16),
  );
}
