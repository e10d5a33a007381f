/**
 * CertificateVerify, the same in both versions (RFC 8446 §4.4.3, RFC 5246 §7.4.8): scheme (2) | signature <2>.
 */
import { ByteReader } from "../bytes/byte-reader.ts";
import { HandshakeType } from "../protocol/handshake-type.ts";
import { handshakeMessage } from "./handshake-header.ts";

export interface CertificateVerify {
  /** SignatureScheme number. */
  readonly scheme: number;
  readonly signature: Uint8Array;
}

/** @param body the message without its header */
export function decodeCertificateVerify(body: Uint8Array): CertificateVerify {
  const reader = new ByteReader(body, "CertificateVerify");
  const scheme = reader.u16("algorithm");
  const signature = reader.vector(2, "signature");
  reader.end();
  return { scheme, signature };
}

/** The message with its header. */
export function encodeCertificateVerify({ scheme, signature }: CertificateVerify): Uint8Array {
  return handshakeMessage(HandshakeType.CertificateVerify, (writer) => {
    writer.u16(scheme).vector(2, signature);
  });
}
