/**
 * Memory for bytes on their way, where Node has it cheapest.
 */
import type { Piece } from "../../bytes/piece.ts";

/** Below this, memory comes from Node's pool: an ArrayBuffer of its own costs more than what is done with it. */
const POOLED = 4096;

/** New memory for records, of any content. */
export function allocate(length: number): Buffer {
  return length < POOLED ? Buffer.allocUnsafe(length) : Buffer.allocUnsafeSlow(length);
}

/** The same memory as a Buffer. */
export function asBuffer({ memory, start, length }: Piece): Buffer {
  return Buffer.from(memory.buffer, memory.byteOffset + start, length);
}
