/**
 * A certificate revocation list (RFC 5280 §5), read by the strict DER reader without recursion: its head at once, its
 * entries when the first certificate is looked up. Judges form and scope; `crl-set.ts` decides on its validity.
 *
 * CertificateList { tbsCertList, signatureAlgorithm, signature }
 * TBSCertList { version, signature, issuer, thisUpdate, nextUpdate, revokedCertificates, [0] crlExtensions }
 */
import { equalBytes } from "../../bytes/byte-arrays.ts";
import { DecodeError } from "../../bytes/byte-reader.ts";
import { DerReader, DerTag } from "../../bytes/der.ts";
import { toHex } from "../../bytes/text.ts";
import { fail } from "../../protocol/failure.ts";
import { readExtensionList, readExtensions, readTime } from "../certificate.ts";
import { type DistinguishedName, readName } from "../distinguished-name.ts";
import type { Extension } from "../extensions.ts";
import { OID } from "../object-identifiers.ts";
import {
  type CertificateSignatureAlgorithm,
  readSignatureAlgorithm,
} from "../signature-algorithm.ts";
import { ALL_REASONS, directoryNames, readPointName, readReasons } from "./evidence.ts";

/** Of the whole list; the largest public ones have some 30 MB. */
export const MAX_CRL: number = 64 * 1024 * 1024;

/** IssuingDistributionPoint (RFC 5280 §5.2.5): what the list is about. */
export interface CrlScope {
  /** Null: the field is absent. */
  readonly names: readonly string[] | null;
  readonly only: "user" | "ca" | "attribute" | null;
  readonly reasons: number;
  readonly indirect: boolean;
}

const WHOLE: CrlScope = { names: null, only: null, reasons: ALL_REASONS, indirect: false };

export interface CrlEntry {
  /** Milliseconds since 1970. */
  readonly revokedAt: number;
  /** CRLReason, or null. */
  readonly reason: number | null;
}

export interface Crl {
  readonly issuerName: DistinguishedName;
  readonly thisUpdate: number;
  readonly nextUpdate: number | null;
  readonly scope: CrlScope;
  /**
   * It has a CRLNumber that is not critical, as every list should (RFC 5280 §5.2.3); those of private authorities vary.
   */
  readonly numbered: boolean;
  /** The whole list (DER), our own copy. */
  readonly bytes: Uint8Array;
  readonly tbs: Uint8Array;
  readonly signatureAlgorithm: CertificateSignatureAlgorithm;
  readonly signature: Uint8Array;
  /** The entry of a certificate by its issuer's name and the content of its serial number; throws DecodeError. */
  find(issuer: DistinguishedName, serialNumber: Uint8Array): CrlEntry | null;
}

const UNDERSTOOD: readonly string[] = [
  OID.authorityKeyIdentifier,
  OID.issuerAltName,
  OID.crlNumber,
  OID.issuingDistributionPoint,
];

/**
 * Reads a list. The bytes are copied.
 * @throws TlsFailure UnusableCrl: malformed, a delta, an unknown critical extension
 */
export function readCrl(der: Uint8Array): Crl {
  if (der.length > MAX_CRL) {
    fail("UnusableCrl", `a CRL of ${der.length} bytes, at most ${MAX_CRL} are read`);
  }
  try {
    return read(der.slice());
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return fail("UnusableCrl", `a CRL cannot be read: ${error.message}`);
  }
}

function read(der: Uint8Array): Crl {
  const outer = new DerReader(der);
  const list = outer.sequence();
  outer.end();
  const { tag, encoded: tbs, content } = list.next();
  if (tag !== DerTag.Sequence) throw new DecodeError("TBSCertList is not a SEQUENCE");
  const algorithm = list.element(DerTag.Sequence);
  const signature = list.bitString();
  list.end();

  const fields = new DerReader(content);
  if (fields.peek() === DerTag.Integer && fields.smallInteger() !== 1) {
    throw new DecodeError("unknown version");
  }
  if (!equalBytes(fields.element(DerTag.Sequence), algorithm)) {
    // @rfc 5280 §5.1.1.2
    throw new DecodeError("the signature algorithm inside and outside are not the same");
  }
  const issuerName = readName(fields.next().encoded);
  const thisUpdate = readTime(fields);
  const dated = fields.peek() === DerTag.UtcTime || fields.peek() === DerTag.GeneralizedTime;
  const nextUpdate = dated ? readTime(fields) : null;
  const hasEntries = fields.peek() === DerTag.Sequence;
  const revoked = hasEntries ? fields.element(DerTag.Sequence) : new Uint8Array(0);
  const extensions = readExtensions(fields.optional(0));
  fields.end();
  const scope = scopeOf(extensions, issuerName);
  let entries: ReadonlyMap<string, CrlEntry> | null = null;
  return {
    bytes: der,
    ...{ issuerName, thisUpdate, nextUpdate, scope, tbs, signature },
    numbered: extensions.get(OID.crlNumber)?.critical === false,
    signatureAlgorithm: readSignatureAlgorithm(algorithm),
    find(issuer, serialNumber) {
      entries ??= readEntries(revoked, issuerName, scope.indirect);
      return entries.get(entryKey(issuer, serialNumber)) ?? null;
    },
  };
}

function scopeOf(extensions: ReadonlyMap<string, Extension>, issuer: DistinguishedName): CrlScope {
  if (extensions.has(OID.deltaCrlIndicator)) {
    fail(
      "UnusableCrl",
      `the CRL of ${issuer.shortText} is a delta CRL, which is not supported: give the complete one`,
    );
  }
  for (const [oid, { critical }] of extensions) {
    if (critical && !UNDERSTOOD.includes(oid)) {
      fail(
        "UnusableCrl",
        `the CRL of ${issuer.shortText} has the unknown critical extension ${oid}`,
      );
    }
  }
  const extension = extensions.get(OID.issuingDistributionPoint);
  return extension === undefined ? WHOLE : readScope(new DerReader(extension.value).sequence());
}

function readScope(fields: DerReader): CrlScope {
  const wrapped = fields.optional(0);
  const names = wrapped === null ? null : readPointName(wrapped).names;
  const flag = (tag: number): boolean =>
    fields.peek() === tag && (fields.element(tag)[0] ?? 0) !== 0;
  const user = flag(0x81);
  const ca = flag(0x82);
  const reasons = fields.peek() === 0x83 ? readReasons(fields.element(0x83)) : ALL_REASONS;
  const indirect = flag(0x84);
  const attribute = flag(0x85);
  fields.end();
  if ([user, ca, attribute].filter(Boolean).length > 1) {
    throw new DecodeError("IssuingDistributionPoint: only users, only authorities, both at once");
  }
  return {
    names,
    only: user ? "user" : ca ? "ca" : attribute ? "attribute" : null,
    reasons,
    indirect,
  };
}

/** In an indirect list an entry's issuer holds for those that follow (RFC 5280 §5.3.3). */
function readEntries(
  revoked: Uint8Array,
  listIssuer: DistinguishedName,
  indirect: boolean,
): ReadonlyMap<string, CrlEntry> {
  const entries = new Map<string, CrlEntry>();
  const list = new DerReader(revoked);
  let issuer = listIssuer;
  while (list.peek() !== null) {
    const fields = list.sequence();
    const serialNumber = fields.element(DerTag.Integer);
    const revokedAt = readTime(fields);
    const extensions =
      fields.peek() === null ? new Map<string, Extension>() : readExtensionList(fields.sequence());
    fields.end();
    for (const [oid, { critical, value }] of extensions) {
      if (oid === OID.certificateIssuer && indirect) {
        const [name] = directoryNames(new DerReader(value).sequence());
        if (name === undefined) throw new DecodeError("an entry's issuer has no directory name");
        issuer = readName(name);
      } else if (critical && oid !== OID.reasonCode && oid !== OID.invalidityDate) {
        // @rfc 5280 §5.3
        throw new DecodeError(`an entry has the unknown critical extension ${oid}`);
      }
    }
    entries.set(entryKey(issuer, serialNumber), { revokedAt, reason: readReason(extensions) });
  }
  return entries;
}

function readReason(extensions: ReadonlyMap<string, Extension>): number | null {
  const extension = extensions.get(OID.reasonCode);
  if (extension === undefined) return null;
  return new DerReader(extension.value).element(DerTag.Enumerated)[0] ?? null;
}

function entryKey(issuer: DistinguishedName, serialNumber: Uint8Array): string {
  return `${toHex(serialNumber)}|${issuer.keys.join("|")}`;
}
