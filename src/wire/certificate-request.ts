/**
 * CertificateRequest:
 *   TLS 1.3 (RFC 8446 §4.3.2): context <1> | extensions <2>
 *   TLS 1.2 (RFC 5246 §7.4.4): certificate_types <1> | signature_algorithms <2> | authorities <2>
 */
import { ByteReader } from "../bytes/byte-reader.ts";
import { HandshakeType } from "../protocol/handshake-type.ts";
import {
  readDistinguishedNames,
  writeDistinguishedNames,
} from "./extensions/certificate-authorities.ts";
import {
  type Extensions,
  type ExtensionValues,
  readExtensions,
  writeExtensions,
} from "./extensions/registry.ts";
import { handshakeMessage } from "./handshake-header.ts";

export interface CertificateRequest13 {
  readonly context: Uint8Array;
  readonly extensions: Extensions;
}

/**
 * Decodes CertificateRequest of TLS 1.3. That signature_algorithms is there is for the handshake to check.
 * @param body the message without its header; byte arrays of the result are views of it
 * @throws DecodeError, TlsFailure DuplicateExtension, MisplacedExtension
 */
export function decodeCertificateRequest13(body: Uint8Array): CertificateRequest13 {
  const reader = new ByteReader(body, "CertificateRequest");
  const context = reader.vector(1, "certificate_request_context");
  const extensions = readExtensions(reader, "certificateRequest", 2);
  reader.end();
  return { context, extensions };
}

/**
 * Encodes CertificateRequest of TLS 1.3 with its header.
 * @param context empty during the handshake
 */
export function encodeCertificateRequest13(
  context: Uint8Array,
  extensions: ExtensionValues,
): Uint8Array {
  return handshakeMessage(HandshakeType.CertificateRequest, (writer) => {
    writer.vector(1, context);
    writeExtensions(writer, "certificateRequest", extensions);
  });
}

/** ClientCertificateType numbers that are in use (RFC 5246 §7.4.4, RFC 8422 §5.5). */
export const ClientCertificateType = { RsaSign: 1, EcdsaSign: 64 } as const;

export interface CertificateRequest12 {
  readonly certificateTypes: readonly number[];
  readonly signatureAlgorithms: readonly number[];
  /** DER Names. */
  readonly authorities: readonly Uint8Array[];
}

/**
 * Decodes CertificateRequest of TLS 1.2.
 * @param body the message without its header; byte arrays of the result are views of it
 * @throws DecodeError
 */
export function decodeCertificateRequest12(body: Uint8Array): CertificateRequest12 {
  const reader = new ByteReader(body, "CertificateRequest");
  const certificateTypes = Array.from(reader.vector(1, "certificate_types", 1));
  const signatureAlgorithms = reader.u16List(2, "supported_signature_algorithms", 2, 0xfffe);
  const authorities = readDistinguishedNames(reader, 0);
  reader.end();
  return { certificateTypes, signatureAlgorithms, authorities };
}

/** Encodes CertificateRequest of TLS 1.2 with its header. */
export function encodeCertificateRequest12(request: CertificateRequest12): Uint8Array {
  return handshakeMessage(HandshakeType.CertificateRequest, (writer) => {
    writer.vector(1, Uint8Array.from(request.certificateTypes)).vector(2, () => {
      for (const code of request.signatureAlgorithms) writer.u16(code);
    });
    writeDistinguishedNames(writer, request.authorities);
  });
}
