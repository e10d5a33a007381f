/**
 * A bounded memory of values by bytes. A few of the bytes select the place, then all of them are compared: a lookup
 * costs one comparison, and bytes made to collide only push each other out. The bound is of the memory that the values
 * take once they are parsed, not of their bytes: strangers choose how much the one makes of the other.
 */
import { equalBytes } from "../bytes/byte-arrays.ts";

interface Entry<T> {
  readonly bytes: Uint8Array;
  readonly value: T;
  readonly size: number;
}

/** Bytes that make the place: certificates differ in their signature, at the end, and in their length. */
const SAMPLE = 24;
/** The share of the whole that one value may take: a single one never pushes out all others. */
const SHARE_OF_ONE = 1 / 4;

export class ByteCache<T> {
  readonly #capacity: number;
  readonly #bound: number;
  readonly #entries = new Map<number, Entry<T>>();
  #size = 0;

  /**
   * The one that was set first leaves first.
   * @param capacity entries
   * @param bound of the sizes of all values together, in bytes
   */
  constructor(capacity: number, bound: number) {
    this.#capacity = capacity;
    this.#bound = bound;
  }

  /** Of all values together, in bytes; never above the bound. */
  get size(): number {
    return this.#size;
  }

  /** The value of these bytes, or null. */
  get(bytes: Uint8Array): T | null {
    const entry = this.#entries.get(place(bytes));
    return entry !== undefined && equalBytes(entry.bytes, bytes) ? entry.value : null;
  }

  /**
   * @param bytes not copied: must not change
   * @param size memory of value and bytes, in bytes, as far as it is known
   */
  set(bytes: Uint8Array, value: T, size: number): void {
    if (size > this.#bound * SHARE_OF_ONE) return;
    const key = place(bytes);
    this.#delete(key);
    this.#entries.set(key, { bytes, value, size });
    this.#size += size;
    while (this.#size > this.#bound || this.#entries.size > this.#capacity) {
      const [oldest] = this.#entries.keys();
      if (oldest === undefined) return;
      this.#delete(oldest);
    }
  }

  #delete(key: number): void {
    this.#size -= this.#entries.get(key)?.size ?? 0;
    this.#entries.delete(key);
  }
}

/** FNV-1a over the length and the last bytes. */
function place(bytes: Uint8Array): number {
  let hash = Math.imul(0x811c9dc5 ^ bytes.length, 0x01000193);
  for (let i = Math.max(0, bytes.length - SAMPLE); i < bytes.length; i++) {
    hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
  }
  return hash >>> 0;
}
