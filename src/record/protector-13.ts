/**
 * TLS 1.3 records, all AEADs (RFC 8446 §5.2 to §5.4):
 *
 *   23, 0303, length (5) | AEAD( content | type (1) | zeros ) | tag (16)
 *
 * The header is the additional data; the nonce is the IV xor the sequence number. We never pad.
 */
import { copyFew } from "../bytes/byte-arrays.ts";
import { type ByteRange, isAdjacent, toView, viewFrom } from "../bytes/byte-range.ts";
import type { Aead, CryptoProvider } from "../crypto/provider.ts";
import type { TrafficKeys } from "../crypto/traffic-keys.ts";
import { ContentType } from "../protocol/content-type.ts";
import { fail } from "../protocol/failure.ts";
import { MAX_PLAINTEXT, RECORD_HEADER_LENGTH } from "../protocol/limits.ts";
import { TLS12 } from "../protocol/version.ts";
import { NonceXor } from "./nonce.ts";
import type { OpenedRecord, Opener, Sealer } from "./protector.ts";
import { makeAead } from "./record-aead.ts";
import { writeRecordHeader } from "./record-header.ts";

const TYPE_LENGTH = 1;
const NO_BYTES = new Uint8Array(0);

export class Sealer13 implements Sealer {
  readonly headerLength: number = RECORD_HEADER_LENGTH;
  readonly maximumTrailerLength: number;
  readonly blockLength: number;
  readonly recordLimit: number;
  readonly #aead: Aead;
  readonly #nonce: NonceXor;
  /** Of the record under way: header, type byte and tag in memory of their own. */
  readonly #header: Uint8Array = new Uint8Array(RECORD_HEADER_LENGTH);
  readonly #type: Uint8Array = new Uint8Array(TYPE_LENGTH);
  readonly #tag: Uint8Array;

  constructor(provider: CryptoProvider, keys: TrafficKeys) {
    const { cipher } = keys.suite;
    this.#tag = new Uint8Array(cipher.tagLength);
    this.maximumTrailerLength = TYPE_LENGTH + cipher.tagLength;
    this.blockLength = cipher.blockLength;
    this.recordLimit = cipher.recordLimit;
    this.#aead = makeAead(provider, keys);
    this.#nonce = new NonceXor(keys.iv);
  }

  trailerLength(): number {
    return this.maximumTrailerLength;
  }

  seal(
    type: number,
    sequence: number,
    header: ByteRange,
    data: ByteRange,
    trailer: ByteRange,
  ): void {
    const { memory, start } = trailer;
    const additional = this.#header;
    const length = data.length + trailer.length;
    writeRecordHeader(additional, ContentType.ApplicationData, TLS12, length);
    copyFew(additional, 0, header.memory, header.start, RECORD_HEADER_LENGTH);
    const nonce = this.#nonce.at(sequence);
    const tag = this.#tag;
    // What lies in one piece is one call of the cipher.
    if (isAdjacent(data, trailer)) {
      memory[start] = type;
      const plaintext = viewFrom(data, data.length + TYPE_LENGTH);
      this.#aead.seal(nonce, additional, plaintext, NO_BYTES, tag);
    } else {
      const own = this.#type;
      own[0] = type;
      this.#aead.seal(nonce, additional, toView(data), own, tag);
      memory[start] = own[0];
    }
    copyFew(tag, 0, memory, start + TYPE_LENGTH, tag.length);
  }

  wipe(): void {
    this.#aead.wipe();
    this.#nonce.wipe();
  }
}

export class Opener13 implements Opener {
  readonly headerLength: number = RECORD_HEADER_LENGTH;
  readonly #tagLength: number;
  readonly #aead: Aead;
  readonly #nonce: NonceXor;
  /** Of the record under way, as pieces of memory of their own. */
  readonly #header: Uint8Array = new Uint8Array(RECORD_HEADER_LENGTH);
  readonly #tag: Uint8Array;

  constructor(provider: CryptoProvider, keys: TrafficKeys) {
    this.#tagLength = keys.suite.cipher.tagLength;
    this.#aead = makeAead(provider, keys);
    this.#nonce = new NonceXor(keys.iv);
    this.#tag = new Uint8Array(this.#tagLength);
  }

  open(sequence: number, record: Uint8Array, opened: OpenedRecord, inPlace = true): void {
    if (record[0] !== ContentType.ApplicationData) {
      fail(
        "UnexpectedRecord",
        `an unprotected record of type ${record[0]} came where TLS 1.3 protects all`,
      );
    }
    const tagStart = record.length - this.#tagLength;
    if (tagStart < RECORD_HEADER_LENGTH + TYPE_LENGTH) {
      fail("RecordTooShort", `a record of ${record.length} bytes has no room for type and tag`);
    }
    const header = this.#header;
    const tag = this.#tag;
    copyFew(record, 0, header, 0, RECORD_HEADER_LENGTH);
    copyFew(record, tagStart, tag, 0, tag.length);
    const data = record.subarray(RECORD_HEADER_LENGTH, tagStart);
    const plaintext = this.#aead.open(this.#nonce.at(sequence), header, data, tag, inPlace);
    if (plaintext === null) fail("BadRecordMac", "the authentication tag of a record is wrong");
    // Content, type and padding together (§5.4).
    if (plaintext.length > MAX_PLAINTEXT + TYPE_LENGTH) {
      fail(
        "RecordTooLong",
        `a record holds ${plaintext.length - TYPE_LENGTH} bytes of content and padding, more than ${MAX_PLAINTEXT}`,
      );
    }
    // The type is the last byte that is not zero; the zeros behind it are padding.
    let end = plaintext.length - 1;
    while (end >= 0 && plaintext[end] === 0) end--;
    if (end < 0) fail("BadInnerPlaintext", "a record holds nothing but padding");
    const type = plaintext[end] as number;
    if (type === ContentType.ChangeCipherSpec) {
      fail("UnexpectedRecord", "ChangeCipherSpec came protected");
    }
    opened.type = type;
    opened.start = RECORD_HEADER_LENGTH;
    opened.length = end;
    opened.memory = inPlace ? record : plaintext;
    opened.offset = inPlace ? RECORD_HEADER_LENGTH : 0;
  }

  restore(sequence: number, record: Uint8Array): void {
    const header = record.subarray(0, RECORD_HEADER_LENGTH);
    const plaintext = record.subarray(RECORD_HEADER_LENGTH, record.length - this.#tagLength);
    this.#aead.seal(this.#nonce.at(sequence), header, plaintext, NO_BYTES, this.#tag);
  }

  wipe(): void {
    this.#aead.wipe();
    this.#nonce.wipe();
  }
}
