/**
 * TLS 1.2 ChaCha20-Poly1305 records (RFC 7905 §2):
 *
 *   type, 0303, length (5) | AEAD( content ) | tag (16)
 *
 * The nonce is the IV xor the sequence number; additional data as in TLS 1.2 AES-GCM.
 */
import { copyFew } from "../bytes/byte-arrays.ts";
import { type ByteRange, toView } from "../bytes/byte-range.ts";
import type { Aead, CryptoProvider } from "../crypto/provider.ts";
import type { TrafficKeys } from "../crypto/traffic-keys.ts";
import { RECORD_HEADER_LENGTH } from "../protocol/limits.ts";
import { TLS12 } from "../protocol/version.ts";
import { AdditionalData12, openAead12, refuseUnprotected12 } from "./aead-12.ts";
import { NonceXor } from "./nonce.ts";
import type { OpenedRecord, Opener, Sealer } from "./protector.ts";
import { makeAead } from "./record-aead.ts";
import { writeRecordHeader } from "./record-header.ts";

const NO_BYTES = new Uint8Array(0);

class ChaCha12 {
  readonly headerLength: number = RECORD_HEADER_LENGTH;
  protected readonly aead: Aead;
  protected readonly tagLength: number;
  /** Memory for the tag of the record under way. */
  protected readonly tag: Uint8Array;
  protected readonly nonce: NonceXor;
  protected readonly additional: AdditionalData12 = new AdditionalData12();

  constructor(provider: CryptoProvider, keys: TrafficKeys) {
    this.aead = makeAead(provider, keys);
    this.tagLength = keys.suite.cipher.tagLength;
    this.tag = new Uint8Array(this.tagLength);
    this.nonce = new NonceXor(keys.iv);
  }

  wipe(): void {
    this.aead.wipe();
    this.nonce.wipe();
  }
}

export class SealerChaCha12 extends ChaCha12 implements Sealer {
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
    writeRecordHeader(header.memory, type, TLS12, data.length + trailer.length, header.start);
    const additional = this.additional.of(type, sequence, data.length);
    const { tag } = this;
    this.aead.seal(this.nonce.at(sequence), additional, toView(data), NO_BYTES, tag);
    copyFew(tag, 0, trailer.memory, trailer.start, tag.length);
  }
}

export class OpenerChaCha12 extends ChaCha12 implements Opener {
  open(sequence: number, record: Uint8Array, opened: OpenedRecord, inPlace = true): void {
    refuseUnprotected12(record, RECORD_HEADER_LENGTH + this.tagLength);
    openAead12(
      this.aead,
      this.nonce.at(sequence),
      this.additional,
      sequence,
      record,
      RECORD_HEADER_LENGTH,
      this.tag,
      opened,
      inPlace,
    );
  }

  restore(): void {
    throw new TypeError("only TLS 1.3 hands records back");
  }
}
