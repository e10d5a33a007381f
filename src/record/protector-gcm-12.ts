/**
 * TLS 1.2 AES-GCM records (RFC 5288 §3):
 *
 *   type, 0303, length (5) | explicit nonce (8) | AEAD( content ) | tag (16)
 *
 * Nonce: 4 implicit bytes | 8 explicit ones; ours are the sequence number, so none is ever used twice.
 * Additional data: sequence (8) | type (1) | version (2) | content length (2).
 */
import { copyFew } from "../bytes/byte-arrays.ts";
import { type ByteRange, toView } from "../bytes/byte-range.ts";
import type { Aead, CryptoProvider } from "../crypto/provider.ts";
import type { TrafficKeys } from "../crypto/traffic-keys.ts";
import { RECORD_HEADER_LENGTH } from "../protocol/limits.ts";
import { TLS12 } from "../protocol/version.ts";
import { AdditionalData12, openAead12, refuseUnprotected12, writeSequence } from "./aead-12.ts";
import type { OpenedRecord, Opener, Sealer } from "./protector.ts";
import { makeAead } from "./record-aead.ts";
import { writeRecordHeader } from "./record-header.ts";

const IMPLICIT = 4;
const EXPLICIT = 8;
const HEADER = RECORD_HEADER_LENGTH + EXPLICIT;
const NO_BYTES = new Uint8Array(0);

/** Key, implicit nonce and scratch memory of one direction. */
class Gcm12 {
  readonly headerLength: number = HEADER;
  protected readonly aead: Aead;
  protected readonly tagLength: number;
  /** Memory for the tag of the record under way. */
  protected readonly tag: Uint8Array;
  protected readonly nonce: Uint8Array = new Uint8Array(IMPLICIT + EXPLICIT);
  protected readonly additional: AdditionalData12 = new AdditionalData12();

  constructor(provider: CryptoProvider, keys: TrafficKeys) {
    this.aead = makeAead(provider, keys);
    this.tagLength = keys.suite.cipher.tagLength;
    this.tag = new Uint8Array(this.tagLength);
    this.nonce.set(keys.iv);
  }

  wipe(): void {
    this.aead.wipe();
    this.nonce.fill(0);
  }
}

export class SealerGcm12 extends Gcm12 implements Sealer {
  readonly maximumTrailerLength: number;
  readonly blockLength: number;
  readonly recordLimit: number;

  constructor(provider: CryptoProvider, keys: TrafficKeys) {
    super(provider, keys);
    this.maximumTrailerLength = this.tagLength;
    this.blockLength = keys.suite.cipher.blockLength;
    this.recordLimit = keys.suite.cipher.recordLimit;
  }

  trailerLength(): number {
    return this.tagLength;
  }

  seal(
    type: number,
    sequence: number,
    header: ByteRange,
    data: ByteRange,
    trailer: ByteRange,
  ): void {
    const { memory, start } = header;
    writeRecordHeader(memory, type, TLS12, EXPLICIT + data.length + trailer.length, start);
    writeSequence(this.nonce, IMPLICIT, sequence);
    copyFew(this.nonce, IMPLICIT, memory, start + RECORD_HEADER_LENGTH, EXPLICIT);
    const additional = this.additional.of(type, sequence, data.length);
    const { tag } = this;
    this.aead.seal(this.nonce, additional, toView(data), NO_BYTES, tag);
    copyFew(tag, 0, trailer.memory, trailer.start, tag.length);
  }
}

export class OpenerGcm12 extends Gcm12 implements Opener {
  open(sequence: number, record: Uint8Array, opened: OpenedRecord, inPlace = true): void {
    refuseUnprotected12(record, HEADER + this.tagLength);
    copyFew(record, RECORD_HEADER_LENGTH, this.nonce, IMPLICIT, EXPLICIT);
    const { aead, nonce, additional, tag } = this;
    openAead12(aead, nonce, additional, sequence, record, HEADER, tag, opened, inPlace);
  }

  restore(): void {
    throw new TypeError("only TLS 1.3 hands records back");
  }
}
