/**
 * SecBuffer and SecBufferDesc: the caller's memory with its type and length. Nothing here copies or allocates memory
 * of its own.
 */
import { SECBUFFER_VERSION } from "./buffer-types.ts";
import { inWords } from "./value-words.ts";

const NO_BYTES = new Uint8Array(0);

export class SecBuffer {
  /** SECBUFFER_* with attribute bits. */
  BufferType: number;
  /** In: bytes offered. Out: bytes used; for MISSING the bytes still wanted. */
  cbBuffer: number;
  #memory: Uint8Array | null = null;
  /** Bytes of the memory before those that are meant, and how many are; the view of them is made when it is asked for. */
  #start = 0;
  #room = 0;
  #whole = true;
  /** What was given in the place of memory, and is not memory. */
  #strange: unknown = null;

  /**
   * @param BufferType SECBUFFER_*
   * @param pvBuffer memory, not copied
   * @param cbBuffer bytes of it that count; default: all
   */
  constructor(BufferType: number, pvBuffer?: Uint8Array | null, cbBuffer?: number | null) {
    this.BufferType = BufferType;
    this.#keep(pvBuffer ?? null);
    this.cbBuffer = cbBuffer ?? pvBuffer?.length ?? 0;
  }

  #keep(given: Uint8Array | null): void {
    const isMemory = given === null || given instanceof Uint8Array;
    this.#memory = isMemory ? given : null;
    this.#strange = isMemory ? null : given;
    this.#whole = true;
  }

  /** Memory, at least `cbBuffer` bytes long; the caller's own, or a view of it. */
  get pvBuffer(): Uint8Array | null {
    const memory = this.#memory;
    if (this.#whole || memory === null) return memory;
    const start = this.#start;
    this.pvBuffer = memory.subarray(start, start + this.#room);
    return this.#memory;
  }

  set pvBuffer(memory: Uint8Array | null) {
    this.#keep(memory ?? null);
  }

  /** False: what was given as memory is neither a Uint8Array nor null. */
  get hasMemoryOrNone(): boolean {
    return this.#strange === null;
  }

  /** Why no function can use the buffer, in words; null: it can be used. */
  get fault(): string | null {
    if (this.#strange !== null) {
      return `pvBuffer must be a Uint8Array or null, but it is ${inWords(this.#strange)}`;
    }
    const room = this.#whole ? (this.#memory?.length ?? 0) : this.#room;
    const { cbBuffer } = this;
    if (!Number.isInteger(cbBuffer) || cbBuffer < 0) {
      return `cbBuffer must be a number of bytes, but it is ${inWords(cbBuffer)}`;
    }
    return cbBuffer > room ? `cbBuffer ${cbBuffer} exceeds the ${room} bytes of pvBuffer` : null;
  }

  /** Makes `length` bytes of `memory` from `start` on what `pvBuffer` and `cbBuffer` tell. */
  show(memory: Uint8Array, start: number, length: number): void {
    this.#memory = memory;
    this.#start = start;
    this.#room = length;
    this.#whole = false;
    this.cbBuffer = length;
  }

  /** Tells where the memory of `pvBuffer` is, for whoever can do without a view: where `start` is and how much follows. */
  locate(target: { memory: Uint8Array; start: number; length: number }): void {
    const memory = this.#memory ?? NO_BYTES;
    target.memory = memory;
    target.start = this.#whole ? 0 : this.#start;
    target.length = this.#whole ? memory.length : this.#room;
  }

  /** View of the first `cbBuffer` bytes, no copy; empty without memory. */
  get bytes(): Uint8Array {
    const memory = this.pvBuffer;
    if (memory === null) return NO_BYTES;
    return memory.length === this.cbBuffer ? memory : memory.subarray(0, this.cbBuffer);
  }
}

export class SecBufferDesc {
  ulVersion: number = SECBUFFER_VERSION;
  pBuffers: SecBuffer[];

  /** @param pBuffers the array itself is kept, not copied */
  constructor(pBuffers: SecBuffer[]) {
    this.pBuffers = pBuffers;
  }

  get cBuffers(): number {
    return this.pBuffers.length;
  }
}
