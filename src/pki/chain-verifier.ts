/**
 * From a leaf to a trust anchor (RFC 5280 §6.1): name, time, key usage, basic constraints, extended key usage, signatures.
 * Tries every issuer of the right name, within a budget of signature checks.
 */
import { equalBytes } from "../bytes/byte-arrays.ts";
import type { CertificateVerifier, Verdict, VerifyRequest } from "../handshake/peer-identity.ts";
import { type FailureReason, TlsFailure } from "../protocol/failure.ts";
import { type CertificateParser, KeyUsage, type ParsedCertificate } from "./certificate.ts";
import { matchesHost } from "./host-name.ts";
import { OID } from "./object-identifiers.ts";
import type { TrustStore } from "./trust-store.ts";

const MAX_DEPTH = 10;
const SIGNATURE_BUDGET = 64;

interface Refusal {
  readonly reason: FailureReason;
  readonly message: string;
}

interface Search {
  readonly request: VerifyRequest;
  readonly intermediates: readonly ParsedCertificate[];
  readonly anchors: readonly ParsedCertificate[];
  signatures: number;
  refusals: Refusal[];
}

/** Which problem is told when paths fail for several (reference 7.2). */
const ORDER: readonly FailureReason[] = [
  "CertificateExpired",
  "CertificateNotYetValid",
  "WrongCertificateUsage",
  "BadCertificateSignature",
  "UnsupportedCertificateKey",
  "CertificateRefused",
  "UnknownIssuer",
];

export class ChainVerifier implements CertificateVerifier {
  readonly #parser: CertificateParser;
  readonly #trust: TrustStore | null;

  /** @param trust null: none was given, every chain is refused */
  constructor(parser: CertificateParser, trust: TrustStore | null) {
    this.#parser = parser;
    this.#trust = trust;
  }

  verify(request: VerifyRequest): Verdict {
    const trust = this.#trust;
    if (trust === null) {
      return refusal(
        "UnknownIssuer",
        "no trust store was given (hRootStore), so no chain can be trusted",
      );
    }
    try {
      return this.#verify(trust, request);
    } catch (error) {
      if (error instanceof TlsFailure) return refusal(error.reason, error.message);
      throw error;
    }
  }

  #verify(trust: TrustStore, request: VerifyRequest): Verdict {
    const [first, ...rest] = request.chain;
    if (first === undefined) return refusal("CertificateRefused", "the chain is empty");
    const leaf = this.#parser.parse(first);
    const search: Search = {
      request,
      intermediates: rest.map((der) => this.#parser.parse(der)),
      anchors: trust.anchors.map((der) => this.#parser.parse(der)),
      signatures: 0,
      refusals: [],
    };
    const path = trust.has(leaf.der) ? [leaf] : climb(search, [leaf]);
    if (path === null) {
      const reason = ORDER.find((item) => search.refusals.some((found) => found.reason === item));
      const found = search.refusals.find((item) => item.reason === reason);
      return found === undefined
        ? refusal("UnknownIssuer", `no trusted issuer for ${leaf.subjectText}`)
        : refusal(found.reason, found.message);
    }
    const problem = checkTime(leaf, request.time) ?? checkUsage(leaf, request.purpose);
    if (problem !== null) return refusal(problem.reason, problem.message);
    if (request.name !== null && !matchesHost(leaf, request.name)) {
      const names = leaf.dnsNames.join(", ") || "no DNS name";
      return refusal("NameMismatch", `the certificate is for ${names}, not for ${request.name}`);
    }
    return { ok: true, path: path.map((certificate) => certificate.der) };
  }
}

/** The path from its last certificate up to an anchor, or null. */
function climb(search: Search, path: readonly ParsedCertificate[]): ParsedCertificate[] | null {
  const last = path.at(-1);
  if (last === undefined || path.length > MAX_DEPTH) return null;
  const isIssuer = (other: ParsedCertificate): boolean => equalBytes(other.subject, last.issuer);
  for (const anchor of search.anchors.filter(isIssuer)) {
    if (accept(search, path, anchor)) return [...path, anchor];
  }
  for (const issuer of search.intermediates.filter(isIssuer)) {
    if (path.includes(issuer) || !accept(search, path, issuer)) continue;
    const found = climb(search, [...path, issuer]);
    if (found !== null) return found;
  }
  return null;
}

function accept(
  search: Search,
  path: readonly ParsedCertificate[],
  issuer: ParsedCertificate,
): boolean {
  const problem =
    checkTime(issuer, search.request.time) ??
    checkIssuer(issuer, path.length - 1) ??
    checkSignature(search, path, issuer);
  if (problem !== null) search.refusals.push(problem);
  return problem === null;
}

function checkTime(
  { notBefore, notAfter, subjectText }: ParsedCertificate,
  time: number,
): Refusal | null {
  if (time > notAfter) {
    const message = `${subjectText} expired ${new Date(notAfter).toISOString()}`;
    return { reason: "CertificateExpired", message };
  }
  if (time < notBefore) {
    const message = `${subjectText} is valid from ${new Date(notBefore).toISOString()} on`;
    return { reason: "CertificateNotYetValid", message };
  }
  return null;
}

/** @param below intermediates between this one and the leaf */
function checkIssuer(issuer: ParsedCertificate, below: number): Refusal | null {
  const { subjectText } = issuer;
  const pathLength = issuer.known.basicConstraints?.pathLength ?? null;
  const refuse = (message: string): Refusal => ({ reason: "CertificateRefused", message });
  if (!issuer.isCa) return refuse(`${subjectText} is no certification authority`);
  if (!issuer.allowsUsage(KeyUsage.KeyCertSign)) {
    return refuse(`${subjectText} may not sign certificates`);
  }
  if (pathLength !== null && below > pathLength) {
    return refuse(`${subjectText} allows ${pathLength} intermediates below it, here are ${below}`);
  }
  return unknownCritical(issuer);
}

function unknownCritical({ extensions, subjectText }: ParsedCertificate): Refusal | null {
  const understood: readonly string[] = Object.values(OID);
  const unknown = [...extensions].find(
    ([oid, { critical }]) => critical && !understood.includes(oid),
  );
  if (unknown === undefined) return null;
  const message = `${subjectText} has the unknown critical extension ${unknown[0]}`;
  return { reason: "CertificateRefused", message };
}

function checkSignature(
  search: Search,
  path: readonly ParsedCertificate[],
  issuer: ParsedCertificate,
): Refusal | null {
  const last = path.at(-1);
  if (last === undefined || ++search.signatures > SIGNATURE_BUDGET) {
    return { reason: "CertificateRefused", message: "the chain takes too many signature checks" };
  }
  const { publicKey } = issuer;
  const { algorithm: signatureAlgorithm } = last.signatureAlgorithm;
  if (publicKey === null || signatureAlgorithm === null) {
    return {
      reason: "UnsupportedCertificateKey",
      message: `the key of ${issuer.subjectText} or its signature is of a kind that is not accepted`,
    };
  }
  return publicKey.verify(signatureAlgorithm, last.tbs, last.signature)
    ? null
    : {
        reason: "BadCertificateSignature",
        message: `the signature of ${issuer.subjectText} on ${last.subjectText} is wrong`,
      };
}

function checkUsage(leaf: ParsedCertificate, purpose: "server" | "client"): Refusal | null {
  const usages = leaf.known.extendedKeyUsage;
  const wanted = purpose === "server" ? OID.serverAuth : OID.clientAuth;
  if (usages !== null && !usages.includes(wanted) && !usages.includes(OID.anyExtendedKeyUsage)) {
    return {
      reason: "WrongCertificateUsage",
      message: `${leaf.subjectText} is not for TLS ${purpose}s`,
    };
  }
  return unknownCritical(leaf);
}

function refusal(reason: FailureReason, message: string): Verdict {
  return { ok: false, reason, message };
}
