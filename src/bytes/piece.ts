/**
 * A part of some memory, told by numbers. Making a view costs more than anything else that is done with a short record
 * beside its cipher, so that views are made only where somebody must have one.
 */
export interface Piece {
  memory: Uint8Array;
  /** Bytes of the memory before the piece. */
  start: number;
  length: number;
}

/** All of `memory`. */
export function pieceOf(memory: Uint8Array): Piece {
  return { memory, start: 0, length: memory.length };
}

/** Its bytes, no copy. */
export function viewOf({ memory, start, length }: Piece): Uint8Array {
  return length === memory.length ? memory : memory.subarray(start, start + length);
}

/** True if `second` begins where `first` ends, whatever views they are told by. */
export function isAdjacent(first: Piece, second: Piece): boolean {
  const end = first.start + first.length;
  const one = first.memory;
  const two = second.memory;
  if (one === two) return end === second.start;
  return one.buffer === two.buffer && one.byteOffset + end === two.byteOffset + second.start;
}

/** `length` bytes from the start of a piece on: it and what is adjacent to it. */
export function viewFrom({ memory, start }: Piece, length: number): Uint8Array {
  return new Uint8Array(memory.buffer, memory.byteOffset + start, length);
}
