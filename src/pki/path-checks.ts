/**
 * What has to hold of a certificate in a path (RFC 5280 §6.1.3 to §6.1.5), apart from signatures and policies: validity,
 * usage, authority, path length, strength, critical extensions, name constraints, the profile. Each check tells what is
 * wrong; nothing is thrown.
 */
import { harmless, harmlessList } from "../bytes/text.ts";
import { isMlDsa } from "../crypto/key-encoding.ts";
import type { FailureReason } from "../protocol/failure.ts";
import { KeyUsage, type ParsedCertificate } from "./certificate.ts";
import { matchesHost } from "./host-name.ts";
import {
  constrainedNames,
  constraintCost,
  constraintsProblem,
  violation,
} from "./name-constraints.ts";
import { OID, REFUSED_ALGORITHMS } from "./object-identifiers.ts";
import { type ProfileName, profileProblem, type Role } from "./profile.ts";
import { Cost, type WorkBudget } from "./work-budget.ts";

/** One thing that is wrong with a path. */
export interface Problem {
  readonly reason: FailureReason;
  readonly message: string;
}

/** What is asked of a path. Times are milliseconds since 1970. */
export interface PathRequest {
  readonly purpose: "server" | "client";
  readonly name: string | null;
  readonly time: number;
  readonly profile: ProfileName;
  /** The roots were chosen with care: the profile's rules for their form are not asked. */
  readonly rootsVetted: boolean;
  /** Intermediates that are not self-issued. */
  readonly maxDepth: number;
  readonly isPublicSuffix: (domain: string) => boolean;
}

/** Bytes of the names of a certificate in a message, beside its chain. */
const MAX_NAME_LIST = 100;
const MIN_RSA_BITS = 2048;

/** Extensions that may be critical: what they say is obeyed here or by whoever judges revocation. */
const UNDERSTOOD: ReadonlySet<string> = new Set([
  OID.keyUsage,
  OID.subjectAltName,
  OID.basicConstraints,
  OID.nameConstraints,
  OID.crlDistributionPoints,
  OID.certificatePolicies,
  OID.policyMappings,
  OID.policyConstraints,
  OID.inhibitAnyPolicy,
  OID.extendedKeyUsage,
  OID.authorityKeyIdentifier,
  OID.subjectKeyIdentifier,
  OID.authorityInfoAccess,
  OID.tlsFeature,
]);

/** What is wrong with a certificate in its role, whatever is below it. */
export function certificateProblems(
  certificate: ParsedCertificate,
  role: Role,
  request: PathRequest,
): Problem[] {
  const problems: Problem[] = [];
  const add = (reason: FailureReason, message: string | null): void => {
    if (message !== null) problems.push({ reason, message });
  };
  checkTime(certificate, request.time, add);
  add("WrongCertificateUsage", usageProblem(certificate, request.purpose));
  add("UnsupportedCertificateKey", keyProblem(certificate));
  add("CertificateRefused", strengthProblem(certificate, role));
  add("CertificateRefused", criticalProblem(certificate));
  if (role !== "leaf") add("CertificateRefused", issuerProblem(certificate, role, request));
  if (!(role === "root" && request.rootsVetted)) {
    const problem = profileProblem(request.profile, certificate, { ...request, role });
    if (problem !== null)
      add(
        "CertificateRefused",
        `${certificate.subjectText}: ${problem} (profile ${request.profile})`,
      );
  }
  return problems;
}

/** What is wrong with the name of the leaf, or null. */
export function nameProblem(leaf: ParsedCertificate, name: string | null): Problem | null {
  if (name === null || matchesHost(leaf, name)) return null;
  const names = leaf.known.subjectAltName === null ? [] : [...leaf.dnsNames];
  const list = names.length === 0 ? "no DNS name" : harmlessList(names, MAX_NAME_LIST);
  return {
    reason: "NameMismatch",
    message: `the certificate is for ${list}, not for ${harmless(name)}`,
  };
}

/** What is wrong with an issuer above the certificates of `below`, leaf first. */
export function positionProblems(
  issuer: ParsedCertificate,
  role: Role,
  below: readonly ParsedCertificate[],
  request: PathRequest,
  budget: WorkBudget,
): Problem[] {
  const problems: Problem[] = [];
  const add = (message: string): void => {
    problems.push({ reason: "CertificateRefused", message });
  };
  const intermediates = below.slice(1).filter((certificate) => !certificate.selfIssued).length;
  const { basicConstraints, nameConstraints } = issuer.known;
  const pathLength = basicConstraints?.pathLength ?? null;
  if (pathLength !== null && intermediates > pathLength) {
    add(
      `${issuer.subjectText} allows ${pathLength} authorities below it, here are ${intermediates}`,
    );
  }
  const depth = intermediates + (role === "intermediate" && !issuer.selfIssued ? 1 : 0);
  if (depth > request.maxDepth) add(`more than ${request.maxDepth} intermediate authorities`);
  if (nameConstraints === null) return problems;
  for (const [index, certificate] of below.entries()) {
    // @rfc 5280 §6.1.3 (b)
    if (index > 0 && certificate.selfIssued) continue;
    const names = constrainedNames(certificate);
    const comparisons = constraintCost(nameConstraints, names);
    if (!budget.take(Math.ceil(comparisons / Cost.ComparisonsPerStep))) return problems;
    const found = violation(nameConstraints, names);
    if (found !== null) add(`${found} by ${issuer.subjectText}`);
  }
  return problems;
}

function checkTime(
  { notBefore, notAfter, subjectText }: ParsedCertificate,
  time: number,
  add: (reason: FailureReason, message: string) => void,
): void {
  // Certificates know seconds only.
  const second = Math.floor(time / 1000) * 1000;
  const day = (at: number): string => new Date(at).toISOString().slice(0, 19).replace("T", " ");
  if (second > notAfter) add("CertificateExpired", `${subjectText} expired ${day(notAfter)} UTC`);
  if (second < notBefore) {
    add("CertificateNotYetValid", `${subjectText} is valid from ${day(notBefore)} UTC on`);
  }
}

/** Of issuers too: what they are not for, they cannot pass on. */
function usageProblem(certificate: ParsedCertificate, purpose: "server" | "client"): string | null {
  const usages = certificate.known.extendedKeyUsage;
  const wanted = purpose === "server" ? OID.serverAuth : OID.clientAuth;
  return usages === null || usages.includes(wanted) || usages.includes(OID.anyExtendedKeyUsage)
    ? null
    : `${certificate.subjectText} is not for TLS ${purpose}s`;
}

function strengthProblem(certificate: ParsedCertificate, role: Role): string | null {
  const { keyParts, signatureAlgorithm, subjectText } = certificate;
  if (keyParts?.rsa != null && keyParts.bits < MIN_RSA_BITS) {
    return `the RSA key of ${subjectText} has ${keyParts.bits} bits, at least ${MIN_RSA_BITS} are wanted`;
  }
  // Nobody checks the signature of a root.
  return role === "root" || signatureAlgorithm.algorithm !== null
    ? null
    : `${subjectText} is signed with ${signatureAlgorithm.name}, which is not accepted`;
}

function criticalProblem({ extensions, subjectText }: ParsedCertificate): string | null {
  for (const [oid, { critical }] of extensions) {
    if (critical && !UNDERSTOOD.has(oid)) {
      return `${subjectText} has the unknown critical extension ${oid}`;
    }
  }
  return null;
}

function issuerProblem(
  certificate: ParsedCertificate,
  role: Role,
  { profile }: PathRequest,
): string | null {
  const { known, subjectText, version } = certificate;
  // Roots older than extensions have none to say what they are; whoever trusts one has said it.
  const ancient = profile === "basic" && role === "root" && version === 1;
  if (!certificate.isCa && !ancient) return `${subjectText} is no certification authority`;
  if (!certificate.allowsUsage(KeyUsage.KeyCertSign))
    return `${subjectText} may not sign certificates`;
  // @rfc 5280 §6.1.4 (a)
  const mapsAny = known.policyMappings?.some(
    ({ issuerPolicy, subjectPolicy }) =>
      issuerPolicy === OID.anyPolicy || subjectPolicy === OID.anyPolicy,
  );
  if (mapsAny === true) return `${subjectText} maps the policy that stands for all`;
  if (known.nameConstraints === null) return null;
  const problem = constraintsProblem(known.nameConstraints, profile === "basic");
  return problem === null ? null : `${subjectText}: ${problem}`;
}

function keyProblem(certificate: ParsedCertificate): string | null {
  const { keyParts, spkiAlgorithm, subjectText } = certificate;
  if (keyParts === null) {
    const kind = REFUSED_ALGORITHMS[spkiAlgorithm] ?? "malformed or of an unknown kind or curve";
    return `the key of ${subjectText} is ${kind}, which is not accepted`;
  }
  return lacksMlDsa(certificate)
    ? `the key of ${subjectText} is ${keyParts.type.toUpperCase()}, which this provider cannot verify: the one over node:crypto can, on Node 24 and later`
    : null;
}

/** True for a key of ML-DSA where the provider has no ML-DSA: such keys of the right length are never malformed. */
export function lacksMlDsa(certificate: ParsedCertificate): boolean {
  const type = certificate.keyParts?.type;
  return type !== undefined && isMlDsa(type) && certificate.publicKey === null;
}
