/**
 * The client after a TLS 1.3 ServerHello: handshake secrets and keys (RFC 8446 §7.1, §A.1).
 */
import type { EarlySecret } from "../../../crypto/key-schedule-13.ts";
import type { CipherSuite } from "../../../protocol/cipher-suite.ts";
import type { Flight } from "../../flight.ts";
import type { HandshakeContext } from "../../handshake-context.ts";
import { Secrets13 } from "../../secrets-13.ts";
import type { HandshakeState } from "../../state.ts";
import type { SentClientHello } from "../sent-client-hello.ts";
import { ExpectEncryptedExtensions } from "./expect-encrypted-extensions.ts";

/**
 * The compatibility record of a client, once per handshake: as soon as a HelloRetryRequest or a ServerHello is taken,
 * so before whatever is protected, also an alert (RFC 8446 §D.4).
 */
export function changeCipherSpec13({ sessionId }: SentClientHello, flight: Flight): void {
  if (sessionId.length > 0) flight.changeCipherSpec();
}

/**
 * @param early the early secret of the PSK in use, or of zeros
 * @param sharedSecret of the key agreement; wiped
 */
export function beginTls13(
  context: HandshakeContext,
  offer: SentClientHello,
  suite: CipherSuite,
  early: EarlySecret,
  sharedSecret: Uint8Array,
  flight: Flight,
): HandshakeState {
  const secrets = new Secrets13(context, suite, early, sharedSecret);
  flight.installReadKeys(secrets.keys("server"));
  flight.installWriteKeys(secrets.keys("client"));
  return new ExpectEncryptedExtensions({ context, offer, suite, secrets });
}
