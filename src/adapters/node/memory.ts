/**
 * Memory for bytes on their way, where Node has it cheapest.
 */
import type { ByteRange } from "../../bytes/byte-range.ts";

/** Below this, memory comes from Node's pool: an ArrayBuffer of its own costs more than what is done with it. */
const MIN_OWN_MEMORY = 4096;

/** `Buffer<ArrayBuffer>` where `@types/node` has that type, `Buffer` where it has not. */
export type UnsharedBuffer = ReturnType<typeof Buffer.alloc>;

/** New memory for records, of any content. */
export function allocate(length: number): Buffer {
  return length < MIN_OWN_MEMORY ? Buffer.allocUnsafe(length) : Buffer.allocUnsafeSlow(length);
}

/** The same memory as a Buffer. */
export function asBuffer({ memory, start, length }: ByteRange): Buffer {
  return Buffer.from(memory.buffer, memory.byteOffset + start, length);
}

/** A copy for the caller of what is secret, or text as UTF-8: never in Node's pool, which other code reads from. */
export function unpooled(secret: Uint8Array | string): UnsharedBuffer {
  const bytes = typeof secret === "string" ? Buffer.byteLength(secret) : secret.length;
  const copy = Buffer.allocUnsafeSlow(bytes);
  if (typeof secret === "string") copy.write(secret);
  else copy.set(secret);
  return copy;
}

/** The same memory as a Buffer: `Buffer.from` would copy it into the pool. */
export function bufferOver(bytes: NodeJS.ArrayBufferView): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
