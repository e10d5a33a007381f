/**
 * Is this one whole DER element (X.690 §8, §10, §11) within bounds? Asked before a parser that recurses is let near a
 * peer's bytes: asn1js and node-forge follow nesting as deep as it goes and accept BER. Walks without recursion, one step
 * an element; each byte is looked at a bounded number of times.
 */
import { DerTag } from "../bytes/der.ts";

export interface DerBounds {
  /** Of the whole encoding. */
  readonly bytes: number;
  /** Of nesting; a primitive element at the top has depth 1. */
  readonly depth: number;
  /** All elements together: the steps of the walk. */
  readonly elements: number;
}

/** Certificates: real ones stay below 10 levels, 2,000 elements and 20,000 bytes. */
export const CERTIFICATE_BOUNDS: DerBounds = { bytes: 64 * 1024, depth: 24, elements: 8192 };

const CLASS = 0xc0;
const CONSTRUCTED = 0x20;
const NUMBER = 0x1f;
const LONG_FORM = 0x80;
const OBJECT_IDENTIFIER_BYTES = 64;

/** Null if it is; otherwise what is wrong, where. */
export function derProblem(der: Uint8Array, bounds: DerBounds): string | null {
  if (der.length > bounds.bytes) return `${der.length} bytes, at most ${bounds.bytes} are read`;
  const ends: number[] = [der.length];
  let at = 0;
  for (let elements = 1; ; elements++) {
    if (elements > bounds.elements) return `more than ${bounds.elements} elements`;
    const end = ends.at(-1) ?? 0;
    const head = readHeader(der, at, end);
    if (typeof head === "string") return `${head} at offset ${at}`;
    const problem = head.constructed
      ? constructedProblem(head.tag)
      : primitiveProblem(head.tag, der.subarray(head.start, head.end));
    if (problem !== null) return `${problem} at offset ${at}`;
    at = head.constructed ? head.start : head.end;
    if (head.constructed) ends.push(head.end);
    if (ends.length - 1 > bounds.depth) return `nested deeper than ${bounds.depth} levels`;
    while (ends.length > 1 && ends.at(-1) === at) ends.pop();
    if (ends.length === 1) {
      return at === der.length ? null : `${der.length - at} bytes after the end`;
    }
  }
}

interface Header {
  readonly tag: number;
  readonly constructed: boolean;
  /** Offsets of the content. */
  readonly start: number;
  readonly end: number;
}

function readHeader(der: Uint8Array, at: number, end: number): Header | string {
  const tag = der[at];
  const first = der[at + 1];
  if (tag === undefined || first === undefined || at + 2 > end) return "an element is cut off";
  if ((tag & NUMBER) === NUMBER) return "a tag of several bytes";
  let start = at + 2;
  let length = first;
  if (first >= LONG_FORM) {
    const size = first - LONG_FORM;
    if (size === 0) return "an indefinite length";
    if (size > 4) return "a length of more than 4 bytes";
    length = 0;
    for (let i = 0; i < size; i++) length = length * 256 + (der[start + i] ?? 0);
    if (length < LONG_FORM || length < 256 ** (size - 1)) return "a length not in shortest form";
    start += size;
  }
  if (start + length > end) return `an element of ${length} bytes that does not fit`;
  return { tag, constructed: (tag & CONSTRUCTED) !== 0, start, end: start + length };
}

/** Of the universal types only SEQUENCE and SET are constructed in DER (X.690 §10.2). */
function constructedProblem(tag: number): string | null {
  if ((tag & CLASS) !== 0 || tag === DerTag.Sequence || tag === DerTag.Set) return null;
  return `a constructed element of type ${tag & NUMBER}`;
}

function primitiveProblem(tag: number, content: Uint8Array): string | null {
  const [first = 0, second = 0] = content;
  switch (tag) {
    case 0:
      return "an end-of-contents element";
    case DerTag.Boolean:
      return content.length === 1 && (first === 0 || first === 0xff) ? null : "a bad BOOLEAN";
    case DerTag.Integer:
    case DerTag.Enumerated: {
      if (content.length === 0) return "an empty INTEGER";
      const padded = content.length > 1 && first === (second >= 0x80 ? 0xff : 0);
      return padded ? "an INTEGER not in shortest form" : null;
    }
    case DerTag.BitString: {
      const unused = first;
      const last = content.at(-1) ?? 0;
      const bad =
        content.length === 0 ||
        unused > 7 ||
        (content.length === 1 && unused > 0) ||
        (unused > 0 && (last & ((1 << unused) - 1)) !== 0);
      return bad ? "a bad BIT STRING" : null;
    }
    case DerTag.Null:
      return content.length === 0 ? null : "a NULL with content";
    case DerTag.ObjectIdentifier:
      return goodObjectIdentifier(content) ? null : "a bad OBJECT IDENTIFIER";
    case DerTag.Sequence & ~CONSTRUCTED:
    case DerTag.Set & ~CONSTRUCTED:
      return "a primitive SEQUENCE or SET";
    default:
      return null;
  }
}

/** Whole arcs without leading zeros (X.690 §8.19). */
function goodObjectIdentifier(content: Uint8Array): boolean {
  if (content.length === 0 || content.length > OBJECT_IDENTIFIER_BYTES) return false;
  let atStart = true;
  for (const byte of content) {
    if (atStart && byte === LONG_FORM) return false;
    atStart = byte < LONG_FORM;
  }
  return atStart;
}
