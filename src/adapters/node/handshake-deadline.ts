/** The time that a handshake may take. */
import type { Duplex } from "node:stream";
import { TlsError } from "../../sspi/tls-error.ts";

export class HandshakeDeadline {
  readonly #timer: NodeJS.Timeout;

  /** Destroys `socket` unless it is cleared within `milliseconds`. */
  constructor(milliseconds: number, socket: Duplex) {
    this.#timer = setTimeout(() => {
      socket.destroy(
        new TlsError(`the TLS handshake was not finished within ${milliseconds} ms`, {
          code: "ERR_TLS_HANDSHAKE_TIMEOUT",
          reason: "HandshakeTimeout",
        }),
      );
    }, milliseconds);
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}
