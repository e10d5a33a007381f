/**
 * TimeStamp: FILETIME, steps of 100 ns since 1601-01-01 UTC.
 */
import type { TimeStamp } from "./attribute-values.ts";

/** Milliseconds from 1601 to 1970. */
const EPOCH = 11_644_473_600_000n;
const STEPS_PER_MILLISECOND = 10_000n;

/** No time known. */
export const NO_TIME: TimeStamp = 0n;
/** Never. */
export const MAXIMUM_TIME: TimeStamp = 0x7fff_ffff_ffff_ffffn;

/** FILETIME of milliseconds since 1970. */
export function timeStamp(milliseconds: number): TimeStamp {
  return (BigInt(Math.trunc(milliseconds)) + EPOCH) * STEPS_PER_MILLISECOND;
}

/**
 * Converts a time of the SDK (beyond Windows).
 * @param stamp - FILETIME: steps of 100 ns since 1601-01-01 UTC
 * @returns milliseconds since 1970-01-01 UTC, for `new Date`
 */
export function timeStampToMilliseconds(stamp: TimeStamp): number {
  return Number(stamp / STEPS_PER_MILLISECOND - EPOCH);
}
