/**
 * What the two AEAD formats of TLS 1.2 share (RFC 5246 §6.2.3.3): additional data and opening.
 */
import { copyFew } from "../bytes/byte-arrays.ts";
import type { Aead } from "../crypto/provider.ts";
import { ContentType } from "../protocol/content-type.ts";
import { fail } from "../protocol/failure.ts";
import { MAX_PLAINTEXT } from "../protocol/limits.ts";
import { TLS12 } from "../protocol/version.ts";
import type { OpenedRecord } from "./protector.ts";

/** Writes a sequence number as eight bytes at an offset. */
export function writeSequence(target: Uint8Array, offset: number, sequence: number): void {
  const high = Math.floor(sequence / 0x100000000);
  const low = sequence % 0x100000000;
  for (let i = 0; i < 4; i++) {
    target[offset + i] = high >>> (24 - 8 * i);
    target[offset + 4 + i] = low >>> (24 - 8 * i);
  }
}

/** sequence (8) | type (1) | version (2) | length (2), in the same memory each time. */
export class AdditionalData12 {
  readonly #bytes: Uint8Array = new Uint8Array(13);

  of(type: number, sequence: number, length: number): Uint8Array {
    const bytes = this.#bytes;
    writeSequence(bytes, 0, sequence);
    bytes[8] = type;
    bytes[9] = TLS12 >> 8;
    bytes[10] = TLS12 & 0xff;
    bytes[11] = length >> 8;
    bytes[12] = length & 0xff;
    return bytes;
  }
}

/** Refuses a record that cannot be a protected one of TLS 1.2. */
export function refuseUnprotected12(record: Uint8Array, minimum: number): void {
  const type = record[0] as number;
  if (type < ContentType.ChangeCipherSpec || type > ContentType.ApplicationData) {
    fail("UnexpectedRecord", `a record of type ${type} has no place here`);
  }
  if (record.length < minimum) {
    fail(
      "RecordTooShort",
      `a record of ${record.length} bytes, at least ${minimum} are needed for what protects it`,
    );
  }
}

/**
 * Opens a record.
 * @param tag memory for its tag
 */
export function openAead12(
  aead: Aead,
  nonce: Uint8Array,
  additional: AdditionalData12,
  sequence: number,
  record: Uint8Array,
  start: number,
  tag: Uint8Array,
  opened: OpenedRecord,
  inPlace: boolean,
): void {
  const type = record[0] as number;
  const end = record.length - tag.length;
  const length = end - start;
  if (length > MAX_PLAINTEXT) {
    fail("RecordTooLong", `a record holds ${length} bytes of content, more than ${MAX_PLAINTEXT}`);
  }
  const data = record.subarray(start, end);
  copyFew(record, end, tag, 0, tag.length);
  const plaintext = aead.open(nonce, additional.of(type, sequence, length), data, tag, inPlace);
  if (plaintext === null) fail("BadRecordMac", "the authentication tag of a record is wrong");
  opened.type = type;
  opened.start = start;
  opened.length = length;
  opened.memory = inPlace ? record : plaintext;
  opened.offset = inPlace ? start : 0;
}
