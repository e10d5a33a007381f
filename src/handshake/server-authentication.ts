/**
 * Contract of what proves a TLS 1.2 server in a full handshake: its certificate's signature over its parameters (RFC
 * 5246 §7.4.3), or a key that both sides got outside TLS (RFC 4279 §2). And of the agreement on keys that it is about.
 */
import type { ClientKeyExchange, ParameterReader } from "../wire/key-exchange-12.ts";

/** What we send for the premaster secret, and that secret. */
export interface KeyExchangeResult extends ClientKeyExchange {
  readonly premaster: Uint8Array;
}

/** Makes it, once all that it takes of the server is known. */
export type RunKeyExchange = () => KeyExchangeResult | Promise<KeyExchangeResult>;

/** A ServerKeyExchange as it was read. */
export interface ParsedServerKeyExchange<Parameters> {
  readonly parameters: Parameters;
  /** Throws or rejects with TlsFailure if what proves the parameters at once is wrong. */
  prove(): void | Promise<void>;
  /** What the client does to agree, with that added which the proof asks of it. */
  complete(agree: RunKeyExchange): RunKeyExchange;
}

export interface ServerAuthentication {
  /**
   * Reads a ServerKeyExchange.
   * @param body the message without its header; `parameters` may be views of it
   * @throws DecodeError, and what `parameters` throws
   */
  read<P>(body: Uint8Array, parameters: ParameterReader<P>): ParsedServerKeyExchange<P>;
}
