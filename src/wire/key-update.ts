/**
 * KeyUpdate (RFC 8446 §4.6.3): one byte, two legal values.
 */
import { ByteReader } from "../bytes/byte-reader.ts";
import { fail } from "../protocol/failure.ts";
import { HandshakeType } from "../protocol/handshake-type.ts";
import { handshakeMessage } from "./handshake-header.ts";

const NOT_REQUESTED = 0;
const REQUESTED = 1;

/**
 * Decodes KeyUpdate.
 * @param body the message without its header
 * @returns true if the peer wants us to update, too
 * @throws DecodeError, TlsFailure ForbiddenValue for a value that is neither of the two
 */
export function decodeKeyUpdate(body: Uint8Array): boolean {
  const reader = new ByteReader(body, "KeyUpdate");
  const request = reader.u8("request_update");
  reader.end();
  if (request !== NOT_REQUESTED && request !== REQUESTED) {
    fail("ForbiddenValue", `KeyUpdate.request_update is ${request}, not 0 or 1`);
  }
  return request === REQUESTED;
}

/** Encodes KeyUpdate with its header. */
export function encodeKeyUpdate(requestPeer: boolean): Uint8Array {
  return handshakeMessage(HandshakeType.KeyUpdate, (writer) =>
    writer.u8(requestPeer ? REQUESTED : NOT_REQUESTED),
  );
}
