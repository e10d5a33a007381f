/**
 * Finished (RFC 8446 §4.4.4, RFC 5246 §7.4.9): verify_data, as long as the hash in TLS 1.3, 12 bytes in TLS 1.2.
 */
import { ByteReader } from "../bytes/byte-reader.ts";
import { HandshakeType } from "../protocol/handshake-type.ts";
import { handshakeMessage } from "./handshake-header.ts";

/**
 * Decodes Finished. The length is that of the hash, so any other length is refused.
 * @param body the message without its header
 * @param length bytes of verify_data in this handshake
 * @returns verify_data, a view of the body
 * @throws DecodeError for any other length
 */
export function decodeFinished(body: Uint8Array, length: number): Uint8Array {
  const reader = new ByteReader(body, "Finished");
  const verifyData = reader.bytes(length, "verify_data");
  reader.end();
  return verifyData;
}

/** Encodes Finished with its header. */
export function encodeFinished(verifyData: Uint8Array): Uint8Array {
  return handshakeMessage(HandshakeType.Finished, (writer) => writer.bytes(verifyData));
}
