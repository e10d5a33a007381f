/**
 * The writing side of a session's transport: a queue of pieces, written in order with the transport's own backpressure.
 * A piece is written when the transport took it, so a failure is never found out by the next write only.
 */
import type { TlsError } from "../../sspi/tls-error.ts";
import { transportError } from "./messages.ts";
import { Deferred } from "./promises.ts";

export class TransportWriter {
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #failed: (error: TlsError) => void;
  #queue: Uint8Array[] = [];
  #flushing: Promise<void> | null = null;
  #failure: TlsError | null = null;
  /** A write that the transport never takes is not waited for after the transport was given up. */
  readonly #givenUp = new Deferred<void>();

  /** @param failed called once, when the transport takes nothing any more */
  constructor(writer: WritableStreamDefaultWriter<Uint8Array>, failed: (error: TlsError) => void) {
    this.#writer = writer;
    this.#failed = failed;
    writer.closed.catch((error: unknown) => this.#fail(error));
  }

  /** Pieces that wait. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** Resolves when what is being written has left; null if nothing is. */
  get flushing(): Promise<void> | null {
    return this.#flushing;
  }

  /** Why the transport takes nothing any more. */
  get failure(): TlsError | null {
    return this.#failure;
  }

  /** The memory is the transport's from now on. */
  push(bytes: Uint8Array): void {
    if (this.#failure === null) this.#queue.push(bytes);
  }

  /** Resolves when the transport has taken what waits, has failed, or was given up. */
  flush(): Promise<void> {
    if (this.#flushing === null && this.#queue.length > 0)
      this.#flushing = Promise.race([this.#writeOut(), this.#givenUp.promise]);
    return this.#flushing ?? Promise.resolve();
  }

  /** Ends the transport in order; a transport that fails then is not an error, for nothing is missed. */
  async close(): Promise<void> {
    await this.flush();
    await this.#writer.close().catch(() => {});
  }

  /** Ends the transport at once; what is left of it may be broken too. */
  abort(reason: unknown): void {
    this.#writer.abort(reason).catch(() => {});
    this.#givenUp.resolve();
  }

  async #writeOut(): Promise<void> {
    try {
      while (this.#queue.length > 0) {
        let last: Promise<void> | undefined;
        for (const bytes of this.#queue.splice(0)) {
          await this.#writer.ready;
          last = this.#writer.write(bytes);
          // A stream that failed once takes nothing more: the last one fails as well, and is waited for.
          last.catch(() => {});
        }
        await last;
      }
    } catch (error) {
      this.#fail(error);
    }
    this.#flushing = null;
  }

  #fail(cause: unknown): void {
    if (this.#failure !== null) return;
    this.#queue = [];
    this.#failure = transportError(cause);
    this.#failed(this.#failure);
  }
}
