/**
 * The options that the functions for streams take, beside those of every session.
 */
import type { SessionOptions } from "../../session/option-types.ts";

/** Options of secure and startTls. */
export interface SecureOptions extends SessionOptions {
  /** Aborting ends the session at once, whatever it does; `AbortSignal.timeout` bounds its whole life. */
  readonly signal?: AbortSignal | undefined;
  /** Bytes that were read off the transport before and belong to TLS. A client has none: its peer speaks second. */
  readonly leftover?: Uint8Array | undefined;
  /** Bytes of plaintext that are read ahead; default 65536. */
  readonly highWaterMark?: number | undefined;
  /** Milliseconds until the handshake has to be finished; default 30000. 0 or Infinity: no limit. */
  readonly handshakeTimeout?: number | undefined;
  /**
   * Milliseconds that the transport has to end after both directions are closed; default 10000. 0 or Infinity: no
   * limit.
   */
  readonly closeTimeout?: number | undefined;
}
