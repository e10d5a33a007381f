/**
 * Certificate and CertificateStatus:
 *   TLS 1.3 (RFC 8446 §4.4.2): context <1> | entries <3: certificate <3> | extensions <2>>
 *   TLS 1.2 (RFC 5246 §7.4.2): list <3: certificate <3>>
 *   CertificateStatus (RFC 6066 §8): status_type (1) | OCSPResponse <3>
 */
import { ByteReader } from "../bytes/byte-reader.ts";
import { HandshakeType } from "../protocol/handshake-type.ts";
import { type Extensions, readExtensions, writeExtensions } from "./extensions/registry.ts";
import { certificateStatus } from "./extensions/status-request.ts";
import { handshakeMessage } from "./handshake-header.ts";

export interface CertificateEntry {
  /** DER. */
  readonly certificate: Uint8Array;
  readonly extensions: Extensions;
}

export interface Certificate13 {
  readonly context: Uint8Array;
  readonly entries: readonly CertificateEntry[];
}

/** @param body the message without its header */
export function decodeCertificate13(body: Uint8Array): Certificate13 {
  const reader = new ByteReader(body, "Certificate");
  const context = reader.vector(1, "certificate_request_context");
  const list = reader.nested(3, "certificate_list");
  reader.end();
  const entries: CertificateEntry[] = [];
  while (list.remaining > 0) {
    const certificate = list.vector(3, "cert_data", 1);
    entries.push({ certificate, extensions: readExtensions(list, "certificate") });
  }
  return { context, entries };
}

/**
 * The message with its header.
 * @param chain DER, leaf first; may be empty
 * @param staple DER OCSPResponse for the leaf, or null
 */
export function encodeCertificate13(
  context: Uint8Array,
  chain: readonly Uint8Array[],
  staple: Uint8Array | null,
): Uint8Array {
  return handshakeMessage(HandshakeType.Certificate, (writer) => {
    writer.vector(1, context).vector(3, () => {
      for (const [index, certificate] of chain.entries()) {
        writer.vector(3, certificate);
        const stapled = index === 0 && staple !== null ? { ocspResponse: staple } : {};
        writeExtensions(writer, "certificate", stapled);
      }
    });
  });
}

/** @returns DER certificates, views of the body */
export function decodeCertificate12(body: Uint8Array): Uint8Array[] {
  const reader = new ByteReader(body, "Certificate");
  const list = reader.nested(3, "certificate_list");
  reader.end();
  const chain: Uint8Array[] = [];
  while (list.remaining > 0) chain.push(list.vector(3, "certificate", 1));
  return chain;
}

/** The message with its header. */
export function encodeCertificate12(chain: readonly Uint8Array[]): Uint8Array {
  return handshakeMessage(HandshakeType.Certificate, (writer) => {
    writer.vector(3, () => {
      for (const certificate of chain) writer.vector(3, certificate);
    });
  });
}

/**
 * Decodes the CertificateStatus message of TLS 1.2.
 * @param body the message without its header
 * @returns the DER OCSPResponse, a view of the body
 * @throws DecodeError, TlsFailure ForbiddenValue for a status of another type than OCSP
 */
export function decodeCertificateStatus(body: Uint8Array): Uint8Array {
  const reader = new ByteReader(body, "CertificateStatus");
  const response = certificateStatus.read(reader);
  reader.end();
  return response;
}

/** The message with its header. */
export function encodeCertificateStatus(response: Uint8Array): Uint8Array {
  return handshakeMessage(HandshakeType.CertificateStatus, (writer) => {
    certificateStatus.write(writer, response);
  });
}
