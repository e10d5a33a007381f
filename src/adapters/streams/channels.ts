/**
 * The message transports of the web as pipes: WebSocket, RTCDataChannel, MessagePort and workers. They are told apart
 * by what they can do, so that look-alikes (other runtimes, other packages) serve as well.
 */
import { harmless } from "../../bytes/text.ts";
import { TlsError } from "../../sspi/tls-error.ts";
import {
  bytesOf,
  type MessageOptions,
  type MessagePipe,
  type MessageStreams,
  notBytes,
  pipeStreams,
  transportClosed,
} from "./messages.ts";
import { messageOptions } from "./option-shapes.ts";

interface ChannelEvent {
  readonly data?: unknown;
  readonly code?: number;
  readonly reason?: string;
  readonly wasClean?: boolean;
  readonly message?: string;
  readonly error?: unknown;
}

interface Channel {
  /**
   * As of EventTarget.
   * @param type - name of the event
   * @param listener - is called with each event
   */
  addEventListener(type: string, listener: (event: ChannelEvent) => void): void;
}

/** WebSocket and RTCDataChannel, as far as they are used here. */
interface SendingChannel extends Channel {
  /**
   * Sends a message.
   * @param message - its bytes, which are the transport's from then on
   */
  send(message: Uint8Array<ArrayBuffer>): void;
  /** Ends the transport. */
  close(): void;
  /** Set to "arraybuffer". */
  binaryType: string;
  /** WebSocket: a number; RTCDataChannel: a word. */
  readonly readyState: unknown;
  /** Bytes that were given to `send` and have not left. */
  readonly bufferedAmount: number;
  /** RTCDataChannel: bytes below which `bufferedamountlow` is fired. */
  bufferedAmountLowThreshold?: number;
}

/** MessagePort, Worker and a worker's own scope, as far as they are used here. */
interface PostingChannel extends Channel {
  /**
   * Sends a message.
   * @param message - its bytes; null: the end
   * @param transfer - memory that goes to the receiver
   */
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  /** MessagePort: begins to receive. */
  start?(): void;
  /** MessagePort: ends the transport. */
  close?(): void;
}

/** What `overMessages` takes. */
export type MessageTransport = SendingChannel | PostingChannel | MessagePipe;

/** Safe between all browsers (RFC 8831 §6.6): 16 KiB; more only where the caller states that both ends can. */
const DATA_CHANNEL_MESSAGE = 16_384;
/** The ports of a pair signal their end by this message, because not every runtime has another sign. */
const END = null;

/**
 * Makes byte streams over a message transport, for `secure`.
 *
 * ```ts
 * const session = secure(overMessages(webSocket), { serverName: "example.org", ca });
 * ```
 *
 * @param transport - a WebSocket, an RTCDataChannel, a MessagePort, a Worker, or an object with `send` and `onmessage`.
 *   Its events are listened to from then on
 * @param options - sizes, in bytes
 * @returns streams of the bytes in the messages
 * @throws TlsError the object is not a message transport, or its messages are too small
 */
export function overMessages(
  transport: MessageTransport,
  options: MessageOptions = {},
): MessageStreams {
  return pipeStreams(pipeOf(transport), messageOptions(options));
}

function pipeOf(transport: MessageTransport): MessagePipe {
  const { send, addEventListener, postMessage } = (transport ?? {}) as Partial<
    SendingChannel & PostingChannel
  >;
  const listens = typeof addEventListener === "function";
  if (listens && typeof postMessage === "function") return portPipe(transport as PostingChannel);
  if (listens && typeof send === "function") return channelPipe(transport as SendingChannel);
  if (typeof send === "function") return transport as MessagePipe;
  throw new TlsError(
    "overMessages takes a WebSocket, an RTCDataChannel, a MessagePort, a Worker, or an object with send and onmessage",
    { reason: "NoMessageTransport" },
  );
}

const isOpen = (state: unknown): boolean => state === 1 || state === "open";
const isOver = (state: unknown): boolean =>
  state === 2 || state === 3 || state === "closing" || state === "closed";

function channelPipe(channel: SendingChannel): MessagePipe {
  channel.binaryType = "arraybuffer";
  const opened = isOpen(channel.readyState) ? Promise.resolve() : becomesOpen(channel);
  // A transport that never opens is reported by the write that waits for it.
  opened.catch(() => {});
  const pipe: MessagePipe = {
    onmessage: null,
    onclose: null,
    opened,
    send(message: Uint8Array<ArrayBuffer>): void {
      if (isOver(channel.readyState)) throw transportClosed();
      channel.send(message);
    },
    close: () => channel.close(),
    get bufferedAmount(): number {
      return channel.bufferedAmount;
    },
    ...dataChannelPart(channel),
  };
  let failure: unknown;
  channel.addEventListener("message", ({ data }) => deliver(data, pipe));
  channel.addEventListener("error", ({ error, message }) => {
    failure ??= error ?? new Error(message || "the connection failed");
  });
  channel.addEventListener("close", ({ wasClean, code, reason }) => {
    const abnormal =
      wasClean === false
        ? new Error(`closed with code ${code} ${harmless(reason ?? "")}`)
        : undefined;
    pipe.onclose?.(failure ?? abnormal);
  });
  return pipe;
}

function becomesOpen(channel: SendingChannel): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (): void =>
      reject(
        new TlsError("the message transport closed before it was open", {
          reason: "TransportFailed",
        }),
      );
    if (isOver(channel.readyState)) refuse();
    channel.addEventListener("open", () => resolve());
    channel.addEventListener("close", refuse);
  });
}

/** What a WebSocket lacks: messages of limited size, and an event for a queue that is short again. */
function dataChannelPart(
  channel: SendingChannel,
): Pick<MessagePipe, "maxMessageSize" | "drained"> | null {
  if (channel.bufferedAmountLowThreshold === undefined) return null;
  let wake = (): void => {};
  channel.addEventListener("bufferedamountlow", () => wake());
  channel.addEventListener("close", () => wake());
  return {
    maxMessageSize: DATA_CHANNEL_MESSAGE,
    drained: (limit) =>
      new Promise((resolve) => {
        wake = resolve;
        channel.bufferedAmountLowThreshold = limit;
        if (channel.bufferedAmount <= limit || isOver(channel.readyState)) resolve();
      }),
  };
}

function portPipe(port: PostingChannel): MessagePipe {
  const pipe: MessagePipe = {
    onmessage: null,
    onclose: null,
    send: (message) => port.postMessage(message, [message.buffer]),
    close(): void {
      port.postMessage(END, []);
      port.close?.();
    },
  };
  const broke = (text: string): void => pipe.onclose?.(new Error(text));
  port.addEventListener("message", ({ data }) => {
    if (data === END) pipe.onclose?.();
    else deliver(data, pipe);
  });
  port.addEventListener("messageerror", () => broke("a message could not be read"));
  port.addEventListener("error", ({ message }) => broke(message ?? "the worker failed"));
  port.addEventListener("close", () => pipe.onclose?.());
  port.start?.();
  return pipe;
}

function deliver(data: unknown, pipe: MessagePipe): void {
  const bytes = bytesOf(data);
  if (bytes === null) pipe.onclose?.(notBytes("the message transport", data));
  else pipe.onmessage?.(bytes);
}
