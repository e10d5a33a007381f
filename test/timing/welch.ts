/**
 * Two kinds of input compared by the time they take, as dudect does it (Reparaz, Balasch, Verbauwhede 2017): random order, one
 * memory, the slowest samples left out, Welch's t.
 */
import { randomBytes } from "node:crypto";

export interface Comparison {
  /** Milliseconds. */
  readonly medians: readonly [number, number];
  readonly t: number;
}

/** Of all samples; what is slower was disturbed. */
const KEPT = 0.9;
const WARM_UP = 0.1;

export function compare(
  inputs: readonly [Uint8Array, Uint8Array],
  run: (input: Uint8Array) => void,
  samples: number,
): Comparison {
  if (inputs[0].length !== inputs[1].length) throw new RangeError("inputs differ in length");
  const memory = new Uint8Array(inputs[0].length);
  const once = (kind: 0 | 1): number => {
    memory.set(inputs[kind]);
    const began = performance.now();
    run(memory);
    return performance.now() - began;
  };
  const coins = randomBytes(samples);
  for (let i = 0; i < samples * WARM_UP; i++) once(((coins[i] ?? 0) & 1) as 0 | 1);
  const times: [number[], number[]] = [[], []];
  for (const coin of coins) {
    const kind = (coin & 1) as 0 | 1;
    times[kind].push(once(kind));
  }
  const all = times.flat().sort((a, b) => a - b);
  const limit = all[Math.floor(all.length * KEPT)] ?? Number.POSITIVE_INFINITY;
  const kept = times.map((list) => list.filter((time) => time <= limit)) as [number[], number[]];
  return { medians: [median(kept[0]), median(kept[1])], t: welch(kept[0], kept[1]) };
}

function median(list: readonly number[]): number {
  return list.toSorted((a, b) => a - b)[list.length >> 1] ?? Number.NaN;
}

/** Welch's t: the difference of the means in units of its own standard error. */
export function welch(first: readonly number[], second: readonly number[]): number {
  const [a, b] = [moments(first), moments(second)];
  const error = Math.sqrt(a.variance / first.length + b.variance / second.length);
  return error === 0 ? 0 : (b.mean - a.mean) / error;
}

function moments(list: readonly number[]): { readonly mean: number; readonly variance: number } {
  const mean = list.reduce((sum, value) => sum + value, 0) / list.length;
  const squares = list.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, variance: squares / Math.max(1, list.length - 1) };
}
