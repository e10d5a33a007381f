/**
 * Memory for bytes on their way, where Node has it cheapest: small pieces share a larger one, because an ArrayBuffer of
 * its own costs several times what sealing a short record does beside the cipher; large ones are not zeroed first.
 */
import { plainBytes } from "../../bytes/byte-arrays.ts";

/** Below this, pieces share memory. */
const SHARED = 4096;
/** Bytes of what they share. */
const SLAB = 0x4000;

let slab = new ArrayBuffer(SLAB);
let used = 0;

/** New memory for records, of any content. */
export function allocate(length: number): Buffer {
  return length < SHARED ? Buffer.allocUnsafe(length) : Buffer.allocUnsafeSlow(length);
}

/** A copy of `bytes` in memory of its own. */
export function copied(bytes: Uint8Array): Uint8Array {
  const { length } = bytes;
  const memory = length < SHARED ? shared(length) : plainBytes(allocate(length));
  memory.set(bytes);
  return memory;
}

function shared(length: number): Uint8Array {
  if (used + length > SLAB) {
    slab = new ArrayBuffer(SLAB);
    used = 0;
  }
  const memory = new Uint8Array(slab, used, length);
  used += length;
  return memory;
}

/** Part of `memory` as a Buffer; no copy. */
export function asBuffer(memory: Uint8Array, start: number, length: number): Buffer {
  return Buffer.from(memory.buffer, memory.byteOffset + start, length);
}
