/**
 * Data on its way to be sealed: pieces of any size in, runs of any length out. Nothing is copied but into the record.
 */

import { dropped } from "./dropped.ts";

const NO_BYTES = new Uint8Array(0);

export class PlaintextQueue {
  #pieces: Uint8Array[] = [];
  /** Pieces at the start of the list that are gone. */
  #first = 0;
  /** Bytes of the first piece left that are gone. */
  #offset = 0;
  #length = 0;

  /** Bytes that wait. */
  get length(): number {
    return this.#length;
  }

  /** Keeps `bytes`, not copied: they must not change until they are taken. */
  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#pieces.push(bytes);
    this.#length += bytes.length;
  }

  /** Moves the first `count` bytes (at most `length`) to `target` at `at`. */
  take(target: Uint8Array, at: number, count: number): void {
    let done = 0;
    while (done < count) {
      const piece = this.#pieces[this.#first] as Uint8Array;
      const here = Math.min(count - done, piece.length - this.#offset);
      const whole = here === piece.length;
      target.set(whole ? piece : piece.subarray(this.#offset, this.#offset + here), at + done);
      done += here;
      this.#offset += here;
      if (this.#offset < piece.length) break;
      this.#offset = 0;
      this.#pieces[this.#first++] = NO_BYTES;
    }
    this.#first = dropped(this.#pieces, this.#first);
    this.#length -= count;
  }

  clear(): void {
    this.#pieces = [];
    this.#first = 0;
    this.#offset = 0;
    this.#length = 0;
  }
}
