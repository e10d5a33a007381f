/**
 * The statement of an OCSP response or a CRL about one certificate, and what both formats share: names of distribution
 * points, reasons, the places a certificate names (RFC 5280 §4.2.1.13, §4.2.2.1).
 */
import { DecodeError } from "../../bytes/byte-reader.ts";
import { contextTag, DerReader } from "../../bytes/der.ts";
import { fromLatin1, toHex } from "../../bytes/text.ts";
import type { ParsedCertificate } from "../certificate.ts";
import { OID } from "../object-identifiers.ts";

/** `message` explains the result to people. */
export type Evidence =
  | { readonly kind: "good" }
  | { readonly kind: "revoked"; readonly message: string }
  /** The responder was asked and does not know. */
  | { readonly kind: "unknown"; readonly message: string }
  /** Right, but not an answer for this certificate at this time. */
  | {
      readonly kind: "useless";
      readonly message: string;
      /** Finer than RevocationOffline. */
      readonly reason?: "CrlExpired" | "CrlNotYetValid";
    }
  /** Malformed, or not signed by an authorised signer. */
  | { readonly kind: "bad"; readonly message: string; readonly reason?: "BadCrlSignature" };

/** Milliseconds that the clocks of signer and judge may differ. */
export const CLOCK_SKEW: number = 5 * 60 * 1000;

const REASONS: readonly string[] = [
  "unspecified",
  "keyCompromise",
  "cACompromise",
  "affiliationChanged",
  "superseded",
  "cessationOfOperation",
  "certificateHold",
  "(7)",
  "removeFromCRL",
  "privilegeWithdrawn",
  "aACompromise",
];

/** CRLReason (RFC 5280 §5.3.1): the entry takes an earlier one back. */
export const REMOVE_FROM_CRL = 8;

/** " (keyCompromise)", or nothing without a reason. */
export function reasonText(reason: number | null): string {
  return reason === null ? "" : ` (${REASONS[reason] ?? reason})`;
}

export const dateText = (time: number): string => new Date(time).toISOString();

/** Bits of ReasonFlags as they are in a BIT STRING; all of them where no field restricts. */
export const ALL_REASONS = 0xffff;

/** A place where revocation is published, as texts that are equal for equal names. */
export interface DistributionPoint {
  /** Null: the field is absent. */
  readonly names: readonly string[] | null;
  /** URIs among the names. */
  readonly urls: readonly string[];
  readonly reasons: number;
  /** Encoded directory names of the CRL's signer, where it is not the issuer. */
  readonly crlIssuer: readonly Uint8Array[] | null;
}

const URI = 0x86;
const DIRECTORY_NAME = contextTag(4);

/** Reads a DistributionPointName out of its explicit tag. */
export function readPointName(wrapped: DerReader): { names: string[]; urls: string[] } {
  const { tag, content, encoded } = wrapped.next();
  wrapped.end();
  // A name relative to the CRL's issuer is only ever compared as it stands.
  if (tag !== contextTag(0)) return { names: [toHex(encoded)], urls: [] };
  const names: string[] = [];
  const urls: string[] = [];
  const list = new DerReader(content);
  while (list.peek() !== null) {
    const name = list.next();
    names.push(toHex(name.encoded));
    if (name.tag === URI) urls.push(fromLatin1(name.content));
  }
  return { names, urls };
}

/** ReasonFlags out of the content of a BIT STRING. */
export function readReasons(content: Uint8Array): number {
  return ((content[1] ?? 0) << 8) | (content[2] ?? 0);
}

/** Encoded Names among GeneralNames. */
export function directoryNames(list: DerReader): Uint8Array[] {
  const names: Uint8Array[] = [];
  while (list.peek() !== null) {
    const { tag, content } = list.next();
    if (tag === DIRECTORY_NAME) names.push(content);
  }
  return names;
}

/** The certificate's CRL distribution points; none if the extension is absent or cannot be read. */
export function distributionPoints(certificate: ParsedCertificate): DistributionPoint[] {
  return readExtension(certificate, OID.crlDistributionPoints, (list) => {
    const points: DistributionPoint[] = [];
    while (list.peek() !== null) {
      const fields = list.sequence();
      const wrapped = fields.optional(0);
      const name = wrapped === null ? null : readPointName(wrapped);
      const reasons = fields.peek() === 0x81 ? readReasons(fields.element(0x81)) : ALL_REASONS;
      const issuer = fields.optional(2);
      fields.end();
      const crlIssuer = issuer === null ? null : directoryNames(issuer);
      points.push({ names: name?.names ?? null, urls: name?.urls ?? [], reasons, crlIssuer });
    }
    return points;
  });
}

/** URIs of OCSP responders that the certificate names. */
export function ocspUrls(certificate: ParsedCertificate): string[] {
  return readExtension(certificate, OID.authorityInfoAccess, (list) => {
    const urls: string[] = [];
    while (list.peek() !== null) {
      const description = list.sequence();
      const method = description.objectIdentifier();
      const { tag, content } = description.next();
      if (method === OID.accessMethodOcsp && tag === URI) urls.push(fromLatin1(content));
    }
    return urls;
  });
}

function readExtension<T>(
  certificate: ParsedCertificate,
  oid: string,
  read: (list: DerReader) => T[],
): T[] {
  const extension = certificate.extensions.get(oid);
  if (extension === undefined) return [];
  try {
    return read(new DerReader(extension.value).sequence());
  } catch (error) {
    // An unreadable place is ignored. Path validation, not revocation, reports an odd certificate.
    if (error instanceof DecodeError) return [];
    throw error;
  }
}

/** Bits of the public key, which OCSP hashes (RFC 6960 §4.1.1). A view. */
export function keyBits(certificate: ParsedCertificate): Uint8Array {
  const info = new DerReader(certificate.spki).sequence();
  info.next();
  return info.bitString();
}

/** Did this certificate's key make the signature? */
export function signedBy(
  signer: ParsedCertificate,
  { tbs, signatureAlgorithm, signature }: Signed,
): boolean {
  const { algorithm } = signatureAlgorithm;
  return algorithm !== null && signer.publicKey?.verify(algorithm, tbs, signature) === true;
}

export type Signed = Pick<ParsedCertificate, "tbs" | "signatureAlgorithm" | "signature">;
