/**
 * Bytes that come in pieces and are looked at together. Memory doubles when it is full, so that each byte is copied a
 * bounded number of times, however small the pieces are.
 */
export class GrowingBytes {
  #memory: Uint8Array = new Uint8Array(0);
  #start = 0;
  #end = 0;

  get length(): number {
    return this.#end - this.#start;
  }

  /** A view, valid until the next `append`. */
  get bytes(): Uint8Array {
    return this.#memory.subarray(this.#start, this.#end);
  }

  /** Copies `bytes` to the end. */
  append(bytes: Uint8Array): void {
    if (this.#end + bytes.length > this.#memory.length) {
      const kept = this.bytes;
      this.#memory = new Uint8Array(2 * (kept.length + bytes.length));
      this.#memory.set(kept);
      this.#start = 0;
      this.#end = kept.length;
    }
    this.#memory.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /** Drops the first `count` bytes (at most `length`). Views of them stay as they are. */
  drop(count: number): void {
    this.#start += count;
  }
}
