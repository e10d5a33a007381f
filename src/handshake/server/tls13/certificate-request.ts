/**
 * CertificateRequest of a TLS 1.3 server (RFC 8446 §4.3.2), and what its answer may hold.
 */
import { equalBytes } from "../../../bytes/byte-arrays.ts";
import { fail } from "../../../protocol/failure.ts";
import { type Certificate13, decodeCertificate13 } from "../../../wire/certificate.ts";
import { encodeCertificateRequest13 } from "../../../wire/certificate-request.ts";
import type { Configuration } from "../../configuration.ts";
import { acceptedSignatures } from "../../verify-signature.ts";

/** The message with its header. @param requestContext empty during the handshake */
export function certificateRequest(config: Configuration, requestContext: Uint8Array): Uint8Array {
  return encodeCertificateRequest13(requestContext, {
    ...acceptedSignatures(config, true),
    ...(config.certificateAuthorities.length === 0
      ? {}
      : { certificateAuthorities: config.certificateAuthorities }),
  });
}

/**
 * The client's Certificate in answer to the request of this context: nothing in it that was not asked for, and not
 * empty if one is required.
 */
export function readClientCertificate(
  config: Configuration,
  body: Uint8Array,
  requestContext: Uint8Array,
): Certificate13 {
  const certificate = decodeCertificate13(body);
  if (!equalBytes(certificate.context, requestContext)) {
    fail("ForbiddenValue", "certificate_request_context is not that of the CertificateRequest");
  }
  for (const { extensions } of certificate.entries) {
    const [unsolicited] = extensions.order;
    if (unsolicited !== undefined) {
      fail(
        "UnsolicitedExtension",
        `the client's Certificate holds extension ${unsolicited}, which was not asked for`,
      );
    }
  }
  if (certificate.entries.length === 0 && config.requireClientCertificate) {
    fail("CertificateRequired", "the client sent no certificate, but one is required here");
  }
  return certificate;
}
