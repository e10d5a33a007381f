/**
 * From what node:crypto answers to plain Uint8Arrays, so that callers meet one kind of array only.
 */

/** The bytes of `buffer` as a Uint8Array; no copy. */
export function plain(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}

/** The bytes of a one-byte string (encoding "binary"). */
export function fromBinary(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
