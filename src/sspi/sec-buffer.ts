/**
 * SecBuffer and SecBufferDesc: the caller's memory with its type and length. Nothing here copies or allocates memory
 * of its own.
 */
import { SECBUFFER_VERSION } from "./buffer-types.ts";

const NO_BYTES = new Uint8Array(0);

export class SecBuffer {
  /** SECBUFFER_* with attribute bits. */
  BufferType: number;
  /** In: bytes offered. Out: bytes used; for MISSING the bytes still wanted. */
  cbBuffer: number;
  #memory: Uint8Array | null;
  /** Bytes of the memory before those that are meant, and how many are; the view of them is made when it is asked for. */
  #start = 0;
  #room = 0;
  #whole = true;

  /**
   * @param BufferType SECBUFFER_*
   * @param pvBuffer memory, not copied
   * @param cbBuffer bytes of it that count; default: all
   */
  constructor(BufferType: number, pvBuffer?: Uint8Array | null, cbBuffer?: number | null) {
    this.BufferType = BufferType;
    this.#memory = pvBuffer ?? null;
    this.cbBuffer = cbBuffer ?? pvBuffer?.length ?? 0;
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
    this.#memory = memory;
    this.#whole = true;
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
