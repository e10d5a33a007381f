/**
 * Checks that an OCSP response covers this certificate, is current, and has an authorised signer (RFC 6960 §3.2,
 * §4.2.2.2). Also creates the request that a caller may send to a responder (§4.1).
 */
import { equalBytes } from "../../bytes/byte-arrays.ts";
import { DecodeError } from "../../bytes/byte-reader.ts";
import { DerTag, derElement, derObjectIdentifier } from "../../bytes/der.ts";
import type { CryptoProvider } from "../../crypto/provider.ts";
import type { HashName } from "../../protocol/cipher-suite.ts";
import { TlsFailure } from "../../protocol/failure.ts";
import { OID_SHA1, OID_SHA256, OID_SHA384, OID_SHA512 } from "../../protocol/object-identifiers.ts";
import type { CertificateParser, ParsedCertificate } from "../certificate.ts";
import { OID } from "../object-identifiers.ts";
import { CLOCK_SKEW, dateText, type Evidence, keyBits, reasonText, signedBy } from "./evidence.ts";
import { type BasicOcspResponse, type OcspAnswer, readOcspResponse } from "./ocsp-response.ts";

const HASHES: Readonly<Record<string, HashName>> = {
  [OID_SHA1]: "sha1",
  [OID_SHA256]: "sha256",
  [OID_SHA384]: "sha384",
  [OID_SHA512]: "sha512",
};

/** Milliseconds an answer is believed that names no end: newer ones are always to be had (RFC 6960 §4.2.2.1). */
const ENDLESS_ANSWER = 24 * 3600 * 1000;

/**
 * The statement of a response about `certificate`.
 * @param der OCSPResponse
 * @param issuer the certificate above it in the path
 * @param time milliseconds since 1970
 */
export function ocspEvidence(
  parser: CertificateParser,
  der: Uint8Array,
  certificate: ParsedCertificate,
  issuer: ParsedCertificate,
  time: number,
): Evidence {
  const useless = (message: string): Evidence => ({ kind: "useless", message });
  const bad = (message: string): Evidence => ({ kind: "bad", message });
  try {
    const { status, basic } = readOcspResponse(der);
    if (basic === null) return useless(`the OCSP responder answered ${status}`);
    if (basic.critical.length > 0) {
      return useless(`the OCSP response has the unknown critical extension ${basic.critical[0]}`);
    }
    const answer = basic.answers.find((item) => isFor(parser, item, certificate, issuer));
    if (answer === undefined) {
      return bad(`the OCSP response is not about ${certificate.subjectText}`);
    }
    const problem = signerProblem(parser, basic, issuer, time);
    return problem === null ? judged(answer, certificate, time) : bad(problem);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return bad(`the OCSP response cannot be read: ${error.message}`);
  }
}

function judged(answer: OcspAnswer, { subjectText }: ParsedCertificate, time: number): Evidence {
  const { status, thisUpdate, nextUpdate, reason, revokedAt } = answer;
  const end = nextUpdate ?? thisUpdate + ENDLESS_ANSWER;
  if (time + CLOCK_SKEW < thisUpdate) {
    const message = `the OCSP response for ${subjectText} holds only from ${dateText(thisUpdate)} on`;
    return { kind: "useless", message };
  }
  if (time > end + CLOCK_SKEW) {
    const message = `the OCSP response for ${subjectText} is out of date since ${dateText(end)}`;
    return { kind: "useless", message };
  }
  if (status === "good") return { kind: "good" };
  if (status === "unknown") {
    return { kind: "unknown", message: `the OCSP responder does not know ${subjectText}` };
  }
  const since = revokedAt === null ? "" : ` on ${dateText(revokedAt)}`;
  return {
    kind: "revoked",
    message: `${subjectText} was revoked${since}${reasonText(reason)} according to its OCSP response`,
  };
}

function isFor(
  { provider }: CertificateParser,
  answer: OcspAnswer,
  certificate: ParsedCertificate,
  issuer: ParsedCertificate,
): boolean {
  if (!equalBytes(answer.serialNumber, certificate.serialNumber)) return false;
  const hash = HASHES[answer.hashAlgorithm];
  if (hash === undefined) return false;
  if (!equalBytes(provider.digest(hash, keyBits(issuer)), answer.keyHash)) return false;
  // The same name may be written in two ways, and responders hash either.
  return [certificate.issuer, issuer.subject].some((name) =>
    equalBytes(provider.digest(hash, name), answer.nameHash),
  );
}

/** Signed by the issuer itself, or by a responder that the issuer certified for it (RFC 6960 §4.2.2.2)? */
function signerProblem(
  parser: CertificateParser,
  basic: BasicOcspResponse,
  issuer: ParsedCertificate,
  time: number,
): string | null {
  if (basic.signatureAlgorithm.algorithm === null) {
    return `the OCSP response is signed with ${basic.signatureAlgorithm.name}, which is not accepted`;
  }
  if (isResponder(parser, basic, issuer)) {
    return signedBy(issuer, basic)
      ? null
      : `the signature of ${issuer.subjectText} on the OCSP response is wrong`;
  }
  let problem =
    "the OCSP response is signed neither by the issuer nor by a responder it delegates to";
  for (const der of basic.certificates) {
    const delegate = parsed(parser, der);
    if (delegate === null || !isResponder(parser, basic, delegate)) continue;
    const found = delegateProblem(delegate, issuer, time);
    if (found === null && signedBy(delegate, basic)) return null;
    problem = found ?? `the signature of ${delegate.subjectText} on the OCSP response is wrong`;
  }
  return problem;
}

function delegateProblem(
  delegate: ParsedCertificate,
  issuer: ParsedCertificate,
  time: number,
): string | null {
  const who = `the OCSP responder ${delegate.subjectText}`;
  if (!delegate.issuerName.equals(issuer.subjectName) || !signedBy(issuer, delegate)) {
    return `${who} is not certified by ${issuer.subjectText}`;
  }
  // anyExtendedKeyUsage is not enough (RFC 6960 §4.2.2.2).
  if (delegate.known.extendedKeyUsage?.includes(OID.ocspSigning) !== true) {
    return `${who} is not certified for signing OCSP responses`;
  }
  if (time < delegate.notBefore || time > delegate.notAfter) return `${who} is out of date`;
  return null;
}

function isResponder(
  { provider }: CertificateParser,
  { responderName, responderKeyHash }: BasicOcspResponse,
  candidate: ParsedCertificate,
): boolean {
  return responderKeyHash !== null
    ? equalBytes(provider.digest("sha1", keyBits(candidate)), responderKeyHash)
    : responderName !== null && equalBytes(candidate.subject, responderName);
}

function parsed(parser: CertificateParser, der: Uint8Array): ParsedCertificate | null {
  try {
    return parser.parse(der);
  } catch (error) {
    if (error instanceof TlsFailure) return null;
    throw error;
  }
}

/** OCSPRequest for one certificate, without nonce, so that responders may answer from their store (RFC 5019 §2.1). */
export function ocspRequest(
  provider: CryptoProvider,
  certificate: ParsedCertificate,
  issuer: ParsedCertificate,
): Uint8Array {
  const sequence = (...parts: readonly Uint8Array[]): Uint8Array =>
    derElement(DerTag.Sequence, ...parts);
  const hashed = (bytes: Uint8Array): Uint8Array =>
    derElement(DerTag.OctetString, provider.digest("sha1", bytes));
  // SHA-1 names the certificate here, nothing rests on it: responders know no other hash (RFC 5019 §2.1.1).
  const id = sequence(
    sequence(derObjectIdentifier(OID_SHA1), derElement(DerTag.Null)),
    hashed(certificate.issuer),
    hashed(keyBits(issuer)),
    derElement(DerTag.Integer, certificate.serialNumber),
  );
  return sequence(sequence(sequence(sequence(id))));
}
