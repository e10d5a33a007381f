/**
 * SecBuffer and SecBufferDesc: the caller's memory with its type and length. Nothing here copies or allocates memory
 * of its own.
 */
import { SECBUFFER_VERSION } from "./buffer-types.ts";
import type { SECBUFFER_TYPE } from "./kinds.ts";
import { inWords } from "./value-words.ts";

const NO_BYTES = new Uint8Array(0);

/**
 * A typed piece of the caller's memory (SDK: SecBuffer). Functions change its type and its length, and never copy it.
 */
export class SecBuffer {
  /** SECBUFFER_* with attribute bits. */
  BufferType: SECBUFFER_TYPE;
  /** In: bytes offered. Out: bytes used; for MISSING the bytes still wanted. */
  cbBuffer: number;
  #memory: Uint8Array | null = null;
  /**
   * Bytes of the memory before those that are meant, and how many are; the view of them is made when it is asked for.
   */
  #start = 0;
  #room = 0;
  #whole = true;
  /** What was given in the place of memory, and is not memory. */
  #strange: unknown = null;

  /**
   * Makes a buffer.
   * @param BufferType - SECBUFFER_*, with attribute bits
   * @param pvBuffer - memory; it is not copied and stays the caller's. Default: none
   * @param cbBuffer - bytes of it that count; default: all
   */
  constructor(BufferType: SECBUFFER_TYPE, pvBuffer?: Uint8Array | null, cbBuffer?: number | null) {
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

  /**
   * Shows a part of some memory as `pvBuffer` and `cbBuffer`, without making a view of it yet.
   * @param memory - the memory; it is not copied
   * @param start - first byte of the part
   * @param length - bytes of the part
   */
  show(memory: Uint8Array, start: number, length: number): void {
    this.#memory = memory;
    this.#start = start;
    this.#room = length;
    this.#whole = false;
    this.cbBuffer = length;
  }

  /**
   * Reports where the memory of `pvBuffer` is, for callers that can do without a view.
   * @param target - is given the memory, the first byte of the part, and its length
   */
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

/** The list of buffers that a function is given (SDK: SecBufferDesc). */
export class SecBufferDesc {
  /** SECBUFFER_VERSION. */
  ulVersion: number = SECBUFFER_VERSION;
  /** The buffers, found by their types. */
  pBuffers: SecBuffer[];

  /**
   * Makes a list of buffers.
   * @param pBuffers - the array itself is kept, not copied
   */
  constructor(pBuffers: SecBuffer[]) {
    this.pBuffers = pBuffers;
  }

  /** Number of buffers. */
  get cBuffers(): number {
    return this.pBuffers.length;
  }
}
