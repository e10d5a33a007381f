/**
 * The option `onread` of node: data comes in memory of the caller's, piece by piece, and not by "data" or `read()`. Only the
 * answer `false` pauses; `resume()` and `read()` go on.
 */
import type { OnReadOpts } from "node:net";
import { wrongType } from "./node-error.ts";

export class ReadInto {
  readonly #buffer: OnReadOpts["buffer"];
  readonly #callback: OnReadOpts["callback"];
  /** Where the next piece goes. As in node, it is asked for before there is one. */
  #into: Uint8Array;
  /** Opened, and not yet handed on. */
  #held: Uint8Array[] = [];
  #paused = false;

  /** @throws TypeError ERR_INVALID_ARG_TYPE unless there are a buffer and a callback */
  constructor({ buffer, callback }: OnReadOpts) {
    if (!(buffer instanceof Uint8Array) && typeof buffer !== "function") {
      wrongType("options.onread.buffer", "of type function or an instance of Uint8Array", buffer);
    }
    if (typeof callback !== "function")
      wrongType("options.onread.callback", "of type function", callback);
    this.#buffer = buffer;
    this.#callback = callback;
    this.#into = this.#next();
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
    while (!this.#paused) {
      const [next] = this.#held;
      if (next === undefined) return true;
      const into = this.#into;
      const length = Math.min(next.length, into.length);
      into.set(next.subarray(0, length));
      if (length === next.length) this.#held.shift();
      else this.#held[0] = next.subarray(length);
      // A buffer without room takes nothing, however often it is asked.
      if (length === 0 || this.#callback(length, into) === false) this.#paused = true;
      this.#into = this.#next();
    }
    return false;
  }

  #next(): Uint8Array {
    const buffer = this.#buffer;
    return typeof buffer === "function" ? buffer() : buffer;
  }
}
