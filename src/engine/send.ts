/**
 * The way out: flights, alerts and application data become records (RFC 8446 §5.1, §D.4; RFC 5246 §6.2).
 * Holds the write direction and the queue of records that the transport is owed.
 */

import { concatAll } from "../bytes/byte-arrays.ts";
import type { ByteRange } from "../bytes/byte-range.ts";
import type { CryptoProvider } from "../crypto/provider.ts";
import { type TrafficKeys, wipeTrafficKeys } from "../crypto/traffic-keys.ts";
import type { Flight } from "../handshake/flight.ts";
import { ContentType } from "../protocol/content-type.ts";
import { MAX_PLAINTEXT, RECORD_HEADER_LENGTH } from "../protocol/limits.ts";
import { TLS10, TLS12 } from "../protocol/version.ts";
import { WriteDirection } from "../record/direction.ts";
import { type Protections, sealerOf } from "../record/protection.ts";
import { writeRecordHeader } from "../record/record-header.ts";
import type { StreamSizes } from "./engine.ts";
import { OutputQueue } from "./output-queue.ts";

export class Sender {
  readonly output: OutputQueue = new OutputQueue();
  readonly direction: WriteDirection = new WriteDirection();
  readonly #protections: Protections;
  readonly #provider: CryptoProvider;
  readonly #random: (length: number) => Uint8Array;
  #legacyVersion: number;

  /**
   * @param firstClientHello the first record has version TLS 1.0, for servers that fail on a higher one (RFC 8446 §5.1)
   */
  constructor(
    protections: Protections,
    provider: CryptoProvider,
    random: (length: number) => Uint8Array,
    firstClientHello: boolean,
  ) {
    this.#protections = protections;
    this.#provider = provider;
    this.#random = random;
    this.#legacyVersion = firstClientHello ? TLS10 : TLS12;
  }

  /**
   * Turns a flight into records; messages under the same keys share records.
   * @param onReadKeys called at the place where the flight changes the keys of the other direction
   * @param onAlert called for each alert that is queued
   * @param plainChangeCipherSpec TLS 1.3: the compatibility record is never protected
   */
  flight(
    flight: Flight,
    onReadKeys: (keys: TrafficKeys) => void,
    onAlert: (level: number, description: number) => void,
    plainChangeCipherSpec: boolean,
  ): void {
    let messages: Uint8Array[] = [];
    const flush = (): void => {
      if (messages.length > 0) this.#fragment(ContentType.Handshake, concatAll(messages));
      messages = [];
    };
    for (const item of flight.items) {
      switch (item.kind) {
        case "message":
          messages.push(item.bytes);
          break;
        case "change-cipher-spec":
          flush();
          if (plainChangeCipherSpec) this.#plain(ContentType.ChangeCipherSpec, Uint8Array.of(1));
          else this.#record(ContentType.ChangeCipherSpec, Uint8Array.of(1));
          break;
        case "write-keys":
          flush();
          this.direction.install(
            sealerOf(this.#protections, this.#provider, item.keys, this.#random),
          );
          wipeTrafficKeys(item.keys);
          break;
        case "read-keys":
          onReadKeys(item.keys);
          break;
        case "alert":
          flush();
          this.alert(item.level, item.description);
          onAlert(item.level, item.description);
          break;
      }
    }
    flush();
  }

  streamSizes(): StreamSizes {
    const { direction } = this;
    return {
      header: direction.headerLength,
      trailer: direction.maximumTrailerLength,
      maximumMessage: MAX_PLAINTEXT,
      blockLength: direction.blockLength,
    };
  }

  /** Makes a record of the caller's; false if the key may not protect another one (then nothing changed). */
  seal(type: number, header: ByteRange, data: ByteRange, trailer: ByteRange): boolean {
    if (this.direction.exhausted) return false;
    this.direction.seal(type, header, data, trailer);
    return true;
  }

  /** Queues an alert, protected as the next record would be. */
  alert(level: number, description: number): void {
    this.#record(ContentType.Alert, Uint8Array.of(level, description));
  }

  #fragment(type: number, content: Uint8Array): void {
    for (let start = 0; start < content.length; start += MAX_PLAINTEXT) {
      this.#record(type, content.subarray(start, start + MAX_PLAINTEXT));
    }
  }

  #record(type: number, content: Uint8Array): void {
    if (!this.direction.protected) {
      this.#plain(type, content);
      return;
    }
    const { headerLength } = this.direction;
    const dataEnd = headerLength + content.length;
    const trailerLength = this.direction.trailerLength(content.length);
    const memory = new Uint8Array(dataEnd + trailerLength);
    memory.set(content, headerLength);
    this.direction.seal(
      type,
      { memory, start: 0, length: headerLength },
      { memory, start: headerLength, length: content.length },
      { memory, start: dataEnd, length: trailerLength },
    );
    this.output.push(memory);
  }

  #plain(type: number, content: Uint8Array): void {
    const record = new Uint8Array(RECORD_HEADER_LENGTH + content.length);
    writeRecordHeader(record, type, this.#legacyVersion, content.length);
    record.set(content, RECORD_HEADER_LENGTH);
    this.#legacyVersion = TLS12;
    this.output.push(record);
  }
}
