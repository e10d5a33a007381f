/**
 * The sans-I/O session as people use it who do not think in SecBuffers: bytes in, events out, bytes to send. It has no
 * socket, no timer and no stream; the caller moves the bytes. A client and a server have the same members.
 */
import { SECPKG_ATTR_STREAM_SIZES } from "../api/common.ts";
import { AlertDescription } from "../protocol/alert.ts";
import { TlsError } from "../sspi/tls-error.ts";
import type { Role } from "./option-types.ts";
import { PlaintextQueue } from "./plaintext-queue.ts";
import { infoOf, type SecureInfo } from "./session-info.ts";
import { TlsSession, type TlsSessionOptions } from "./tls-session.ts";

/**
 * Where a session stands. `"handshake"`: until both sides have proven who they are. `"open"`: data flows in one or both
 * directions. `"closed"`: both directions were closed by close_notify, or we ended the session. `"failed"`: an error
 * ended it.
 */
export type SessionPhase = "handshake" | "open" | "closed" | "failed";

/** The handshake is finished, and the peer was verified. */
export interface OpenEvent {
  /** The kind of the event. */
  readonly type: "open";
  /** What was negotiated. */
  readonly info: SecureInfo;
}

/** Plaintext from the peer. */
export interface DataEvent {
  /** The kind of the event. */
  readonly type: "data";
  /** Never empty. A view of memory that was given to `receive`; it belongs to the caller. */
  readonly data: Uint8Array;
}

/** The peer sends nothing more. We may still write. */
export interface CloseEvent {
  /** The kind of the event. */
  readonly type: "close";
  /** True: the transport ended without close_notify, which `requireCloseNotify: false` allows. Data may be missing. */
  readonly truncated: boolean;
}

/** The session failed. It is the last event. The alert that the peer is owed waits in the output. */
export interface FailEvent {
  /** The kind of the event. */
  readonly type: "fail";
  /** What failed, and what to do about it. */
  readonly error: TlsError;
}

/** What a session reports, in the order in which it happened. */
export type SessionEvent = OpenEvent | DataEvent | CloseEvent | FailEvent;

/** Sizes of the records of an open session, in bytes. */
export interface RecordSizes {
  /** Before the data. */
  readonly header: number;
  /** Behind the data, at most. */
  readonly trailer: number;
  /** Data of one record, at most. */
  readonly maximumData: number;
}

/** A TLS session without I/O, in any phase. */
export interface Session {
  /** Which side of TLS it is. */
  readonly role: Role;
  /** Where it stands. */
  readonly phase: SessionPhase;
  /** True: a promise is waited for (a key, a store, a verifier). `settled` resolves when it has come. */
  readonly pending: boolean;
  /** Bytes that wait for `takeOutput`. Stop calling `receive` while a transport does not take them. */
  readonly outputLength: number;
  /**
   * Is the handshake finished? Only then does the type have `write` and its companions.
   * @returns true from the event "open" until the session is closed or fails
   */
  isOpen(): this is OpenSession;
  /**
   * Takes bytes of the peer, in any pieces. They are opened in place, so the memory belongs to the session from now on.
   * After the peer's close_notify, and after a failure, bytes are dropped (RFC 8446 §6.1).
   *
   * @param bytes - what the transport gave
   * @returns the events that they led to, also those that were not taken before. While `pending`, bytes are kept
   * @throws TlsError `bytes` is not a Uint8Array
   */
  receive(bytes: Uint8Array): SessionEvent[];
  /**
   * As `receive`, and waits while a promise is pending.
   *
   * @param bytes - what the transport gave
   * @returns a promise of the events; it rejects only with a TlsError for `bytes` that is not a Uint8Array
   */
  receiveAsync(bytes: Uint8Array): Promise<SessionEvent[]>;
  /**
   * Reports that the transport has ended. Without close_notify before it the session fails (reason "Truncated"), unless
   * `requireCloseNotify` is false and the end lies between two records.
   *
   * @returns the events that this led to
   */
  endOfInput(): SessionEvent[];
  /**
   * Waits while a promise is pending.
   *
   * @returns the events until then, in order; at once if nothing is pending
   */
  settled(): Promise<SessionEvent[]>;
  /**
   * Takes the bytes that have to be sent, in this order. Call it after every other call: a session that fails or closes
   * owes the peer an alert.
   *
   * @returns memory of the caller's own; empty if there is nothing to send
   */
  takeOutput(): Uint8Array;
  /**
   * Ends the session at once with a fatal alert, which `takeOutput` gives. Keys are wiped.
   *
   * @param alert - number of the alert; default: 90, user_canceled
   */
  abort(alert?: number): void;
  /** Wipes the keys. Nothing more is sent or reported; output that waits is dropped. */
  dispose(): void;
}

/** A session whose handshake is finished. */
export interface OpenSession extends Session {
  /** What was negotiated. */
  readonly info: SecureInfo;
  /** Of its records. */
  readonly sizes: RecordSizes;
  /**
   * Bytes of data that `write` takes now. 0 while `outputLength` is at the option `highWaterMark` or above, while a
   * promise is pending, and after `close`.
   */
  readonly writableLength: number;
  /**
   * Seals data. The records wait for `takeOutput`.
   *
   * @param data - is copied; it belongs to the caller again when the function returns
   * @returns the bytes that were taken: all, or `writableLength` if that is less
   * @throws TlsError the handshake is not finished, our direction is closed, the session is over, or it fails now
   */
  write(data: Uint8Array): number;
  /** Closes our direction: close_notify follows what was written (RFC 8446 §6.1). The peer may go on sending. */
  close(): void;
  /**
   * Updates the keys that we send with (RFC 8446 §4.6.3). Sessions do it by themselves before a key is used up.
   *
   * @param options - `requestPeer`: true also asks the peer to update its keys
   * @throws TlsError in TLS 1.2, which has no such message
   */
  keyUpdate(options?: { readonly requestPeer?: boolean }): void;
  /**
   * Exports keying material (RFC 5705, RFC 8446 §7.5).
   *
   * @param length - bytes
   * @param label - ASCII
   * @param context - its bytes, or null: none, which TLS 1.2 keeps apart from an empty one
   * @returns new memory
   * @throws TlsError the arguments cannot be used
   */
  exportKeyingMaterial(length: number, label: string, context?: Uint8Array | null): Uint8Array;
}

const NO_BYTES = new Uint8Array(0);
const HIGH_WATER_MARK = 65_536;

/** The session behind both interfaces. */
export class EventSession implements OpenSession {
  readonly role: Role;
  readonly #tls: TlsSession;
  readonly #queue = new PlaintextQueue();
  readonly #highWaterMark: number;
  readonly #maxFragment: number;
  #events: SessionEvent[] = [];
  #output: Uint8Array[] = [];
  #outputLength = 0;
  #phase: SessionPhase = "handshake";
  #info: SecureInfo | null = null;
  #peerClosed = false;
  #waiting: (() => void)[] = [];

  constructor(
    options: TlsSessionOptions,
    maxFragment: number = Number.POSITIVE_INFINITY,
    highWaterMark: number = HIGH_WATER_MARK,
  ) {
    this.role = options.role;
    this.#maxFragment = maxFragment;
    this.#highWaterMark = highWaterMark;
    this.#tls = new TlsSession(options, {
      send: (bytes) => this.#push(bytes),
      data: (data) => this.#events.push({ type: "data", data }),
      secure: () => this.#secured(),
      closed: (truncated) => this.#closedByPeer(truncated),
      failed: (error) => this.#failed(error),
      resumed: () => this.#wake(),
    });
    this.#tls.start();
  }

  get phase(): SessionPhase {
    return this.#phase;
  }

  get pending(): boolean {
    return this.#tls.busy && this.#isAlive;
  }

  get outputLength(): number {
    return this.#outputLength;
  }

  get info(): SecureInfo {
    return this.#info ?? this.#notOpen("info");
  }

  get sizes(): RecordSizes {
    const sizes = this.#tls.query(SECPKG_ATTR_STREAM_SIZES);
    if (this.#info === null || sizes === null) return this.#notOpen("sizes");
    return {
      header: sizes.cbHeader,
      trailer: sizes.cbTrailer,
      maximumData: Math.min(sizes.cbMaximumMessage, this.#maxFragment),
    };
  }

  get writableLength(): number {
    if (this.#phase !== "open" || this.#tls.writeClosed || this.#tls.busy) return 0;
    return Math.max(0, this.#highWaterMark - this.#outputLength);
  }

  isOpen(): this is OpenSession {
    return this.#phase === "open";
  }

  receive(bytes: Uint8Array): SessionEvent[] {
    if (!(bytes instanceof Uint8Array)) {
      throw new TlsError("receive(): bytes must be a Uint8Array", { reason: "WrongOption" });
    }
    if (this.#isAlive) this.#tls.receive(bytes);
    return this.#takeEvents();
  }

  async receiveAsync(bytes: Uint8Array): Promise<SessionEvent[]> {
    const events = this.receive(bytes);
    return this.pending ? [...events, ...(await this.settled())] : events;
  }

  endOfInput(): SessionEvent[] {
    if (this.#isAlive) this.#tls.end();
    return this.#takeEvents();
  }

  async settled(): Promise<SessionEvent[]> {
    while (this.pending) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.#takeEvents();
  }

  takeOutput(): Uint8Array {
    const [first = NO_BYTES, ...others] = this.#output;
    const length = this.#outputLength;
    this.#output = [];
    this.#outputLength = 0;
    if (others.length === 0) return first;
    const whole = new Uint8Array(length);
    let at = 0;
    for (const piece of [first, ...others]) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  }

  abort(alert: number = AlertDescription.user_canceled): void {
    if (!this.#isAlive) return;
    this.#tls.abort(alert);
    this.#end("closed");
  }

  dispose(): void {
    this.#output = [];
    this.#outputLength = 0;
    this.#events = [];
    if (this.#isAlive) this.#end("closed");
  }

  write(data: Uint8Array): number {
    if (!(data instanceof Uint8Array)) {
      throw new TlsError("write(): data must be a Uint8Array", { reason: "WrongOption" });
    }
    if (this.#phase !== "open") return this.#notOpen("write()");
    if (this.#tls.writeClosed) {
      throw new TlsError("write(): close() has closed our direction", { reason: "ClosedByUs" });
    }
    const count = Math.min(data.length, this.writableLength);
    if (count === 0) return 0;
    this.#queue.push(data.subarray(0, count));
    const records = this.#tls.seal(this.#queue);
    this.#queue.clear();
    if (records !== null) {
      this.#push(records);
      return count;
    }
    // A renegotiation is under way, or the session has failed, which is reported here and not as an event.
    const last = this.#events.at(-1);
    if (last?.type !== "fail") return 0;
    this.#events.pop();
    throw last.error;
  }

  close(): void {
    if (this.#phase === "handshake") this.#notOpen("close()");
    if (this.#phase !== "open" || this.#tls.writeClosed) return;
    const closing = this.#tls.close();
    if (closing !== null) this.#push(closing);
    if (this.#peerClosed) this.#end("closed");
  }

  keyUpdate({ requestPeer = false }: { readonly requestPeer?: boolean } = {}): void {
    if (this.#phase !== "open") this.#notOpen("keyUpdate()");
    this.#tls.renewKeys(requestPeer);
  }

  exportKeyingMaterial(length: number, label: string, context?: Uint8Array | null): Uint8Array {
    if (this.#phase !== "open") this.#notOpen("exportKeyingMaterial()");
    return this.#tls.exportKeyingMaterial(length, label, context);
  }

  get #isAlive(): boolean {
    return this.#phase === "handshake" || this.#phase === "open";
  }

  #push(bytes: Uint8Array): void {
    this.#output.push(bytes);
    this.#outputLength += bytes.length;
  }

  #secured(): void {
    const info = infoOf(this.#tls);
    if (info === null) return;
    this.#info = info;
    this.#phase = "open";
    if (this.#maxFragment < Number.POSITIVE_INFINITY) this.#tls.maxFragment = this.#maxFragment;
    this.#events.push({ type: "open", info });
  }

  #closedByPeer(truncated: boolean): void {
    this.#peerClosed = true;
    this.#events.push({ type: "close", truncated });
    if (this.#tls.writeClosed) this.#end("closed");
  }

  #failed(error: TlsError): void {
    this.#events.push({ type: "fail", error });
    this.#end("failed");
  }

  #end(phase: "closed" | "failed"): void {
    this.#phase = phase;
    this.#tls.dispose();
    this.#queue.clear();
    this.#wake();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  #takeEvents(): SessionEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  #notOpen(member: string): never {
    const [words, reason] = NOT_OPEN[this.#phase];
    throw new TlsError(`${member}: ${words}`, { reason });
  }
}

/** Why a member of an open session cannot be used in a phase, and the reason of the error. */
const NOT_OPEN: Readonly<Record<SessionPhase, readonly [string, string]>> = {
  handshake: [
    'the TLS handshake is not finished; wait for the event "open", or ask isOpen()',
    "HandshakeNotFinished",
  ],
  open: ["the session does not have it", "NotAvailable"],
  closed: ["the session is closed", "SessionClosed"],
  failed: ["the session has failed; its last event has the error", "SessionFailed"],
};
