/**
 * Bytes to whole records: how long the first one is, or how many bytes it misses (RFC 8446 §5.1).
 */
import { toHex } from "../bytes/text.ts";
import { ContentType } from "../protocol/content-type.ts";
import { type FailureReason, TlsFailure } from "../protocol/failure.ts";
import { RECORD_HEADER_LENGTH } from "../protocol/limits.ts";
import { bodyLength } from "./record-header.ts";

export type Frame =
  | { readonly kind: "incomplete"; readonly missing: number }
  | { readonly kind: "record"; readonly length: number }
  | { readonly kind: "refused"; readonly failure: TlsFailure };

/**
 * Looks at the header of the first record.
 * @param maximumBody bytes that may follow the header; a longer record is refused before it is all there
 * @param heard the peer has sent a record before: it speaks TLS, so what begins no record is owed an alert (RFC 8446
 *   §5)
 */
export function frame(input: Uint8Array, maximumBody: number, heard = false): Frame {
  const available = input.length;
  if (available < RECORD_HEADER_LENGTH) {
    return { kind: "incomplete", missing: RECORD_HEADER_LENGTH - available };
  }
  if (!isContentType(input[0] as number) || input[1] !== 3) {
    const words = `bytes ${toHex(input.subarray(0, RECORD_HEADER_LENGTH))} begin no TLS record`;
    return heard
      ? refused("UnexpectedRecord", words)
      : refused("NotTls", `${words}; does the peer speak another protocol?`);
  }
  const body = bodyLength(input);
  if (body > maximumBody) {
    return refused(
      "RecordTooLong",
      `a record of ${body} bytes came, at most ${maximumBody} are allowed here`,
    );
  }
  const length = RECORD_HEADER_LENGTH + body;
  return available < length
    ? { kind: "incomplete", missing: length - available }
    : { kind: "record", length };
}

function isContentType(type: number): boolean {
  return type >= ContentType.ChangeCipherSpec && type <= ContentType.Heartbeat;
}

function refused(reason: FailureReason, message: string): Frame {
  return { kind: "refused", failure: new TlsFailure(reason, message) };
}
