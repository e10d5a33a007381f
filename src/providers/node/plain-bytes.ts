/**
 * From Buffers to plain Uint8Arrays over the same memory, so that callers meet one kind of array only.
 */

/** The bytes of `buffer` as a Uint8Array; no copy. */
export function plain(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}
