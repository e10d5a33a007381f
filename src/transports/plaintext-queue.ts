/**
 * Data on its way to be sealed: pieces of any size in, runs of any length out. Nothing is copied but into the record.
 */

export class PlaintextQueue {
  #pieces: Uint8Array[] = [];
  /** Bytes of the first piece that are gone. */
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
    let used = 0;
    while (done < count) {
      const piece = this.#pieces[used] as Uint8Array;
      const here = Math.min(count - done, piece.length - this.#offset);
      const whole = here === piece.length;
      target.set(whole ? piece : piece.subarray(this.#offset, this.#offset + here), at + done);
      done += here;
      this.#offset += here;
      if (this.#offset < piece.length) break;
      this.#offset = 0;
      used += 1;
    }
    if (used === this.#pieces.length) this.#pieces = [];
    else if (used > 0) this.#pieces.splice(0, used);
    this.#length -= count;
  }

  clear(): void {
    this.#pieces = [];
    this.#offset = 0;
    this.#length = 0;
  }
}
