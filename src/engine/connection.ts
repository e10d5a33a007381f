/**
 * One connection: state, two directions, facts, dead or alive. Bytes become records, records messages, messages states,
 * flights records again (RFC 8446 §5, §6, Appendix D.4; RFC 5246 §6, §7.2). The only place that catches refusals:
 * here they become an alert and a failure. No I/O, no clock, no globals.
 */
import { toUint8Array } from "../bytes/byte-arrays.ts";
import { type ByteRange, toView } from "../bytes/byte-range.ts";
import type { Configuration } from "../handshake/configuration.ts";
import {
  type Facts,
  keepFacts,
  noFacts,
  publishFacts,
  publishRequest,
} from "../handshake/facts.ts";
import type { Flight } from "../handshake/flight.ts";
import { HandshakeContext } from "../handshake/handshake-context.ts";
import { forgetSession, type Opening } from "../handshake/handshake-role.ts";
import type { Credential } from "../handshake/peer-identity.ts";
import { AlertDescription, AlertLevel } from "../protocol/alert.ts";
import { ContentType } from "../protocol/content-type.ts";
import { fail, type TlsFailure } from "../protocol/failure.ts";
import { TLS12, TLS13 } from "../protocol/version.ts";
import type { Protections } from "../record/protection.ts";
import { emptyRecord } from "../record/protector.ts";
import type { Engine, Framing, Opened, Progress, Role, StreamSizes } from "./engine.ts";
import { CHANGE_CIPHER_SPEC_MESSAGE, HandshakeDriver } from "./handshake-driver.ts";
import { Receiver } from "./receive.ts";
import {
  alertFor,
  asFailure,
  cannotRenegotiate,
  closedDuringHandshake,
  misplacedData,
  RecoverableError,
  refusedByPeer,
  transportEnded,
} from "./refusal.ts";
import { Sender } from "./send.ts";

export class Connection implements Engine {
  readonly role: Role;
  /** What the peer has proven: of the last finished handshake. */
  readonly facts: Facts = noFacts();
  /** What the handshake under way goes by: the peer may have claimed it only. */
  readonly #claims: Facts = noFacts();
  readonly #opening: Opening;
  readonly #context: HandshakeContext;
  readonly #driver: HandshakeDriver;
  readonly #sender: Sender;
  readonly #receiver: Receiver;
  readonly #opened: Opened = { ...emptyRecord(), kind: "data", failure: null };
  #failure: TlsFailure | null = null;
  #writeClosed = false;
  #peerClosed = false;
  #alertSent: { level: number; description: number } | null = null;
  #alertReceived: { level: number; description: number } | null = null;
  #handshakes = 0;
  /** Bytes that the call under way has taken. */
  #consumed = 0;
  /** A handshake goes on, from its first message until its end was reported. */
  #handshakeOpen = true;

  constructor(opening: Opening, configuration: Configuration, protections: Protections) {
    this.role = opening.role;
    this.#opening = opening;
    const { provider, random } = configuration;
    this.#context = new HandshakeContext(configuration, this.#claims, this.facts);
    this.#sender = new Sender(protections, provider, random, this.role === "client");
    this.#receiver = new Receiver(protections, configuration, this.#claims);
    const first = opening.role === "server" ? opening.await(this.#context) : null;
    this.#driver = new HandshakeDriver(first, (flight) => this.#emit(flight));
  }

  get connected(): boolean {
    return this.#failure === null && this.#driver.ready && this.#driver.state?.connected === true;
  }

  get established(): boolean {
    return this.#handshakes > 0;
  }

  get renegotiating(): boolean {
    return this.established && this.#handshakeOpen;
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
    this.#context.keyUpdateAnswered = false;
    this.#sender.output.take(target);
  }

  start(): Progress {
    return this.#guard(() => {
      const opening = this.#opening;
      if (opening.role === "client" && this.#driver.state === null && this.#driver.ready) {
        this.#driver.run((flight) => opening.start(this.#context, flight));
      } else this.#driver.poll();
      return this.#driver.waiting(0) ?? { kind: "continue", consumed: 0 };
    });
  }

  renegotiate(): Progress {
    return this.#guard(() => {
      const state = this.#driver.state;
      const { version, secureRenegotiation } = this.facts;
      const able = this.connected && (version === TLS13 || secureRenegotiation);
      if (!able || state?.renegotiate === undefined) {
        throw cannotRenegotiate(version);
      }
      this.#driver.run((flight) => state.renegotiate?.(flight) ?? state);
      this.#handshakeOpen ||= this.#driver.state?.connected !== true;
      // TLS 1.3: the answer comes among the application data, when the client likes.
      if (version === TLS13) return { kind: "done", consumed: 0 };
      return this.#driver.waiting(0) ?? { kind: "continue", consumed: 0 };
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

  #receive(input: Uint8Array): Progress {
    const wasConnected = !this.#handshakeOpen;
    let advanced = this.#driver.poll();
    for (;;) {
      if (this.#deliverMessages()) advanced = true;
      const waiting = this.#driver.waiting(this.#consumed);
      // In TLS 1.2 whatever is waited for belongs to a handshake; in TLS 1.3 it may answer a request behind it.
      this.#handshakeOpen ||= waiting === null ? !this.connected : this.facts.version === TLS12;
      if (waiting !== null) return waiting;
      if (this.connected && (!wasConnected || advanced)) {
        if (!this.#anotherKeyUpdate(input)) return this.#finished(wasConnected);
        continue;
      }
      const rest = input.subarray(this.#consumed);
      // During a renegotiation it is data of the current session (RFC 5246 §6.2.1): messages before it count as taken.
      if (advanced && this.renegotiating && rest[0] === ContentType.ApplicationData) {
        return { kind: "continue", consumed: this.#consumed };
      }
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

  /** RFC 8446 §4.6.3: several requests have one answer, so after an answer further KeyUpdates are accepted too. */
  #anotherKeyUpdate(input: Uint8Array): boolean {
    if (!this.#context.keyUpdateAnswered || !this.#driver.ready) return false;
    const taken = this.#receiver.takeKeyUpdate(input.subarray(this.#consumed));
    this.#consumed += taken;
    return taken > 0 && this.#deliverMessages();
  }

  #finished(wasConnected: boolean): Progress {
    if (!wasConnected) {
      // What follows Finished comes under new keys or is application data: never in the same record.
      if (this.#receiver.messagePending) {
        fail("UnexpectedMessage", "a handshake message follows Finished in the same record");
      }
      this.#handshakes++;
    }
    this.#handshakeOpen = false;
    publishFacts(this.#claims, this.facts);
    return { kind: "done", consumed: this.#consumed };
  }

  /** Delivers whole messages until one must be waited for, or ends the handshake. True if there was any. */
  #deliverMessages(): boolean {
    let delivered = false;
    while (this.#driver.ready && !(this.#handshakeOpen && this.connected)) {
      const message = this.#receiver.nextMessage(this.role === "client" && !this.connected);
      if (message === null) break;
      delivered = true;
      this.#driver.deliver(message);
    }
    return delivered;
  }

  /** One record of a handshake call: handshake, alert or ChangeCipherSpec. */
  #handshakeRecord(record: Uint8Array, wasConnected: boolean): void {
    const content = this.#receiver.openInHandshake(record, this.connected || this.#handshakes > 0);
    if (content === null) return;
    const { type, bytes } = content;
    const amid12 = this.renegotiating && this.facts.version !== TLS13;
    if (type === ContentType.Handshake) this.#receiver.pushMessages(bytes);
    else if (type === ContentType.Alert) this.#alert(bytes);
    else if (type === ContentType.ChangeCipherSpec) {
      this.#receiver.checkChangeCipherSpec(bytes);
      this.#driver.deliver(CHANGE_CIPHER_SPEC_MESSAGE);
    } else if (type === ContentType.ApplicationData && (this.connected ? wasConnected : amid12)) {
      this.#receiver.rewind();
      throw misplacedData();
    } else fail("UnexpectedRecord", `a record of type ${type} during the handshake`);
  }

  /** @returns true for a close_notify; a fatal alert is thrown; what is left changes nothing. */
  #alert(content: Uint8Array): boolean {
    const { description } = this.#receiver.readAlert(content, (alert) => {
      this.#alertReceived = alert;
    });
    if (description === AlertDescription.close_notify) {
      if (!this.connected) throw closedDuringHandshake();
      this.#peerClosed = true;
      return true;
    }
    if (description === AlertDescription.no_renegotiation && this.renegotiating) {
      this.#driver.run(() => this.#driver.state?.renegotiationRefused?.() ?? refusedByPeer());
      keepFacts(this.#claims, this.facts);
    }
    return false;
  }

  #emit(flight: Flight): void {
    if (!this.connected && flight.speaks) this.#receiver.rejectPrematureHandshakeData();
    this.#sender.flight(
      this.#writeClosed ? flight.silent() : flight,
      (keys) => this.#receiver.install(keys),
      (level, description) => this.#alertLeft(level, description),
      this.#claims.version === TLS13,
    );
  }

  streamSizes(): StreamSizes {
    return this.#sender.streamSizes();
  }

  trailerLength(dataLength: number): number {
    return this.#sender.direction.trailerLength(dataLength);
  }

  seal(header: ByteRange, data: ByteRange, trailer: ByteRange): boolean {
    return this.#sender.seal(ContentType.ApplicationData, header, data, trailer);
  }

  sealAlert(header: ByteRange, data: ByteRange, trailer: ByteRange): boolean {
    const [level = 0, description = 0] = toView(data);
    if (!this.#sender.seal(ContentType.Alert, header, data, trailer)) return false;
    this.#alertLeft(level, description);
    return true;
  }

  frame(input: Uint8Array): Framing {
    return this.#receiver.frame(input);
  }

  open(record: Uint8Array, inPlace: boolean): Opened {
    const opened = this.#opened;
    opened.failure = null;
    try {
      this.#open(record, opened, inPlace);
    } catch (error) {
      opened.kind = "failed";
      opened.failure = this.#refuse(error);
    }
    return opened;
  }

  #open(record: Uint8Array, opened: Opened, inPlace: boolean): void {
    this.#receiver.open(record, opened, inPlace);
    const { type, length, memory, offset } = opened;
    opened.kind = "warning";
    if (type === ContentType.ApplicationData) {
      this.#receiver.countData(length, this.connected);
      opened.kind = "data";
      return;
    }
    opened.length = 0;
    const content = toUint8Array(memory).subarray(offset, offset + length);
    if (type === ContentType.Alert) {
      if (this.#alert(content)) opened.kind = "closed";
    } else if (type === ContentType.Handshake && this.facts.version === TLS13) {
      if (inPlace) this.#receiver.restore(record);
      else this.#receiver.rewind();
      opened.kind = "post-handshake";
    } else if (type === ContentType.Handshake) {
      this.#receiver.pushMessages(content.slice());
      if (this.#renegotiationWished()) opened.kind = "renegotiate";
    } else fail("UnexpectedRecord", `record of type ${type} after the handshake`);
  }

  /** TLS 1.2: looks at the messages that came among application data. */
  #renegotiationWished(): boolean {
    if (!this.#receiver.renegotiationWished(this.role)) return false;
    // The server keeps the ClientHello for the next handshake call; a HelloRequest has no content.
    if (this.role === "client") this.#deliverMessages();
    else this.#context.mayRefuseRenegotiation();
    return true;
  }

  endInput(): TlsFailure | null {
    if (this.#failure !== null || this.#peerClosed) return this.#failure;
    return this.#refuse(transportEnded(this.connected));
  }

  sendAlert(level: number, description: number): void {
    this.#sender.alert(level, description);
    this.#alertLeft(level, description);
    // The answer to a ClientHello that is waiting as a request to renegotiate.
    const dropped = description === AlertDescription.no_renegotiation && this.connected;
    if (dropped && this.#receiver.dropMessages()) this.#context.refusedRenegotiations++;
  }

  #alertLeft(level: number, description: number): void {
    this.#alertSent = { level, description };
    if (level === AlertLevel.Fatal) forgetSession(this.#opening, this.#context, this.facts);
    if (level !== AlertLevel.Fatal && description !== AlertDescription.close_notify) return;
    this.#writeClosed = true;
    this.#driver.abandon();
  }

  updateKeys(requestPeer: boolean): void {
    const state = this.#driver.state;
    if (!this.connected || state?.updateKeys === undefined) return;
    this.#driver.run((flight) => state.updateKeys?.(flight, requestPeer) ?? state);
  }

  setResumable(resumable: boolean): void {
    this.#context.resumable = resumable;
  }

  giveUp(): void {
    this.#driver.drop();
  }

  wipe(): void {
    this.#driver.drop();
    this.#sender.output.clear();
    this.#sender.direction.wipe();
    this.#receiver.wipe();
    this.#context.wipe();
    this.facts.exporter = null;
    this.#claims.exporter = null;
  }

  /** Runs a step of the handshake; the one place where a refusal becomes failure and alert. */
  #guard(step: () => Progress): Progress {
    this.#consumed = 0;
    if (this.#failure !== null) return { kind: "failed", consumed: 0, failure: this.#failure };
    try {
      const progress = step();
      if (progress.kind === "credential-wanted") publishRequest(this.#claims, this.facts);
      return progress;
    } catch (error) {
      const consumed = this.#consumed;
      if (error instanceof RecoverableError) return { kind: "failed", consumed, failure: error };
      return { kind: "failed", consumed, failure: this.#refuse(error) };
    }
  }

  #refuse(error: unknown): TlsFailure {
    const failure = asFailure(error);
    this.#failure = failure;
    const description = alertFor(failure);
    if (description !== null && !this.#writeClosed) this.sendAlert(AlertLevel.Fatal, description);
    else if (description !== null || failure.reason === "AlertReceived")
      forgetSession(this.#opening, this.#context, this.facts);
    this.#writeClosed = true;
    this.#driver.drop();
    return failure;
  }
}
