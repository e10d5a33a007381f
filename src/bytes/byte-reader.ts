/**
 * Bounded cursor over received bytes (RFC 8446 §3: vectors and numbers, network byte order).
 * Every read is checked against the bounds of its structure; leftovers are refused by `end`.
 * The reader never copies: what it returns are views of the input.
 */

/** Bytes that do not have the structure they should have. The engine answers it with decode_error. */
export class DecodeError extends Error {
  override readonly name = "DecodeError";
}

export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #what: string;
  readonly #within: ByteReader | null;
  #offset = 0;

  /**
   * @param bytes the structure, whole; not copied
   * @param what its name in the RFC, for messages ("ClientHello")
   * @param within the structure that it is a part of
   */
  constructor(bytes: Uint8Array, what: string, within: ByteReader | null = null) {
    this.#bytes = bytes;
    this.#what = what;
    this.#within = within;
  }

  /** Name with those of the structures round it ("ClientHello.cipher_suites"); put together for messages only. */
  get path(): string {
    return this.#within === null ? this.#what : `${this.#within.path}.${this.#what}`;
  }

  /** Bytes not yet read. */
  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  /** Offset of the next byte, from the start of this structure. */
  get offset(): number {
    return this.#offset;
  }

  /** Reads one byte. */
  u8(field: string): number {
    return this.#number(1, field);
  }

  /** Reads two bytes. */
  u16(field: string): number {
    return this.#number(2, field);
  }

  /** Reads three bytes. */
  u24(field: string): number {
    return this.#number(3, field);
  }

  /** Reads four bytes as an unsigned number. */
  u32(field: string): number {
    return this.#number(4, field);
  }

  /** Reads exactly `length` bytes as a view. */
  bytes(length: number, field: string): Uint8Array {
    if (length > this.remaining) this.#short(length, field);
    const start = this.#offset;
    this.#offset += length;
    return this.#bytes.subarray(start, this.#offset);
  }

  /** Reads what is left as a view, possibly empty. */
  rest(): Uint8Array {
    return this.bytes(this.remaining, "rest");
  }

  /**
   * Reads a vector: a length of `prefix` bytes (1, 2 or 3), then that many bytes.
   * @param min smallest legal length in bytes
   * @param max largest legal length in bytes
   */
  vector(prefix: 1 | 2 | 3, field: string, min = 0, max = 0xffffff): Uint8Array {
    const length = this.#number(prefix, field);
    if (length < min || length > max) {
      throw new DecodeError(
        `${this.path}.${field}: length ${length} is not within ${min} to ${max}`,
      );
    }
    return this.bytes(length, field);
  }

  /** As `vector`, read by a reader of its own. */
  nested(prefix: 1 | 2 | 3, field: string, min = 0, max = 0xffffff): ByteReader {
    return new ByteReader(this.vector(prefix, field, min, max), field, this);
  }

  /** Reads a vector of 16-bit numbers whose length prefix has `prefix` bytes; an odd length is refused. */
  u16List(prefix: 1 | 2, field: string, min = 2, max = 0xffff): number[] {
    const list = this.nested(prefix, field, min, max);
    const numbers: number[] = [];
    while (list.remaining > 0) numbers.push(list.u16("item"));
    return numbers;
  }

  /** Refuses bytes after the end of the structure. */
  end(): void {
    if (this.remaining > 0) {
      throw new DecodeError(`${this.path}: ${this.remaining} bytes after its end`);
    }
  }

  #number(size: number, field: string): number {
    if (size > this.remaining) this.#short(size, field);
    let value = 0;
    for (let end = this.#offset + size; this.#offset < end; this.#offset++) {
      value = value * 256 + (this.#bytes[this.#offset] as number);
    }
    return value;
  }

  #short(wanted: number, field: string): never {
    throw new DecodeError(
      `${this.path}.${field}: ${wanted} bytes wanted at offset ${this.#offset}, ${this.remaining} left`,
    );
  }
}
