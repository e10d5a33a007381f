/**
 * What goes over the wire, told as messages: records of both directions in, names and lengths out. With the key log of
 * the session the protected handshake of TLS 1.3 is readable too (RFC 8446 §5, §7.3). An onlooker: it changes nothing,
 * and what it cannot read it calls so.
 */
import { fromHex, toHex } from "../bytes/text.ts";
import { nextTrafficSecret, trafficKeys } from "../crypto/key-schedule-13.ts";
import type { CryptoProvider } from "../crypto/provider.ts";
import { alertName } from "../protocol/alert.ts";
import { type CipherSuite, cipherSuite } from "../protocol/cipher-suite.ts";
import { ContentType } from "../protocol/content-type.ts";
import { HandshakeType, handshakeTypeName } from "../protocol/handshake-type.ts";
import { TLS13 } from "../protocol/version.ts";
import { frame } from "../record/deframer.ts";
import { Joiner } from "../record/joiner.ts";
import { createOpener } from "../record/protection.ts";
import type { OpenedRecord, Opener } from "../record/protector.ts";
import { decodeServerHello } from "../wire/server-hello.ts";

export type Side = "client" | "server";

/** Under which keys: none, those of the handshake, those of the application (RFC 8446 §2). */
export type Protection = "none" | "handshake" | "application";

export interface WireEvent {
  readonly from: Side;
  readonly name: string;
  /** Bytes of the message, its header included; of a record that cannot be read, the record's. */
  readonly length: number;
  readonly protection: Protection;
  readonly kind: "handshake" | "alert" | "data" | "change-cipher-spec" | "unreadable";
}

/** Records and messages may be as long as the formats allow; an onlooker refuses nothing. */
const LONGEST_BODY = 0xffff;
const LONGEST_MESSAGE = 0xffffff;
const RECORD_HEADER = 5;
/** Where ClientHello.random lies in the body, after legacy_version. */
const RANDOM_START = 2;
const RANDOM_END = 34;

/** Labels of the key log, by side and keys. */
const SECRETS: Readonly<Record<Side, Readonly<Record<"handshake" | "application", string>>>> = {
  client: { handshake: "CLIENT_HANDSHAKE_TRAFFIC_SECRET", application: "CLIENT_TRAFFIC_SECRET_0" },
  server: { handshake: "SERVER_HANDSHAKE_TRAFFIC_SECRET", application: "SERVER_TRAFFIC_SECRET_0" },
};

interface Direction {
  readonly side: Side;
  bytes: Uint8Array;
  joiner: Joiner;
  protection: Protection;
  opener: Opener | null;
  /** Traffic secret in use, for key updates. */
  secret: Uint8Array | null;
  sequence: number;
}

const newDirection = (side: Side): Direction => ({
  side,
  bytes: new Uint8Array(0),
  joiner: new Joiner(LONGEST_MESSAGE),
  protection: "none",
  opener: null,
  secret: null,
  sequence: 0,
});

export class WireView {
  readonly #provider: CryptoProvider;
  readonly #secrets = new Map<string, Uint8Array>();
  readonly #directions = { client: newDirection("client"), server: newDirection("server") };
  #suite: CipherSuite | null = null;
  /** Names the session in the key log. */
  #clientRandom = "";

  constructor(provider: CryptoProvider) {
    this.#provider = provider;
  }

  /** Takes a line of the key log; those of other sessions do no harm. */
  keyLog(line: string): void {
    const [label, random, secret] = line.split(" ");
    if (secret !== undefined) this.#secrets.set(`${label} ${random}`, fromHex(secret));
  }

  /** Takes bytes that `from` sent; returns the messages that are complete now. */
  push(from: Side, bytes: Uint8Array): WireEvent[] {
    const direction = this.#directions[from];
    const all = new Uint8Array(direction.bytes.length + bytes.length);
    all.set(direction.bytes);
    all.set(bytes, direction.bytes.length);
    direction.bytes = all;
    const events: WireEvent[] = [];
    for (;;) {
      const first = frame(direction.bytes, LONGEST_BODY);
      if (first.kind !== "record") return events;
      const record = direction.bytes.slice(0, first.length);
      direction.bytes = direction.bytes.subarray(first.length);
      events.push(...this.#record(direction, record));
    }
  }

  #record(direction: Direction, record: Uint8Array): WireEvent[] {
    const opened = this.#open(direction, record);
    const { side: from, protection } = direction;
    if (opened === null) {
      const name = record[0] === ContentType.Handshake ? "Finished" : "a protected record";
      return [{ from, name, length: record.length, protection, kind: "unreadable" }];
    }
    const content = record.subarray(opened.start, opened.start + opened.length);
    switch (opened.type) {
      case ContentType.Handshake:
        direction.joiner.push(content);
        return this.#messages(direction);
      case ContentType.ChangeCipherSpec:
        this.#changeCipherSpec(direction);
        return [event(from, "ChangeCipherSpec", content.length, "none", "change-cipher-spec")];
      case ContentType.Alert: {
        const level = content[0] === 1 ? "warning" : "fatal";
        const name = `alert ${level} ${alertName(content[1] ?? 0)}`;
        return [event(from, name, content.length, protection, "alert")];
      }
      default:
        return [event(from, "application data", content.length, protection, "data")];
    }
  }

  /** Content of a record, or null if we have no keys for it. */
  #open(direction: Direction, record: Uint8Array): OpenedRecord | null {
    const plain = {
      type: record[0] ?? 0,
      start: RECORD_HEADER,
      length: record.length - RECORD_HEADER,
    };
    // The ChangeCipherSpec of TLS 1.3 is never protected.
    if (direction.protection === "none" || plain.type === ContentType.ChangeCipherSpec)
      return plain;
    if (direction.opener === null) return null;
    try {
      direction.opener.open(direction.sequence, record, plain);
      direction.sequence++;
      return plain;
    } catch {
      return null;
    }
  }

  #messages(direction: Direction): WireEvent[] {
    const events: WireEvent[] = [];
    const { side: from } = direction;
    for (let next = direction.joiner.next(); next !== null; next = direction.joiner.next()) {
      const { protection } = direction;
      if (next.type === HandshakeType.ClientHello)
        this.#clientRandom = toHex(next.body.subarray(RANDOM_START, RANDOM_END));
      const isRetry = next.type === HandshakeType.ServerHello && this.#serverHello(next.body);
      const name = isRetry ? "HelloRetryRequest" : handshakeTypeName(next.type);
      events.push(event(from, name, next.bytes.length, protection, "handshake"));
      if (next.type === HandshakeType.Finished && protection === "handshake")
        this.#useKeys(direction, "application");
      if (next.type === HandshakeType.KeyUpdate) this.#updateKeys(direction);
    }
    return events;
  }

  /** Learns the suite and, in TLS 1.3, changes keys; true for a HelloRetryRequest. */
  #serverHello(body: Uint8Array): boolean {
    try {
      const hello = decodeServerHello(body);
      if (hello.isRetry) return true;
      this.#suite = cipherSuite(hello.cipherSuite) ?? null;
    } catch {
      this.#suite = null;
    }
    if (this.#suite?.version === TLS13) {
      this.#useKeys(this.#directions.server, "handshake");
      this.#useKeys(this.#directions.client, "handshake");
    }
    return false;
  }

  #useKeys(direction: Direction, kind: "handshake" | "application"): void {
    direction.protection = kind;
    const name = `${SECRETS[direction.side][kind]} ${this.#clientRandom}`;
    this.#useSecret(direction, this.#secrets.get(name) ?? null);
  }

  #updateKeys(direction: Direction): void {
    const suite = this.#suite;
    if (suite === null || direction.secret === null) return;
    this.#useSecret(direction, nextTrafficSecret(this.#provider, suite.hash, direction.secret));
  }

  #useSecret(direction: Direction, secret: Uint8Array | null): void {
    direction.opener?.wipe();
    direction.secret = secret;
    direction.sequence = 0;
    const suite = this.#suite;
    direction.opener =
      suite === null || secret === null
        ? null
        : createOpener(this.#provider, trafficKeys(this.#provider, suite, secret));
  }

  /** In TLS 1.2 everything that follows is protected, and its keys are in no key log that names traffic secrets. */
  #changeCipherSpec(direction: Direction): void {
    if (this.#suite !== null && this.#suite.version !== TLS13) direction.protection = "application";
  }
}

function event(
  from: Side,
  name: string,
  length: number,
  protection: Protection,
  kind: WireEvent["kind"],
): WireEvent {
  return { from, name, length, protection, kind };
}
