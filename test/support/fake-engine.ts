/**
 * An engine that does what a test tells it: progress by a list, output by hand, records that are not encrypted
 * (header 5, trailer 17). It shows what the package does with an engine's answers, apart from any handshake.
 */
import { type ByteRange, toView } from "../../src/bytes/byte-range.ts";
import type {
  Engine,
  Framing,
  Opened,
  Progress,
  Role,
  StreamSizes,
} from "../../src/engine/engine.ts";
import { type Facts, noFacts } from "../../src/handshake/facts.ts";
import type { Credential } from "../../src/handshake/peer-identity.ts";
import { TlsFailure } from "../../src/protocol/failure.ts";

export const FAKE_HEADER = 5;
export const FAKE_TRAILER = 17;

export class FakeEngine implements Engine {
  readonly role: Role;
  readonly facts: Facts = noFacts();
  connected = false;
  get established(): boolean {
    return this.connected || this.renegotiating;
  }
  renegotiating = false;
  failure: TlsFailure | null = null;
  writeClosed = false;
  peerClosed = false;
  alertSent: { level: number; description: number } | null = null;
  alertReceived: { level: number; description: number } | null = null;
  /** Answers of `start`, `receive` and `renegotiate`, in order. */
  readonly script: ((input: Uint8Array) => Progress)[] = [];
  /** What was called, with the length of its input. */
  readonly calls: string[] = [];
  /** What the next `open` finds. */
  finds: Opened["kind"] = "data";
  mayNotSeal = false;
  #output: Uint8Array = new Uint8Array(0);

  constructor(role: Role) {
    this.role = role;
  }

  get outputLength(): number {
    return this.#output.length;
  }

  /** Puts bytes into the output. */
  owe(bytes: Uint8Array): void {
    this.#output = Uint8Array.of(...this.#output, ...bytes);
  }

  /** Refuses for good, with an alert in the output. */
  refuse(failure: TlsFailure): TlsFailure {
    this.failure = failure;
    this.connected = false;
    this.sendAlert(2, 50);
    return failure;
  }

  start(): Progress {
    return this.#next("start", new Uint8Array(0));
  }

  receive(input: Uint8Array): Progress {
    return this.#next("receive", input);
  }

  renegotiate(): Progress {
    return this.#next("renegotiate", new Uint8Array(0));
  }

  supplyCredential(credential: Credential | null): void {
    this.calls.push(credential === null ? "supply none" : "supply");
  }

  takeOutput(target: Uint8Array): void {
    target.set(this.#output);
    this.#output = new Uint8Array(0);
  }

  streamSizes(): StreamSizes {
    return {
      header: FAKE_HEADER,
      trailer: this.connected ? FAKE_TRAILER : 0,
      maximumMessage: 16384,
      blockLength: 16,
    };
  }

  trailerLength(): number {
    return this.connected ? FAKE_TRAILER : 0;
  }

  seal(header: ByteRange, data: ByteRange, trailer: ByteRange): boolean {
    if (this.mayNotSeal) return false;
    this.calls.push(`seal ${header.length}+${data.length}+${trailer.length}`);
    return true;
  }

  sealAlert(header: ByteRange, data: ByteRange, trailer: ByteRange): boolean {
    const [level = 0, description = 0] = toView(data);
    this.#alertLeft(level, description);
    this.calls.push(`sealAlert ${header.length}+${data.length}+${trailer.length}`);
    return true;
  }

  frame(input: Uint8Array): Framing {
    if (input.length < 5) return { kind: "incomplete", missing: 5 - input.length };
    if ((input[0] ?? 0) < 20 || (input[0] ?? 0) > 24) {
      return { kind: "refused", failure: new TlsFailure("NotTls", "no record") };
    }
    const length = 5 + (input[3] ?? 0) * 256 + (input[4] ?? 0);
    return input.length < length
      ? { kind: "incomplete", missing: length - input.length }
      : { kind: "record", length };
  }

  open(record: Uint8Array, inPlace: boolean): Opened {
    const isData = this.finds === "data";
    const length = isData ? record.length - FAKE_HEADER - FAKE_TRAILER : 0;
    const failure =
      this.finds === "failed" ? this.refuse(new TlsFailure("BadRecordMac", "bad tag")) : null;
    if (this.finds === "closed") this.peerClosed = true;
    const memory = inPlace ? record : record.slice(FAKE_HEADER);
    const offset = inPlace ? FAKE_HEADER : 0;
    return { kind: this.finds, type: 23, start: FAKE_HEADER, length, memory, offset, failure };
  }

  endInput(): TlsFailure | null {
    if (!this.peerClosed) this.failure ??= new TlsFailure("TransportEnded", "ended");
    return this.failure;
  }

  sendAlert(level: number, description: number): void {
    this.owe(Uint8Array.of(21, 3, 3, 0, 2, level, description));
    this.#alertLeft(level, description);
  }

  updateKeys(requestPeer: boolean): void {
    this.calls.push(`updateKeys ${requestPeer}`);
    this.owe(Uint8Array.of(23, 3, 3, 0, 1, 0));
  }

  setResumable(resumable: boolean): void {
    this.calls.push(`resumable ${resumable}`);
  }

  giveUp(): void {
    this.calls.push("giveUp");
  }

  wipe(): void {
    this.calls.push("wipe");
  }

  #alertLeft(level: number, description: number): void {
    this.alertSent = { level, description };
    if (level === 2 || description === 0) this.writeClosed = true;
  }

  #next(name: string, input: Uint8Array): Progress {
    this.calls.push(`${name} ${input.length}`);
    const step = this.script.shift();
    if (step !== undefined) return step(input);
    const framing = this.frame(input);
    switch (framing.kind) {
      case "incomplete":
        return framing;
      case "refused":
        return { kind: "failed", consumed: 0, failure: this.refuse(framing.failure) };
      default:
        return { kind: "continue", consumed: framing.length };
    }
  }
}
