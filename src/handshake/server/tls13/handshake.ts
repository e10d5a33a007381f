/**
 * What the states of a TLS 1.3 server share from its flight to the client's Finished.
 */
import type { MainSecret } from "../../../crypto/key-schedule-13.ts";
import type { CipherSuite } from "../../../protocol/cipher-suite.ts";
import type { HandshakeContext } from "../../handshake-context.ts";

export class ServerHandshake13 {
  readonly context: HandshakeContext;
  readonly suite: CipherSuite;
  readonly mainSecret: MainSecret;
  readonly clientSecret: Uint8Array;
  readonly serverSecret: Uint8Array;

  constructor(
    context: HandshakeContext,
    suite: CipherSuite,
    mainSecret: MainSecret,
    clientSecret: Uint8Array,
    serverSecret: Uint8Array,
  ) {
    this.context = context;
    this.suite = suite;
    this.mainSecret = mainSecret;
    this.clientSecret = context.keep(clientSecret);
    this.serverSecret = context.keep(serverSecret);
  }
}

/** Application secrets that wait for the client's Finished. */
export interface PendingSecrets {
  readonly client: Uint8Array;
  readonly server: Uint8Array;
  readonly exporter: Uint8Array;
}
