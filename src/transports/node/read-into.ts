/**
 * The option `onread` of node: data comes in memory of the caller's, piece by piece, and not by "data" or `read()`. Only the
 * answer `false` pauses; `resume()` and `read()` go on.
 */
import type { OnReadOpts } from "node:net";
import { wrongType } from "./node-error.ts";

export class ReadInto {
  readonly #buffer: OnReadOpts["buffer"];
  readonly #callback: OnReadOpts["callback"];
  /** Opened, and not yet handed on. */
  #held: Uint8Array[] = [];
  #paused = false;

  /** @throws TypeError ERR_INVALID_ARG_TYPE unless there are a buffer and a callback */
  constructor({ buffer, callback }: OnReadOpts) {
    if (!(buffer instanceof Uint8Array) && typeof buffer !== "function") {
      wrongType("options.onread.buffer", "an instance of Uint8Array or of type function", buffer);
    }
    if (typeof callback !== "function")
      wrongType("options.onread.callback", "of type function", callback);
    this.#buffer = buffer;
    this.#callback = callback;
  }

  /** Data waits for `resume`. */
  get holds(): boolean {
    return this.#held.length > 0;
  }

  /** Hands on what it can. False while the caller has paused. */
  take(bytes: Uint8Array): boolean {
    this.#held.push(bytes);
    return this.#paused ? false : this.#run();
  }

  pause(): void {
    this.#paused = true;
  }

  /** True if more may come. */
  resume(): boolean {
    this.#paused = false;
    return this.#run();
  }

  #run(): boolean {
    const buffer = this.#buffer;
    while (!this.#paused) {
      const [next] = this.#held;
      if (next === undefined) return true;
      const into = typeof buffer === "function" ? buffer() : buffer;
      const length = Math.min(next.length, into.length);
      into.set(next.subarray(0, length));
      if (length === next.length) this.#held.shift();
      else this.#held[0] = next.subarray(length);
      // A buffer without room takes nothing, however often it is asked.
      if (length === 0 || this.#callback(length, into) === false) this.#paused = true;
    }
    return false;
  }
}
