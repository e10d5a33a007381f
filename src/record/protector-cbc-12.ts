/**
 * TLS 1.2 AES-CBC records with HMAC (RFC 5246 §6.2.3.2, RFC 7366):
 *
 *   MAC-then-encrypt:  type, 0303, length (5) | IV (16) | CBC( content | MAC | padding )
 *   encrypt-then-MAC:  type, 0303, length (5) | IV (16) | CBC( content | padding ) | MAC
 *
 * IVs are random; padding is minimal. Opening MAC-then-encrypt hashes the same number of blocks whatever the padding:
 * blocks that a longer padding leaves out of the MAC are hashed beside it. Bad padding and bad MAC are one failure.
 */

import { type ByteRange, toView } from "../bytes/byte-range.ts";
import { equalConstantTime } from "../bytes/constant-time.ts";
import type { Cbc, CryptoProvider } from "../crypto/provider.ts";
import type { TrafficKeys } from "../crypto/traffic-keys.ts";
import { HASHES, type HashName } from "../protocol/cipher-suite.ts";
import { fail } from "../protocol/failure.ts";
import { MAX_PLAINTEXT, RECORD_HEADER_LENGTH } from "../protocol/limits.ts";
import { TLS12 } from "../protocol/version.ts";
import { AdditionalData12, refuseUnprotected12 } from "./aead-12.ts";
import { copyMac, readPadding } from "./cbc-padding.ts";
import type { OpenedRecord, Opener, Sealer } from "./protector.ts";
import { writeRecordHeader } from "./record-header.ts";

/**
 * More blocks than the longest padding can leave out of a MAC. Views of one memory cost the same for each length; new
 * memory does not.
 */
const ZEROS = new Uint8Array(512);
/** Bytes of pseudo-header that the MAC covers before the content: sequence, type, version, length. */
const MAC_HEADER = 13;
/** Least padding that a hash adds to its input, without its length field. */
const HASH_PADDING = 1;

class Cbc12 {
  readonly headerLength: number;
  readonly blockLength: number;
  protected readonly cbc: Cbc;
  protected readonly macName: HashName;
  protected readonly macLength: number;
  protected readonly macKey: Uint8Array;
  protected readonly encryptThenMac: boolean;
  protected readonly provider: CryptoProvider;
  protected readonly pseudoHeader: AdditionalData12 = new AdditionalData12();

  constructor(provider: CryptoProvider, keys: TrafficKeys) {
    const { cipher, mac } = keys.suite;
    if (cipher.name !== "aes-128-cbc" && cipher.name !== "aes-256-cbc") {
      throw new TypeError(`${cipher.name} is not a CBC cipher`);
    }
    if (mac === null || keys.macKey === null) throw new TypeError("a CBC suite has a MAC key");
    this.provider = provider;
    this.cbc = provider.cbc(cipher.name, keys.key);
    this.macName = mac;
    this.macLength = HASHES[mac].length;
    this.macKey = keys.macKey.slice();
    this.encryptThenMac = keys.encryptThenMac;
    this.blockLength = cipher.blockLength;
    this.headerLength = RECORD_HEADER_LENGTH + cipher.blockLength;
  }

  wipe(): void {
    this.cbc.wipe();
    this.macKey.fill(0);
  }

  protected mac(
    type: number,
    sequence: number,
    length: number,
    ...parts: Uint8Array[]
  ): Uint8Array {
    const header = this.pseudoHeader.of(type, sequence, length);
    return this.provider.hmac(this.macName, this.macKey, header, ...parts);
  }
}

export class SealerCbc12 extends Cbc12 implements Sealer {
  readonly maximumTrailerLength: number;
  readonly recordLimit: number;
  readonly #random: (length: number) => Uint8Array;

  constructor(provider: CryptoProvider, keys: TrafficKeys, random: (length: number) => Uint8Array) {
    super(provider, keys);
    this.maximumTrailerLength = this.macLength + this.blockLength;
    this.recordLimit = keys.suite.cipher.recordLimit;
    this.#random = random;
  }

  trailerLength(dataLength: number): number {
    const encrypted = dataLength + (this.encryptThenMac ? 0 : this.macLength);
    return this.macLength + this.blockLength - (encrypted % this.blockLength);
  }

  seal(
    type: number,
    sequence: number,
    header: ByteRange,
    data: ByteRange,
    trailer: ByteRange,
  ): void {
    const head = toView(header);
    const body = toView(data);
    const tail = toView(trailer);
    writeRecordHeader(head, type, TLS12, this.blockLength + body.length + tail.length);
    const iv = head.subarray(RECORD_HEADER_LENGTH);
    iv.set(this.#random(this.blockLength));
    if (this.encryptThenMac) this.#encryptThenMac(type, sequence, iv, body, tail);
    else this.#macThenEncrypt(type, sequence, iv, body, tail);
  }

  #macThenEncrypt(
    type: number,
    sequence: number,
    iv: Uint8Array,
    data: Uint8Array,
    trailer: Uint8Array,
  ): void {
    trailer.set(this.mac(type, sequence, data.length, data));
    trailer.fill(trailer.length - this.macLength - 1, this.macLength);
    this.#encrypt(iv, data, trailer);
  }

  #encryptThenMac(
    type: number,
    sequence: number,
    iv: Uint8Array,
    data: Uint8Array,
    trailer: Uint8Array,
  ): void {
    const padding = trailer.subarray(0, trailer.length - this.macLength);
    padding.fill(padding.length - 1);
    this.#encrypt(iv, data, padding);
    const length = iv.length + data.length + padding.length;
    trailer.set(this.mac(type, sequence, length, iv, data, padding), padding.length);
  }

  /** CBC over two pieces of memory, which are copied together only if they are apart. */
  #encrypt(iv: Uint8Array, data: Uint8Array, tail: Uint8Array): void {
    const length = data.length + tail.length;
    if (data.buffer === tail.buffer && data.byteOffset + data.length === tail.byteOffset) {
      this.cbc.encrypt(iv, new Uint8Array(data.buffer, data.byteOffset, length));
      return;
    }
    const joined = new Uint8Array(length);
    joined.set(data);
    joined.set(tail, data.length);
    this.cbc.encrypt(iv, joined);
    data.set(joined.subarray(0, data.length));
    tail.set(joined.subarray(data.length));
  }
}

export class OpenerCbc12 extends Cbc12 implements Opener {
  open(sequence: number, record: Uint8Array, opened: OpenedRecord, inPlace = true): void {
    const outside = this.encryptThenMac ? this.macLength : 0;
    const inside = this.macLength - outside;
    const least = this.blockLength * Math.ceil((inside + 1) / this.blockLength);
    refuseUnprotected12(record, this.headerLength + least + outside);
    const end = record.length - outside;
    if ((end - this.headerLength) % this.blockLength !== 0) refuse();
    if (this.encryptThenMac && !this.#outerMacFits(sequence, record, end)) refuse();
    const iv = record.subarray(RECORD_HEADER_LENGTH, this.headerLength);
    const plaintext = record.slice(this.headerLength, end);
    this.cbc.decrypt(iv, plaintext);
    const length = this.encryptThenMac
      ? this.#unpad(plaintext)
      : this.#checkInnerMac(record[0] as number, sequence, plaintext);
    if (length > MAX_PLAINTEXT) {
      fail(
        "RecordTooLong",
        `a record holds ${length} bytes of content, more than ${MAX_PLAINTEXT}`,
      );
    }
    if (inPlace) record.set(plaintext, this.headerLength);
    opened.type = record[0] as number;
    opened.start = this.headerLength;
    opened.length = length;
    opened.memory = inPlace ? record : plaintext;
    opened.offset = inPlace ? this.headerLength : 0;
  }

  restore(): void {
    throw new TypeError("only TLS 1.3 hands records back");
  }

  #outerMacFits(sequence: number, record: Uint8Array, end: number): boolean {
    const covered = record.subarray(RECORD_HEADER_LENGTH, end);
    const mac = this.mac(record[0] as number, sequence, covered.length, covered);
    return equalConstantTime(mac, record.subarray(end));
  }

  /** The padding is authenticated, so a wrong one is the peer's own mistake; it is still one failure. */
  #unpad(plaintext: Uint8Array): number {
    const padding = readPadding(plaintext, 0);
    if (padding.good === 0) refuse();
    return plaintext.length - padding.length;
  }

  #checkInnerMac(type: number, sequence: number, plaintext: Uint8Array): number {
    const padding = readPadding(plaintext, this.macLength);
    const macEnd = plaintext.length - padding.length;
    const length = macEnd - this.macLength;
    const received = new Uint8Array(this.macLength);
    copyMac(plaintext, macEnd, received);
    const expected = this.mac(type, sequence, length, plaintext.subarray(0, length));
    this.#hashTheRest(length, plaintext.length - this.macLength - 1);
    const same = equalConstantTime(received, expected);
    // Both are checked before either is reported.
    if (!same || padding.good === 0) refuse();
    return length;
  }

  /** Hashes as many blocks as the MAC of `longest` bytes would have taken more than that of `length` bytes, and one. */
  #hashTheRest(length: number, longest: number): void {
    const missing = this.#blocks(longest) - this.#blocks(length);
    const block = HASHES[this.macName].blockLength;
    this.provider.digest(this.macName, ZEROS.subarray(0, missing * block));
  }

  /** Blocks of the inner hash over pseudo-header and content. */
  #blocks(length: number): number {
    const { blockLength } = HASHES[this.macName];
    const lengthField = blockLength / 8;
    return Math.ceil((MAC_HEADER + length + HASH_PADDING + lengthField) / blockLength);
  }
}

function refuse(): never {
  fail("BadRecordMac", "the MAC or the padding of a record is wrong");
}
