/**
 * CertificateVerify, the same in both versions (RFC 8446 §4.4.3, RFC 5246 §7.4.8): scheme (2) | signature <2>.
 * ServerKeyExchange of TLS 1.2 ends with the same structure.
 */
import { ByteReader } from "../bytes/byte-reader.ts";
import type { ByteWriter } from "../bytes/byte-writer.ts";
import { HandshakeType } from "../protocol/handshake-type.ts";
import { handshakeMessage } from "./handshake-header.ts";

export interface CertificateVerify {
  /** SignatureScheme number. */
  readonly scheme: number;
  /** 0 to 65535 bytes. */
  readonly signature: Uint8Array;
}

/**
 * Decodes a CertificateVerify.
 * @param body the message without its header; the signature is a view of it
 * @throws DecodeError
 */
export function decodeCertificateVerify(body: Uint8Array): CertificateVerify {
  const reader = new ByteReader(body, "CertificateVerify");
  const verify = readSignature(reader);
  reader.end();
  return verify;
}

/** Encodes a CertificateVerify with its header. */
export function encodeCertificateVerify(verify: CertificateVerify): Uint8Array {
  return handshakeMessage(HandshakeType.CertificateVerify, (writer) =>
    writeSignature(writer, verify),
  );
}

/** Reads a digitally-signed struct (RFC 5246 §4.7): the scheme and the signature. */
export function readSignature(reader: ByteReader): CertificateVerify {
  return { scheme: reader.u16("algorithm"), signature: reader.vector(2, "signature") };
}

/** Writes a digitally-signed struct (RFC 5246 §4.7). */
export function writeSignature(writer: ByteWriter, { scheme, signature }: CertificateVerify): void {
  writer.u16(scheme).vector(2, signature);
}
