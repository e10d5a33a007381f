/**
 * Attribute-value pairs ([MS-NLMP] 2.2.2.1): what the server reports of itself, and what the client adds.
 */
import { concatAll } from "../bytes/byte-arrays.ts";
import { DecodeError } from "../bytes/byte-reader.ts";
import { LittleEndianView, u32le } from "../bytes/little-endian.ts";

export const AvId = {
  End: 0,
  NetbiosComputer: 1,
  NetbiosDomain: 2,
  DnsComputer: 3,
  DnsDomain: 4,
  DnsTree: 5,
  Flags: 6,
  Timestamp: 7,
  TargetName: 9,
  Bindings: 10,
} as const;

/** Value of `AvId.Flags`: the AUTHENTICATE message has a MIC. */
export const AV_HAS_MIC = 2;
/** Value of `AvId.Flags`: the target name comes from an unverified source. */
export const AV_UNVERIFIED_TARGET = 4;

/** Bytes of a timestamp, of bindings. */
const TIMESTAMP_LENGTH = 8;
const BINDINGS_LENGTH = 16;
/** No peer needs more pairs; each is there once. */
const MAX_PAIRS = 64;

export interface AvPair {
  readonly id: number;
  /** A view of the token that it was read from. */
  readonly value: Uint8Array;
}

/**
 * Reads pairs to the one that ends them; what follows is not looked at.
 * @throws DecodeError: they do not end, there are too many, one is there twice, or a length is wrong
 */
export function readAvPairs(bytes: Uint8Array): AvPair[] {
  const view = new LittleEndianView(bytes, "the target information");
  const pairs: AvPair[] = [];
  const seen = new Set<number>();
  for (let at = 0; ; ) {
    const id = view.u16(at);
    const value = view.part(at + 4, view.u16(at + 2));
    if (id === AvId.End) return pairs;
    if (seen.has(id) || pairs.length === MAX_PAIRS) {
      throw new DecodeError(`pair ${id} is there twice, or there are more than ${MAX_PAIRS}`);
    }
    checkLength(id, value.length);
    seen.add(id);
    pairs.push({ id, value });
    at += 4 + value.length;
  }
}

function checkLength(id: number, length: number): void {
  const wrong =
    (id === AvId.Flags && length !== 4) ||
    (id === AvId.Timestamp && length !== TIMESTAMP_LENGTH) ||
    (id === AvId.Bindings && length !== BINDINGS_LENGTH);
  if (wrong) throw new DecodeError(`pair ${id} has ${length} bytes`);
}

/** Writes pairs, with the one that ends them. */
export function writeAvPairs(pairs: readonly AvPair[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const { id, value } of pairs) parts.push(header(id, value.length), value);
  parts.push(header(AvId.End, 0));
  return concatAll(parts);
}

function header(id: number, length: number): Uint8Array {
  return u32le(id | (length << 16));
}

/** The value of a pair; null: it is not there. */
export function avValue(pairs: readonly AvPair[], id: number): Uint8Array | null {
  return pairs.find((pair) => pair.id === id)?.value ?? null;
}

/** The flags of the pairs; 0: there are none. */
export function avFlags(pairs: readonly AvPair[]): number {
  const value = avValue(pairs, AvId.Flags);
  return value === null ? 0 : new LittleEndianView(value, "the flags").u32(0);
}
