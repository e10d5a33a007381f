/**
 * One connection: state, two directions, facts, dead or alive. Bytes become records, records messages, messages states,
 * flights records again (RFC 8446 §5, §6, Appendix D.4; RFC 5246 §6, §7.2). The only place that catches refusals:
 * here they become an alert and a failure. No I/O, no clock, no globals.
 */
import { DecodeError } from "../bytes/byte-reader.ts";
import { startClient } from "../handshake/client/start.ts";
import type { Configuration } from "../handshake/configuration.ts";
import { type Facts, noFacts } from "../handshake/facts.ts";
import type { Flight } from "../handshake/flight.ts";
import { HandshakeContext } from "../handshake/handshake-context.ts";
import type { Credential } from "../handshake/peer-identity.ts";
import { ExpectClientHello } from "../handshake/server/expect-client-hello.ts";
import { CHANGE_CIPHER_SPEC, type HandshakeMessage } from "../handshake/state.ts";
import { AlertDescription, AlertLevel, alertName } from "../protocol/alert.ts";
import { ContentType } from "../protocol/content-type.ts";
import { alertOf, fail, TlsFailure } from "../protocol/failure.ts";
import { HandshakeType } from "../protocol/handshake-type.ts";
import { MAX_CIPHERTEXT_13, MAX_PLAINTEXT } from "../protocol/limits.ts";
import { TLS12, TLS13 } from "../protocol/version.ts";
import { frame } from "../record/deframer.ts";
import { ReadDirection } from "../record/direction.ts";
import { Joiner } from "../record/joiner.ts";
import { createOpener } from "../record/protection.ts";
import type { OpenedRecord } from "../record/protector.ts";
import { decodeAlert } from "../wire/alert-message.ts";
import type { Engine, Framing, Opened, Progress, Role, StreamSizes } from "./engine.ts";
import { HandshakeDriver } from "./handshake-driver.ts";
import { Sender } from "./send.ts";

const NO_BYTES = new Uint8Array(0);
const CHANGE_CIPHER_SPEC_MESSAGE: HandshakeMessage = {
  type: CHANGE_CIPHER_SPEC,
  body: NO_BYTES,
  bytes: NO_BYTES,
};

/** Bytes of refused early data that are passed over; our tickets never invite any. */
const MAX_EARLY_DATA_SKIPPED = 2 * MAX_CIPHERTEXT_13;

/** Raised for application data given to a handshake call: a mistake of the caller, so the connection lives on. */
class HarmlessRefusal extends TlsFailure {}

export class Connection implements Engine {
  readonly role: Role;
  readonly facts: Facts = noFacts();
  readonly #config: Configuration;
  readonly #context: HandshakeContext;
  readonly #driver: HandshakeDriver;
  readonly #sender: Sender;
  readonly #reader: ReadDirection = new ReadDirection();
  readonly #joiner: Joiner;
  readonly #record: OpenedRecord = { type: 0, start: 0, length: 0 };
  readonly #opened: Opened = { kind: "data", start: 0, length: 0, failure: null };
  #failure: TlsFailure | null = null;
  #writeClosed = false;
  #peerClosed = false;
  #alertSent: { level: number; description: number } | null = null;
  #alertReceived: { level: number; description: number } | null = null;
  #handshakes = 0;
  /** A handshake goes on, from its first message until its end was reported. */
  #handshakeOpen = true;
  #emptyRecords = 0;
  #warningAlerts = 0;
  #keyUpdates = 0;
  #changeCipherSpecs = 0;
  #earlyDataSkipped = 0;

  constructor(role: Role, configuration: Configuration) {
    this.role = role;
    this.#config = configuration;
    this.#context = new HandshakeContext(configuration, this.facts);
    this.#sender = new Sender(configuration.provider, configuration.random, role === "client");
    this.#joiner = new Joiner(configuration.limits.handshakeMessage);
    this.#driver = new HandshakeDriver(
      role === "server" ? new ExpectClientHello(this.#context) : null,
      (flight) => this.#emit(flight),
    );
  }

  get connected(): boolean {
    return this.#failure === null && this.#driver.ready && this.#driver.state?.connected === true;
  }

  get renegotiating(): boolean {
    return this.#handshakes > 0 && this.#handshakeOpen;
  }

  get failure(): TlsFailure | null {
    return this.#failure;
  }

  get writeClosed(): boolean {
    return this.#writeClosed;
  }

  get peerClosed(): boolean {
    return this.#peerClosed;
  }

  get alertSent(): { readonly level: number; readonly description: number } | null {
    return this.#alertSent;
  }

  get alertReceived(): { readonly level: number; readonly description: number } | null {
    return this.#alertReceived;
  }

  get outputLength(): number {
    return this.#sender.output.length;
  }

  takeOutput(target: Uint8Array): void {
    this.#sender.output.take(target);
  }

  start(): Progress {
    return this.#guard(() => {
      if (this.#driver.state === null && this.#driver.ready) {
        this.#driver.run((flight) => startClient(this.#context, flight));
      } else this.#driver.poll();
      return this.#waiting(0) ?? { kind: "continue", consumed: 0 };
    });
  }

  renegotiate(): Progress {
    return this.#guard(() => {
      const state = this.#driver.state;
      if (!this.connected || state?.renegotiate === undefined) {
        throw new HarmlessRefusal(
          "ForbiddenValue",
          "this connection cannot renegotiate: it is not an established TLS 1.2 connection with secure renegotiation",
        );
      }
      this.#driver.run((flight) => state.renegotiate?.(flight) ?? state);
      this.#handshakeOpen ||= this.#driver.state?.connected !== true;
      return this.#waiting(0) ?? { kind: "continue", consumed: 0 };
    });
  }

  supplyCredential(credential: Credential | null): void {
    this.#guard(() => {
      this.#driver.answer(credential);
      return { kind: "continue", consumed: 0 };
    });
  }

  receive(input: Uint8Array): Progress {
    return this.#guard(() => this.#receive(input));
  }

  #consumed = 0;

  #receive(input: Uint8Array): Progress {
    const wasConnected = !this.#handshakeOpen;
    let advanced = this.#driver.poll();
    for (;;) {
      if (this.#deliverMessages()) advanced = true;
      const waiting = this.#waiting(this.#consumed);
      if (waiting !== null) return waiting;
      if (!this.connected) this.#handshakeOpen = true;
      if (this.connected && (!wasConnected || advanced)) return this.#finished(wasConnected);
      const rest = input.subarray(this.#consumed);
      const framing = this.frame(rest);
      if (framing.kind === "refused") throw framing.failure;
      if (framing.kind === "incomplete") {
        return advanced
          ? { kind: "continue", consumed: this.#consumed }
          : { kind: "incomplete", missing: framing.missing };
      }
      // A copy: the caller's bytes stay as they are, and views of messages outlive the call.
      this.#handshakeRecord(rest.slice(0, framing.length), wasConnected);
      this.#consumed += framing.length;
      advanced = true;
    }
  }

  /** A promise or the caller is waited for, or null. */
  #waiting(consumed: number): Progress | null {
    const { promise } = this.#driver;
    if (promise !== null) return { kind: "pending", consumed, promise };
    if (this.#driver.credentialWanted) return { kind: "credential-wanted", consumed };
    return null;
  }

  #finished(wasConnected: boolean): Progress {
    if (!wasConnected) {
      // What follows Finished comes under new keys or is application data: never in the same record.
      if (this.#joiner.pending) {
        fail("UnexpectedMessage", "a handshake message follows Finished in the same record");
      }
      this.#handshakes++;
      this.#handshakeOpen = false;
    }
    return { kind: "done", consumed: this.#consumed };
  }

  /** Delivers whole messages until one must be waited for. True if there was any. */
  #deliverMessages(): boolean {
    let delivered = false;
    while (this.#driver.ready) {
      const message = this.#joiner.next();
      if (message === null) break;
      delivered = true;
      if (
        message.type === HandshakeType.KeyUpdate &&
        ++this.#keyUpdates > this.#config.limits.keyUpdates
      ) {
        fail(
          "TooManyKeyUpdates",
          `more than ${this.#config.limits.keyUpdates} KeyUpdates without data between them`,
        );
      }
      this.#driver.deliver(message);
    }
    return delivered;
  }

  /** One record of a handshake call: handshake, alert or ChangeCipherSpec. */
  #handshakeRecord(record: Uint8Array, wasConnected: boolean): void {
    const outer = record[0] as number;
    if (this.#takeUnprotected(outer, record)) return;
    const opened = this.#record;
    try {
      this.#reader.open(record, opened);
    } catch (error) {
      if (this.#skipEarlyData(outer, record.length)) return;
      throw error;
    }
    const content = record.subarray(opened.start, opened.start + opened.length);
    switch (opened.type) {
      case ContentType.Handshake:
        this.#handshakeContent(content);
        return;
      case ContentType.Alert:
        this.#alert(content);
        return;
      case ContentType.ChangeCipherSpec:
        this.#changeCipherSpec(content);
        return;
      case ContentType.ApplicationData:
        this.#dataInHandshake(outer, record.length, wasConnected);
        return;
      default:
        fail("UnexpectedRecord", `record of type ${opened.type}`);
    }
  }

  #dataInHandshake(outer: number, length: number, wasConnected: boolean): void {
    if (wasConnected && this.connected) {
      this.#reader.takeBack();
      throw new HarmlessRefusal(
        "UnexpectedRecord",
        "application data was given to a handshake call; it belongs to decryptMessage",
      );
    }
    // After HelloRetryRequest nothing protects what we read, so early data comes out as it went in.
    if (this.#skipEarlyData(outer, length)) return;
    fail("UnexpectedRecord", "application data before the handshake is finished");
  }

  /** TLS 1.3 lets two kinds of record come unprotected where protected ones are awaited. True if it was one. */
  #takeUnprotected(outer: number, record: Uint8Array): boolean {
    if (this.facts.version !== TLS13 || this.connected) return false;
    if (outer === ContentType.ChangeCipherSpec) {
      // RFC 8446 §D.4: dropped, if it is the one byte and no message is interrupted by it.
      if (record.length !== 6 || record[5] !== 1 || this.#joiner.pending) {
        fail("BadChangeCipherSpec", "ChangeCipherSpec is not the single byte 01 between messages");
      }
      if (++this.#changeCipherSpecs > this.#config.limits.emptyRecords) {
        fail(
          "TooManyChangeCipherSpecs",
          `more than ${this.#config.limits.emptyRecords} ChangeCipherSpec records`,
        );
      }
      return true;
    }
    if (outer === ContentType.Alert && this.#reader.protected && this.#reader.sequence === 0) {
      // A peer that could not follow our ServerHello has no keys to say so under.
      this.#alert(record.subarray(5));
      return true;
    }
    return false;
  }

  /** RFC 8446 §4.2.10: 0-RTT data that we did not accept cannot be opened and is passed over, up to a bound. */
  #skipEarlyData(outer: number, length: number): boolean {
    if (!this.facts.earlyDataOffered || outer !== ContentType.ApplicationData) return false;
    if (this.#reader.sequence > 0) return false;
    this.#earlyDataSkipped += length;
    return this.#earlyDataSkipped <= MAX_EARLY_DATA_SKIPPED;
  }

  #handshakeContent(content: Uint8Array): void {
    if (content.length === 0) {
      fail("EmptyHandshakeRecord", "a handshake record without content (RFC 8446 §5.1 forbids it)");
    }
    this.#joiner.push(content);
  }

  #changeCipherSpec(content: Uint8Array): void {
    if (content.length !== 1 || content[0] !== 1) {
      fail("BadChangeCipherSpec", "ChangeCipherSpec is not the single byte 01");
    }
    if (this.#joiner.pending) {
      fail("KeyChangeInsideMessage", "ChangeCipherSpec inside a handshake message");
    }
    this.#driver.deliver(CHANGE_CIPHER_SPEC_MESSAGE);
  }

  /** @returns true for a close_notify; a fatal alert is thrown; what is left changes nothing. */
  #alert(content: Uint8Array): boolean {
    const alert = decodeAlert(content);
    this.#alertReceived = alert;
    const { level, description } = alert;
    const name = alertName(description);
    if (description === AlertDescription.close_notify) {
      if (!this.connected) {
        fail(
          "ClosedDuringHandshake",
          "the peer closed the connection (close_notify) during the handshake",
        );
      }
      this.#peerClosed = true;
      return true;
    }
    // RFC 8446 §6: the level says nothing in TLS 1.3; all but these two alerts are fatal.
    const tolerated =
      this.facts.version === TLS13
        ? description === AlertDescription.user_canceled
        : level === AlertLevel.Warning;
    if (!tolerated) fail("AlertReceived", `the peer sent the alert ${name} (${description})`);
    if (++this.#warningAlerts > this.#config.limits.warningAlerts) {
      fail("TooManyWarningAlerts", `more than ${this.#config.limits.warningAlerts} warning alerts`);
    }
    if (description === AlertDescription.no_renegotiation && this.renegotiating) {
      const state = this.#driver.state;
      this.#driver.run(
        () =>
          state?.renegotiationRefused?.() ??
          fail("AlertReceived", "the peer refused to renegotiate"),
      );
    }
    return false;
  }

  #emit(flight: Flight): void {
    this.#sender.flight(
      flight,
      (keys) => {
        if (this.#joiner.pending) {
          fail(
            "KeyChangeInsideMessage",
            "bytes of a handshake message follow where the keys change",
          );
        }
        this.#reader.install(createOpener(this.#config.provider, keys));
      },
      (level, description) => this.#alertLeft(level, description),
      this.facts.version === TLS13,
    );
  }

  streamSizes(): StreamSizes {
    const { direction } = this.#sender;
    return {
      header: direction.headerLength,
      trailer: direction.maximumTrailerLength,
      maximumMessage: MAX_PLAINTEXT,
      blockLength: direction.blockLength,
    };
  }

  trailerLength(dataLength: number): number {
    return this.#sender.direction.trailerLength(dataLength);
  }

  seal(header: Uint8Array, data: Uint8Array, trailer: Uint8Array): boolean {
    const { direction } = this.#sender;
    if (direction.exhausted) return false;
    direction.seal(ContentType.ApplicationData, header, data, trailer);
    return true;
  }

  sealAlert(header: Uint8Array, data: Uint8Array, trailer: Uint8Array): boolean {
    const { direction } = this.#sender;
    if (direction.exhausted) return false;
    const alert = { level: data[0] as number, description: data[1] as number };
    direction.seal(ContentType.Alert, header, data, trailer);
    this.#alertLeft(alert.level, alert.description);
    return true;
  }

  frame(input: Uint8Array): Framing {
    return frame(input, this.#reader.maximumBody(this.facts.version ?? TLS12));
  }

  open(record: Uint8Array): Opened {
    const opened = this.#opened;
    opened.failure = null;
    try {
      this.#open(record, opened);
    } catch (error) {
      opened.kind = "failed";
      opened.failure = this.#refuse(error);
    }
    return opened;
  }

  #open(record: Uint8Array, opened: Opened): void {
    const found = this.#record;
    this.#reader.open(record, found);
    opened.start = found.start;
    opened.length = 0;
    opened.kind = "warning";
    const { type, length } = found;
    if (type === ContentType.ApplicationData) {
      if (length === 0) this.#countEmpty();
      else {
        this.#emptyRecords = 0;
        this.#warningAlerts = 0;
        this.#keyUpdates = 0;
      }
      if (this.#joiner.pending && this.facts.version === TLS13) {
        fail("UnexpectedRecord", "application data inside a handshake message");
      }
      opened.kind = "data";
      opened.length = length;
      return;
    }
    const content = record.subarray(found.start, found.start + length);
    if (type === ContentType.Alert) {
      if (this.#alert(content)) opened.kind = "closed";
    } else if (type === ContentType.Handshake && this.facts.version === TLS13) {
      this.#reader.restore(record);
      opened.kind = "post-handshake";
    } else if (type === ContentType.Handshake) {
      this.#handshakeContent(content.slice());
      if (this.#renegotiationWished()) opened.kind = "renegotiate";
    } else fail("UnexpectedRecord", `record of type ${type} after the handshake`);
  }

  /** TLS 1.2: looks at the messages that came among application data. */
  #renegotiationWished(): boolean {
    const wish = this.role === "client" ? HandshakeType.HelloRequest : HandshakeType.ClientHello;
    const waiting = this.#joiner.peekType();
    if (waiting === null) return false;
    if (waiting !== wish) {
      fail("UnexpectedMessage", `handshake message of type ${waiting} after the handshake`);
    }
    // The server keeps the ClientHello for the next handshake call; a HelloRequest has said all it says.
    if (this.role === "client") this.#deliverMessages();
    return true;
  }

  #countEmpty(): void {
    if (++this.#emptyRecords > this.#config.limits.emptyRecords) {
      fail(
        "TooManyEmptyRecords",
        `more than ${this.#config.limits.emptyRecords} records without content in a row`,
      );
    }
  }

  sendAlert(level: number, description: number): void {
    this.#sender.alert(level, description);
    this.#alertLeft(level, description);
    // The answer to a ClientHello that waits to be taken as a wish to renegotiate.
    if (description === AlertDescription.no_renegotiation && this.connected) this.#joiner.clear();
  }

  #alertLeft(level: number, description: number): void {
    this.#alertSent = { level, description };
    if (level === AlertLevel.Fatal || description === AlertDescription.close_notify) {
      this.#writeClosed = true;
    }
  }

  updateKeys(requestPeer: boolean): void {
    const state = this.#driver.state;
    if (!this.connected || state?.updateKeys === undefined) return;
    this.#driver.run((flight) => state.updateKeys?.(flight, requestPeer) ?? state);
  }

  setResumable(resumable: boolean): void {
    this.#context.resumable = resumable;
  }

  wipe(): void {
    this.#driver.drop();
    this.#sender.output.clear();
    this.#sender.direction.wipe();
    this.#reader.wipe();
    this.#context.wipe();
    this.facts.exporter = null;
  }

  /** Runs a step of the handshake; the one place where a refusal becomes failure and alert. */
  #guard(step: () => Progress): Progress {
    this.#consumed = 0;
    if (this.#failure !== null) return { kind: "failed", consumed: 0, failure: this.#failure };
    try {
      return step();
    } catch (error) {
      const consumed = this.#consumed;
      if (error instanceof HarmlessRefusal) return { kind: "failed", consumed, failure: error };
      return { kind: "failed", consumed, failure: this.#refuse(error) };
    }
  }

  #refuse(error: unknown): TlsFailure {
    const failure = asFailure(error);
    this.#failure = failure;
    const name = alertOf(failure.reason);
    const description = failure.alert ?? (name === null ? null : AlertDescription[name]);
    if (description !== null && !this.#writeClosed) {
      this.sendAlert(AlertLevel.Fatal, description);
    }
    this.#writeClosed = true;
    this.#driver.drop();
    return failure;
  }
}

/** What was thrown, as a refusal: structure errors are decode_error, everything unforeseen is our own fault. */
function asFailure(error: unknown): TlsFailure {
  if (error instanceof TlsFailure) return error;
  if (error instanceof DecodeError) return new TlsFailure("MalformedMessage", error.message);
  const text = error instanceof Error ? error.message : String(error);
  return new TlsFailure("InternalError", `internal error: ${text}`);
}
