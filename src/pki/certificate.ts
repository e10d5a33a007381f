/**
 * Our view of a certificate (RFC 5280 §4), parsed by pkijs and kept by its bytes: parsing is dear, handshakes repeat.
 * Judges nothing.
 */
import { Certificate as PkijsCertificate } from "pkijs";
import { toHex } from "../bytes/text.ts";
import type { CryptoProvider, PublicKey } from "../crypto/provider.ts";
import type { HashName } from "../protocol/cipher-suite.ts";
import { fail } from "../protocol/failure.ts";
import type { SignatureAlgorithm } from "../protocol/signature-scheme.ts";
import { OID } from "./object-identifiers.ts";
import { signatureAlgorithmOf } from "./signature-algorithm.ts";

/** Bytes of the largest certificate that is looked at. */
const MAX_CERTIFICATE = 64 * 1024;
const CACHED = 256;

export interface ParsedCertificate {
  readonly der: Uint8Array;
  /** What the issuer signed. */
  readonly tbs: Uint8Array;
  readonly signature: Uint8Array;
  readonly signatureAlgorithm: SignatureAlgorithm | null;
  /** DER Names. */
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  readonly subjectText: string;
  /** DER SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  readonly publicKey: PublicKey | null;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly isCa: boolean;
  readonly pathLength: number | null;
  /** Bits of keyUsage, first bit 0x80 of the first byte; null: no extension. */
  readonly keyUsage: number | null;
  /** OIDs; null: no extension. */
  readonly extendedKeyUsage: readonly string[] | null;
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly Uint8Array[];
  /** OIDs of critical extensions that nobody here understands. */
  readonly unknownCritical: readonly string[];
  readonly signatureHash: HashName | null;
}

export const KeyUsage = {
  DigitalSignature: 0x80,
  KeyEncipherment: 0x20,
  KeyCertSign: 0x04,
} as const;

const UNDERSTOOD: readonly string[] = [
  OID.keyUsage,
  OID.subjectAltName,
  OID.basicConstraints,
  OID.extendedKeyUsage,
];

/** Parses certificates and keeps the last few by their bytes. */
export class CertificateParser {
  readonly #provider: CryptoProvider;
  readonly #cache = new Map<string, ParsedCertificate>();

  constructor(provider: CryptoProvider) {
    this.#provider = provider;
  }

  /** @throws TlsFailure MalformedCertificate */
  parse(der: Uint8Array): ParsedCertificate {
    if (der.length > MAX_CERTIFICATE) {
      fail(
        "MalformedCertificate",
        `a certificate of ${der.length} bytes, at most ${MAX_CERTIFICATE} are read`,
      );
    }
    const key = toHex(this.#provider.digest("sha256", der));
    const known = this.#cache.get(key);
    if (known !== undefined) return known;
    const parsed = this.#read(der.slice());
    this.#cache.set(key, parsed);
    if (this.#cache.size > CACHED) {
      const oldest = this.#cache.keys().next();
      if (!oldest.done) this.#cache.delete(oldest.value);
    }
    return parsed;
  }

  #read(der: Uint8Array): ParsedCertificate {
    try {
      return this.#view(der, PkijsCertificate.fromBER(der as Uint8Array<ArrayBuffer>));
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      return fail("MalformedCertificate", `a certificate cannot be read: ${text}`);
    }
  }

  #view(der: Uint8Array, certificate: PkijsCertificate): ParsedCertificate {
    const spki = new Uint8Array(certificate.subjectPublicKeyInfo.toSchema().toBER());
    const extensions = new Map(
      (certificate.extensions ?? []).map((extension) => [extension.extnID, extension]),
    );
    const value = (oid: string): Record<string, unknown> | null =>
      (extensions.get(oid)?.parsedValue as Record<string, unknown> | undefined) ?? null;
    const basic = value(OID.basicConstraints) as {
      cA?: boolean;
      pathLenConstraint?: unknown;
    } | null;
    const usage = value(OID.keyUsage) as { valueBlock?: { valueHexView: Uint8Array } } | null;
    const extended = value(OID.extendedKeyUsage) as { keyPurposes?: string[] } | null;
    const names =
      (value(OID.subjectAltName) as { altNames?: { type: number; value: unknown }[] } | null)
        ?.altNames ?? [];
    const algorithm = signatureAlgorithmOf(certificate.signatureAlgorithm);
    return {
      der,
      tbs: new Uint8Array(certificate.tbsView),
      signature: new Uint8Array(certificate.signatureValue.valueBlock.valueHexView),
      signatureAlgorithm: algorithm,
      issuer: new Uint8Array(certificate.issuer.toSchema().toBER()),
      subject: new Uint8Array(certificate.subject.toSchema().toBER()),
      subjectText: certificate.subject.typesAndValues
        .map((item) => String(item.value.valueBlock.value))
        .join(", "),
      spki,
      publicKey: this.#provider.importPublicKey(spki),
      notBefore: certificate.notBefore.value.getTime(),
      notAfter: certificate.notAfter.value.getTime(),
      isCa: basic?.cA === true,
      pathLength: typeof basic?.pathLenConstraint === "number" ? basic.pathLenConstraint : null,
      keyUsage: usage === null ? null : (usage.valueBlock?.valueHexView[0] ?? 0),
      extendedKeyUsage: extended?.keyPurposes ?? null,
      dnsNames: names.filter((name) => name.type === 2).map((name) => String(name.value)),
      ipAddresses: names
        .filter((name) => name.type === 7)
        .map(
          (name) =>
            (name.value as { valueBlock: { valueHexView: Uint8Array } }).valueBlock.valueHexView,
        ),
      unknownCritical: [...extensions.values()]
        .filter((extension) => extension.critical && !UNDERSTOOD.includes(extension.extnID))
        .map((extension) => extension.extnID),
      signatureHash: algorithm?.hash ?? null,
    };
  }
}
