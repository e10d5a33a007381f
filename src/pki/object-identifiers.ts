/**
 * Object identifiers of certificate extensions (RFC 5280 §4.2), purposes, name attributes, and of the signature
 * algorithms and keys that are known but not accepted, so that a refusal can call them by name.
 */
import type { DigestName } from "../crypto/provider.ts";

export const OID = {
  commonName: "2.5.4.3",
  organization: "2.5.4.10",
  subjectKeyIdentifier: "2.5.29.14",
  keyUsage: "2.5.29.15",
  subjectAltName: "2.5.29.17",
  issuerAltName: "2.5.29.18",
  basicConstraints: "2.5.29.19",
  nameConstraints: "2.5.29.30",
  crlDistributionPoints: "2.5.29.31",
  certificatePolicies: "2.5.29.32",
  anyPolicy: "2.5.29.32.0",
  policyMappings: "2.5.29.33",
  authorityKeyIdentifier: "2.5.29.35",
  policyConstraints: "2.5.29.36",
  extendedKeyUsage: "2.5.29.37",
  anyExtendedKeyUsage: "2.5.29.37.0",
  inhibitAnyPolicy: "2.5.29.54",
  authorityInfoAccess: "1.3.6.1.5.5.7.1.1",
  tlsFeature: "1.3.6.1.5.5.7.1.24",
  serverAuth: "1.3.6.1.5.5.7.3.1",
  clientAuth: "1.3.6.1.5.5.7.3.2",
  ocspSigning: "1.3.6.1.5.5.7.3.9",
  accessMethodOcsp: "1.3.6.1.5.5.7.48.1",
  basicOcspResponse: "1.3.6.1.5.5.7.48.1.1",
  crlNumber: "2.5.29.20",
  reasonCode: "2.5.29.21",
  invalidityDate: "2.5.29.24",
  deltaCrlIndicator: "2.5.29.27",
  issuingDistributionPoint: "2.5.29.28",
  certificateIssuer: "2.5.29.29",
  emailAddress: "1.2.840.113549.1.9.1",
} as const;

/** Short names of attributes of distinguished names (RFC 4514 §3 and what OpenSSL prints). */
export const ATTRIBUTE_NAMES: Readonly<Record<string, string>> = {
  [OID.commonName]: "CN",
  "2.5.4.4": "SN",
  "2.5.4.5": "serialNumber",
  "2.5.4.6": "C",
  "2.5.4.7": "L",
  "2.5.4.8": "ST",
  "2.5.4.9": "street",
  [OID.organization]: "O",
  "2.5.4.11": "OU",
  "2.5.4.12": "title",
  "2.5.4.42": "GN",
  "2.5.4.97": "organizationIdentifier",
  "0.9.2342.19200300.100.1.1": "UID",
  "0.9.2342.19200300.100.1.25": "DC",
  [OID.emailAddress]: "emailAddress",
};

/** A signature algorithm or kind of key that is refused. */
export interface RefusedAlgorithm {
  /** By which people know it. */
  readonly name: string;
  /** The hash of its signatures, for tls-server-end-point; SHA-256 replaces MD5 (RFC 5929 §4.1). */
  readonly hash?: DigestName;
}

export const REFUSED_ALGORITHMS: Readonly<Record<string, RefusedAlgorithm>> = {
  "1.2.840.113549.1.1.2": { name: "RSA with MD2" },
  "1.2.840.113549.1.1.4": { name: "RSA with MD5", hash: "sha256" },
  "1.3.14.3.2.3": { name: "RSA with MD5", hash: "sha256" },
  "1.2.840.113549.1.1.5": { name: "RSA with SHA-1", hash: "sha1" },
  "1.3.14.3.2.29": { name: "RSA with SHA-1", hash: "sha1" },
  "1.2.840.113549.1.1.14": { name: "RSA with SHA-224", hash: "sha224" },
  "1.2.840.10040.4.1": { name: "DSA" },
  "1.2.840.10040.4.3": { name: "DSA with SHA-1", hash: "sha1" },
  "1.3.14.3.2.27": { name: "DSA with SHA-1", hash: "sha1" },
  "2.16.840.1.101.3.4.3.1": { name: "DSA with SHA-224", hash: "sha224" },
  "2.16.840.1.101.3.4.3.2": { name: "DSA with SHA-256", hash: "sha256" },
  "2.16.840.1.101.3.4.3.3": { name: "DSA with SHA-384", hash: "sha384" },
  "2.16.840.1.101.3.4.3.4": { name: "DSA with SHA-512", hash: "sha512" },
  "1.2.840.10045.4.1": { name: "ECDSA with SHA-1", hash: "sha1" },
  "1.2.840.10045.4.3.1": { name: "ECDSA with SHA-224", hash: "sha224" },
};
