/**
 * SecBuffer and SecBufferDesc: the caller's memory with its type and length. Nothing here copies or allocates memory
 * of its own.
 */
import { SECBUFFER_VERSION } from "./buffer-types.ts";

export class SecBuffer {
  /** SECBUFFER_* with attribute bits. */
  BufferType: number;
  /** In: bytes offered. Out: bytes used; for MISSING the bytes still wanted. */
  cbBuffer: number;
  /** Memory, at least `cbBuffer` bytes long; the caller's own, or a view of it. */
  pvBuffer: Uint8Array | null;

  /**
   * @param BufferType SECBUFFER_*
   * @param pvBuffer memory, not copied
   * @param cbBuffer bytes of it that count; default: all
   */
  constructor(BufferType: number, pvBuffer?: Uint8Array | null, cbBuffer?: number | null) {
    this.BufferType = BufferType;
    this.pvBuffer = pvBuffer ?? null;
    this.cbBuffer = cbBuffer ?? pvBuffer?.length ?? 0;
  }

  /** View of the first `cbBuffer` bytes, no copy; empty without memory. */
  get bytes(): Uint8Array {
    const memory = this.pvBuffer;
    if (memory === null) return new Uint8Array(0);
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
