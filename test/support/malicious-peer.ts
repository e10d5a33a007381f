/**
 * A peer that breaks the rules: a real handshake with real keys, whose messages, records and keys a test may change, leave out
 * or invent before they are protected. And the connection that has to cope with it.
 */
import { rangeOf } from "../../src/bytes/byte-range.ts";
import { Transcript } from "../../src/crypto/transcript.ts";
import { Connection } from "../../src/engine/connection.ts";
import type { Progress, Role } from "../../src/engine/engine.ts";
import { HandshakeDriver } from "../../src/engine/handshake-driver.ts";
import { OutputQueue } from "../../src/engine/output-queue.ts";
import { Receiver } from "../../src/engine/receive.ts";
import { CLIENT, startClient } from "../../src/handshake/client/start.ts";
import type { Configuration } from "../../src/handshake/configuration.ts";
import { type Facts, noFacts } from "../../src/handshake/facts.ts";
import type { Flight, FlightItem } from "../../src/handshake/flight.ts";
import { HandshakeContext } from "../../src/handshake/handshake-context.ts";
import { ExpectClientHello, SERVER } from "../../src/handshake/server/expect-client-hello.ts";
import { CHANGE_CIPHER_SPEC } from "../../src/handshake/state.ts";
import { AlertDescription } from "../../src/protocol/alert.ts";
import { ContentType } from "../../src/protocol/content-type.ts";
import type { TlsFailure } from "../../src/protocol/failure.ts";
import { HandshakeType } from "../../src/protocol/handshake-type.ts";
import { RECORD_HEADER_LENGTH } from "../../src/protocol/limits.ts";
import { TLS12, TLS13 } from "../../src/protocol/version.ts";
import { WriteDirection } from "../../src/record/direction.ts";
import { createSealer, PROTECTIONS } from "../../src/record/protection.ts";
import { writeRecordHeader } from "../../src/record/record-header.ts";

/** What an impostor sends: what a flight holds, and records of its own making. */
export type Item =
  | FlightItem
  /** Content protected as the next record would be; `version` is written over that of its header afterwards. */
  | {
      readonly kind: "record";
      readonly type: number;
      readonly content: Uint8Array;
      readonly version?: number;
    }
  /** Bytes as they are. */
  | { readonly kind: "raw"; readonly bytes: Uint8Array };

/** Makes of an item what is really sent. `nth`: how many messages of its type came before; 0 for what is no message. */
export type Edit = (item: FlightItem, nth: number) => readonly Item[];

/** A record without protection. */
export function plainRecord(
  type: number,
  content: Uint8Array,
  length: number = content.length,
): Item {
  const bytes = new Uint8Array(RECORD_HEADER_LENGTH + content.length);
  writeRecordHeader(bytes, type, TLS12, length);
  bytes.set(content, RECORD_HEADER_LENGTH);
  return { kind: "raw", bytes };
}

export const record = (type: number, ...content: number[]): Item => ({
  kind: "record",
  type,
  content: Uint8Array.from(content),
});

/** Changes a message before its sender reckons with it: what follows fits the lie, Finished included. */
export type Lie = (message: Uint8Array) => Uint8Array;

class LyingContext extends HandshakeContext {
  readonly #lie: Lie;

  constructor(config: Configuration, facts: Facts, lie: Lie) {
    super(config, facts, facts);
    this.#lie = lie;
  }

  override send(message: Uint8Array, flight: Flight): void {
    super.send(this.#lie(message), flight);
  }
}

export class MaliciousPeer {
  readonly facts: Facts = noFacts();
  readonly driver: HandshakeDriver;
  readonly output: OutputQueue = new OutputQueue();
  /** Level and description of the alerts that came. */
  readonly alerts: (readonly [number, number])[] = [];
  readonly #config: Configuration;
  readonly #context: HandshakeContext;
  readonly #receiver: Receiver;
  readonly #write = new WriteDirection();
  readonly #edit: Edit;
  /** Messages that were made, by their type. */
  readonly #made = new Map<number, number>();
  #wasConnected = false;

  constructor(role: Role, config: Configuration, edit: Edit, lie: Lie) {
    this.#config = config;
    this.#edit = edit;
    this.#context = new LyingContext(config, this.facts, lie);
    this.#receiver = new Receiver(PROTECTIONS, config, this.facts);
    this.driver = new HandshakeDriver(
      role === "server" ? new ExpectClientHello(this.#context) : null,
      (flight) => this.#emit(flight),
    );
  }

  start(): void {
    this.driver.run((flight) => startClient(this.#context, flight));
  }

  get connected(): boolean {
    return this.driver.state?.connected === true;
  }

  /** Takes whole records; what it does not understand of them it passes over. */
  receive(bytes: Uint8Array): void {
    let rest = bytes;
    while (rest.length > 0) {
      const frame = this.#receiver.frame(rest);
      if (frame.kind !== "record") throw new Error(`the peer sent ${frame.kind} bytes`);
      this.#record(rest.slice(0, frame.length));
      this.#wasConnected ||= this.connected;
      rest = rest.subarray(frame.length);
    }
  }

  /** Sends anything at any time. */
  send(...items: readonly Item[]): void {
    for (const item of items) this.#send(item);
  }

  #record(bytes: Uint8Array): void {
    const content = this.#receiver.openInHandshake(bytes, this.connected);
    if (content === null) return;
    if (content.type === ContentType.Alert) {
      const [level = 0, description = 0] = content.bytes;
      this.alerts.push([level, description]);
      if (description === AlertDescription.no_renegotiation && this.#wasConnected) {
        const established = this.driver.state?.renegotiationRefused?.();
        if (established !== undefined) this.driver.run(() => established);
      }
    } else if (content.type === ContentType.ChangeCipherSpec) {
      const empty = new Uint8Array(0);
      this.driver.deliver({ type: CHANGE_CIPHER_SPEC, body: empty, bytes: empty });
    } else if (content.type === ContentType.Handshake) {
      this.#receiver.pushMessages(content.bytes);
      const next = () => this.#receiver.nextMessage(false);
      for (let message = next(); message; message = next()) this.driver.deliver(message);
    }
  }

  #emit(flight: Flight): void {
    for (const item of flight.items) {
      const items = this.#edit(item, this.#count(item));
      this.#followHello(items[0]);
      this.send(...items);
    }
  }

  #count(item: FlightItem): number {
    if (item.kind !== "message") return 0;
    const type = item.bytes[0] as number;
    const before = this.#made.get(type) ?? 0;
    this.#made.set(type, before + 1);
    return before;
  }

  /** The hello that was really sent, the first of a handshake, is what that goes on with, so that it can end well. */
  #followHello(sent: Item | undefined): void {
    if (sent?.kind !== "message" || sent.bytes[0] !== HandshakeType.ClientHello) return;
    if (this.facts.helloRetryRequest) return;
    this.#context.transcript = new Transcript(this.#config.provider);
    this.#context.transcript.add(sent.bytes);
  }

  #send(item: Item): void {
    switch (item.kind) {
      case "message":
        this.#protect(ContentType.Handshake, item.bytes);
        break;
      case "change-cipher-spec":
        if (this.facts.version === TLS13)
          this.#send(plainRecord(ContentType.ChangeCipherSpec, Uint8Array.of(1)));
        else this.#protect(ContentType.ChangeCipherSpec, Uint8Array.of(1));
        break;
      case "alert":
        this.#protect(ContentType.Alert, Uint8Array.of(item.level, item.description));
        break;
      case "record":
        this.#protect(item.type, item.content, item.version);
        break;
      case "raw":
        this.output.push(item.bytes.slice());
        break;
      case "write-keys":
        this.#write.install(createSealer(this.#config.provider, item.keys, this.#config.random));
        break;
      case "read-keys":
        this.#receiver.install(item.keys);
        break;
    }
  }

  #protect(type: number, content: Uint8Array, version?: number): void {
    const header = new Uint8Array(this.#write.headerLength);
    const data = content.slice();
    const trailer = new Uint8Array(this.#write.trailerLength(data.length));
    this.#write.seal(type, rangeOf(header), rangeOf(data), rangeOf(trailer));
    if (version !== undefined) header.set([version >> 8, version & 255], 1);
    this.output.push(Uint8Array.of(...header, ...data, ...trailer));
  }
}

/** What says who the peer is and what was agreed on with it; nothing of it may be shown before Finished has proven it. */
const PROVEN: readonly (keyof Facts)[] = [
  "suite",
  "group",
  "peerSignatureScheme",
  "ownSignatureScheme",
  "resumed",
  "pskIdentity",
  "extendedMasterSecret",
  "secureRenegotiation",
  "serverName",
  "alpnProtocol",
  "peerChain",
  "peerOcspResponse",
  "verdict",
  "ownCredential",
  "sessionId",
];

/** How an encounter ended for the connection. */
export interface Outcome {
  readonly failure: TlsFailure | null;
  readonly alertSent: { readonly level: number; readonly description: number } | null;
  readonly connected: boolean;
}

/** A connection and its bad peer, joined by their bytes. */
export class AttackRun {
  readonly configurations: Readonly<Record<Role, Configuration>>;
  readonly victim: Connection;
  readonly impostor: MaliciousPeer;
  /** Application data that the victim opened. */
  readonly data: number[] = [];
  /** Wishes to renegotiate that the victim saw. */
  renegotiations = 0;
  /** The handshake was finished once: from then on records are opened first, as decryptMessage does. */
  #finished = false;
  #inbox: Uint8Array = new Uint8Array(0);
  /** The victim's facts of the last finished handshake. */
  #proven: Facts;

  /**
   * @param role of the connection under test
   * @param configurations of both ends; the impostor behaves by its own until `edit` changes what it sends
   */
  constructor(
    role: Role,
    configurations: Readonly<Record<Role, Configuration>>,
    edit: Edit = (item) => [item],
    lie: Lie = (message) => message,
  ) {
    this.configurations = configurations;
    const other = role === "client" ? "server" : "client";
    this.victim = new Connection(
      role === "client" ? CLIENT : SERVER,
      configurations[role],
      PROTECTIONS,
    );
    this.impostor = new MaliciousPeer(other, configurations[other], edit, lie);
    this.#proven = { ...this.victim.facts };
  }

  /** From the first flight until nobody says anything any more. */
  run(): this {
    if (this.victim.role === "client") this.victim.start();
    else this.impostor.start();
    return this.pump();
  }

  pump(): this {
    for (let moved = true; moved; ) {
      const toImpostor = this.#take();
      if (toImpostor.length > 0) this.impostor.receive(toImpostor);
      const toVictim = new Uint8Array(this.impostor.output.length);
      this.impostor.output.take(toVictim);
      this.#inbox = Uint8Array.of(...this.#inbox, ...toVictim);
      const waiting = this.#inbox.length;
      this.#feed();
      moved = toImpostor.length > 0 || toVictim.length > 0 || this.#inbox.length !== waiting;
      if (this.victim.failure !== null && this.victim.outputLength === 0) moved = false;
    }
    return this;
  }

  get outcome(): Outcome {
    const { failure, alertSent, connected } = this.victim;
    return { failure, alertSent, connected };
  }

  #take(): Uint8Array {
    const bytes = new Uint8Array(this.victim.outputLength);
    this.victim.takeOutput(bytes);
    return bytes;
  }

  /** As a caller would: handshake calls until connected, then record by record. */
  #feed(): void {
    const { victim } = this;
    while (this.#inbox.length > 0 && victim.failure === null && !victim.peerClosed) {
      this.#finished ||= victim.connected && victim.facts.version === TLS13;
      // Data amid a renegotiation goes to decryptMessage.
      const amid = victim.renegotiating && this.#inbox[0] === ContentType.ApplicationData;
      if (!victim.connected && !this.#finished && !amid) {
        const progress = this.#receive(this.#inbox);
        if (progress.kind === "incomplete" || progress.kind === "failed") return;
        this.#inbox = this.#inbox.slice(progress.consumed);
        if (progress.kind === "pending" || progress.kind === "credential-wanted") return;
        continue;
      }
      const frame = victim.frame(this.#inbox);
      if (frame.kind === "incomplete") return;
      if (frame.kind === "refused") {
        this.#receive(this.#inbox);
        return;
      }
      const { length } = frame;
      const bytes = this.#inbox.slice(0, length);
      const opened = victim.open(bytes, true);
      if (opened.kind === "post-handshake") {
        const progress = this.#receive(bytes);
        if (progress.kind === "failed") return;
      } else if (opened.kind === "renegotiate") {
        this.renegotiations++;
        if (victim.role === "server") this.#receive(new Uint8Array(0));
      } else if (opened.kind === "data") {
        this.data.push(...bytes.subarray(opened.start, opened.start + opened.length));
      }
      this.#inbox = this.#inbox.slice(length);
    }
  }

  #receive(bytes: Uint8Array): Progress {
    const progress = this.victim.receive(bytes);
    this.#checkFacts(progress.kind === "done");
    return progress;
  }

  /** @throws Error what the peer only claims is shown, or what it had proven is not shown any more */
  #checkFacts(done: boolean): void {
    const { facts } = this.victim;
    if (done) this.#proven = { ...facts };
    for (const fact of PROVEN)
      if (facts[fact] !== this.#proven[fact])
        throw new Error(`the fact ${fact} is shown before it is proven`);
  }
}
