/**
 * Bytes from the peer, cut where records end. A record that lies inside one piece is seen where it arrived; only one
 * that straddles pieces is put together, in memory that has exactly its size.
 */

import { toUint8Array } from "../bytes/byte-arrays.ts";
import { dropped } from "./dropped.ts";

const NO_BYTES = new Uint8Array(0);

export class InputQueue {
  #head: Uint8Array = NO_BYTES;
  /** A record that is being put together, and how much of it is there. */
  #partial: Uint8Array | null = null;
  #filled = 0;
  #tail: Uint8Array[] = [];
  /** Pieces at the start of the tail that are gone. */
  #first = 0;

  /** Bytes to be looked at next; empty while a record is incomplete. */
  get head(): Uint8Array {
    return this.#head;
  }

  /** Everything that came was taken: nothing waits, and no record is incomplete. */
  get isEmpty(): boolean {
    return this.#partial === null && this.#head.length === 0;
  }

  /** Takes over `piece`. */
  append(piece: Uint8Array): void {
    if (piece.length === 0) return;
    const bytes = toUint8Array(piece);
    if (this.#partial === null && this.#head.length === 0) this.#head = bytes;
    else {
      this.#tail.push(bytes);
      if (this.#partial !== null) this.#fill(this.#partial);
    }
  }

  /** Drops all of the head but its last `rest` bytes. */
  keep(rest: number): void {
    this.#head = rest === 0 ? NO_BYTES : this.#head.subarray(this.#head.length - rest);
    if (rest === 0) this.#head = this.#next() ?? NO_BYTES;
  }

  /** The head is to grow by `missing` bytes (at least one), at once or as soon as they come. */
  want(missing: number): void {
    const partial = new Uint8Array(this.#head.length + Math.max(missing, 1));
    partial.set(this.#head);
    this.#filled = this.#head.length;
    this.#partial = partial;
    this.#head = NO_BYTES;
    this.#fill(partial);
  }

  clear(): void {
    this.#head = NO_BYTES;
    this.#partial = null;
    this.#tail = [];
    this.#first = 0;
  }

  /** Takes the first piece from the tail. */
  #next(): Uint8Array | undefined {
    const next = this.#tail[this.#first];
    if (next === undefined) return undefined;
    this.#tail[this.#first] = NO_BYTES;
    this.#first = dropped(this.#tail, this.#first + 1);
    return next;
  }

  #fill(partial: Uint8Array): void {
    for (;;) {
      const next = this.#tail[this.#first];
      if (next === undefined) return;
      const count = Math.min(next.length, partial.length - this.#filled);
      partial.set(next.subarray(0, count), this.#filled);
      this.#filled += count;
      if (count === next.length) this.#next();
      else this.#tail[this.#first] = next.subarray(count);
      if (this.#filled < partial.length) continue;
      this.#partial = null;
      this.#head = partial;
      return;
    }
  }
}
