/**
 * Bytes that come in pieces and are read in others: each byte is copied once or twice, whatever the pieces are.
 */
export class Gathered {
  #memory = new Uint8Array(0);
  #start = 0;
  #end = 0;

  get length(): number {
    return this.#end - this.#start;
  }

  /** Takes a copy of `bytes`. */
  push(bytes: Uint8Array): void {
    if (this.#end + bytes.length > this.#memory.length) this.#makeRoom(bytes.length);
    this.#memory.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /** The first `length` bytes, or null if there are fewer. A view that stays as it is. */
  peek(length: number): Uint8Array | null {
    return this.length < length ? null : this.#memory.subarray(this.#start, this.#start + length);
  }

  /** All bytes. A view that stays as it is. */
  all(): Uint8Array {
    return this.#memory.subarray(this.#start, this.#end);
  }

  drop(length: number): void {
    this.#start += length;
  }

  clear(): void {
    this.#memory = new Uint8Array(0);
    this.#start = 0;
    this.#end = 0;
  }

  /** New memory: views of the old one may still be looked at. */
  #makeRoom(more: number): void {
    const { length } = this;
    const memory = new Uint8Array(Math.max(2 * (length + more), 1024));
    memory.set(this.all());
    this.#memory = memory;
    this.#start = 0;
    this.#end = length;
  }
}
