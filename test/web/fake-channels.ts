/**
 * Look-alikes of WebSocket and RTCDataChannel in one process: linked pairs with a queue that drains by the clock tick.
 */

interface FakeOptions {
  /** Milliseconds until the channel is open; default: it is. */
  readonly opensAfter?: number;
  /** Words for states, and word of a short queue. */
  readonly dataChannel?: boolean;
  /** Messages that leave per tick; default: at once. */
  readonly drainEvery?: number;
}

type Listener = (event: Record<string, unknown>) => void;

export class FakeChannel {
  static readonly CLOSED = 3;
  binaryType = "blob";
  readyState: unknown;
  bufferedAmount = 0;
  bufferedAmountLowThreshold?: number;
  mostBuffered = 0;
  /** Sees every message that leaves. */
  sent: (message: Uint8Array) => void = () => {};
  other: FakeChannel | null = null;
  readonly #options: FakeOptions;
  readonly #listeners = new Map<string, Listener[]>();
  #queue: (Uint8Array | string)[] = [];
  #opening: ReturnType<typeof setTimeout> | undefined;

  constructor(options: FakeOptions) {
    this.#options = options;
    const open = options.dataChannel ? "open" : 1;
    this.readyState = options.opensAfter === undefined ? open : 0;
    if (options.dataChannel) this.bufferedAmountLowThreshold = 0;
    if (options.opensAfter === undefined) return;
    this.#opening = setTimeout(() => {
      this.readyState = open;
      this.#tell("open");
    }, options.opensAfter);
  }

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  send(message: Uint8Array | string): void {
    if (typeof message !== "string") this.sent(message);
    this.#queue.push(message);
    this.bufferedAmount += message.length;
    this.mostBuffered = Math.max(this.mostBuffered, this.bufferedAmount);
    if (this.#queue.length === 1) this.#later();
  }

  close(): void {
    if (this.readyState === FakeChannel.CLOSED) return;
    this.readyState = FakeChannel.CLOSED;
    clearTimeout(this.#opening);
    setImmediate(() => {
      while (this.#queue.length > 0) this.#leave();
      this.#tell("close", { wasClean: true, code: 1000 });
      this.other?.close();
    });
  }

  breaks(why: string): void {
    this.readyState = FakeChannel.CLOSED;
    clearTimeout(this.#opening);
    this.#tell("error", { error: new Error(why) });
    this.#tell("close", { wasClean: false, code: 1006 });
  }

  #later(): void {
    setImmediate(() => {
      const count = this.#options.drainEvery ?? this.#queue.length;
      for (let i = 0; i < count && this.#queue.length > 0; i++) this.#leave();
      if (this.#queue.length > 0) this.#later();
    });
  }

  #leave(): void {
    const message = this.#queue.shift() ?? "";
    const before = this.bufferedAmount;
    this.bufferedAmount -= message.length;
    const data = typeof message === "string" ? message : message.slice().buffer;
    const { other } = this;
    if (other !== null) other.#tell("message", { data });
    const low = this.bufferedAmountLowThreshold;
    if (low !== undefined && before > low && this.bufferedAmount <= low)
      this.#tell("bufferedamountlow");
  }

  #tell(type: string, event: Record<string, unknown> = {}): void {
    for (const listener of this.#listeners.get(type) ?? []) listener(event);
  }
}

/** Both ends of a channel. */
export function fakeSockets(options: FakeOptions): [FakeChannel, FakeChannel] {
  const [left, right] = [new FakeChannel(options), new FakeChannel(options)];
  left.other = right;
  right.other = left;
  return [left, right];
}
