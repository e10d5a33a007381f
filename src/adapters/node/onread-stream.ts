/**
 * A TlsStream with the option `onread` of node:net: data goes to the caller's memory instead of "data" and `read()`.
 */
import type { OnReadOpts } from "node:net";
import type { Duplex } from "node:stream";
import { ReadInto } from "./read-into.ts";
import { TlsStream, type TlsStreamOptions } from "./tls-stream.ts";

export interface OnreadStreamOptions extends TlsStreamOptions {
  readonly onread?: OnReadOpts | undefined;
}

export abstract class OnreadStream extends TlsStream {
  readonly #readInto: ReadInto | null;
  /** The peer has ended, and `onread` has not taken everything. */
  #endHeld = false;

  /** @throws TlsError for an `onread` of the wrong type, and as TlsStream does */
  constructor(transport: Duplex, options: OnreadStreamOptions) {
    const readInto = options.onread == null ? null : new ReadInto(options.onread);
    super(transport, options);
    this.#readInto = readInto;
  }

  protected override deliver(bytes: Uint8Array): boolean {
    return this.#readInto === null ? super.deliver(bytes) : this.#readInto.take(bytes);
  }

  protected override deliverEnd(): void {
    if (this.#readInto?.holds !== true) super.deliverEnd();
    else this.#endHeld = true;
  }

  override pause(): this {
    this.#readInto?.pause();
    return super.pause();
  }

  override resume(): this {
    this.#goOn();
    return super.resume();
  }

  /**
   * As of a Readable; with `onread` there is nothing to read.
   * @param size - bytes; absent: all that is there
   * @returns bytes, or null
   */
  override read(size?: number): ReturnType<Duplex["read"]> {
    if (size !== 0) this.#goOn();
    return super.read(size);
  }

  /** `onread` was paused. */
  #goOn(): void {
    if (this.#readInto?.resume() !== true) return;
    if (this.#endHeld) {
      this.#endHeld = false;
      super.deliverEnd();
    } else this.readOn();
  }
}
