/**
 * Bytes to whole records: how long the first one is, or how many bytes it misses (RFC 8446 §5.1).
 */
import { toHex } from "../bytes/text.ts";
import { ContentType } from "../protocol/content-type.ts";
import { TlsFailure } from "../protocol/failure.ts";
import { RECORD_HEADER_LENGTH } from "../protocol/limits.ts";
import { bodyLength } from "./record-header.ts";

export type Frame =
  | { readonly kind: "incomplete"; readonly missing: number }
  | { readonly kind: "record"; readonly length: number }
  | { readonly kind: "refused"; readonly failure: TlsFailure };

/**
 * Looks at the header of the first record.
 * @param maximumBody bytes that may follow the header; a longer record is refused before it is all there
 */
export function frame(input: Uint8Array, maximumBody: number): Frame {
  const available = input.length;
  if (available < RECORD_HEADER_LENGTH) {
    return { kind: "incomplete", missing: RECORD_HEADER_LENGTH - available };
  }
  if (!isContentType(input[0] as number) || input[1] !== 3) {
    return refused(
      `bytes ${toHex(input.subarray(0, RECORD_HEADER_LENGTH))} begin no TLS record; does the peer speak another protocol?`,
    );
  }
  const body = bodyLength(input);
  if (body > maximumBody) {
    return {
      kind: "refused",
      failure: new TlsFailure(
        "RecordTooLong",
        `a record of ${body} bytes came, at most ${maximumBody} are allowed here`,
      ),
    };
  }
  const length = RECORD_HEADER_LENGTH + body;
  return available < length
    ? { kind: "incomplete", missing: length - available }
    : { kind: "record", length };
}

function isContentType(type: number): boolean {
  return type >= ContentType.ChangeCipherSpec && type <= ContentType.Heartbeat;
}

function refused(message: string): Frame {
  return { kind: "refused", failure: new TlsFailure("NotTls", message) };
}
