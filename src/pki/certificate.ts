/**
 * Our view of a certificate (RFC 5280 §4), read by the strict DER reader, without recursion and in time linear to its
 * length, and kept by its bytes: handshakes repeat. Keys are imported when they are asked for.
 * Judges nothing but form.
 *
 * Certificate: tbsCertificate { version, serialNumber, signature, issuer, validity, subject, subjectPublicKeyInfo,
 * issuerUniqueID, subjectUniqueID, extensions }, signatureAlgorithm, signatureValue.
 */
import { equalBytes } from "../bytes/byte-arrays.ts";
import { DecodeError } from "../bytes/byte-reader.ts";
import { DerReader, DerTag } from "../bytes/der.ts";
import { type PublicKeyParts, parsePublicKey } from "../crypto/key-encoding.ts";
import type { CryptoProvider, PublicKey } from "../crypto/provider.ts";
import { fail } from "../protocol/failure.ts";
import { ByteCache } from "./byte-cache.ts";
import { type DistinguishedName, readName } from "./distinguished-name.ts";
import {
  type Extension,
  type KnownExtensions,
  readBoolean,
  readKnownExtensions,
} from "./extensions.ts";
import {
  type CertificateSignatureAlgorithm,
  readSignatureAlgorithm,
} from "./signature-algorithm.ts";

/** Of a certificate; real ones stay below 20,000. */
const MAX_CERTIFICATE = 64 * 1024;

/** Certificates that a parser keeps. */
const MAX_CACHED_CERTIFICATES = 512;
/** Memory that they may take once they are parsed. */
const MAX_CACHED_BYTES = 8 * 1024 * 1024;
/** Memory of an object with a view or a text, and of what the decoded values make of a byte of their encoding. */
const OBJECT_BYTES = 256;
const DECODED_BYTES = 32;

/** Bits of `keyUsage` (RFC 5280 §4.2.1.3). */
export const KeyUsage = {
  DigitalSignature: 0x80,
  KeyEncipherment: 0x20,
  KeyCertSign: 0x04,
  CrlSign: 0x02,
} as const;

interface Fields {
  readonly der: Uint8Array;
  readonly tbs: Uint8Array;
  readonly version: number;
  readonly serialNumber: Uint8Array;
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  readonly spki: Uint8Array;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly extensions: ReadonlyMap<string, Extension>;
  /** The field is there, be it empty. */
  readonly hasExtensions: boolean;
  readonly signatureAlgorithm: CertificateSignatureAlgorithm;
  readonly signature: Uint8Array;
}

/** All byte fields are views of `der`, which must not change. */
export class ParsedCertificate {
  readonly der: Uint8Array;
  /** What the issuer signed. */
  readonly tbs: Uint8Array;
  /** 1, 2 or 3. */
  readonly version: number;
  /** Content of the INTEGER, two's complement. */
  readonly serialNumber: Uint8Array;
  /** DER Names. */
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  readonly issuerName: DistinguishedName;
  readonly subjectName: DistinguishedName;
  /** DER SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  /** Milliseconds since 1970; both ends belong to the validity. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** By OID. */
  readonly extensions: ReadonlyMap<string, Extension>;
  /** The decoded ones. */
  readonly known: KnownExtensions;
  readonly signatureAlgorithm: CertificateSignatureAlgorithm;
  readonly signature: Uint8Array;
  readonly #provider: CryptoProvider;
  readonly #emptyExtensions: boolean;
  #keyParts: PublicKeyParts | null | undefined;
  #publicKey: PublicKey | null | undefined;

  constructor(provider: CryptoProvider, fields: Fields) {
    this.#provider = provider;
    this.#emptyExtensions = fields.extensions.size === 0 && fields.hasExtensions;
    this.der = fields.der;
    this.tbs = fields.tbs;
    this.version = fields.version;
    this.serialNumber = fields.serialNumber;
    this.issuer = fields.issuer;
    this.subject = fields.subject;
    this.issuerName = readName(fields.issuer);
    this.subjectName = readName(fields.subject);
    this.spki = fields.spki;
    this.notBefore = fields.notBefore;
    this.notAfter = fields.notAfter;
    this.extensions = fields.extensions;
    this.known = readKnownExtensions(fields.extensions);
    this.signatureAlgorithm = fields.signatureAlgorithm;
    this.signature = fields.signature;
  }

  /** Memory that this object takes, in bytes, at a guess that is rather too high. */
  get size(): number {
    const { der, extensions, issuerName, subjectName } = this;
    let size = 4 * OBJECT_BYTES + 2 * der.length + issuerName.size + subjectName.size;
    for (const { value } of extensions.values()) {
      size += OBJECT_BYTES + DECODED_BYTES * value.length;
    }
    return size;
  }

  /** OID of the key's kind. */
  get spkiAlgorithm(): string {
    const info = new DerReader(this.spki).sequence();
    return info.sequence().objectIdentifier();
  }

  /** The key in its encoding; null: a kind that is not accepted. */
  get keyParts(): PublicKeyParts | null {
    if (this.#keyParts === undefined) this.#keyParts = parsePublicKey(this.spki);
    return this.#keyParts;
  }

  /** Null: of a kind that is not accepted, or no valid key. */
  get publicKey(): PublicKey | null {
    if (this.#publicKey === undefined) {
      this.#publicKey = this.#provider.importPublicKey(this.spki);
    }
    return this.#publicKey;
  }

  /** "CN=example.com", for messages. */
  get subjectText(): string {
    return this.subjectName.shortText;
  }

  get issuerText(): string {
    return this.issuerName.shortText;
  }

  /** Issuer and subject are the same name (RFC 5280 §3.2). */
  get selfIssued(): boolean {
    return this.issuerName.equals(this.subjectName);
  }

  /** What RFC 5280 forbids of its form and everybody can read all the same, or null: for the profiles to refuse. */
  get formProblem(): string | null {
    if (this.signatureAlgorithm.formProblem !== null) return this.signatureAlgorithm.formProblem;
    return this.#emptyExtensions ? "its list of extensions is empty (RFC 5280 §4.1)" : null;
  }

  /** Is it a certification authority by its basic constraints? */
  get isCa(): boolean {
    return this.known.basicConstraints?.ca === true;
  }

  get dnsNames(): string[] {
    return (this.known.subjectAltName ?? []).flatMap((name) =>
      name.form === "dns" ? [name.text] : [],
    );
  }

  /** 4 or 16 bytes each. */
  get ipAddresses(): Uint8Array[] {
    return (this.known.subjectAltName ?? []).flatMap((name) =>
      name.form === "ip" ? [name.bytes] : [],
    );
  }

  /** The extension, if present, lets the key be used so (any of the bits). */
  allowsUsage(bits: number): boolean {
    const { keyUsage } = this.known;
    return keyUsage === null || (keyUsage & bits) !== 0;
  }
}

/** Parses certificates and keeps the last few by their bytes. */
export class CertificateParser {
  readonly provider: CryptoProvider;
  readonly #cache = new ByteCache<ParsedCertificate>(MAX_CACHED_CERTIFICATES, MAX_CACHED_BYTES);

  constructor(provider: CryptoProvider) {
    this.provider = provider;
  }

  /**
   * Reads a certificate. Its bytes are copied.
   * @throws TlsFailure MalformedCertificate
   */
  parse(der: Uint8Array): ParsedCertificate {
    if (der.length > MAX_CERTIFICATE) {
      fail(
        "MalformedCertificate",
        `a certificate of ${der.length} bytes, at most ${MAX_CERTIFICATE} are read`,
      );
    }
    const known = this.#cache.get(der);
    if (known !== null) return known;
    const own = new Uint8Array(der);
    try {
      const parsed = new ParsedCertificate(this.provider, readFields(own));
      this.#cache.set(own, parsed, parsed.size);
      return parsed;
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      return fail("MalformedCertificate", `a certificate cannot be read: ${error.message}`);
    }
  }
}

function readFields(der: Uint8Array): Fields {
  const outer = new DerReader(der);
  const certificate = outer.sequence();
  outer.end();
  const tbs = expect(certificate, DerTag.Sequence);
  const algorithm = certificate.element(DerTag.Sequence);
  const signature = certificate.bitString();
  certificate.end();

  const fields = new DerReader(tbs).sequence();
  const version = readVersion(fields.optional(0));
  const serialNumber = readSerialNumber(fields);
  if (!equalBytes(fields.element(DerTag.Sequence), algorithm)) {
    // @rfc 5280 §4.1.1.2
    throw new DecodeError("the signature algorithm inside and outside are not the same");
  }
  const issuer = expect(fields, DerTag.Sequence);
  const validity = fields.sequence();
  const notBefore = readTime(validity);
  const notAfter = readTime(validity);
  validity.end();
  const subject = expect(fields, DerTag.Sequence);
  const spki = expect(fields, DerTag.Sequence);
  new DerReader(spki).sequence().sequence().objectIdentifier();
  for (const tag of [0x81, 0x82]) {
    if (fields.peek() === tag && version >= 2) fields.element(tag);
  }
  const wrapped = fields.optional(3);
  const hasExtensions = wrapped !== null;
  if (hasExtensions && version !== 3) {
    // @rfc 5280 §4.1.2.9
    throw new DecodeError(
      `it is of version ${version} and has extensions, which only version 3 may have`,
    );
  }
  const extensions = readExtensions(wrapped);
  fields.end();
  const signatureAlgorithm = readSignatureAlgorithm(algorithm);
  return {
    ...{ der, tbs, version, serialNumber, issuer, subject, spki, notBefore, notAfter },
    ...{ extensions, hasExtensions, signatureAlgorithm, signature },
  };
}

/** An element with tag and length. */
function expect(reader: DerReader, tag: number): Uint8Array {
  const element = reader.next();
  if (element.tag !== tag) throw new DecodeError(`DER: tag ${element.tag}, expected ${tag}`);
  return element.encoded;
}

function readVersion(wrapped: DerReader | null): number {
  if (wrapped === null) return 1;
  const version = wrapped.smallInteger() + 1;
  wrapped.end();
  if (version > 3) throw new DecodeError(`there is no version ${version}`);
  return version;
}

/** Content of any INTEGER in shortest form: negative ones are for the profiles to refuse. */
function readSerialNumber(fields: DerReader): Uint8Array {
  const content = fields.element(DerTag.Integer);
  const [first, second = 0] = content;
  if (first === undefined) throw new DecodeError("the serial number is empty");
  if (content.length > 1 && first === (second >= 0x80 ? 0xff : 0)) {
    throw new DecodeError("the serial number is not in its shortest form");
  }
  return content;
}

/** Reads the Extensions in an explicit tag: none where it is absent. */
export function readExtensions(wrapped: DerReader | null): Map<string, Extension> {
  if (wrapped === null) return new Map();
  const list = wrapped.sequence();
  wrapped.end();
  return readExtensionList(list);
}

/** Reads the elements of Extensions (RFC 5280 §4.1). None at all is for the profiles to refuse. */
export function readExtensionList(list: DerReader): Map<string, Extension> {
  const extensions = new Map<string, Extension>();
  while (list.peek() !== null) {
    const fields = list.sequence();
    const oid = fields.objectIdentifier();
    const critical = fields.peek() === DerTag.Boolean && readBoolean(fields);
    const value = fields.element(DerTag.OctetString);
    fields.end();
    // @rfc 5280 §4.2
    if (extensions.has(oid)) throw new DecodeError(`the extension ${oid} is there twice`);
    extensions.set(oid, { critical, value });
  }
  return extensions;
}

const DIGIT_ZERO = 0x30;
const LETTER_Z = 0x5a;

/** UTCTime YYMMDDHHMMSSZ or GeneralizedTime YYYYMMDDHHMMSSZ (RFC 5280 §4.1.2.5): seconds, and Z for the zone. */
export function readTime(reader: DerReader): number {
  const { tag, content } = reader.next();
  const digits = Array.from(content.subarray(0, -1), (byte) => byte - DIGIT_ZERO);
  const length = tag === DerTag.UtcTime ? 12 : 14;
  const isTime = tag === DerTag.UtcTime || tag === DerTag.GeneralizedTime;
  const good =
    isTime &&
    digits.length === length &&
    content[length] === LETTER_Z &&
    digits.every((digit) => digit >= 0 && digit <= 9);
  if (!good) throw new DecodeError("a time is not in the form of RFC 5280");
  const pair = (at: number): number => 10 * (digits[at] ?? 0) + (digits[at + 1] ?? 0);
  const start = length - 10;
  const short = pair(start - 2);
  const year = length === 12 ? short + (short < 50 ? 2000 : 1900) : 100 * pair(0) + short;
  const [month, day] = [pair(start), pair(start + 2)];
  const [hour, minute, second] = [pair(start + 4), pair(start + 6), pair(start + 8)];
  const time = new Date(0);
  time.setUTCFullYear(year, month - 1, day);
  time.setUTCHours(hour, minute, second);
  if (
    time.getUTCMonth() !== month - 1 ||
    time.getUTCDate() !== day ||
    hour > 23 ||
    minute > 59 ||
    second > 59
  ) {
    throw new DecodeError("a time has a month, day, hour, minute or second that does not exist");
  }
  return time.getTime();
}
