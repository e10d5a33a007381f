/**
 * Records before there are keys (RFC 8446 §5.1): header and content.
 */
import type { ByteRange } from "../bytes/byte-range.ts";
import { ContentType } from "../protocol/content-type.ts";
import { fail } from "../protocol/failure.ts";
import { MAX_PLAINTEXT, RECORD_HEADER_LENGTH } from "../protocol/limits.ts";
import { TLS12 } from "../protocol/version.ts";
import type { OpenedRecord, Opener, Sealer } from "./protector.ts";
import { writeRecordHeader } from "./record-header.ts";

class NullSealer implements Sealer {
  readonly headerLength: number = RECORD_HEADER_LENGTH;
  readonly maximumTrailerLength = 0;
  readonly blockLength = 1;
  readonly recordLimit: number = Number.MAX_SAFE_INTEGER;

  trailerLength(): number {
    return 0;
  }

  seal(type: number, _sequence: number, header: ByteRange, data: ByteRange): void {
    writeRecordHeader(header.memory, type, TLS12, data.length, header.start);
  }

  wipe(): void {
    // There is no key.
  }
}

class NullOpener implements Opener {
  readonly headerLength: number = RECORD_HEADER_LENGTH;

  open(_sequence: number, record: Uint8Array, opened: OpenedRecord): void {
    const type = record[0] as number;
    if (type < ContentType.ChangeCipherSpec || type > ContentType.ApplicationData) {
      fail("UnexpectedRecord", `a record of type ${type} has no place here`);
    }
    const length = record.length - RECORD_HEADER_LENGTH;
    // Skipped early data is protected, hence longer; without keys application data is good for nothing
    // else.
    if (length > MAX_PLAINTEXT && type !== ContentType.ApplicationData) {
      fail(
        "RecordTooLong",
        `a plain record holds ${length} bytes of content, more than ${MAX_PLAINTEXT}`,
      );
    }
    opened.type = type;
    opened.start = RECORD_HEADER_LENGTH;
    opened.length = length;
    opened.memory = record;
    opened.offset = RECORD_HEADER_LENGTH;
  }

  restore(): void {
    // Nothing was changed.
  }

  wipe(): void {
    // There is no key.
  }
}

export const NULL_SEALER: Sealer = new NullSealer();
export const NULL_OPENER: Opener = new NullOpener();
