/**
 * A transport that carries whole messages (WebSocket, MessagePort, RTCDataChannel, or the caller's own) as a pair of
 * byte streams. Messages out are never longer than the transport takes, and a new one waits while the transport's own
 * queue is long; messages in have no way to be held back, so what may wait unread has a bound.
 */
import { concatAll } from "../../bytes/byte-arrays.ts";
import { harmless } from "../../bytes/text.ts";
import { dropped } from "../../session/dropped.ts";
import { TlsError } from "../../sspi/tls-error.ts";

/** Two byte streams to a peer: what `secure` takes, gives, and can be stacked on. */
export interface ByteStreams {
  /** Bytes from the peer. */
  readonly readable: ReadableStream<Uint8Array>;
  /** Bytes for the peer. */
  readonly writable: WritableStream<Uint8Array>;
}

/** Byte streams over messages; `secure` cuts its records so that each is one message. */
export interface MessageStreams extends ByteStreams {
  /** Bytes of the longest message. */
  readonly maxMessageSize: number;
}

/** A message transport of the caller's own. */
export interface MessagePipe {
  /**
   * Sends one message. A promise is waited for before the next.
   * @param message - its bytes, which are the transport's from then on
   */
  send(message: Uint8Array<ArrayBuffer>): void | Promise<void>;
  /** Set by `overMessages`: to be called with each message that arrives. */
  onmessage: ((message: Uint8Array | ArrayBuffer) => void) | null;
  /** Set by `overMessages`: to be called when the transport has ended, with an error if it broke. */
  onclose?: ((error?: unknown) => void) | null;
  /** Ends the transport, both ways. */
  close?(): void;
  /** Resolves when messages can be sent. Absent: at once. */
  readonly opened?: Promise<void>;
  /** Bytes that were given to `send` and have not left. */
  readonly bufferedAmount?: number;
  /**
   * Resolves when few bytes wait. Absent: `bufferedAmount` is looked at from time to time.
   * @param limit - bytes that may still wait
   */
  drained?(limit: number): Promise<void>;
  /** Bytes of the longest message; absent: no limit. */
  readonly maxMessageSize?: number;
}

/** Options of overMessages. */
export interface MessageOptions {
  /** Bytes of the longest message, if shorter than the transport's own limit. */
  readonly maxMessageSize?: number | undefined;
  /** Bytes in the transport's queue from which a write waits. */
  readonly sendHighWaterMark?: number | undefined;
  /**
   * Bytes that may have arrived and not been read, 256 added for each message; beyond them the transport is given up.
   * Default: 64 MiB.
   */
  readonly receiveLimit?: number | undefined;
}

/** Four full records with their overhead: fewer, larger messages where the transport has no limit of its own. */
const MAX_MESSAGE = 65_640;
/**
 * The shortest record that carries anything does not fit into less (header, explicit nonce, one byte, MAC, padding).
 */
const MIN_MESSAGE = 128;
const MAX_UNSENT = 1 << 20;
const MAX_UNREAD = 64 << 20;
/** Bytes that an array, its memory and its place in a list take beside its content, counted against `receiveLimit`. */
const MESSAGE_OVERHEAD = 256;
const POLL_MS = 4;
const NO_BYTES = new Uint8Array(0);

/**
 * Byte streams over a pipe of messages. Closing the writable ends the transport once the readable has ended as well,
 * for messages have no half close; aborting or cancelling ends it at once.
 * @throws TlsError `maxMessageSize` is too small for a record
 */
export function pipeStreams(pipe: MessagePipe, options: MessageOptions): MessageStreams {
  const maxMessageSize = Math.min(
    options.maxMessageSize ?? Number.POSITIVE_INFINITY,
    pipe.maxMessageSize ?? Number.POSITIVE_INFINITY,
    MAX_MESSAGE,
  );
  if (!(maxMessageSize >= MIN_MESSAGE)) {
    throw new TlsError(
      `overMessages(): maxMessageSize must be at least ${MIN_MESSAGE} bytes to carry TLS records, but it is ${maxMessageSize}`,
      { reason: "MessagesTooSmall" },
    );
  }
  const ends = new Ends(() => pipe.close?.());
  return {
    maxMessageSize,
    readable: incoming(pipe, ends, options.receiveLimit ?? MAX_UNREAD),
    writable: outgoing(pipe, ends, maxMessageSize, options.sendHighWaterMark ?? MAX_UNSENT),
  };
}

/** Closes the transport once, when both directions are over or one of them broke. */
class Ends {
  readonly #close: () => void;
  /** The transport has ended: it takes nothing any more. */
  closed = false;
  #open = 2;
  #broken: TlsError | null = null;

  constructor(close: () => void) {
    this.#close = close;
  }

  get broken(): TlsError | null {
    return this.#broken;
  }

  ended(): void {
    if (--this.#open === 0) this.#close();
  }

  broke(error: TlsError | null): void {
    this.#broken ??= error;
    if (this.#open > 0) this.#close();
    this.#open = 0;
  }
}

/** Messages that have arrived and were not read, in order. */
class Inbox {
  #messages: Uint8Array[] = [];
  #first = 0;
  /** Memory of all: a message has bytes and the objects round them. */
  memory = 0;

  get isEmpty(): boolean {
    return this.#first === this.#messages.length;
  }

  push(message: Uint8Array): void {
    this.#messages.push(message);
    this.memory += message.length + MESSAGE_OVERHEAD;
  }

  /** One message, or as many small ones as fit together. */
  take(): Uint8Array {
    const taken: Uint8Array[] = [];
    for (let bytes = 0; !this.isEmpty; ) {
      const next = this.#messages[this.#first] as Uint8Array;
      bytes += next.length;
      if (taken.length > 0 && bytes > MAX_MESSAGE) break;
      taken.push(next);
      this.#messages[this.#first++] = NO_BYTES;
      this.memory -= next.length + MESSAGE_OVERHEAD;
    }
    this.#first = dropped(this.#messages, this.#first);
    const [only] = taken;
    return only !== undefined && taken.length === 1 ? only : concatAll(taken);
  }
}

function incoming(pipe: MessagePipe, ends: Ends, limit: number): ReadableStream<Uint8Array> {
  const inbox = new Inbox();
  let finished = false;
  /** The reader waits for a message. */
  let wanted = false;
  let controller: ReadableStreamDefaultController<Uint8Array>;
  const over = (error: TlsError): void => {
    finished = true;
    controller.error(error);
    ends.broke(error);
  };
  /** The transport has ended, and all that came was read. */
  const end = (): void => {
    controller.close();
    ends.ended();
  };
  pipe.onmessage = (message) => {
    if (finished) return;
    const bytes = bytesOf(message);
    if (bytes === null) over(notBytes("the message transport", message));
    if (bytes === null || bytes.length === 0) return;
    inbox.push(bytes);
    if (wanted) {
      wanted = false;
      controller.enqueue(inbox.take());
    } else if (inbox.memory > limit) {
      over(
        new TlsError(
          `more than ${limit} bytes arrived and were not read: read faster, or raise receiveLimit`,
          { reason: "TransportOverrun" },
        ),
      );
    }
  };
  pipe.onclose = (cause) => {
    ends.closed = true;
    if (finished) return;
    if (cause !== undefined && cause !== null) {
      over(transportError(cause));
      return;
    }
    finished = true;
    if (inbox.isEmpty) end();
  };
  return new ReadableStream<Uint8Array>(
    {
      start(given) {
        controller = given;
      },
      pull() {
        if (inbox.isEmpty) wanted = true;
        else controller.enqueue(inbox.take());
        if (finished && inbox.isEmpty) end();
      },
      cancel() {
        finished = true;
        ends.broke(null);
      },
    },
    { highWaterMark: 0 },
  );
}

function outgoing(
  pipe: MessagePipe,
  ends: Ends,
  maxMessageSize: number,
  highWaterMark: number,
): WritableStream<Uint8Array> {
  return new WritableStream<Uint8Array>({
    start: () => pipe.opened,
    async write(bytes) {
      for (let at = 0; at < bytes.length; at += maxMessageSize) {
        if (ends.broken !== null) throw ends.broken;
        if (ends.closed) throw transportClosed();
        // A copy: transports keep what they were given, or take its memory away.
        await pipe.send(bytes.slice(at, at + maxMessageSize));
        await drained(pipe, ends, highWaterMark);
      }
    },
    close: () => ends.ended(),
    abort: () => ends.broke(null),
  });
}

async function drained(pipe: MessagePipe, ends: Ends, limit: number): Promise<void> {
  while ((pipe.bufferedAmount ?? 0) > limit && ends.broken === null) {
    // A queue that is closed stays as long as it is.
    if (ends.closed) throw transportClosed();
    if (pipe.drained !== undefined) await pipe.drained(limit);
    else await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/**
 * What a transport gave, as bytes, without a copy; null if it is not bytes.
 * A plain Uint8Array even for a Buffer, whose `slice` does not copy.
 */
export function bytesOf(given: unknown): Uint8Array | null {
  if (ArrayBuffer.isView(given))
    return new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
  // An ArrayBuffer of another realm is not an instance of our ArrayBuffer.
  const tag = Object.prototype.toString.call(given);
  return tag === "[object ArrayBuffer]" || tag === "[object SharedArrayBuffer]"
    ? new Uint8Array(given as ArrayBuffer)
    : null;
}

/** The error for anything else that arrives. Text is refused: its encoding would have to be guessed. */
export function notBytes(from: string, given: unknown): TlsError {
  const tag = Object.prototype.toString.call(given).slice("[object ".length, -1);
  const cure = tag === "Blob" ? '; set binaryType to "arraybuffer"' : "";
  return new TlsError(
    `${from} gave a value of type ${tag} where Uint8Array or ArrayBuffer is expected${cure}`,
    { reason: "TransportFailed" },
  );
}

export const transportClosed = (): TlsError =>
  new TlsError("the message transport is closed", { reason: "TransportClosed" });

/** Any error of a transport as ours, with its cause. */
export function transportError(cause: unknown): TlsError {
  if (cause instanceof TlsError) return cause;
  const text = cause instanceof Error ? cause.message : String(cause ?? "the other end is gone");
  return new TlsError(`the transport broke: ${harmless(text)}`, {
    reason: "TransportFailed",
    cause,
  });
}
