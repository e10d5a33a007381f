/**
 * What has to hold of a certificate in a path (RFC 5280 §6.1.3 to §6.1.5), apart from signatures and policies:
 * validity, usage, authority, path length, strength, critical extensions, name constraints, the profile. Every fault is
 * reported, not only the first; nothing is thrown.
 */
import { harmlessList } from "../../bytes/text.ts";
import { isMlDsa, publicKeyProblem } from "../../crypto/key-encoding.ts";
import type { FailureReason, Fault } from "../../protocol/failure.ts";
import { KeyUsage, type ParsedCertificate } from "../certificate.ts";
import { OID, REFUSED_ALGORITHMS } from "../object-identifiers.ts";
import { matchesHost, mismatch } from "./host-name.ts";
import {
  constrainedNames,
  constraintCost,
  constraintsProblem,
  violation,
} from "./name-constraints.ts";
import { type ProfileName, profileProblems, type Role } from "./profile.ts";
import { Cost, type WorkBudget } from "./work-budget.ts";

/** What is asked of a path, whatever name the leaf has to be for. Times are milliseconds since 1970. */
export interface PathRequest {
  readonly purpose: "server" | "client";
  /** Bits of `keyUsage`, one of which the leaf has to allow; null: its key usage is not asked. */
  readonly leafUsage: number | null;
  readonly time: number;
  readonly profile: ProfileName;
  /** The roots were chosen with care: the profile's rules for their form are not asked. */
  readonly rootsVetted: boolean;
  /** Intermediates that are not self-issued. */
  readonly maxDepth: number;
  readonly isPublicSuffix: (domain: string) => boolean;
}

/** Bytes of a list of a certificate's words in a message, beside its chain. */
const MAX_NAME_LIST = 100;
const MIN_RSA_BITS = 2048;

/** Extensions that may be critical: they are processed here or by the revocation check. */
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

type Add = (reason: FailureReason, message: string | null) => void;

/** Everything that is wrong with a certificate in its role, whatever is below it. */
export function certificateProblems(
  certificate: ParsedCertificate,
  role: Role,
  request: PathRequest,
): Fault[] {
  const problems: Fault[] = [];
  const add: Add = (reason, message) => {
    if (message !== null) problems.push({ reason, message });
  };
  checkTime(certificate, request.time, add);
  add("WrongCertificateUsage", usageProblem(certificate, request.purpose));
  add("UnsupportedCertificateKey", keyProblem(certificate, role));
  add("WeakCertificateKey", strengthProblem(certificate));
  add("UnknownCriticalExtension", criticalProblem(certificate));
  if (role === "leaf") add("WrongCertificateUsage", leafUsageProblem(certificate, request));
  else checkIssuer(certificate, role, request.profile, add);
  if (!(role === "root" && request.rootsVetted)) {
    for (const problem of profileProblems(request.profile, certificate, { ...request, role })) {
      add(
        "CertificateRefused",
        `${certificate.subjectText}: ${problem} (profile ${request.profile})`,
      );
    }
  }
  return problems;
}

/** What is wrong with the name of the leaf, or null. */
export function nameProblem(leaf: ParsedCertificate, name: string | null): Fault | null {
  if (name === null || matchesHost(leaf, name)) return null;
  return { reason: "NameMismatch", message: mismatch(leaf, name) };
}

/**
 * Everything that is wrong with an issuer above the certificates of `below`, leaf first. A budget that ends before all
 * is known is a fault too.
 */
export function positionProblems(
  issuer: ParsedCertificate,
  role: Role,
  below: readonly ParsedCertificate[],
  request: PathRequest,
  budget: WorkBudget,
): Fault[] {
  const problems: Fault[] = [];
  const add = (reason: FailureReason, message: string): void => {
    problems.push({ reason, message });
  };
  const intermediates = below.slice(1).filter((certificate) => !certificate.selfIssued).length;
  const { basicConstraints, nameConstraints } = issuer.known;
  const pathLength = basicConstraints?.pathLength ?? null;
  if (pathLength !== null && intermediates > pathLength) {
    add(
      "PathTooLong",
      `${issuer.subjectText} allows ${pathLength} authorities below it, here are ${intermediates}`,
    );
  }
  const depth = intermediates + (role === "intermediate" && !issuer.selfIssued ? 1 : 0);
  if (depth > request.maxDepth) {
    add("PathTooLong", `more than ${request.maxDepth} intermediate authorities`);
  }
  if (nameConstraints === null) return problems;
  const { permitted, excluded } = nameConstraints;
  for (const [index, certificate] of below.entries()) {
    // @rfc 5280 §6.1.3 (b)
    if (index > 0 && certificate.selfIssued) continue;
    const names = constrainedNames(certificate);
    const comparisons = constraintCost(nameConstraints, names);
    if (!budget.take(Math.ceil(comparisons / Cost.ComparisonsPerStep))) {
      add(
        "ChainTooCostly",
        `the names of ${certificate.subjectText} were not compared with the name constraints of ${issuer.subjectText}: the ${budget.limit} steps of work were used up`,
      );
      break;
    }
    if (permitted !== null) {
      const outside = violation({ permitted, excluded: null }, names);
      if (outside !== null) add("NameNotPermitted", `${outside} by ${issuer.subjectText}`);
    }
    if (excluded !== null) {
      const inside = violation({ permitted: null, excluded }, names);
      if (inside !== null) add("NameExcluded", `${inside} by ${issuer.subjectText}`);
    }
  }
  return problems;
}

function checkTime(
  { notBefore, notAfter, subjectText }: ParsedCertificate,
  time: number,
  add: Add,
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

/**
 * The key of a leaf has to allow what the handshake does with it. Of an authority that is sent as a leaf it is not
 * asked: its key usage is about what it issues, and x509-limbo holds such paths to be good. A handshake refuses it all
 * the same.
 */
function leafUsageProblem(
  certificate: ParsedCertificate,
  { leafUsage }: PathRequest,
): string | null {
  return leafUsage === null || certificate.isCa || certificate.allowsUsage(leafUsage)
    ? null
    : `the key usage of ${certificate.subjectText} does not allow what a handshake does with the key`;
}

function strengthProblem({ keyParts, subjectText }: ParsedCertificate): string | null {
  return keyParts?.rsa != null && keyParts.bits < MIN_RSA_BITS
    ? `the RSA key of ${subjectText} has ${keyParts.bits} bits, at least ${MIN_RSA_BITS} are required`
    : null;
}

function criticalProblem({ extensions, subjectText }: ParsedCertificate): string | null {
  const unknown = [...extensions].flatMap(([oid, { critical }]) =>
    critical && !UNDERSTOOD.has(oid) ? [oid] : [],
  );
  return unknown.length === 0
    ? null
    : `${subjectText} has the unknown critical extension ${harmlessList(unknown, MAX_NAME_LIST)}`;
}

function checkIssuer(
  certificate: ParsedCertificate,
  role: Role,
  profile: ProfileName,
  add: Add,
): void {
  const { known, subjectText, version } = certificate;
  // Roots older than extensions cannot state that they are authorities; the trust store states it.
  const ancient = profile === "basic" && role === "root" && version === 1;
  if (!certificate.isCa && !ancient) {
    add("IssuerNotAuthority", `${subjectText} is not a certification authority`);
  }
  if (!certificate.allowsUsage(KeyUsage.KeyCertSign)) {
    add("IssuerMayNotSign", `${subjectText} may not sign certificates`);
  }
  // @rfc 5280 §6.1.4 (a)
  const mapsAny = known.policyMappings?.some(
    ({ issuerPolicy, subjectPolicy }) =>
      issuerPolicy === OID.anyPolicy || subjectPolicy === OID.anyPolicy,
  );
  if (mapsAny === true) {
    add("CertificateRefused", `${subjectText} maps the policy that stands for all`);
  }
  if (known.nameConstraints === null) return;
  const problem = constraintsProblem(known.nameConstraints, profile === "basic");
  if (problem !== null) add("CertificateRefused", `${subjectText}: ${problem}`);
}

/** The key of an issuer is imported when it has to check a signature, so that a malformed one is found there. */
function keyProblem(certificate: ParsedCertificate, role: Role): string | null {
  const { keyParts, spkiAlgorithm, subjectText } = certificate;
  if (keyParts === null) {
    const kind = REFUSED_ALGORITHMS[spkiAlgorithm]?.name;
    const why =
      kind ?? `malformed or of an unknown kind or curve (${publicKeyProblem(certificate.spki)})`;
    return `the key of ${subjectText} is ${why}, which is not accepted`;
  }
  if (lacksMlDsa(certificate)) {
    return `the key of ${subjectText} is ${keyParts.type.toUpperCase()}, which this provider cannot verify: the one over node:crypto can, on Node 24 and later`;
  }
  return role === "leaf" && certificate.publicKey === null
    ? `the key of ${subjectText} is not a valid key of its kind`
    : null;
}

/** True for a key of ML-DSA where the provider has no ML-DSA: such keys of the right length are never malformed. */
export function lacksMlDsa(certificate: ParsedCertificate): boolean {
  const type = certificate.keyParts?.type;
  return type !== undefined && isMlDsa(type) && certificate.publicKey === null;
}
