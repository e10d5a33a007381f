/**
 * The end of the client's flight in TLS 1.2, in full and resumed handshakes (RFC 5246 §7.1, §7.4.9).
 */
import { encodeFinished } from "../../../wire/finished.ts";
import type { Flight } from "../../flight.ts";
import type { HandshakeContext } from "../../handshake-context.ts";
import type { Secrets12 } from "../../secrets-12.ts";

/** ChangeCipherSpec, our keys, Finished. Returns its verify_data. */
export function sendFinished(
  context: HandshakeContext,
  secrets: Secrets12,
  flight: Flight,
): Uint8Array {
  flight.changeCipherSpec();
  flight.installWriteKeys(secrets.keys.client);
  const verifyData = secrets.verifyData("client");
  context.send(encodeFinished(verifyData), flight);
  return verifyData;
}
