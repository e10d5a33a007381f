/**
 * Where sessions are kept between connections: the contract, and the bounded default in memory.
 */
import { wipe } from "../bytes/byte-arrays.ts";

/** Bytes under strings. Each function may answer with a promise. */
export interface SessionStore {
  get(key: string): Uint8Array | null | undefined | Promise<Uint8Array | null | undefined>;
  set(key: string, value: Uint8Array, lifetimeSeconds: number): void | Promise<void>;
  delete(key: string): void | Promise<void>;
}

interface Entry {
  readonly value: Uint8Array;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

/** Entries of the default store; Schannel keeps 20000 (reference 6.5), which is too much memory for a page. */
const MAX_SESSIONS = 1000;

/** Least recently used entries go first; expired ones are dropped when touched. What is dropped is overwritten. */
export class MemorySessionStore implements SessionStore {
  readonly #entries = new Map<string, Entry>();
  readonly #capacity: number;
  readonly #clock: () => number;

  /**
   * @param clock milliseconds since 1970
   * @param capacity entries at most
   */
  constructor(clock: () => number, capacity: number = MAX_SESSIONS) {
    this.#clock = clock;
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): Uint8Array | null {
    const entry = this.#entries.get(key);
    if (entry === undefined) return null;
    if (entry.expires <= this.#clock()) {
      this.delete(key);
      return null;
    }
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  /** @param value belongs to the store from now on: the store overwrites it when it drops it */
  set(key: string, value: Uint8Array, lifetimeSeconds: number): void {
    this.delete(key);
    if (lifetimeSeconds <= 0) {
      wipe(value);
      return;
    }
    this.#entries.set(key, { value, expires: this.#clock() + lifetimeSeconds * 1000 });
    if (this.#entries.size > this.#capacity) {
      const oldest = this.#entries.keys().next();
      if (!oldest.done) this.delete(oldest.value);
    }
  }

  delete(key: string): void {
    wipe(this.#entries.get(key)?.value);
    this.#entries.delete(key);
  }

  /** Drops all. */
  clear(): void {
    for (const { value } of this.#entries.values()) wipe(value);
    this.#entries.clear();
  }
}
