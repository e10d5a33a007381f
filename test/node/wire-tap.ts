/**
 * A wire between a session and an honest peer that can be cut in every way, at every stage. Records of the peer pass one by one.
 */
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";

const HEADER = 5;

/** The wire of one session. `near` is the session's other end, `far` the peer's. */
export class WireTap {
  readonly #near: Duplex;
  readonly #far: Duplex;
  #held: Buffer = Buffer.alloc(0);
  /** Whole records that still pass to the session, and the bytes of the next one. */
  #records: number = Number.POSITIVE_INFINITY;
  #extra = 0;
  #passesUp = true;
  #reached: (() => void) | null = null;

  constructor(near: Duplex, far: Duplex) {
    this.#near = near;
    this.#far = far;
    near.on("error", () => {}).on("data", (bytes: Buffer) => this.#up(bytes));
    far.on("error", () => {}).on("data", (bytes: Buffer) => this.#down(bytes));
    // The session is gone: the peer is not kept waiting.
    near.once("close", () => far.destroy());
  }

  /** Resolves when so many more records of the peer have passed, and `extra` bytes of the next one; then nothing passes. */
  afterRecords(records: number, extra: number): Promise<void> {
    return new Promise((resolve) => {
      this.#reached = resolve;
      this.#records = records;
      this.#extra = extra;
      this.#down(Buffer.alloc(0));
    });
  }

  /** Resolves when the session says something more, which does not reach the peer. */
  afterOwnBytes(): Promise<void> {
    this.#passesUp = false;
    return new Promise((resolve) => {
      this.#near.once("data", () => resolve());
    });
  }

  /** Nothing passes any more, in either direction; what the session says is not even taken from the wire. */
  stop(): void {
    this.#records = 0;
    this.#passesUp = false;
    this.#near.pause();
  }

  /** Everything passes again. */
  go(): void {
    this.#records = Number.POSITIVE_INFINITY;
    this.#extra = 0;
    this.#passesUp = true;
    this.#near.resume();
    this.#down(Buffer.alloc(0));
  }

  /** What comes to the session beside the peer's bytes. */
  inject(bytes: Uint8Array): void {
    this.#records = 0;
    this.#near.write(bytes);
  }

  /** The end of what the session reads. What it says is still taken. */
  end(): void {
    this.#records = 0;
    this.#near.end();
    this.#near.resume();
  }

  reset(): void {
    (this.#near as Socket).resetAndDestroy();
  }

  close(): void {
    this.#near.destroy();
    this.#far.destroy();
  }

  #up(bytes: Buffer): void {
    if (this.#passesUp && !this.#far.destroyed) this.#far.write(bytes);
  }

  #down(bytes: Buffer): void {
    this.#held = Buffer.concat([this.#held, bytes]);
    while (this.#records > 0) {
      if (this.#held.length < HEADER) return;
      const length = HEADER + this.#held.readUInt16BE(3);
      if (this.#held.length < length) return;
      this.#send(length);
      this.#records--;
    }
    if (this.#held.length < this.#extra) return;
    if (this.#extra > 0) this.#send(this.#extra);
    this.#extra = 0;
    this.#reached?.();
    this.#reached = null;
  }

  #send(length: number): void {
    if (!this.#near.destroyed && !this.#near.writableEnded)
      this.#near.write(this.#held.subarray(0, length));
    this.#held = this.#held.subarray(length);
  }
}
