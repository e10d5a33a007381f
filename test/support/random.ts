/**
 * Chance that is the same for the same seed.
 */

/** A number from 0 to `below` - 1. */
export type Numbers = (below: number) => number;

/** The same numbers for the same seed (mulberry32). */
export function numbers(seed: number): Numbers {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

export const pick = <Item>(next: Numbers, items: readonly Item[]): Item =>
  items[next(items.length)] as Item;

export function randomBytes(next: Numbers, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = next(256);
  return bytes;
}
