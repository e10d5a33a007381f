/**
 * Creates the verifier of one credential from chain validation and the revocation options.
 */
import type { CertificateVerifier, Verdict, VerifyRequest } from "../../handshake/peer-identity.ts";
import type { CertificateParser, ParsedCertificate } from "../certificate.ts";
import type { PathJudge } from "../path/path-search.ts";
import type { RevocationPolicy } from "../services.ts";
import type { RevocationOptions } from "./revocation-options.ts";

/** Verifies a chain with a judge of finished paths. */
export type JudgedVerification = (request: VerifyRequest, judge: PathJudge) => Verdict;

/** @throws TlsFailure UnusableCrl, MalformedCertificate */
export type MakeVerifier = (
  parser: CertificateParser,
  policy: RevocationPolicy,
  sources: RevocationOptions,
  verify: JudgedVerification,
) => CertificateVerifier;

/** TLS extension number of status_request. */
const STATUS_REQUEST = 5;

/** Does a server with this certificate have to staple a response (RFC 7633)? */
export function mustStaple({ known }: ParsedCertificate): boolean {
  return known.tlsFeatures?.includes(STATUS_REQUEST) === true;
}
