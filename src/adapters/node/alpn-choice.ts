/**
 * ALPNCallback of one connection: it is asked once, and its answer is one that the client offers.
 */

import type { SealwireOptions } from "../../api/common.ts";
import { harmlessList } from "../../bytes/text.ts";
import { argumentError } from "./node-error.ts";
import type { AlpnCallback } from "./options.ts";
import { errorOf, isPromised } from "./thrown.ts";

/** What is known of the client. */
export type ClientHello = Parameters<NonNullable<SealwireOptions["selectProtocol"]>>[0];

export class AlpnChoice {
  readonly #callback: AlpnCallback;
  readonly #socket: unknown;
  readonly #failed: (error: Error) => void;
  #protocol: string | null | undefined;
  #choosing = false;

  /**
   * @param socket `this` of the callback
   * @param failed is given the error, before the handshake fails of it
   */
  constructor(callback: AlpnCallback, socket: unknown, failed: (error: Error) => void) {
    this.#callback = callback;
    this.#socket = socket;
    this.#failed = failed;
  }

  /** The callback runs. */
  get choosing(): boolean {
    return this.#choosing;
  }

  /** The chosen protocol; null: none, or the client offers none and the callback is not asked. */
  of(hello: ClientHello): string | null {
    if (this.#protocol === undefined) {
      try {
        this.#protocol = hello.alpnProtocols.length === 0 ? null : this.#ask(hello);
      } catch (error) {
        this.#failed(errorOf(error));
        throw error;
      }
    }
    return this.#protocol;
  }

  #ask({ alpnProtocols, serverName }: ClientHello): string | null {
    const protocols = [...alpnProtocols];
    this.#choosing = true;
    try {
      const chosen = this.#callback.call(this.#socket, { servername: serverName ?? "", protocols });
      if (chosen === undefined) return null;
      if (protocols.includes(chosen)) return chosen;
      const words = isPromised(chosen) ? "with a promise" : JSON.stringify(chosen);
      throw argumentError(
        `ALPNCallback answered ${words}, which is not among what the client offered: ${harmlessList(protocols)}`,
        "ERR_TLS_ALPN_CALLBACK_INVALID_RESULT",
      );
    } finally {
      this.#choosing = false;
    }
  }
}
