/**
 * One direction of a connection: its protector, the sequence number, the usage limit (RFC 8446 §5.3, §5.5).
 */
import type { ByteRange } from "../bytes/byte-range.ts";
import { fail } from "../protocol/failure.ts";
import { MAX_CIPHERTEXT_12, MAX_CIPHERTEXT_13 } from "../protocol/limits.ts";
import { type ProtocolVersion, TLS13 } from "../protocol/version.ts";
import type { OpenedRecord, Opener, Sealer } from "./protector.ts";
import { NULL_OPENER, NULL_SEALER } from "./protector-null.ts";

/** What we send. */
export class WriteDirection {
  #sealer: Sealer = NULL_SEALER;
  #sequence = 0;

  /** Keys are installed. */
  get protected(): boolean {
    return this.#sealer !== NULL_SEALER;
  }

  /** Number of the next record under these keys. */
  get sequence(): number {
    return this.#sequence;
  }

  get headerLength(): number {
    return this.#sealer.headerLength;
  }

  get maximumTrailerLength(): number {
    return this.#sealer.maximumTrailerLength;
  }

  get blockLength(): number {
    return this.#sealer.blockLength;
  }

  /** The keys have protected as many records as they may; one more is kept for a KeyUpdate and one for an alert. */
  get exhausted(): boolean {
    return this.#sequence >= this.#sealer.recordLimit - 2;
  }

  trailerLength(dataLength: number): number {
    return this.#sealer.trailerLength(dataLength);
  }

  /** New keys: the sequence begins again, the old key is wiped. */
  install(sealer: Sealer): void {
    this.#sealer.wipe();
    this.#sealer = sealer;
    this.#sequence = 0;
  }

  /** Makes the next record; see `Sealer.seal`. */
  seal(type: number, header: ByteRange, data: ByteRange, trailer: ByteRange): void {
    if (this.#sequence >= this.#sealer.recordLimit) {
      fail(
        "KeyUsageLimit",
        `these keys have protected ${this.#sequence} records, all that they may`,
      );
    }
    this.#sealer.seal(type, this.#sequence, header, data, trailer);
    this.#sequence++;
  }

  wipe(): void {
    this.#sealer.wipe();
  }
}

/** What we receive. */
export class ReadDirection {
  #opener: Opener = NULL_OPENER;
  #sequence = 0;

  get protected(): boolean {
    return this.#opener !== NULL_OPENER;
  }

  get sequence(): number {
    return this.#sequence;
  }

  get headerLength(): number {
    return this.#opener.headerLength;
  }

  /** Bytes that may follow a record header now. */
  maximumBody(version: ProtocolVersion): number {
    return version === TLS13 ? MAX_CIPHERTEXT_13 : MAX_CIPHERTEXT_12;
  }

  install(opener: Opener): void {
    this.#opener.wipe();
    this.#opener = opener;
    this.#sequence = 0;
  }

  /** Opens the next record; see `Opener.open`. A record that is refused does not count. */
  open(record: Uint8Array, opened: OpenedRecord, inPlace = true): void {
    this.#opener.open(this.#sequence, record, opened, inPlace);
    this.#sequence++;
  }

  /** Forgets that the last record was opened; its ciphertext is put back into `record`. */
  restore(record: Uint8Array): void {
    this.rewind();
    this.#opener.restore(this.#sequence, record);
  }

  /** Forgets that the last record was opened, where that was done in a copy. */
  rewind(): void {
    this.#sequence--;
  }

  wipe(): void {
    this.#opener.wipe();
  }
}
