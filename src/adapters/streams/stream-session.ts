/**
 * One TLS session over a pair of WHATWG streams: the sans-I/O session, with the streams' own backpressure on all four
 * sides. Nothing is read from the transport while no reader wants plaintext, and a write is over when the transport
 * took it. The streams of plaintext end by close_notify only; every other end is one error, the same for all who wait.
 */
import { TlsError } from "../../api/common.ts";
import { PlaintextQueue } from "../../session/plaintext-queue.ts";
import { infoOf, type SecureInfo } from "../../session/session-info.ts";
import { TlsSession, type TlsSessionOptions } from "../../session/tls-session.ts";
import {
  type ByteStreams,
  bytesOf,
  type MessageStreams,
  notBytes,
  transportError,
} from "./messages.ts";
import { Deferred, Gate, Timer } from "./promises.ts";
import { fitRecords, type SessionSettings } from "./stream-facts.ts";
import { locked, made } from "./stream-parts.ts";
import { TransportWriter } from "./transport-writer.ts";

const READ_AHEAD = 65_536;
/** Bytes that are still taken from the transport while it ends. */
const MAX_DROPPED = 0x100000;
/** Pieces that may wait for the transport while more is read. */
const MAX_WAITING_ANSWERS = 16;
/**
 * Milliseconds of silence after which a transport that takes nothing any more is given up. Until then its other
 * direction is read: the alert with the peer's reason may be on its way.
 */
const LAST_WORDS_MS = 250;

export class WebSession {
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly writable: WritableStream<Uint8Array>;
  readonly tls: TlsSession;

  readonly #settings: SessionSettings;
  readonly #transport: ByteStreams & Partial<MessageStreams>;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #writer: TransportWriter;
  readonly #opened = new Deferred<SecureInfo>();
  readonly #closed = new Deferred<void>();
  readonly #plaintext: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;
  readonly #refusal: WritableStreamDefaultController;
  readonly #unsealed = new PlaintextQueue();
  /** Open while plaintext is wanted, while the session waits for no promise, while no write is under way. */
  readonly #wanted = new Gate(true);
  readonly #settled = new Gate(true);
  readonly #unwritten = new Gate(true);
  /** Most bytes to seal at once, so that a record (or a few) is a message. */
  #batch = 0;
  #readDone = false;
  #discarding = false;
  #dropping = false;
  #writeDone = false;
  #over = false;
  /** The transport takes nothing any more: resolves when the peer has been silent for a while after that. */
  #lastWords: Promise<void> | null = null;
  #heard = false;
  readonly #handshakeLimit: Timer;
  #closeLimit: Timer | null = null;
  /** Why the session was lost. */
  #lost: unknown = null;

  /**
   * Locks the transport's streams and begins. Chunks of its readable are opened in place: their memory is overwritten.
   * If it throws, no stream is locked.
   * @throws TypeError a stream of the transport is locked already
   */
  constructor(
    options: TlsSessionOptions,
    settings: SessionSettings,
    transport: ByteStreams & Partial<MessageStreams>,
  ) {
    this.#settings = settings;
    this.#transport = transport;
    this.tls = new TlsSession(options, {
      send: (bytes) => this.#send(bytes),
      data: (bytes) => this.#deliver(bytes),
      secure: () => this.#secured(),
      closed: () => this.#closedByPeer(),
      failed: (error) => this.#fail(error),
      resumed: () => {
        this.#settled.open = true;
      },
    });
    const plaintext = this.#makeReadable(settings.highWaterMark ?? READ_AHEAD);
    const sealed = this.#makeWritable();
    this.readable = plaintext.stream;
    this.#plaintext = plaintext.controller;
    this.writable = sealed.stream;
    this.#refusal = sealed.controller;
    const { reader, writer } = locked(transport);
    this.#reader = reader;
    this.#writer = new TransportWriter(writer, (error) => this.#unwritable(error));
    this.#handshakeLimit = new Timer(settings.handshakeTimeout, () => this.#tooSlow());
    this.#begin();
  }

  get opened(): Promise<SecureInfo> {
    return this.#opened.promise;
  }

  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  /** Sends close_notify after the write that is under way, stops reading, ends the transport. */
  close(): Promise<void> {
    if (this.#over) return this.closed;
    if (!this.tls.secure) {
      this.#fail(closedByUs("closed before the TLS handshake was finished"));
      return this.closed;
    }
    this.#stopReading();
    if (!this.#readDone) this.#plaintext.close();
    this.#readDone = true;
    void this.#drop();
    this.#limitClosing();
    // The stream's own end comes after what waits in it; a stream in other hands can only be refused.
    const last = this.writable.locked ? this.#endWriting() : this.writable.close();
    last.catch(() => {});
    return this.closed;
  }

  // --- what the session reports -------------------------------------------------------------------------------------

  #send(bytes: Uint8Array): void {
    this.#writer.push(bytes);
    void this.#writer.flush();
  }

  #deliver(bytes: Uint8Array): void {
    if (this.#discarding || this.#readDone) return;
    // A copy, because the reader of a chunk may transfer its memory, and other records lie in the same.
    this.#plaintext.enqueue(bytes.slice());
    if ((this.#plaintext.desiredSize ?? 0) <= 0) this.#wanted.open = false;
  }

  #secured(): void {
    const info = infoOf(this.tls);
    if (info === null) return;
    this.#handshakeLimit.stop();
    this.#batch = fitRecords(this.tls, this.#transport, this.#settings.maxFragment);
    this.#opened.resolve(info);
  }

  /** The peer's close_notify. */
  #closedByPeer(): void {
    if (!this.#readDone && !this.#discarding) this.#plaintext.close();
    this.#readDone = true;
    this.#finish();
  }

  // --- reading -------------------------------------------------------------------------------------------------

  #begin(): void {
    const { signal, leftover } = this.#settings;
    if (signal !== undefined) {
      const abort = (): void => this.#abort(signal.reason);
      if (signal.aborted) {
        abort();
        return;
      }
      signal.addEventListener("abort", abort, { once: true });
      const forget = (): void => signal.removeEventListener("abort", abort);
      this.closed.then(forget, forget);
    }
    this.tls.start();
    this.#settled.open = !this.tls.busy;
    if (leftover !== undefined && leftover.length > 0) this.#take(leftover.slice());
    void this.#readAll();
  }

  async #readAll(): Promise<void> {
    try {
      while (!this.#over && !this.#readDone) {
        await this.#wanted.passed();
        await this.#settled.passed();
        // A peer that makes us answer and does not read the answers is not asked for more.
        if (this.#writer.waiting > MAX_WAITING_ANSWERS) await this.#writer.flushing;
        if (this.#over || this.#readDone) return;
        const { done, value } = await this.#reader.read();
        if (this.#over || this.#readDone) return;
        if (done) this.tls.end();
        else this.#take(value);
      }
    } catch (error) {
      this.#broke(error);
    }
  }

  #take(chunk: unknown): void {
    const bytes = bytesOf(chunk);
    if (bytes === null) throw notBytes("the readable of the transport", chunk);
    this.#heard = true;
    this.tls.receive(bytes);
    this.#settled.open = !this.tls.busy;
  }

  #stopReading(): void {
    this.#discarding = true;
    this.#wanted.open = true;
  }

  // --- writing -------------------------------------------------------------------------------------------------

  async #write(chunk: unknown): Promise<void> {
    if (!ArrayBuffer.isView(chunk)) {
      throw new TypeError("the writable of a TLS session takes Uint8Array");
    }
    await this.opened;
    this.#unwritten.open = false;
    try {
      this.#unsealed.push(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
      while (this.#unsealed.length > 0) {
        await this.#settled.passed();
        const records = this.tls.seal(this.#unsealed, Math.min(this.#unsealed.length, this.#batch));
        if (records === null) throw this.#lost ?? closedByUs("the session is closed");
        this.#writer.push(records);
        await this.#writer.flush();
        await this.#lastWords;
        const failure = this.#lost ?? this.#writer.failure;
        if (failure !== null) throw failure;
      }
    } finally {
      this.#unsealed.clear();
      this.#unwritten.open = true;
    }
  }

  async #endWriting(): Promise<void> {
    await this.opened;
    await this.#unwritten.passed();
    await this.#settled.passed();
    const closing = this.tls.close();
    if (closing !== null) this.#writer.push(closing);
    await this.#writer.flush();
    if (this.#over) return;
    this.#writeDone = true;
    this.#finish();
  }

  /**
   * The transport takes nothing any more. The session is lost, but for one thing: after the peer's close_notify
   * nothing is missed, unless it is data, whose write fails.
   */
  #unwritable(error: TlsError): void {
    if (!this.#over) this.#lastWords = this.#listenOn(error);
  }

  /** Reads on while something comes, or while what came waits for our reader. */
  async #listenOn(error: TlsError): Promise<void> {
    do {
      this.#heard = false;
      await new Promise((resolve) => setTimeout(resolve, LAST_WORDS_MS));
    } while (this.#heard && !this.#over);
    if (this.#over || this.#readDone) return;
    void this.#wanted.passed().then(() => {
      if (!this.#readDone) this.#broke(error);
    });
  }

  #tooSlow(): void {
    const heard = this.#heard
      ? "the peer began and did not go on"
      : "nothing came from the transport";
    this.#abort(
      new TlsError(
        `the TLS handshake was not finished within ${this.#settings.handshakeTimeout} ms (handshakeTimeout): ${heard}`,
        { code: "ERR_TLS_HANDSHAKE_TIMEOUT", reason: "HandshakeTimeout" },
      ),
    );
  }

  // --- ends ----------------------------------------------------------------------------------------------------

  /** Both directions are over: the transport is ended in order. */
  #finish(): void {
    if (this.#over || !this.#writeDone || !(this.#readDone || this.#discarding)) return;
    this.#over = true;
    this.tls.dispose();
    this.#limitClosing();
    void this.#endTransport().then(() => {
      this.#closeLimit?.stop();
      this.#closed.resolve();
    });
  }

  #limitClosing(): void {
    const { closeTimeout } = this.#settings;
    this.#closeLimit ??= new Timer(closeTimeout, () => {
      const reason = new TlsError(
        `the transport did not take what was written, or did not end, within ${closeTimeout} ms (closeTimeout)`,
        { reason: "CloseTimeout" },
      );
      this.#lose(reason);
      this.#closed.reject(reason);
      this.#dropTransport(reason);
    });
  }

  /** The session is lost; the alert that it owes is on its way. */
  #fail(error: unknown): void {
    if (!this.#lose(error)) return;
    void this.#endTransport();
  }

  /** The transport is lost. */
  #broke(cause: unknown): void {
    this.#abort(transportError(cause));
  }

  /** Nothing more is sent. */
  #abort(given: unknown): void {
    const reason = given ?? new TlsError("the session was aborted", { reason: "AbortedByUs" });
    if (!this.#lose(reason)) return;
    this.#dropTransport(reason);
  }

  #dropTransport(reason: unknown): void {
    this.#writer.abort(reason);
    this.#reader.cancel(reason).catch(() => {});
  }

  /** Settles all promises that wait. False if the session was over before. */
  #lose(error: unknown): boolean {
    if (this.#over) return false;
    this.#over = true;
    this.#lost = error;
    this.#handshakeLimit.stop();
    this.#closeLimit?.stop();
    this.tls.dispose();
    if (!this.#readDone && !this.#discarding) this.#plaintext.error(error);
    this.#refusal.error(error);
    this.#opened.reject(error);
    this.#closed.reject(error);
    for (const gate of [this.#wanted, this.#settled, this.#unwritten]) gate.open = true;
    return true;
  }

  /** Sends what waits, then ends both directions. A failure now changes nothing: the end was reported before. */
  async #endTransport(): Promise<void> {
    void this.#drop();
    await this.#writer.close();
    await this.#reader.cancel().catch(() => {});
  }

  /** A peer that ends too may wait for room: what is on the way is taken, up to a bound. */
  async #drop(): Promise<void> {
    if (this.#dropping) return;
    this.#dropping = true;
    try {
      for (let dropped = 0; dropped < MAX_DROPPED; ) {
        const { done, value } = await this.#reader.read();
        dropped += done ? MAX_DROPPED : value.byteLength;
      }
    } catch {} // The transport is being ended: its failure changes nothing.
  }

  #makeReadable(highWaterMark: number): {
    stream: ReadableStream<Uint8Array<ArrayBuffer>>;
    controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;
  } {
    return made((start) => {
      const source: UnderlyingDefaultSource<Uint8Array<ArrayBuffer>> = {
        start,
        pull: () => {
          this.#wanted.open = true;
        },
        cancel: () => {
          this.#stopReading();
          this.#finish();
        },
      };
      return new ReadableStream(source, { highWaterMark, size: (chunk) => chunk?.length ?? 0 });
    });
  }

  #makeWritable(): {
    stream: WritableStream<Uint8Array>;
    controller: WritableStreamDefaultController;
  } {
    return made((start) => {
      const sink: UnderlyingSink<Uint8Array> = {
        start,
        write: (chunk) => this.#write(chunk),
        close: () => this.#endWriting(),
        abort: (reason) => this.#abort(reason),
      };
      return new WritableStream(sink);
    });
  }
}

const closedByUs = (message: string): TlsError => new TlsError(message, { reason: "ClosedByUs" });
