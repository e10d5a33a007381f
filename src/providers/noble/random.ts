/**
 * Randomness from `globalThis.crypto.getRandomValues`, the one name that every runtime has. It is looked up at each
 * call, so that a runtime without it can be given one.
 */

/** As much of Web Cryptography as is used here; the core is compiled without its types. */
interface RandomSource {
  getRandomValues?(bytes: Uint8Array): Uint8Array;
}

/** Web Cryptography gives at most this many bytes at a time. */
const MAX_DRAW = 65536;

/**
 * `length` random bytes in memory of their own.
 * @throws Error the runtime has no `crypto.getRandomValues`
 */
export function random(length: number): Uint8Array {
  const source = (globalThis as { readonly crypto?: RandomSource }).crypto;
  if (typeof source?.getRandomValues !== "function") {
    throw new Error(
      "this runtime has no globalThis.crypto.getRandomValues: set one before using TLS, or give `random` in the credentials",
    );
  }
  const bytes = new Uint8Array(length);
  for (let start = 0; start < length; start += MAX_DRAW) {
    source.getRandomValues(bytes.subarray(start, start + MAX_DRAW));
  }
  return bytes;
}
