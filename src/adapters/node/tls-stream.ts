/**
 * A Duplex of plaintext over a Duplex of TLS records: a TLS session with Node's streams at both ends. Backpressure goes
 * through in both directions, `end` is close_notify, a failure of either end is told once. Knows nothing of options.
 */
import type { Duplex } from "node:stream";
import { PlaintextQueue } from "../../session/plaintext-queue.ts";
import type { SessionEvents } from "../../session/session-types.ts";
import { truncated } from "../../session/tls-errors.ts";
import type { TlsSession } from "../../session/tls-session.ts";
import { TlsError } from "../../sspi/tls-error.ts";
import { SocketLike } from "./socket-like.ts";
import { type SourceSink, sourceOf, type TransportSource } from "./transport-source.ts";

type Done = (error?: Error | null) => void;

export interface TlsStreamOptions {
  /** Of a transport that was opened for us; else it is the transport's own that counts, as in node. */
  readonly allowHalfOpen?: boolean | undefined;
  /** Bytes of the peer's TLS that were read from the transport before. */
  readonly head?: Uint8Array | undefined;
  /** Bytes; both sides, unless the next two say otherwise. */
  readonly highWaterMark?: number | undefined;
  readonly readableHighWaterMark?: number | undefined;
  readonly writableHighWaterMark?: number | undefined;
}

/** Plaintext that is sealed at once; more waits until the transport has taken it. */
const MAX_FLUSH = 0x10000;
/**
 * Bytes that the loop says by itself until the transport has taken everything once: a peer that asks and asks (for key
 * updates) and does not read cannot fill our memory.
 */
const MAX_UNREAD_ANSWERS = 0x20000;
/** Milliseconds that a dying session gives its transport to take the alert. */
const LAST_WORDS = 1000;
const NO_BYTES = new Uint8Array(0);

export abstract class TlsStream extends SocketLike {
  /** The Duplex underneath. */
  protected readonly transport: Duplex;
  protected tls: TlsSession | null = null;
  /**
   * The peer ended the connection without close_notify, between two records: what came may not be all. "end" comes all the
   * same, as in node; with `requireCloseNotify` it is an error.
   */
  truncated = false;
  readonly #source: TransportSource;
  readonly #outgoing = new PlaintextQueue();
  #head: Uint8Array | null;
  /** The callback of the write that is under way. */
  #writing: Done | null = null;
  #ending: Done | null = null;
  /** The transport's buffer is full: the rest is sealed at its "drain". */
  #draining = false;
  #wanted = true;
  /** Bytes of the loop's own since the transport was empty. */
  #answers = 0;
  #maxFragment = Number.POSITIVE_INFINITY;
  #transportError: Error | null = null;
  #hadError = false;
  /** The peer's close_notify has come. */
  #peerClosed = false;
  /** Nothing but our close_notify waits in the transport. */
  #onlyFarewell = false;
  /** It has said "close", after which it says nothing. */
  #transportClosed: boolean;

  /** What the TLS session reports. */
  protected readonly sink: SessionEvents = {
    send: (bytes) => {
      const { transport } = this;
      if (!transport.writable) return;
      if (transport.writableLength === 0) this.#answers = 0;
      this.#answers += bytes.length;
      if (this.#answers > MAX_UNREAD_ANSWERS) this.destroy(answersUnread());
      else transport.write(bytes);
    },
    data: (bytes) => {
      if (!this.deliver(bytes)) this.#wanted = false;
    },
    secure: () => {
      this.onSecure();
      this.#flush();
    },
    closed: (cut) => {
      this.truncated = cut;
      this.#peerClosed = true;
      this.deliverEnd();
      // Only the transport's end is still waited for.
      this.#wanted = true;
    },
    failed: (error) => {
      this.destroy(this.errorFor(error));
    },
    resumed: () => {
      this.#flush();
      this.#balance();
    },
  };

  /** @throws TlsError for a transport that already carried something and still holds bytes, unless `head` is given */
  constructor(transport: Duplex, options: TlsStreamOptions) {
    const { highWaterMark } = options;
    const { readableHighWaterMark = highWaterMark, writableHighWaterMark = highWaterMark } =
      options;
    const head = options.head ?? null;
    const source = sourceOf(transport, head !== null);
    super({
      allowHalfOpen: options.allowHalfOpen ?? transport.allowHalfOpen === true,
      ...(readableHighWaterMark === undefined ? {} : { readableHighWaterMark }),
      ...(writableHighWaterMark === undefined ? {} : { writableHighWaterMark }),
    });
    this.transport = transport;
    this.#transportClosed = transport.closed;
    this.#head = head;
    this.#source = source;
    // Our own end decides when the transport's writing side ends: after close_notify.
    transport.allowHalfOpen = true;
    transport.on("error", this.#onError);
    transport.on("close", this.#onClose);
  }

  /** Lets the handshake begin. */
  protected begin(tls: TlsSession): void {
    if (this.#dead()) {
      tls.dispose();
      return;
    }
    this.tls = tls;
    tls.maxFragment = this.#maxFragment;
    this.transport.on("drain", this.#onDrain);
    tls.start();
    const head = this.#head;
    this.#head = null;
    if (head !== null && !this.destroyed) tls.receive(new Uint8Array(head));
    if (this.destroyed) return;
    this.#source.begin(this.#records);
    this.#balance();
  }

  /** Nothing can begin, which was told, or is told now: the transport was closed before we had it. */
  #dead(): boolean {
    if (!this.destroyed && (this.transport.destroyed || this.transport.readableEnded)) {
      const { errored } = this.transport;
      this.destroy(errored ?? this.errorFor(truncated(false)));
    }
    return this.destroyed;
  }

  /** Most bytes of data per record. */
  protected set maxFragment(bytes: number) {
    this.#maxFragment = bytes;
    if (this.tls !== null) this.tls.maxFragment = bytes;
  }

  /** The handshake is finished. */
  protected abstract onSecure(): void;
  /** The error for the user, instead of what was found; undefined: there is none, for the user knows already. */
  protected abstract errorFor(error: TlsError): Error | undefined;
  /** Something came or went: for an inactivity timer. */
  protected abstract onActivity(): void;

  /** What the transport receives. */
  readonly #records: SourceSink = {
    bytes: (chunk) => {
      this.onActivity();
      const { tls } = this;
      if (tls === null) return;
      try {
        // Bytes of the handshake may have to wait, and the memory may be the writer's; records are opened at once.
        tls.receive(tls.secure ? chunk : new Uint8Array(chunk));
      } catch (error) {
        // A listener threw, which is its own affair: what came after goes on.
        process.nextTick(() => tls.receive(NO_BYTES));
        throw error;
      } finally {
        this.#balance();
      }
    },
    ended: () => this.tls?.end(),
    failed: (error) => this.destroy(error),
  };

  readonly #onDrain = (): void => {
    if (!this.#draining) return;
    this.#draining = false;
    this.#flush();
  };

  readonly #onError = (error: Error): void => {
    this.#transportError ??= error;
    // Whoever has had the peer's close_notify and cannot say its own any more has lost nothing.
    if (this.#peerClosed && this.#onlyFarewell) this.#closedEarly();
    else this.destroy(error);
  };

  readonly #onClose = (): void => {
    this.#transportClosed = true;
    if (this.destroyed) return;
    // Whoever has had the peer's close_notify and said its own has lost nothing.
    if (this.tls === null) this.destroy(this.errorFor(truncated(false)));
    else this.tls.end();
    if (!this.destroyed && !(this.readableEnded && this.writableFinished)) this.#closedEarly();
  };

  /** The transport closed after the peer's close_notify: what was read is good, what is to be written cannot go. */
  #closedEarly(): void {
    const unsent = this.#outgoing.length > 0 || this.#writing !== null || this.writableLength > 0;
    if (!unsent) {
      // As in node it is destroyed at once, where "end" is on its way already.
      const read = this.readableFlowing === true && this.readableLength === 0;
      if (this.readableEnded || read) this.destroy();
      else this.once("end", () => this.destroy());
      return;
    }
    this.destroy(
      new TlsError("the connection closed before everything was written", {
        code: "EPIPE",
        reason: "TransportClosed",
      }),
    );
  }

  /** Reads on, or not: the reader is full, or a promise is waited for. */
  #balance(): void {
    if (!this.destroyed) this.#source.flow(this.#wanted && this.tls?.busy !== true);
  }

  /** Data for the reader. False if no more is wanted now. */
  protected deliver(bytes: Uint8Array): boolean {
    return this.push(bytes);
  }

  /**
   * As of an EventEmitter. "close" says whether there was an error, as that of a net.Socket does.
   * @param event - its name
   * @param details - its arguments
   */
  override emit(event: string | symbol, ...details: unknown[]): boolean {
    return event === "close" ? super.emit(event, this.#hadError) : super.emit(event, ...details);
  }

  override _read(): void {
    this.readOn();
  }

  /** The peer has ended. */
  protected deliverEnd(): void {
    this.push(null);
    // So that "end" comes to those too who do not read, if nothing is left to be read; a socket does the same.
    this.read(0);
  }

  /** More data is wanted. */
  protected readOn(): void {
    this.#wanted = true;
    if (this.tls !== null) this.#balance();
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: Done): void {
    this.#outgoing.push(chunk);
    this.#writing = done;
    this.#flush();
  }

  override _writev(chunks: readonly { readonly chunk: Uint8Array }[], done: Done): void {
    for (const { chunk } of chunks) this.#outgoing.push(chunk);
    this.#writing = done;
    this.#flush();
  }

  override _final(done: Done): void {
    this.#ending = done;
    this.#flush();
  }

  /** Seals and sends what waits, as far as the transport takes it; then says that it is done. */
  #flush(): void {
    const { tls, transport } = this;
    if (tls === null || !tls.secure || tls.busy || this.#draining || this.destroyed) return;
    while (this.#outgoing.length > 0) {
      const sealed = tls.seal(this.#outgoing, MAX_FLUSH);
      // The sink was told why.
      if (sealed === null) return;
      this.onActivity();
      if (transport.write(sealed)) continue;
      this.#draining = true;
      return;
    }
    const written = this.#writing;
    this.#writing = null;
    // Called in the next tick, so that what is written in the same turn comes in one piece.
    if (written !== null) process.nextTick(written);
    const ended = this.#ending;
    if (ended === null || written !== null) return;
    this.#ending = null;
    this.#onlyFarewell = transport.writableLength === 0;
    transport.end(tls.close() ?? undefined, () => ended());
  }

  override _destroy(error: Error | null, done: Done): void {
    const { transport } = this;
    const failed = error ?? null;
    this.#source.stop();
    transport.off("drain", this.#onDrain);
    this.tls?.dispose();
    this.#outgoing.clear();
    this.#head = null;
    const waiting = [this.#writing, this.#ending];
    this.#writing = null;
    this.#ending = null;
    this.#hadError = failed !== null;
    const unconnected = (transport as { readonly connecting?: boolean }).connecting === true;
    this.#release(failed !== null && failed !== this.#transportError);
    // Called in the next tick, because the stream takes such an answer for an error of its own.
    this.once("close", () => {
      const why = unconnected ? destroyed(true) : (failed ?? destroyed(false));
      for (const callback of waiting) callback?.(why);
    });
    done(failed);
  }

  /** @param lastWords there may be an alert on its way */
  #release(lastWords: boolean): void {
    const { transport } = this;
    transport.off("close", this.#onClose);
    const over = (): void => {
      transport.off("error", ignore);
      transport.off("error", this.#onError);
    };
    transport.on("error", ignore);
    transport.off("error", this.#onError);
    if (this.#transportClosed) {
      over();
      return;
    }
    transport.once("close", over);
    if (!lastWords || !transport.writable || transport.writableLength === 0) {
      transport.destroy();
      return;
    }
    const timer = setTimeout(() => transport.destroy(), LAST_WORDS);
    timer.unref();
    transport.once("close", () => clearTimeout(timer));
    transport.end(() => transport.destroy());
  }
}

/** What happens to a transport that was given up is nobody's business any more. */
const ignore = (): void => undefined;

function destroyed(unconnected: boolean): TlsError {
  return new TlsError("the connection was destroyed before everything was written", {
    code: unconnected ? "ERR_SOCKET_CLOSED_BEFORE_CONNECTION" : "ERR_STREAM_DESTROYED",
    reason: "Destroyed",
  });
}

function answersUnread(): TlsError {
  return new TlsError("the peer keeps asking and does not read the answers", {
    code: "ENOBUFS",
    reason: "AnswersUnread",
  });
}
