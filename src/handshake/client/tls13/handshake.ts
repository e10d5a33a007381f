/**
 * What the states of a TLS 1.3 client share from ServerHello to Finished.
 */
import type { CipherSuite } from "../../../protocol/cipher-suite.ts";
import type { HandshakeContext } from "../../handshake-context.ts";
import type { Secrets13 } from "../../secrets-13.ts";
import type { SentClientHello } from "../sent-client-hello.ts";

export interface ClientHandshake13 {
  readonly context: HandshakeContext;
  readonly offer: SentClientHello;
  readonly suite: CipherSuite;
  readonly secrets: Secrets13;
}
