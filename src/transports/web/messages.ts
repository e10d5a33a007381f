/**
 * A transport that carries whole messages (WebSocket, MessagePort, RTCDataChannel, or the caller's own) as a pair of
 * byte streams. Messages out are never longer than the transport takes, and a new one waits while the transport's own
 * queue is long; messages in have no way to be held back, so what may wait unread has a bound.
 */
import { TlsError } from "../../sspi/tls-error.ts";

/** Two byte streams to a peer: what `secure` takes, gives, and can be stacked on. */
export interface ByteStreams {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
}

/** Byte streams over messages; `secure` cuts its records so that each is one message. */
export interface MessageStreams extends ByteStreams {
  /** Bytes of the longest message. */
  readonly maxMessageSize: number;
}

/** A message transport of the caller's own. */
export interface MessagePipe {
  /** Sends one message; the bytes are the transport's from then on. A promise is waited for before the next. */
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
  /** Resolves when fewer bytes wait than `limit`. Absent: `bufferedAmount` is looked at from time to time. */
  drained?(limit: number): Promise<void>;
  /** Bytes of the longest message; absent: no limit. */
  readonly maxMessageSize?: number;
}

export interface MessageOptions {
  /** Bytes of the longest message, if shorter than the transport's own limit. */
  readonly maxMessageSize?: number | undefined;
  /** Bytes in the transport's queue from which a write waits. */
  readonly sendHighWaterMark?: number | undefined;
  /** Bytes that may have arrived and not been read; beyond them the transport is given up. */
  readonly receiveLimit?: number | undefined;
}

/** Four full records with their overhead: fewer, larger messages where the transport has no limit of its own. */
const UNLIMITED_MESSAGE = 65_640;
/** The shortest record that carries anything does not fit into less (header, explicit nonce, one byte, MAC, padding). */
const SMALLEST_MESSAGE = 128;
const SEND_HIGH_WATER_MARK = 1 << 20;
const RECEIVE_LIMIT = 64 << 20;
const POLL_MS = 4;

/**
 * Byte streams over a pipe of messages. Closing the writable ends the transport once the readable has ended as well,
 * for messages have no half close; aborting or cancelling ends it at once.
 * @throws TlsError `maxMessageSize` is too small for a record
 */
export function pipeStreams(pipe: MessagePipe, options: MessageOptions): MessageStreams {
  const maxMessageSize = Math.min(
    options.maxMessageSize ?? Number.POSITIVE_INFINITY,
    pipe.maxMessageSize ?? Number.POSITIVE_INFINITY,
    UNLIMITED_MESSAGE,
  );
  if (!(maxMessageSize >= SMALLEST_MESSAGE)) {
    throw new TlsError(
      `messages of at most ${maxMessageSize} bytes cannot carry TLS records: ${SMALLEST_MESSAGE} bytes are the least`,
      { reason: "MessagesTooSmall" },
    );
  }
  const ends = new Ends(() => pipe.close?.());
  return {
    maxMessageSize,
    readable: incoming(pipe, ends, options.receiveLimit ?? RECEIVE_LIMIT),
    writable: outgoing(
      pipe,
      ends,
      maxMessageSize,
      options.sendHighWaterMark ?? SEND_HIGH_WATER_MARK,
    ),
  };
}

/** Closes the transport once, when both directions are over or one of them broke. */
class Ends {
  readonly #close: () => void;
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

function incoming(pipe: MessagePipe, ends: Ends, limit: number): ReadableStream<Uint8Array> {
  let finished = false;
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        pipe.onmessage = (message) => {
          if (finished) return;
          const bytes = message instanceof Uint8Array ? message : new Uint8Array(message);
          if (bytes.length === 0) return;
          controller.enqueue(bytes);
          if ((controller.desiredSize ?? 0) >= 0) return;
          finished = true;
          const error = new TlsError(
            `more than ${limit} bytes arrived and were not read: read faster, or raise receiveLimit`,
            { reason: "TransportOverrun" },
          );
          controller.error(error);
          ends.broke(error);
        };
        pipe.onclose = (cause) => {
          if (finished) return;
          finished = true;
          if (cause === undefined || cause === null) {
            controller.close();
            ends.ended();
            return;
          }
          const error = transportError(cause);
          controller.error(error);
          ends.broke(error);
        };
      },
      cancel() {
        finished = true;
        ends.broke(null);
      },
    },
    { highWaterMark: limit, size: (chunk) => chunk?.length ?? 0 },
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
    if (pipe.drained !== undefined) await pipe.drained(limit);
    else await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Any error of a transport as ours, with its cause. */
export function transportError(cause: unknown): TlsError {
  if (cause instanceof TlsError) return cause;
  const text = cause instanceof Error ? cause.message : String(cause ?? "the other end is gone");
  return new TlsError(`the transport broke: ${text}`, { reason: "TransportFailed", cause });
}
