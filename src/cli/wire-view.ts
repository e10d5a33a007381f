/**
 * What goes over the wire, told as records and messages: bytes of both directions in, what they hold out. With the key
 * log of the session the protected parts are readable, too (RFC 8446 §5, RFC 5246 §6.2). An onlooker: it changes
 * nothing, and what it cannot read it calls so.
 */
import type { CryptoProvider } from "../crypto/provider.ts";
import { alertName } from "../protocol/alert.ts";
import type { CipherSuite } from "../protocol/cipher-suite.ts";
import { ContentType } from "../protocol/content-type.ts";
import { HandshakeType, handshakeTypeName } from "../protocol/handshake-type.ts";
import { HANDSHAKE_HEADER_LENGTH, RECORD_HEADER_LENGTH } from "../protocol/limits.ts";
import { TLS13 } from "../protocol/version.ts";
import { frame } from "../record/deframer.ts";
import { emptyRecord, type OpenedRecord } from "../record/protector.ts";
import { decodeClientHello } from "../wire/client-hello.ts";
import { decodeServerHello } from "../wire/server-hello.ts";
import { Gathered } from "./inspect/gathered.ts";
import { KeyLog, KeyRing, type Protection, type Side, type WireKeys } from "./wire-keys.ts";

export type { Protection, Side } from "./wire-keys.ts";

/** A message, or the content of a record that holds none. */
export interface WireEvent {
  readonly from: Side;
  readonly name: string;
  /** Bytes of the message, its header included; of a record that cannot be read, the record's. */
  readonly length: number;
  readonly protection: Protection;
  readonly kind: "handshake" | "alert" | "data" | "change-cipher-spec" | "unreadable";
  /** Of a handshake message its type; null for the others. */
  readonly messageType: number | null;
  /** Handshake: the message without its header; else the content. Memory of the event's own. */
  readonly content: Uint8Array;
  /** Of what cannot be read, why; else null. */
  readonly lacks: string | null;
  /** What was known when it came: null before the ServerHello, or for a suite that is not built. */
  readonly suite: CipherSuite | null;
  readonly version: number | null;
}

export interface WireRecord {
  readonly from: Side;
  /** Bytes that the side had sent before. */
  readonly offset: number;
  /** Outer content type and version. */
  readonly type: number;
  readonly version: number;
  /** Bytes, header included. */
  readonly length: number;
  readonly protection: Protection;
  /** Messages that end in this record. */
  readonly events: readonly WireEvent[];
}

/** Records may be as long as the format allows; an onlooker refuses nothing. */
const MAX_BODY = 0xffff;
/** Where ClientHello.random lies in the body, after legacy_version. */
const RANDOM_START = 2;
const RANDOM_END = 34;
/** Numbers that are tried for the first record after a gap. */
const MAX_TRIED = 64;
/** A protected record with nothing in it. */
const MIN_RECORD = 22;

interface Direction {
  readonly side: Side;
  readonly bytes: Gathered;
  offset: number;
  /** Records that may have been missed before the next one: its number under the keys is not known. */
  missed: number;
  /** Handshake content that is not a whole message yet. */
  readonly messages: Gathered;
  protection: Protection;
  /** Any of these may open the next protected record; the one that does stays alone. */
  keys: WireKeys[];
}

const newDirection = (side: Side): Direction => ({
  side,
  bytes: new Gathered(),
  offset: 0,
  missed: 0,
  messages: new Gathered(),
  protection: "none",
  keys: [],
});

export class WireView {
  readonly #log: KeyLog;
  readonly #ring: KeyRing;
  readonly #directions = { client: newDirection("client"), server: newDirection("server") };

  /** @param log secrets of any sessions; lines may be added to it at any time */
  constructor(provider: CryptoProvider, log: KeyLog = new KeyLog()) {
    this.#log = log;
    this.#ring = new KeyRing(provider, log);
  }

  /** Takes a line of the key log; those of other sessions do no harm. */
  keyLog(line: string): void {
    this.#log.add(line);
  }

  /** The 32 bytes that name the session in a key log; empty before the ClientHello. */
  get clientRandom(): Uint8Array {
    return this.#ring.clientRandom;
  }

  /** Bytes of `from` are missing: the next ones begin with a record. What was not whole before them is dropped. */
  gap(from: Side, length: number): void {
    const direction = this.#directions[from];
    direction.offset += direction.bytes.length + length;
    direction.missed += 1 + Math.ceil((direction.bytes.length + length) / MIN_RECORD);
    direction.bytes.clear();
    direction.messages.clear();
  }

  /** Takes bytes that `from` sent; returns the records that are complete now. */
  push(from: Side, bytes: Uint8Array): WireRecord[] {
    const direction = this.#directions[from];
    direction.bytes.push(bytes);
    const records: WireRecord[] = [];
    for (;;) {
      const all = direction.bytes.all();
      const first = frame(all, MAX_BODY);
      if (first.kind !== "record") return records;
      const record = all.slice(0, first.length);
      direction.bytes.drop(first.length);
      records.push(this.#record(direction, record));
      direction.offset += first.length;
    }
  }

  /** Bytes of `from` that make no whole record: the begin of one, or none at all. */
  rest(from: Side): { readonly offset: number; readonly bytes: Uint8Array } {
    const { offset, bytes } = this.#directions[from];
    return { offset, bytes: bytes.all() };
  }

  #record(direction: Direction, record: Uint8Array): WireRecord {
    const { side: from, offset } = direction;
    const [type = 0, major = 0, minor = 0] = record;
    const content = emptyRecord();
    content.type = type;
    content.start = RECORD_HEADER_LENGTH;
    content.length = record.length - RECORD_HEADER_LENGTH;
    const plain = isPlain(type, direction, this.#ring.version);
    const readable = plain || this.#open(direction, record, content);
    const protection = plain ? "none" : direction.protection;
    const { start } = content;
    const events = readable
      ? this.#content(
          direction,
          content.type,
          record.subarray(start, start + content.length),
          protection,
        )
      : [this.#unreadable(from, type, record, protection)];
    const version = (major << 8) | minor;
    return { from, offset, type, version, length: record.length, protection, events };
  }

  #unreadable(from: Side, type: number, record: Uint8Array, protection: Protection): WireEvent {
    const name = type === ContentType.Handshake ? "Finished" : "a protected record";
    const event = this.#event(from, name, record.length, protection, "unreadable", record);
    return { ...event, lacks: this.#ring.lacks };
  }

  #content(
    direction: Direction,
    type: number,
    content: Uint8Array,
    protection: Protection,
  ): WireEvent[] {
    const { side } = direction;
    const { length } = content;
    switch (type) {
      case ContentType.Handshake:
        direction.messages.push(content);
        return this.#messages(direction, protection);
      case ContentType.ChangeCipherSpec: {
        const name = "ChangeCipherSpec";
        const event = this.#event(side, name, length, protection, "change-cipher-spec", content);
        this.#changeCipherSpec(direction);
        return [event];
      }
      case ContentType.Alert: {
        const level = content[0] === 1 ? "warning" : "fatal";
        const name = `alert ${level} ${alertName(content[1] ?? 0)}`;
        return [this.#event(side, name, length, protection, "alert", content)];
      }
      default:
        return [this.#event(side, "application data", length, protection, "data", content)];
    }
  }

  /** Opens a record in place; false if no key does. */
  #open(direction: Direction, record: Uint8Array, content: OpenedRecord): boolean {
    for (const keys of direction.keys) {
      if (!openWith(keys, record, content, direction.missed)) continue;
      direction.missed = 0;
      direction.protection = keys.protection;
      if (direction.keys.length > 1 && keys.protection !== "early") direction.keys = [keys];
      return true;
    }
    return false;
  }

  #messages(direction: Direction, protection: Protection): WireEvent[] {
    const events: WireEvent[] = [];
    const { side } = direction;
    for (let bytes = nextMessage(direction); bytes !== null; bytes = nextMessage(direction)) {
      const type = bytes[0] as number;
      const body = bytes.subarray(HANDSHAKE_HEADER_LENGTH);
      if (type === HandshakeType.ClientHello) this.#clientHello(direction, body);
      const isRetry = type === HandshakeType.ServerHello && this.#serverHello(body);
      const name = isRetry ? "HelloRetryRequest" : handshakeTypeName(type);
      const event = this.#event(side, name, bytes.length, protection, "handshake", body);
      events.push({ ...event, messageType: type });
      if (type === HandshakeType.EndOfEarlyData) this.#use13(direction, "handshake");
      if (type === HandshakeType.Finished && protection === "handshake")
        this.#use13(direction, "application");
      if (type === HandshakeType.KeyUpdate)
        direction.keys = this.#ring.updated(direction.keys.at(0));
    }
    return events;
  }

  #clientHello(direction: Direction, body: Uint8Array): void {
    const random = body.subarray(RANDOM_START, RANDOM_END);
    try {
      const { cipherSuites, extensions } = decodeClientHello(body);
      this.#ring.clientHello(random, cipherSuites);
      if (extensions.earlyData && direction.protection === "none")
        direction.keys = this.#ring.earlyKeys();
    } catch {
      // One that a server would refuse; its name in the key log is all that an onlooker needs.
      this.#ring.clientHello(random, []);
    }
  }

  /** Learns the suite and, in TLS 1.3, changes keys; true for a HelloRetryRequest. */
  #serverHello(body: Uint8Array): boolean {
    try {
      const hello = decodeServerHello(body);
      if (hello.isRetry) return true;
      this.#ring.serverHello(hello);
    } catch {
      // One that a client would refuse: nothing after it can be opened.
      return false;
    }
    if (this.#ring.version === TLS13) {
      this.#use13(this.#directions.server, "handshake");
      const { client } = this.#directions;
      // Early data may go on until the client knows the answer; without it the keys are those of the handshake.
      const early = client.keys.filter((keys) => keys.protection === "early");
      this.#use13(client, "handshake");
      client.keys = [...early, ...client.keys];
    }
    return false;
  }

  /** In TLS 1.2 everything that follows is protected; in TLS 1.3 it means nothing. */
  #changeCipherSpec(direction: Direction): void {
    const { version } = this.#ring;
    if (version === null || version === TLS13) return;
    this.#install(direction, "application", this.#ring.keys12(direction.side));
  }

  #use13(direction: Direction, protection: "handshake" | "application"): void {
    this.#install(direction, protection, this.#ring.keys13(direction.side, protection));
  }

  #install(direction: Direction, protection: Protection, keys: WireKeys[]): void {
    direction.protection = protection;
    direction.keys = keys;
  }

  #event(
    from: Side,
    name: string,
    length: number,
    protection: Protection,
    kind: WireEvent["kind"],
    content: Uint8Array,
  ): WireEvent {
    const { suite, version } = this.#ring;
    const of = { from, name, length, protection, kind, content, suite, version };
    return { ...of, messageType: null, lacks: null };
  }
}

/** The next whole handshake message, header included, or null if it is not all there. */
function nextMessage({ messages }: Direction): Uint8Array | null {
  const header = messages.peek(HANDSHAKE_HEADER_LENGTH);
  if (header === null) return null;
  const [, high = 0, middle = 0, low = 0] = header;
  const message = messages.peek(HANDSHAKE_HEADER_LENGTH + ((high << 16) | (middle << 8) | low));
  if (message !== null) messages.drop(message.length);
  return message;
}

/** Opens a record in place by the next number of its keys, or one that missed records leave possible. */
function openWith(
  keys: WireKeys,
  record: Uint8Array,
  content: OpenedRecord,
  missed: number,
): boolean {
  const { sequence } = keys;
  for (let skipped = 0; skipped <= Math.min(missed, MAX_TRIED); skipped++)
    try {
      keys.opener.open(sequence + skipped, record, content);
      keys.sequence = sequence + skipped + 1;
      return true;
    } catch {
      // Not this number, or not these keys; a record that none of them opens is called unreadable.
    }
  return false;
}

/** A record that is not protected. In TLS 1.3 what is protected looks like application data (RFC 8446 §5.2). */
function isPlain(type: number, { protection }: Direction, version: number | null): boolean {
  if (type === ContentType.ApplicationData) return false;
  return version === null || version === TLS13 || protection === "none";
}
