/**
 * What the states of a TLS 1.2 client share from ServerHello to Finished.
 */
import type { CipherSuite } from "../../../protocol/cipher-suite.ts";
import type { HandshakeContext } from "../../handshake-context.ts";
import type { HandshakeState } from "../../state.ts";
import type { SentClientHello } from "../sent-client-hello.ts";

/** @param established the connection that goes on if the server refuses to renegotiate */
export type AwaitServerHello = (
  offer: SentClientHello,
  established: HandshakeState,
) => HandshakeState;

export interface ClientHandshake12 {
  readonly context: HandshakeContext;
  readonly offer: SentClientHello;
  readonly suite: CipherSuite;
  /** The server announced a NewSessionTicket. */
  readonly ticketExpected: boolean;
  /** The server announced that it may send a CertificateStatus. */
  readonly statusExpected: boolean;
  /** The state that awaits the answer to the ClientHello of a renegotiation. */
  readonly awaitServerHello: AwaitServerHello;
}
