/**
 * Which certificates are good enough, beyond what makes a path (RFC 5280 §6): the rules of a profile as data.
 *
 * - `basic`: path validation alone. For private authorities, whose certificates are rarely perfect.
 * - `rfc5280`: also what RFC 5280 §4 demands of certificates.
 * - `webpki`: also what the CA/Browser Forum demands of public ones (Baseline Requirements, section 7.1), which lets
 *   name constraints be not critical.
 */

import { equalBytes } from "../../bytes/byte-arrays.ts";
import { harmless } from "../../bytes/text.ts";
import { KeyUsage, type ParsedCertificate } from "../certificate.ts";
import { MAX_SHORT_NAME } from "../distinguished-name.ts";
import { OID } from "../object-identifiers.ts";
import { formatIp, ipBytes } from "./host-name.ts";
import { describe, isProperName } from "./name-constraints.ts";

/**
 * How strictly a chain is judged. `basic`: path validation alone (RFC 5280 §6). `rfc5280`: also what RFC 5280 §4
 * demands of certificates. `webpki`: also what the CA/Browser Forum demands of public ones.
 */
export type ProfileName = "basic" | "rfc5280" | "webpki";
export const PROFILES: readonly ProfileName[] = ["basic", "rfc5280", "webpki"];
export type Role = "leaf" | "intermediate" | "root";

/** What a rule may look at beside the certificate. */
export interface RuleContext {
  readonly role: Role;
  readonly purpose: "server" | "client";
  /**
   * Is this domain one under which strangers register names ("co.uk")? The caller's, e.g. over the Public Suffix List.
   */
  readonly isPublicSuffix: (domain: string) => boolean;
}

interface Rule {
  readonly profiles: readonly ProfileName[];
  readonly roles: readonly Role[];
  /** What is wrong, or null. */
  readonly check: (certificate: ParsedCertificate, context: RuleContext) => string | null;
}

const STRICT: readonly ProfileName[] = ["rfc5280", "webpki"];
const ALL: readonly Role[] = ["leaf", "intermediate", "root"];
const ISSUERS: readonly Role[] = ["intermediate", "root"];

const critical = (certificate: ParsedCertificate, oid: string): boolean | null =>
  certificate.extensions.get(oid)?.critical ?? null;

function lacksAuthorityKey({ known }: ParsedCertificate): boolean {
  return (known.authorityKeyIdentifier?.keyIdentifier ?? null) === null;
}

/** A rule that an extension, if it is there, is or is not critical. */
function criticality(
  profiles: readonly ProfileName[],
  oid: string,
  wanted: boolean,
  name: string,
): Rule {
  return {
    profiles,
    roles: ALL,
    check: (certificate) =>
      critical(certificate, oid) === !wanted
        ? `its ${name} extension is ${wanted ? "not " : ""}critical`
        : null,
  };
}

const RFC5280: readonly Rule[] = [
  { profiles: STRICT, roles: ALL, check: ({ formProblem }) => formProblem },
  // @rfc 5280 §4.1.2.2
  {
    profiles: STRICT,
    roles: ["leaf", "intermediate"],
    check: ({ serialNumber }) =>
      serialNumber.length > 20 ||
      (serialNumber[0] ?? 0) >= 0x80 ||
      serialNumber.every((b) => b === 0)
        ? "its serial number is not positive or longer than 20 bytes"
        : null,
  },
  // @rfc 5280 §4.1.2.4
  {
    profiles: STRICT,
    roles: ALL,
    check: ({ issuerName }) => (issuerName.isEmpty ? "its issuer has no name" : null),
  },
  // @rfc 5280 §4.1.2.6
  {
    profiles: STRICT,
    roles: ISSUERS,
    check: ({ subjectName }) => (subjectName.isEmpty ? "it has no subject name" : null),
  },
  {
    profiles: STRICT,
    roles: ["leaf"],
    check: (certificate) =>
      certificate.subjectName.isEmpty && critical(certificate, OID.subjectAltName) !== true
        ? "it has no subject name and no critical subjectAltName"
        : null,
  },
  // @rfc 5280 §4.2.1.1, §4.2.1.2, §4.2.2.1
  criticality(STRICT, OID.authorityKeyIdentifier, false, "authorityKeyIdentifier"),
  criticality(STRICT, OID.subjectKeyIdentifier, false, "subjectKeyIdentifier"),
  criticality(STRICT, OID.authorityInfoAccess, false, "authorityInfoAccess"),
  {
    profiles: STRICT,
    roles: ["leaf", "intermediate"],
    check: (certificate, { role }) =>
      lacksAuthorityKey(certificate) && !(role === "leaf" && certificate.selfIssued)
        ? "it has no authorityKeyIdentifier"
        : null,
  },
  {
    // The RFC asks it of all certificates that are not self-signed. Under `webpki` a path ends with its anchor, however
    // that was issued: nothing above it has to be found.
    profiles: ["rfc5280"],
    roles: ["root"],
    check: (certificate) =>
      lacksAuthorityKey(certificate) && !certificate.selfIssued
        ? "it has no authorityKeyIdentifier"
        : null,
  },
  {
    profiles: STRICT,
    roles: ISSUERS,
    check: ({ known }) =>
      known.subjectKeyIdentifier === null ? "it has no subjectKeyIdentifier" : null,
  },
  // @rfc 5280 §4.2.1.3, §4.2.1.9
  {
    profiles: STRICT,
    roles: ["leaf"],
    check: ({ isCa, known }) =>
      !isCa && ((known.keyUsage ?? 0) & KeyUsage.KeyCertSign) !== 0
        ? "it may sign certificates, but is not an authority"
        : null,
  },
  {
    profiles: STRICT,
    roles: ALL,
    check: (certificate) => {
      const basic = certificate.known.basicConstraints;
      if (basic === null || basic.pathLength === null) return null;
      return basic.ca && certificate.allowsUsage(KeyUsage.KeyCertSign)
        ? null
        : "it has a path length, but may not sign certificates";
    },
  },
  {
    profiles: STRICT,
    roles: ISSUERS,
    check: (certificate) =>
      critical(certificate, OID.basicConstraints) === false
        ? "its basicConstraints extension is not critical"
        : null,
  },
  // @rfc 5280 §4.2.1.6
  {
    profiles: STRICT,
    roles: ALL,
    check: ({ known }) => {
      const odd = known.subjectAltName?.find((name) => !isProperName(name));
      return odd === undefined ? null : `its alternative name ${describe(odd)} is not well formed`;
    },
  },
  // @rfc 5280 §4.2.1.10
  {
    profiles: STRICT,
    roles: ALL,
    check: ({ isCa, known }) =>
      known.nameConstraints !== null && !isCa
        ? "it has name constraints, but is not an authority"
        : null,
  },
  {
    profiles: STRICT,
    roles: ALL,
    check: ({ known: { nameConstraints } }) =>
      nameConstraints !== null &&
      !(nameConstraints.permitted?.length || nameConstraints.excluded?.length)
        ? "its name constraints are empty"
        : null,
  },
  criticality(["rfc5280"], OID.nameConstraints, true, "nameConstraints"),
  // @rfc 5280 §4.2.1.11, §4.2.1.14
  criticality(STRICT, OID.policyConstraints, true, "policyConstraints"),
  criticality(STRICT, OID.inhibitAnyPolicy, true, "inhibitAnyPolicy"),
];

const WEB: readonly ProfileName[] = ["webpki"];

const WEBPKI: readonly Rule[] = [
  {
    profiles: WEB,
    roles: ALL,
    check: ({ version }) => (version === 3 ? null : `it is of version ${version}`),
  },
  {
    profiles: WEB,
    roles: ALL,
    check: ({ keyParts }) => {
      if (keyParts === null || keyParts.type === "ec") return null;
      if (keyParts.type !== "rsa") return `its key is of type ${keyParts.type}`;
      return keyParts.bits % 8 === 0 ? null : `its RSA key has ${keyParts.bits} bits`;
    },
  },
  {
    profiles: WEB,
    roles: ["leaf", "intermediate"],
    check: ({ signatureAlgorithm: { algorithm, name } }) =>
      // ECDSA and RSA have a hash beside them.
      algorithm === null || algorithm.hash !== null ? null : `it is signed with ${name}`,
  },
  {
    profiles: WEB,
    roles: ["leaf"],
    check: ({ isCa }) => (isCa ? "it is an authority" : null),
  },
  {
    profiles: WEB,
    roles: ["leaf"],
    check: ({ known: { extendedKeyUsage } }) => {
      if (extendedKeyUsage === null) return "it has no extendedKeyUsage";
      return extendedKeyUsage.includes(OID.anyExtendedKeyUsage) ? "it is for any key usage" : null;
    },
  },
  criticality(WEB, OID.extendedKeyUsage, false, "extendedKeyUsage"),
  {
    profiles: WEB,
    roles: ["leaf"],
    check: (certificate, { purpose }) => {
      if (purpose === "client") return null;
      if (certificate.known.subjectAltName === null) return "it has no subjectAltName";
      return critical(certificate, OID.subjectAltName) === true && !certificate.subjectName.isEmpty
        ? "its subjectAltName is critical although it has a subject name"
        : null;
    },
  },
  {
    profiles: WEB,
    roles: ["leaf"],
    check: (certificate, { purpose }) => {
      if (purpose === "client") return null;
      const stranger = strangeCommonName(certificate);
      return stranger === null
        ? null
        : `its common name ${harmless(stranger, MAX_SHORT_NAME)} is not one of its alternative names`;
    },
  },
  {
    profiles: WEB,
    roles: ["leaf"],
    check: (certificate, { isPublicSuffix }) => {
      const wide = certificate.dnsNames.find(
        (name) => name.startsWith("*.") && isPublicSuffix(name.slice(2).toLowerCase()),
      );
      return wide === undefined
        ? null
        : `the wildcard ${harmless(wide, MAX_SHORT_NAME)} spans a public suffix`;
    },
  },
  {
    profiles: WEB,
    roles: ["root"],
    check: ({ known: { extendedKeyUsage } }) =>
      extendedKeyUsage === null ? null : "it is a root with extendedKeyUsage",
  },
  {
    profiles: WEB,
    roles: ["root"],
    check: ({
      known: { authorityKeyIdentifier: authority, subjectKeyIdentifier: own },
      selfIssued,
    }) => {
      if (authority === null || !selfIssued) return null;
      const { keyIdentifier, hasIssuer, hasSerialNumber } = authority;
      const good =
        keyIdentifier !== null &&
        !hasIssuer &&
        !hasSerialNumber &&
        own !== null &&
        equalBytes(keyIdentifier, own);
      return good
        ? null
        : "the authorityKeyIdentifier of this root is not its own key identifier alone";
    },
  },
];

/**
 * A common name that is not, character for character, one of the alternative names; addresses in their canonical text.
 * The domain under a wildcard is let pass: it is what authorities wrote for long.
 */
function strangeCommonName(certificate: ParsedCertificate): string | null {
  const names = new Set([...certificate.dnsNames, ...certificate.ipAddresses.map(formatIp)]);
  const common = certificate.subjectName.texts(OID.commonName);
  return common.find((name) => !names.has(name) && !names.has(`*.${name}`)) ?? null;
}

const RULES: readonly Rule[] = [...RFC5280, ...WEBPKI];

/** Everything that a profile holds against a certificate in a role. */
export function profileProblems(
  profile: ProfileName,
  certificate: ParsedCertificate,
  context: RuleContext,
): string[] {
  if (profile === "basic") return [];
  return RULES.flatMap(({ profiles, roles, check }) => {
    if (!profiles.includes(profile) || !roles.includes(context.role)) return [];
    return check(certificate, context) ?? [];
  });
}

/** Without a list of them, a public suffix is what has one label. */
export const topLevelOnly = (domain: string): boolean =>
  !domain.includes(".") || ipBytes(domain) !== null;
