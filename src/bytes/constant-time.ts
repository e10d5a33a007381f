/**
 * Comparison without early exit, for MACs, Finished values, binders and tickets.
 */

/** True if both hold the same bytes. Takes the time of the longer one; the lengths are not secret. */
export function equalConstantTime(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  const length = Math.max(a.length, b.length);
  for (let i = 0; i < length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0);
  return difference === 0;
}
