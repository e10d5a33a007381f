/**
 * What the states of a TLS 1.3 client share from ServerHello to Finished.
 */
import type { MainSecret } from "../../../crypto/key-schedule-13.ts";
import type { CipherSuite } from "../../../protocol/cipher-suite.ts";
import type { HandshakeContext } from "../../handshake-context.ts";
import type { Offer } from "../offer.ts";

export class ClientHandshake13 {
  readonly context: HandshakeContext;
  readonly offer: Offer;
  readonly suite: CipherSuite;
  readonly mainSecret: MainSecret;
  readonly clientSecret: Uint8Array;
  readonly serverSecret: Uint8Array;

  constructor(
    context: HandshakeContext,
    offer: Offer,
    suite: CipherSuite,
    mainSecret: MainSecret,
    clientSecret: Uint8Array,
    serverSecret: Uint8Array,
  ) {
    this.context = context;
    this.offer = offer;
    this.suite = suite;
    this.mainSecret = mainSecret;
    this.clientSecret = context.keep(clientSecret);
    this.serverSecret = context.keep(serverSecret);
  }
}
