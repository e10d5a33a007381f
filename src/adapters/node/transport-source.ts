/**
 * What a transport receives. A net.Socket is read before its own listeners are: node:tls takes over the socket's handle, so
 * that a listener that is removed, an encoding or a pause of the socket underneath changes nothing. Here `push` is taken over,
 * which is how a socket hands on what it read. Every other Duplex is read by its events.
 */
import type { Duplex } from "node:stream";
import { TlsError } from "../../sspi/tls-error.ts";
import { argumentError } from "./node-error.ts";
import { isNetSocket } from "./socket-like.ts";

export interface SourceSink {
  /** Bytes of the peer. The memory may be somebody else's. */
  bytes(chunk: Uint8Array): void;
  /** The transport's reading side has ended; called at most once. */
  ended(): void;
  /** The transport gives something that is not bytes. */
  failed(error: Error): void;
}

/** The two methods by which a Readable and whoever feeds it talk. */
interface Fed {
  push(chunk: unknown, encoding?: BufferEncoding): boolean;
  _read(size: number): void;
}

const LENGTH = 65536;
/** Bytes that may wait while none are wanted: the socket reads on until then, so that its end is seen. */
const READ_AHEAD = 16384;

export abstract class TransportSource {
  protected readonly transport: Duplex;
  protected sink: SourceSink | null = null;

  constructor(transport: Duplex) {
    this.transport = transport;
  }

  /** From now on `sink` is told, as long as `flow` says so. */
  begin(sink: SourceSink): void {
    this.sink = sink;
  }

  /** Whether bytes are wanted. */
  abstract flow(wanted: boolean): void;
  /** Nobody is told any more. What still comes is dropped. */
  abstract stop(): void;
}

/** The source of a transport. @throws TlsError for text, and for bytes that came in plaintext, unless `headGiven` */
export function sourceOf(transport: Duplex, headGiven: boolean): TransportSource {
  const socket = isNetSocket(transport);
  const waiting = transport.readableLength;
  if (transport.readableEncoding !== null && (!socket || waiting > 0)) {
    throw argumentError(
      "the transport has an encoding; TLS needs its bytes",
      "ERR_INVALID_ARG_VALUE",
      { reason: "NotBytes" },
    );
  }
  if (!headGiven && transport.readableDidRead && waiting > 0) {
    throw new TlsError(
      `${waiting} bytes came in plaintext before TLS began: they may have been injected. If they are the peer's TLS, read them and give them as \`head\``,
      { code: "SEALWIRE_BYTES_BEFORE_TLS", reason: "BytesBeforeTls" },
    );
  }
  return socket ? new SocketSource(transport) : new StreamSource(transport);
}

/** A net.Socket: what it reads does not get as far as its own buffer. */
class SocketSource extends TransportSource {
  readonly #push: Fed["push"];
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #wanted = false;
  #ended = false;
  #told = false;
  #dropping = false;
  /** The socket reads: its last bytes were answered with "go on". */
  #reading = true;

  constructor(transport: Duplex) {
    super(transport);
    const fed = transport as unknown as Fed;
    this.#push = fed.push;
    fed.push = (chunk) => this.#pushed(chunk);
  }

  #pushed(chunk: unknown): boolean {
    if (chunk === null) {
      this.#ended = true;
      this.#deliver();
      // The socket's own end follows from it.
      return this.#push.call(this.transport, null);
    }
    if (this.#dropping) return true;
    this.#waiting.push(chunk as Uint8Array);
    this.#waitingBytes += (chunk as Uint8Array).length;
    this.#deliver();
    this.#reading = this.#wanted || this.#dropping || this.#waitingBytes < READ_AHEAD;
    return this.#reading;
  }

  override begin(sink: SourceSink): void {
    super.begin(sink);
    // What the socket read before it was given to us.
    const held: Uint8Array[] = [];
    for (let chunk = this.transport.read(); chunk !== null; chunk = this.transport.read()) {
      held.push(chunk as Uint8Array);
    }
    for (const { length } of held) this.#waitingBytes += length;
    this.#waiting = held.concat(this.#waiting);
    this.#ended ||= this.transport.readableEnded;
    this.#reading = false;
  }

  override flow(wanted: boolean): void {
    this.#wanted = wanted;
    if (wanted) this.#deliver();
    if (!this.#reading && (this.#wanted || this.#waitingBytes < READ_AHEAD)) this.#readOn();
  }

  #deliver(): void {
    while (this.#wanted && this.sink !== null) {
      const chunk = this.#waiting.shift();
      if (chunk === undefined) break;
      this.#waitingBytes -= chunk.length;
      this.sink.bytes(chunk);
    }
    if (!this.#ended || this.#told || this.#waiting.length > 0 || this.sink === null) return;
    this.#told = true;
    this.sink.ended();
  }

  #readOn(): void {
    if (this.transport.destroyed || this.#ended) return;
    this.#reading = true;
    (this.transport as unknown as Fed)._read(LENGTH);
  }

  override stop(): void {
    this.sink = null;
    this.#waiting = [];
    this.#dropping = true;
    if (!this.#reading) this.#readOn();
  }
}

/** Any other Duplex. */
class StreamSource extends TransportSource {
  readonly #onData = (chunk: unknown): void => {
    if (chunk instanceof Uint8Array) this.sink?.bytes(chunk);
    else {
      this.sink?.failed(
        argumentError(
          "the transport gives no bytes: it must not have an encoding or object mode",
          "ERR_INVALID_ARG_TYPE",
          { reason: "NotBytes" },
        ),
      );
    }
  };
  readonly #onEnd = (): void => this.sink?.ended();

  override begin(sink: SourceSink): void {
    super.begin(sink);
    this.transport.on("end", this.#onEnd);
    this.transport.on("data", this.#onData);
  }

  override flow(wanted: boolean): void {
    const { transport } = this;
    if (!wanted) transport.pause();
    else if (transport.isPaused() || transport.readableFlowing !== true) transport.resume();
  }

  override stop(): void {
    this.sink = null;
    this.transport.off("data", this.#onData);
    this.transport.off("end", this.#onEnd);
    this.transport.resume();
  }
}
