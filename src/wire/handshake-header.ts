/**
 * The four bytes before every handshake message (RFC 8446 §4): type (1) | length (3).
 */
import { ByteWriter } from "../bytes/byte-writer.ts";

/** A whole message: header, then what `write` writes. A new array. */
export function handshakeMessage(type: number, write: (writer: ByteWriter) => void): Uint8Array {
  const writer = new ByteWriter();
  writer.u8(type).vector(3, write);
  return writer.finish();
}
