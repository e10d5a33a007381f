/**
 * A bounded memory of values by bytes. The place is told by a few of the bytes, then all of them are compared: a lookup
 * costs one comparison, and bytes made to collide only push each other out.
 */
import { equalBytes } from "../bytes/byte-arrays.ts";

interface Entry<T> {
  readonly bytes: Uint8Array;
  readonly value: T;
}

/** Longer ones are not kept: the memory of a cache is at most its capacity times this. */
const MAX_CACHED = 16 * 1024;
/** Bytes that make the place: certificates differ in their signature, at the end, and in their length. */
const SAMPLE = 24;

export class ByteCache<T> {
  readonly #capacity: number;
  readonly #entries = new Map<number, Entry<T>>();

  /** @param capacity entries; the one that was set first leaves first */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** The value of these bytes, or null. */
  get(bytes: Uint8Array): T | null {
    const entry = this.#entries.get(place(bytes));
    return entry !== undefined && equalBytes(entry.bytes, bytes) ? entry.value : null;
  }

  /** @param bytes not copied: must not change */
  set(bytes: Uint8Array, value: T): void {
    if (bytes.length > MAX_CACHED) return;
    const key = place(bytes);
    this.#entries.delete(key);
    this.#entries.set(key, { bytes, value });
    if (this.#entries.size <= this.#capacity) return;
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
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
