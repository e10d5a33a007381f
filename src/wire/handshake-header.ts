/**
 * The four bytes before every handshake message (RFC 8446 §4): type (1) | length (3).
 */
import { ByteWriter } from "../bytes/byte-writer.ts";

/**
 * Encodes a whole message: header, then what `write` writes. A new array.
 * @param type HandshakeType
 * @throws RangeError if one of our vectors does not fit its length: a mistake of the caller, never of the peer
 */
export function handshakeMessage(type: number, write: (writer: ByteWriter) => void): Uint8Array {
  return new ByteWriter().u8(type).vector(3, write).finish();
}
