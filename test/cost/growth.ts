/**
 * What an input costs, by its length. No time is compared with a number: an input is made eight times as long, and the
 * CPU time per byte may not grow with it. Work that is quadratic costs eight times as much per byte.
 */

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Test } from "uvu";
import * as assert from "uvu/assert";
import { MEMORY_BOUNDS } from "./memory-bounds.ts";

const FACTOR = 8;
/** Noise of a loaded machine, caches and collections of garbage included, stays well below; quadratic work does not. */
const MAX_GROWTH = 3;
/** For measurements of other kinds. */
export const growthLimit: number = MAX_GROWTH;
export const lengths = (length: number): readonly [number, number] => [length, FACTOR * length];
/** Microseconds of CPU time that one measurement has at least: the clock of a process ticks coarsely. */
const MIN_MEASURED = 20_000;
const MAX_REPEATS = 400;
const ROUNDS = 3;

/** An input of `length` units, and what takes it. What makes the input is not measured. */
export type Attack = (length: number) => () => unknown;

/** Adds the test that an attack costs no more per unit when it is longer. */
export function linear(tests: Test, title: string, length: number, attack: Attack): void {
  tests(`${title}: the cost per byte does not grow with the length`, async () => {
    const growth = await growthOf(attack(length), attack(FACTOR * length));
    assert.ok(
      growth <= MAX_GROWTH,
      `${FACTOR} times as long costs ${growth.toFixed(1)} times as much per byte`,
    );
  });
}

/** Adds the test that a question costs the same whatever was read before it. */
export function constant(tests: Test, title: string, length: number, attack: Attack): void {
  tests(`${title}: the cost does not depend on the length`, async () => {
    const growth = FACTOR * (await growthOf(attack(length), attack(FACTOR * length)));
    assert.ok(
      growth <= MAX_GROWTH,
      `${FACTOR} times as long costs ${growth.toFixed(1)} times as much`,
    );
  });
}

async function growthOf(small: () => unknown, large: () => unknown): Promise<number> {
  await small();
  let repeats = 1;
  let least = await cost(small, repeats);
  while (least < MIN_MEASURED && repeats < MAX_REPEATS) {
    repeats *= 2;
    least = await cost(small, repeats);
  }
  let most = Number.POSITIVE_INFINITY;
  // A machine that is busy with something else makes both slower, but never faster: the least of several counts.
  for (let round = 0; round < ROUNDS; round++) {
    most = Math.min(most, await cost(large, Math.ceil(repeats / 2)));
    if (most * 2 <= MAX_GROWTH * FACTOR * least && round > 0) break;
    least = Math.min(least, await cost(small, repeats));
  }
  return most / Math.ceil(repeats / 2) / (least / repeats) / FACTOR;
}

/** Microseconds of CPU time. */
async function cost(run: () => unknown, repeats: number): Promise<number> {
  const before = process.cpuUsage();
  for (let i = 0; i < repeats; i++) await run();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Bytes that are in use after the collection of garbage. */
export async function memoryInUse(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    await new Promise((resolve) => setImmediate(resolve));
    collect();
  }
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return heapUsed + Math.max(external, arrayBuffers);
}

/**
 * Adds the test that what a flood leaves in memory has a bound.
 * @param title a key of MEMORY_BOUNDS, which has the bound
 * @param flood does its worst; what it returns is alive while memory is looked at
 */
export function bounded(tests: Test, title: string, flood: () => unknown): void {
  const most = MEMORY_BOUNDS[title];
  if (most === undefined) throw new Error(`MEMORY_BOUNDS has no bound for "${title}"`);
  tests(`${title}: memory stays within ${Math.round(most / 1024)} KiB`, async () => {
    const before = await memoryInUse();
    const alive = await flood();
    const kept = (await memoryInUse()) - before;
    assert.ok(kept <= most, `${Math.round(kept / 1024)} KiB are in use`);
    assert.not.type(alive, "undefined");
  });
}
