/**
 * Little-endian numbers, of Windows protocols, and a bounded view of a structure that has them.
 */
import { DecodeError } from "./byte-reader.ts";

/** `value` in four bytes. */
export function u32le(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

/** Reads at offsets of a structure; every read is checked against its end. Nothing is copied. */
export class LittleEndianView {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  readonly #what: string;

  /** @param what its name in the specification, for messages */
  constructor(bytes: Uint8Array, what: string) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#what = what;
  }

  /** Reads two bytes. */
  u16(at: number): number {
    this.#check(at, 2);
    return this.#view.getUint16(at, true);
  }

  /** Reads four bytes. */
  u32(at: number): number {
    this.#check(at, 4);
    return this.#view.getUint32(at, true);
  }

  /** A part of the structure, as a view. */
  part(at: number, length: number): Uint8Array {
    this.#check(at, length);
    return this.bytes.subarray(at, at + length);
  }

  #check(at: number, length: number): void {
    if (at + length <= this.bytes.length) return;
    throw new DecodeError(
      `${this.#what} of ${this.bytes.length} bytes ends before offset ${at + length}`,
    );
  }
}
