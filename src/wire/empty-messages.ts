/**
 * Messages without a body: HelloRequest and ServerHelloDone of TLS 1.2 (RFC 5246 §7.4.1.1, §7.4.5).
 */
import { ByteReader } from "../bytes/byte-reader.ts";
import { HandshakeType, handshakeTypeName } from "../protocol/handshake-type.ts";
import { handshakeMessage } from "./handshake-header.ts";

/**
 * Refuses a body where there must be none.
 * @param type HandshakeType of the message, for the text
 * @throws DecodeError
 */
export function decodeEmptyMessage(type: number, body: Uint8Array): void {
  new ByteReader(body, handshakeTypeName(type)).end();
}

/** Encodes a HelloRequest: the header alone. */
export function encodeHelloRequest(): Uint8Array {
  return handshakeMessage(HandshakeType.HelloRequest, () => {});
}

/** Encodes a ServerHelloDone: the header alone. */
export function encodeServerHelloDone(): Uint8Array {
  return handshakeMessage(HandshakeType.ServerHelloDone, () => {});
}
