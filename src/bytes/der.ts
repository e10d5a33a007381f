/**
 * Strict reader and small writer of DER (X.690 §10, §11): definite lengths in their shortest form, single-byte tags,
 * shortest INTEGERs. It walks one level at a time and never recurses; the caller decides how deep to go.
 * BER, high tag numbers and string types are not read.
 */
import { concatAll } from "./byte-arrays.ts";
import { DecodeError } from "./byte-reader.ts";

/** Identifier octets of the types that keys, signatures and certificates are made of. */
export const DerTag = {
  Boolean: 0x01,
  Integer: 0x02,
  BitString: 0x03,
  OctetString: 0x04,
  Null: 0x05,
  ObjectIdentifier: 0x06,
  Enumerated: 0x0a,
  UtcTime: 0x17,
  GeneralizedTime: 0x18,
  Sequence: 0x30,
  Set: 0x31,
} as const;

/** An element as it was read. Byte fields are views of the input. */
export interface DerElement {
  readonly tag: number;
  readonly content: Uint8Array;
  /** With tag and length. */
  readonly encoded: Uint8Array;
}

/** Identifier octet of a constructed context-specific element: `[number]` EXPLICIT, or IMPLICIT of a structure. */
export function contextTag(number: number): number {
  return 0xa0 | number;
}

const HIGH_TAG_NUMBER = 0x1f;
const LONG_FORM = 0x80;

export class DerReader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #offset: number;

  /**
   * @param bytes the content of one element, or a whole encoding; not copied
   * @param start offset of the first byte, and `end` of the byte after the last, if only a part is to be read
   */
  constructor(bytes: Uint8Array, start = 0, end: number = bytes.length) {
    this.#bytes = bytes;
    this.#offset = start;
    this.#end = end;
  }

  /** Tag of the next element, or null at the end. */
  peek(): number | null {
    return this.#offset < this.#end ? (this.#bytes[this.#offset] ?? null) : null;
  }

  /**
   * Reads one element and returns its content as a view.
   * @throws DecodeError another tag, a length that is too long or not in shortest form
   */
  element(tag: number): Uint8Array {
    const start = this.#enter(tag);
    return this.#bytes.subarray(start, this.#offset);
  }

  /**
   * Reads one element of any type.
   * @throws DecodeError the end, a tag of several bytes, a length that is too long or not in shortest form
   */
  next(): DerElement {
    const start = this.#offset;
    const tag = this.#byte();
    const content = this.#skipContent(tag);
    return {
      tag,
      content: this.#bytes.subarray(content, this.#offset),
      encoded: this.#bytes.subarray(start, this.#offset),
    };
  }

  /** Reads a SEQUENCE, to be read by a reader of its own. */
  sequence(): DerReader {
    const start = this.#enter(DerTag.Sequence);
    return new DerReader(this.#bytes, start, this.#offset);
  }

  /** Reads the element with context tag `number` if it comes next; null otherwise. */
  optional(number: number): DerReader | null {
    const tag = contextTag(number);
    if (this.peek() !== tag) return null;
    const start = this.#enter(tag);
    return new DerReader(this.#bytes, start, this.#offset);
  }

  /** Reads an INTEGER that is not negative: its magnitude without leading zero, at least one byte. A view. */
  unsigned(): Uint8Array {
    const content = this.element(DerTag.Integer);
    const [first, second] = content;
    if (first === undefined) throw new DecodeError("DER: an INTEGER is empty");
    if (first >= 0x80) throw new DecodeError("DER: an INTEGER is negative");
    if (first !== 0 || second === undefined) return content;
    if (second < 0x80) throw new DecodeError("DER: an INTEGER has a superfluous leading zero");
    return content.subarray(1);
  }

  /** Reads an INTEGER from 0 to 127. */
  smallInteger(): number {
    const bytes = this.unsigned();
    const [value = 0] = bytes;
    if (bytes.length > 1 || value > 0x7f) throw new DecodeError("DER: an INTEGER is above 127");
    return value;
  }

  /** Reads a BOOLEAN. */
  boolean(): boolean {
    const content = this.element(DerTag.Boolean);
    const [value] = content;
    if (content.length !== 1 || (value !== 0 && value !== 0xff)) {
      throw new DecodeError("DER: a BOOLEAN is neither 00 nor ff");
    }
    return value === 0xff;
  }

  /** Reads a BIT STRING of whole bytes, as a view. */
  bitString(): Uint8Array {
    const content = this.element(DerTag.BitString);
    if (content[0] !== 0) throw new DecodeError("DER: a BIT STRING is not of whole bytes");
    return content.subarray(1);
  }

  /** Reads an OBJECT IDENTIFIER in dotted form; at most 32 bytes and 32-bit arcs. */
  objectIdentifier(): string {
    const start = this.#enter(DerTag.ObjectIdentifier);
    return objectIdentifiers.read(this.#bytes, start, this.#offset);
  }

  /** Reads a NULL. */
  null(): void {
    if (this.element(DerTag.Null).length > 0) throw new DecodeError("DER: a NULL has content");
  }

  /** Refuses elements after the last one that belongs to the structure. */
  end(): void {
    if (this.peek() !== null) {
      throw new DecodeError(`DER: ${this.#end - this.#offset} bytes after the end`);
    }
  }

  #byte(): number {
    const byte = this.#bytes[this.#offset];
    if (byte === undefined || this.#offset >= this.#end) {
      throw new DecodeError(`DER: it ends at offset ${this.#offset}`);
    }
    this.#offset++;
    return byte;
  }

  /** Goes past an element of the given tag. @returns offset of its content */
  #enter(tag: number): number {
    const found = this.peek();
    if (found !== tag) {
      throw new DecodeError(`DER: tag ${found} at offset ${this.#offset}, expected ${tag}`);
    }
    this.#offset++;
    return this.#skipContent(tag);
  }

  /** Reads the length and goes past the content. @returns offset of the content */
  #skipContent(tag: number): number {
    if ((tag & HIGH_TAG_NUMBER) === HIGH_TAG_NUMBER) {
      throw new DecodeError(`DER: a tag of several bytes at offset ${this.#offset - 1}`);
    }
    const length = this.#length();
    if (length > this.#end - this.#offset) {
      throw new DecodeError(`DER: an element of ${length} bytes does not fit its surroundings`);
    }
    const content = this.#offset;
    this.#offset += length;
    return content;
  }

  #length(): number {
    const first = this.#byte();
    if (first < LONG_FORM) return first;
    const size = first - LONG_FORM;
    if (size === 0 || size > 4) throw new DecodeError("DER: a length is indefinite or too long");
    let length = 0;
    for (let i = 0; i < size; i++) length = length * 256 + this.#byte();
    if (length < LONG_FORM || length < 256 ** (size - 1)) {
      throw new DecodeError("DER: a length is not in its shortest form");
    }
    return length;
  }
}

/** Reads object identifiers and keeps the texts of those it has met first: there are few, and each comes often. */
class ObjectIdentifiers {
  static readonly #MAX_KNOWN = 256;
  readonly #known = new Map<number, { readonly content: Uint8Array; readonly text: string }>();

  read(bytes: Uint8Array, start: number, end: number): string {
    let place = end - start;
    for (let i = start; i < end; i++) place = (Math.imul(place, 31) + (bytes[i] ?? 0)) | 0;
    const known = this.#known.get(place);
    if (known !== undefined && isAt(known.content, bytes, start, end)) return known.text;
    const content = bytes.slice(start, end);
    const text = dottedForm(content);
    if (this.#known.size < ObjectIdentifiers.#MAX_KNOWN) this.#known.set(place, { content, text });
    return text;
  }
}

const objectIdentifiers = new ObjectIdentifiers();

function isAt(content: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (content.length !== end - start) return false;
  for (let i = 0; i < content.length; i++) if (content[i] !== bytes[start + i]) return false;
  return true;
}

function dottedForm(content: Uint8Array): string {
  if (content.length === 0 || content.length > 32 || (content.at(-1) ?? 0) >= 0x80) {
    throw new DecodeError("DER: an OBJECT IDENTIFIER has a bad length");
  }
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of content) {
    if (arc === 0 && byte === 0x80) throw new DecodeError("DER: an arc has leading zeros");
    arc = arc * 128 + (byte & 0x7f);
    if (arc > 0xffffffff) throw new DecodeError("DER: an arc does not fit 32 bits");
    if (byte >= 0x80) continue;
    if (arcs.length === 0) {
      const root = Math.min(2, Math.floor(arc / 40));
      arcs.push(root, arc - 40 * root);
    } else arcs.push(arc);
    arc = 0;
  }
  return arcs.join(".");
}

/** Encodes one element with the given content. A new array. For parts whose number a file chooses: `derElementOf`. */
export function derElement(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  return derElementOf(tag, content);
}

/** As `derElement`, for content in any number of parts. */
export function derElementOf(tag: number, content: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of content) length += part.length;
  if (length < LONG_FORM) return concatAll([Uint8Array.of(tag, length), ...content]);
  const size: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) size.unshift(rest % 256);
  return concatAll([Uint8Array.from([tag, LONG_FORM | size.length, ...size]), ...content]);
}

/** Encodes a number that is not negative, given as a big-endian magnitude of any length, as an INTEGER. */
export function derUnsigned(magnitude: Uint8Array): Uint8Array {
  let start = 0;
  while (start < magnitude.length - 1 && magnitude[start] === 0) start++;
  const digits = magnitude.subarray(start);
  const sign = (digits[0] ?? 0x80) >= 0x80 ? Uint8Array.of(0) : new Uint8Array(0);
  return derElement(DerTag.Integer, sign, digits);
}

/** Encodes an OBJECT IDENTIFIER given in dotted form. */
export function derObjectIdentifier(dotted: string): Uint8Array {
  const [root = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const bytes: number[] = [];
  for (const arc of [40 * root + second, ...rest]) {
    const digits = [arc % 128];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) {
      digits.unshift(0x80 | (left % 128));
    }
    for (const digit of digits) bytes.push(digit);
  }
  return derElement(DerTag.ObjectIdentifier, Uint8Array.from(bytes));
}
