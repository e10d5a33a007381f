/**
 * A byte range of a larger array. Creating a `subarray` view costs more than the rest of the overhead of a short
 * record, so views are created only where an API requires one.
 */
export interface ByteRange {
  memory: Uint8Array;
  /** Bytes of the memory before the piece. */
  start: number;
  length: number;
}

/** All of `memory`. */
export function rangeOf(memory: Uint8Array): ByteRange {
  return { memory, start: 0, length: memory.length };
}

/** Its bytes, no copy. */
export function toView({ memory, start, length }: ByteRange): Uint8Array {
  return length === memory.length ? memory : memory.subarray(start, start + length);
}

/** True if `second` begins where `first` ends in the same memory, for any views. */
export function isAdjacent(first: ByteRange, second: ByteRange): boolean {
  const end = first.start + first.length;
  const one = first.memory;
  const two = second.memory;
  if (one === two) return end === second.start;
  return one.buffer === two.buffer && one.byteOffset + end === two.byteOffset + second.start;
}

/** `length` bytes from the start of a piece on: it and what is adjacent to it. */
export function viewFrom({ memory, start }: ByteRange, length: number): Uint8Array {
  return new Uint8Array(memory.buffer, memory.byteOffset + start, length);
}
