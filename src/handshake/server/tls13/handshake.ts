/**
 * What the states of a TLS 1.3 server share from its flight to the client's Finished.
 */
import type { CipherSuite } from "../../../protocol/cipher-suite.ts";
import type { HandshakeContext } from "../../handshake-context.ts";
import type { Secrets13 } from "../../secrets-13.ts";

export interface ServerHandshake13 {
  readonly context: HandshakeContext;
  readonly suite: CipherSuite;
  readonly secrets: Secrets13;
}
