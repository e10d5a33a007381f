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

/**
 * Decodes Certificate of TLS 1.3. It may be empty, which only a client may send: for the handshake to check.
 * @param body the message without its header; byte arrays of the result are views of it
 * @throws DecodeError, TlsFailure DuplicateExtension, MisplacedExtension, ForbiddenValue
 */
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
 * Encodes Certificate of TLS 1.3 with its header.
 * @param context that of the CertificateRequest; empty from a server
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

/**
 * Decodes Certificate of TLS 1.2.
 * @param body the message without its header
 * @returns DER certificates, leaf first, views of the body; none from a client without one
 * @throws DecodeError
 */
export function decodeCertificate12(body: Uint8Array): Uint8Array[] {
  const reader = new ByteReader(body, "Certificate");
  const list = reader.nested(3, "certificate_list");
  reader.end();
  const chain: Uint8Array[] = [];
  while (list.remaining > 0) chain.push(list.vector(3, "certificate", 1));
  return chain;
}

/**
 * Encodes Certificate of TLS 1.2 with its header.
 * @param chain DER, leaf first; may be empty
 */
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

/**
 * Encodes the CertificateStatus message of TLS 1.2 with its header.
 * @param response DER OCSPResponse
 */
export function encodeCertificateStatus(response: Uint8Array): Uint8Array {
  return handshakeMessage(HandshakeType.CertificateStatus, (writer) => {
    certificateStatus.write(writer, response);
  });
}
