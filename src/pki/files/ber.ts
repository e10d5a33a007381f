/**
 * BER to DER, as far as PFX files need it (X.690 §8.1): indefinite lengths, lengths that are longer than they need be,
 * and strings in pieces become what a strict reader reads. Nesting and elements are bounded.
 */
import { concatAll } from "../../bytes/byte-arrays.ts";
import { DecodeError } from "../../bytes/byte-reader.ts";
import { DerTag, derElement, derElementOf } from "../../bytes/der.ts";

const MAX_DEPTH = 24;
const MAX_ELEMENTS = 16_384;
const CONSTRUCTED = 0x20;
const CONSTRUCTED_OCTETS = DerTag.OctetString | CONSTRUCTED;
const INDEFINITE = 0x80;

class BerCursor {
  readonly bytes: Uint8Array;
  offset = 0;
  elements = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  byte(): number {
    const byte = this.bytes[this.offset];
    if (byte === undefined) throw new DecodeError(`BER: it ends at offset ${this.offset}`);
    this.offset++;
    return byte;
  }
}

/**
 * One element, whole. A new array.
 * @throws DecodeError malformed, bytes after the end, more than 24 levels or 16384 elements
 */
export function berToDer(bytes: Uint8Array): Uint8Array {
  const cursor = new BerCursor(bytes);
  const der = readElement(cursor, bytes.length, 1);
  if (cursor.offset !== bytes.length) throw new DecodeError("BER: bytes after the end");
  return der;
}

function readElement(cursor: BerCursor, end: number, depth: number): Uint8Array {
  if (++cursor.elements > MAX_ELEMENTS) throw new DecodeError("BER: too many elements");
  if (depth > MAX_DEPTH) throw new DecodeError("BER: nested too deeply");
  const tag = cursor.byte();
  if ((tag & 0x1f) === 0x1f) throw new DecodeError("BER: a tag of several bytes");
  const length = readLength(cursor);
  const contentEnd = length === null ? end : cursor.offset + length;
  if (contentEnd > end) throw new DecodeError("BER: an element does not fit its surroundings");
  if ((tag & CONSTRUCTED) === 0) {
    if (length === null) throw new DecodeError("BER: a primitive element without length");
    const content = cursor.bytes.subarray(cursor.offset, contentEnd);
    cursor.offset = contentEnd;
    return derElement(tag, content);
  }
  const parts: Uint8Array[] = [];
  while (length === null ? !atEndOfContents(cursor) : cursor.offset < contentEnd) {
    parts.push(readElement(cursor, contentEnd, depth + 1));
  }
  if (length === null) cursor.offset += 2;
  return tag === CONSTRUCTED_OCTETS
    ? derElementOf(DerTag.OctetString, parts.map(octets))
    : derElementOf(tag, parts);
}

function atEndOfContents({ bytes, offset }: BerCursor): boolean {
  if (offset + 2 > bytes.length) throw new DecodeError("BER: an indefinite length has no end");
  return bytes[offset] === 0 && bytes[offset + 1] === 0;
}

/** Null: indefinite. */
function readLength(cursor: BerCursor): number | null {
  const first = cursor.byte();
  if (first < INDEFINITE) return first;
  if (first === INDEFINITE) return null;
  const size = first & 0x7f;
  if (size > 6) throw new DecodeError("BER: a length of more than 6 bytes");
  let length = 0;
  for (let i = 0; i < size; i++) length = length * 256 + cursor.byte();
  return length;
}

/** Content of an OCTET STRING that was a piece of another. */
function octets(der: Uint8Array): Uint8Array {
  if (der[0] !== DerTag.OctetString) throw new DecodeError("BER: a piece is not an OCTET STRING");
  const size = (der[1] ?? 0) < INDEFINITE ? 0 : (der[1] ?? 0) & 0x7f;
  return der.subarray(2 + size);
}

/** The pieces of an implicitly tagged OCTET STRING, joined; `content` is of the constructed element. */
export function joinedOctets(content: Uint8Array): Uint8Array {
  const pieces: Uint8Array[] = [];
  const cursor = new BerCursor(content);
  while (cursor.offset < content.length) {
    pieces.push(octets(readElement(cursor, content.length, 1)));
  }
  return concatAll(pieces);
}
