/**
 * How decoders refuse, and which length fields they read.
 */
import * as assert from "uvu/assert";
import { ByteReader, DecodeError } from "../../src/bytes/byte-reader.ts";
import { TlsFailure } from "../../src/protocol/failure.ts";

/**
 * Runs a decoder.
 * @returns "DecodeError", the reason of a TlsFailure, or null if the bytes are accepted; any other exception is thrown on
 */
export function refusal(decode: () => unknown): string | null {
  try {
    decode();
    return null;
  } catch (error) {
    if (error instanceof DecodeError) return "DecodeError";
    if (error instanceof TlsFailure) return error.reason;
    throw error;
  }
}

/** Asserts that a decoder refuses, for whatever reason. */
export function assertRefused(decode: () => unknown, message: string): void {
  assert.is.not(refusal(decode), null, message);
}

/** A length field: its place in the body and its size, in bytes. */
export interface LengthField {
  readonly offset: number;
  readonly size: number;
}

/** The length fields that `decode` reads in `body`, found by listening to the reader. */
export function lengthFields(
  decode: (body: Uint8Array) => unknown,
  body: Uint8Array,
): readonly LengthField[] {
  const fields: LengthField[] = [];
  const original = ByteReader.prototype.vector;
  ByteReader.prototype.vector = function (prefix, ...rest) {
    const content = original.call(this, prefix, ...rest);
    fields.push({ offset: content.byteOffset - body.byteOffset - prefix, size: prefix });
    return content;
  };
  try {
    decode(body);
  } finally {
    ByteReader.prototype.vector = original;
  }
  return fields;
}

/** A copy of `body` with a length field changed by `step`, or null where that leaves the field's range. */
export function withLength(body: Uint8Array, field: LengthField, step: 1 | -1): Uint8Array | null {
  const changed = body.slice();
  let value = step;
  for (let i = 0; i < field.size; i++) {
    const place = field.offset + field.size - 1 - i;
    value += (changed[place] as number) * 256 ** i;
  }
  if (value < 0 || value >= 256 ** field.size) return null;
  for (let i = 0; i < field.size; i++) {
    changed[field.offset + field.size - 1 - i] = Math.floor(value / 256 ** i) % 256;
  }
  return changed;
}
