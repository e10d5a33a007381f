/**
 * EncryptedExtensions (RFC 8446 §4.3.1): extensions <2>.
 */
import { ByteReader } from "../bytes/byte-reader.ts";
import { HandshakeType } from "../protocol/handshake-type.ts";
import {
  type Extensions,
  type ExtensionValues,
  readExtensions,
  writeExtensions,
} from "./extensions/registry.ts";
import { handshakeMessage } from "./handshake-header.ts";

/**
 * Decodes EncryptedExtensions.
 * @param body the message without its header; byte arrays of the result are views of it
 * @throws DecodeError, TlsFailure DuplicateExtension, MisplacedExtension
 */
export function decodeEncryptedExtensions(body: Uint8Array): Extensions {
  const reader = new ByteReader(body, "EncryptedExtensions");
  const extensions = readExtensions(reader, "encryptedExtensions");
  reader.end();
  return extensions;
}

/** Encodes EncryptedExtensions with its header. */
export function encodeEncryptedExtensions(extensions: ExtensionValues): Uint8Array {
  return handshakeMessage(HandshakeType.EncryptedExtensions, (writer) => {
    writeExtensions(writer, "encryptedExtensions", extensions);
  });
}
