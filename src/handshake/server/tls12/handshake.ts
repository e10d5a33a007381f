/**
 * What the states of a TLS 1.2 server share from its first flight to its last.
 */
import type { KeyPair } from "../../../crypto/provider.ts";
import type { CipherSuite } from "../../../protocol/cipher-suite.ts";
import type { Flight } from "../../flight.ts";
import type { HandshakeContext } from "../../handshake-context.ts";
import type { Credential } from "../../peer-identity.ts";
import type { HandshakeMessage, Next } from "../../state.ts";

/** Accepts the ClientHello of a renegotiation. */
export type AcceptClientHello = (message: HandshakeMessage, flight: Flight) => Next;

export interface ServerHandshake12 {
  readonly context: HandshakeContext;
  readonly suite: CipherSuite;
  /** Highest version the client offered: what an RSA premaster secret begins with (RFC 5246 §7.4.7.1). */
  readonly clientVersion: number;
  /** A NewSessionTicket was announced. */
  readonly ticketPromised: boolean;
  readonly acceptClientHello: AcceptClientHello;
  /** The scope in which its session may be resumed: the configuration's, or one that includes the external PSK. */
  readonly sessionKey: string;
}

/** How the premaster secret comes out of ClientKeyExchange. */
export type ServerKey =
  | { readonly kind: "ecdhe" | "dhe"; readonly pair: KeyPair }
  | { readonly kind: "rsa"; readonly credential: Credential }
  | { readonly kind: "psk" };
