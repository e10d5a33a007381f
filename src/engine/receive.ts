/**
 * The way in: bytes become records, records content, content messages (RFC 8446 §5, §6, Appendix D.4; RFC 5246 §6.2,
 * §7.2). Holds the read direction and counts what a peer could send without end. Refuses by throwing; the connection
 * catches.
 */
import { toUint8Array } from "../bytes/byte-arrays.ts";
import { type TrafficKeys, wipeTrafficKeys } from "../crypto/traffic-keys.ts";
import type { Configuration } from "../handshake/configuration.ts";
import type { Facts } from "../handshake/facts.ts";
import type { HandshakeMessage } from "../handshake/state.ts";
import { AlertDescription, AlertLevel, alertName } from "../protocol/alert.ts";
import { ContentType } from "../protocol/content-type.ts";
import { type FailureReason, fail } from "../protocol/failure.ts";
import { HandshakeType, handshakeTypeName } from "../protocol/handshake-type.ts";
import { type Limits, MAX_CIPHERTEXT_13, RECORD_HEADER_LENGTH } from "../protocol/limits.ts";
import { TLS12, TLS13 } from "../protocol/version.ts";
import { frame } from "../record/deframer.ts";
import { ReadDirection } from "../record/direction.ts";
import { Joiner } from "../record/joiner.ts";
import { openerOf, type Protections } from "../record/protection.ts";
import { emptyRecord, type OpenedRecord } from "../record/protector.ts";
import { type Alert, decodeAlert } from "../wire/alert-message.ts";
import { decodeEmptyMessage } from "../wire/empty-messages.ts";
import type { Framing, Role } from "./engine.ts";

/** Bytes of refused early data that are skipped. Our tickets never offer early data. */
const MAX_EARLY_DATA_SKIPPED = 2 * MAX_CIPHERTEXT_13;

/** KeyUpdate with its handshake header (RFC 8446 §4.6.3). */
const KEY_UPDATE_LENGTH = 5;

/** What a record held. */
export interface Content {
  readonly type: number;
  readonly bytes: Uint8Array;
}

/** Things that a peer may send some of, and the limit and the refusal of too many. */
const COUNTED = {
  emptyRecords: ["emptyRecords", "TooManyEmptyRecords", "records without content in a row"],
  warningAlerts: [
    "warningAlerts",
    "TooManyWarningAlerts",
    "warning alerts without data between them",
  ],
  keyUpdates: ["keyUpdates", "TooManyKeyUpdates", "KeyUpdates without data between them"],
  changeCipherSpecs: ["emptyRecords", "TooManyChangeCipherSpecs", "ChangeCipherSpec records"],
  helloRequests: ["emptyRecords", "UnexpectedMessage", "HelloRequests during handshakes"],
} as const satisfies Record<string, readonly [keyof Limits, FailureReason, string]>;

type Counted = keyof typeof COUNTED;

export class Receiver {
  readonly #protections: Protections;
  readonly #config: Configuration;
  readonly #facts: Facts;
  readonly #direction = new ReadDirection();
  readonly #joiner: Joiner;
  readonly #found: OpenedRecord = emptyRecord();
  readonly #counts: Record<Counted, number> = {
    emptyRecords: 0,
    warningAlerts: 0,
    keyUpdates: 0,
    changeCipherSpecs: 0,
    helloRequests: 0,
  };
  #earlyDataSkipped = 0;
  /** A record came. */
  #heard = false;

  constructor(protections: Protections, config: Configuration, facts: Facts) {
    this.#protections = protections;
    this.#config = config;
    this.#facts = facts;
    this.#joiner = new Joiner(config.limits.handshakeMessage);
  }

  /** A part of a handshake message, or a whole one, waits. */
  get messagePending(): boolean {
    return this.#joiner.pending;
  }

  /**
   * TLS 1.2, after the handshake: the message that waits first is a request to renegotiate. Refuses any other; false:
   * none waits.
   */
  renegotiationWished(role: Role): boolean {
    const waiting = this.#joiner.peekType();
    if (waiting === null) return false;
    const wish = role === "client" ? HandshakeType.HelloRequest : HandshakeType.ClientHello;
    if (waiting !== wish) {
      fail("UnexpectedMessage", `${handshakeTypeName(waiting)} after the handshake`);
    }
    return true;
  }

  frame(input: Uint8Array): Framing {
    return frame(input, this.#direction.maximumBody(this.#facts.version ?? TLS12), this.#heard);
  }

  /** The next record is under these keys. Never inside a message (RFC 8446 §5.1). */
  install(keys: TrafficKeys): void {
    if (this.#joiner.pending) {
      fail("KeyChangeInsideMessage", "bytes of a handshake message follow where the keys change");
    }
    this.#direction.install(openerOf(this.#protections, this.#config.provider, keys));
    wipeTrafficKeys(keys);
  }

  /**
   * The peer cannot answer a flight before we send it, so no handshake bytes may be buffered from the record
   * that it answers.
   */
  rejectPrematureHandshakeData(): void {
    if (this.#joiner.pending) {
      fail("UnexpectedMessage", "a handshake message follows where our answer is awaited");
    }
  }

  /** Opens a record. */
  open(record: Uint8Array, opened: OpenedRecord, inPlace: boolean): void {
    this.#heard = true;
    // No MAC of TLS 1.2 covers the version as it came; in TLS 1.3 it means nothing, and the AEAD covers it.
    if (this.#facts.version === TLS12 && (record[1] !== TLS12 >> 8 || record[2] !== (TLS12 & 0xff)))
      fail("UnexpectedRecord", "the version in the header of a record is not TLS 1.2");
    this.#direction.open(record, opened, inPlace);
  }

  /** Undoes the last `open` in place, ciphertext included. */
  restore(record: Uint8Array): void {
    this.#direction.restore(record);
  }

  /** Undoes the last `open` of a copy. */
  rewind(): void {
    this.#direction.rewind();
  }

  /**
   * Opens one record during a handshake.
   * @returns null for what is ignored: the compatibility ChangeCipherSpec of TLS 1.3, early data
   */
  openInHandshake(record: Uint8Array, connected: boolean): Content | null {
    const outer = record[0] as number;
    const tls13 = this.#facts.version === TLS13 && !connected;
    if (outer === ContentType.ChangeCipherSpec && (tls13 || this.#mayBecomeTls13)) {
      this.#compatibilityRecord(record);
      return null;
    }
    if (tls13 && outer === ContentType.Alert && this.#awaitsFirstProtected) {
      // A peer that could not process our ServerHello has no keys to protect its alert.
      return { type: outer, bytes: record.subarray(RECORD_HEADER_LENGTH) };
    }
    const { type, start, length } = this.#openOrSkip(record, outer) ?? {};
    if (type === undefined || start === undefined || length === undefined) return null;
    return { type, bytes: record.subarray(start, start + length) };
  }

  /**
   * A client has offered TLS 1.3 and does not know yet: from its ClientHello on such records are dropped (RFC 8446 §5).
   */
  get #mayBecomeTls13(): boolean {
    const { version, clientRandom } = this.#facts;
    return version === null && clientRandom.length > 0 && this.#config.versions.includes(TLS13);
  }

  get #awaitsFirstProtected(): boolean {
    return this.#direction.protected && this.#direction.sequence === 0;
  }

  #openOrSkip(record: Uint8Array, outer: number): OpenedRecord | null {
    try {
      const found = this.#found;
      this.open(record, found, true);
      // After HelloRetryRequest nothing protects what we read, so early data comes out as it went in.
      if (this.#direction.protected || found.type !== ContentType.ApplicationData) return found;
      return this.#skipEarlyData(outer, record.length) ? null : found;
    } catch (error) {
      if (this.#awaitsFirstProtected && this.#skipEarlyData(outer, record.length)) return null;
      throw error;
    }
  }

  /** RFC 8446 §4.2.10: 0-RTT data that we did not accept cannot be opened and is skipped, up to a bound. */
  #skipEarlyData(outer: number, length: number): boolean {
    if (!this.#facts.earlyDataOffered || outer !== ContentType.ApplicationData) return false;
    // Nothing interrupts a handshake message, the second ClientHello included (§5.1).
    if (this.#joiner.pending) return false;
    this.#earlyDataSkipped += length;
    return this.#earlyDataSkipped <= MAX_EARLY_DATA_SKIPPED;
  }

  /** RFC 8446 §D.4: dropped, if it is the one byte and no message is interrupted by it. */
  #compatibilityRecord(record: Uint8Array): void {
    if (record.length !== RECORD_HEADER_LENGTH + 1 || record[RECORD_HEADER_LENGTH] !== 1) {
      fail("BadChangeCipherSpec", "ChangeCipherSpec is not the single byte 01");
    }
    if (this.#joiner.pending) {
      fail("BadChangeCipherSpec", "ChangeCipherSpec between the parts of a handshake message");
    }
    this.#count("changeCipherSpecs");
  }

  /** Takes the first record if all it holds is a KeyUpdate; else nothing of it is used up. @returns bytes taken */
  takeKeyUpdate(input: Uint8Array): number {
    const framing = this.frame(input);
    if (framing.kind !== "record") return 0;
    const found = this.#found;
    this.#direction.open(input.slice(0, framing.length), found, false);
    const { type, memory, offset, length } = found;
    const content = toUint8Array(memory).subarray(offset, offset + length);
    const isUpdate =
      type === ContentType.Handshake &&
      length === KEY_UPDATE_LENGTH &&
      content[0] === HandshakeType.KeyUpdate;
    if (!isUpdate) {
      this.rewind();
      return 0;
    }
    this.pushMessages(content.slice());
    return framing.length;
  }

  /** Takes the content of a handshake record. */
  pushMessages(content: Uint8Array): void {
    if (content.length === 0) {
      fail("EmptyHandshakeRecord", "a handshake record without content (RFC 8446 §5.1 forbids it)");
    }
    this.#joiner.push(content);
  }

  /**
   * The next whole handshake message, or null.
   * @param negotiating a client is in a handshake: a request to begin one is ignored (RFC 5246 §7.4.1.1)
   */
  nextMessage(negotiating: boolean): HandshakeMessage | null {
    for (;;) {
      const message = this.#joiner.next();
      if (message?.type === HandshakeType.KeyUpdate) this.#count("keyUpdates");
      const passedOver = negotiating && this.#facts.version !== TLS13;
      if (!passedOver || message?.type !== HandshakeType.HelloRequest) return message;
      decodeEmptyMessage(message.type, message.body);
      this.#count("helloRequests");
    }
  }

  /** Forgets messages that wait. @returns true if there were any */
  dropMessages(): boolean {
    const waited = this.#joiner.pending;
    this.#joiner.clear();
    return waited;
  }

  /** Checks the content of a TLS 1.2 ChangeCipherSpec; the keys that follow it check that no message is interrupted. */
  checkChangeCipherSpec(content: Uint8Array): void {
    if (content.length !== 1 || content[0] !== 1) {
      fail("BadChangeCipherSpec", "ChangeCipherSpec is not the single byte 01");
    }
  }

  /** Application data came: what is counted between data begins anew; empty records are counted themselves. */
  countData(length: number, connected: boolean): void {
    if (!connected && this.#facts.version === TLS13) {
      fail("UnexpectedRecord", "application data inside an answer to CertificateRequest");
    }
    if (this.#joiner.partial) {
      fail("UnexpectedRecord", "application data between the parts of a handshake message");
    }
    if (length === 0) {
      this.#count("emptyRecords");
      return;
    }
    const counts = this.#counts;
    counts.emptyRecords = 0;
    counts.warningAlerts = 0;
    counts.keyUpdates = 0;
  }

  /**
   * Reads an alert and counts it if it changes nothing.
   * @param note receives the alert before it takes effect
   */
  readAlert(content: Uint8Array, note: (alert: Alert) => void): Alert {
    if (content.length === 0) {
      fail("UnexpectedRecord", "an alert record without content (RFC 8446 §5.4 forbids it)");
    }
    const alert = decodeAlert(content);
    note(alert);
    const { level, description } = alert;
    if (description === AlertDescription.close_notify) return alert;
    // RFC 8446 §6: the level has no meaning in TLS 1.3; all but these two alerts are fatal.
    const tolerated =
      this.#facts.version === TLS13
        ? description === AlertDescription.user_canceled
        : level === AlertLevel.Warning;
    if (!tolerated) {
      fail("AlertReceived", `the peer sent the alert ${alertName(description)} (${description})`);
    }
    if (this.#joiner.pending && this.#facts.version === TLS13) {
      fail("UnexpectedRecord", "an alert inside a handshake message (RFC 8446 §5.1)");
    }
    this.#count("warningAlerts");
    return alert;
  }

  #count(what: Counted): void {
    const [limit, reason, words] = COUNTED[what];
    const most = this.#config.limits[limit];
    if (++this.#counts[what] > most) fail(reason, `more than ${most} ${words} (limits.${limit})`);
  }

  wipe(): void {
    this.#direction.wipe();
    this.#joiner.clear();
  }
}
