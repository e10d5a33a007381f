/**
 * The client after a TLS 1.3 ServerHello: handshake secrets and keys (RFC 8446 §7.1, §A.1).
 */
import { wipe } from "../../../bytes/byte-arrays.ts";
import { logSecret } from "../../../crypto/key-log.ts";
import { type EarlySecret, trafficKeys } from "../../../crypto/key-schedule-13.ts";
import type { CipherSuite } from "../../../protocol/cipher-suite.ts";
import type { Flight } from "../../flight.ts";
import type { HandshakeContext } from "../../handshake-context.ts";
import type { HandshakeState } from "../../state.ts";
import type { Offer } from "../offer.ts";
import { ExpectEncryptedExtensions } from "./expect-encrypted-extensions.ts";
import { ClientHandshake13 } from "./handshake.ts";

/**
 * @param early the early secret of the PSK in use, or of zeros
 * @param sharedSecret of the key agreement; wiped
 */
export function beginTls13(
  context: HandshakeContext,
  offer: Offer,
  suite: CipherSuite,
  early: EarlySecret,
  sharedSecret: Uint8Array,
  flight: Flight,
): HandshakeState {
  const { config, facts, transcript } = context;
  const handshake = early.handshakeSecret(sharedSecret);
  wipe(sharedSecret);
  const hash = transcript.digest();
  const client = handshake.clientHandshakeTrafficSecret(hash);
  const server = handshake.serverHandshakeTrafficSecret(hash);
  logSecret(config.keyLog, "CLIENT_HANDSHAKE_TRAFFIC_SECRET", facts.clientRandom, client);
  logSecret(config.keyLog, "SERVER_HANDSHAKE_TRAFFIC_SECRET", facts.clientRandom, server);
  flight.installReadKeys(trafficKeys(config.provider, suite, server));
  flight.installWriteKeys(trafficKeys(config.provider, suite, client));
  return new ExpectEncryptedExtensions(
    new ClientHandshake13(context, offer, suite, handshake.mainSecret(), client, server),
  );
}
