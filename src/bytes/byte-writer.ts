/**
 * Growing writer for TLS structures; length prefixes are patched when the nested block returns.
 */
const LARGEST = { 1: 0xff, 2: 0xffff, 3: 0xffffff, 4: 0xffffffff } as const;

export class ByteWriter {
  #bytes: Uint8Array;
  #length = 0;

  /** @param capacity bytes to reserve at first */
  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  u8(value: number): this {
    return this.#number(1, value);
  }

  u16(value: number): this {
    return this.#number(2, value);
  }

  u24(value: number): this {
    return this.#number(3, value);
  }

  u32(value: number): this {
    return this.#number(4, value);
  }

  /** Copies `bytes` to the end. */
  bytes(bytes: Uint8Array): this {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }

  /** Writes a vector with a length prefix of `prefix` bytes: given bytes, or what `write` writes. */
  vector(prefix: 1 | 2 | 3, content: Uint8Array | ((writer: this) => void)): this {
    const start = this.#length;
    this.#number(prefix, 0);
    if (typeof content === "function") content(this);
    else this.bytes(content);
    const length = this.#length - start - prefix;
    if (length > LARGEST[prefix]) {
      throw new RangeError(`${length} bytes do not fit a length prefix of ${prefix} bytes`);
    }
    for (let i = prefix - 1, rest = length; i >= 0; i--, rest >>>= 8) this.#bytes[start + i] = rest;
    return this;
  }

  /** What was written. The memory is the writer's own: do not write on while it is in use. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #number(size: 1 | 2 | 3 | 4, value: number): this {
    if (!Number.isInteger(value) || value < 0 || value > LARGEST[size]) {
      throw new RangeError(`${value} is not an unsigned number of ${size} bytes`);
    }
    this.#reserve(size);
    const start = this.#length;
    for (let i = size - 1, rest = value; i >= 0; i--, rest >>>= 8) this.#bytes[start + i] = rest;
    this.#length = start + size;
    return this;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
