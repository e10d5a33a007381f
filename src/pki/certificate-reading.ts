/**
 * What a security package reads from certificates and trust stores, independent of their verifier.
 */
import type { PublicKey } from "../crypto/provider.ts";
import type { LeafCertificate } from "../handshake/peer-identity.ts";
import { fail } from "../protocol/failure.ts";
import { type CertificateParser, KeyUsage, type ParsedCertificate } from "./certificate.ts";
import type { CertificateServices } from "./services.ts";
import { TrustStore } from "./trust-store.ts";

/** What both kinds of services read out of certificates. */
export function certificateReading(
  parser: CertificateParser,
): Pick<CertificateServices, "readLeaf" | "names" | "roots"> {
  return {
    readLeaf(der): LeafCertificate {
      const { leaf, publicKey } = withKey(parser, der);
      return {
        publicKey,
        maySign: leaf.allowsUsage(KeyUsage.DigitalSignature),
        mayEncipher: leaf.allowsUsage(KeyUsage.KeyEncipherment),
        notBefore: leaf.notBefore,
        notAfter: leaf.notAfter,
        signatureHash: leaf.signatureAlgorithm.hash,
        issuer: leaf.issuer,
      };
    },
    names(der) {
      const { subjectName, issuerName } = parser.parse(der);
      return { subject: subjectName.text, issuer: issuerName.text };
    },
    roots: (trust) => asTrustStore(trust)?.anchors ?? [],
  };
}

/**
 * A certificate whose key can be used.
 * @throws TlsFailure MalformedCertificate, UnsupportedCertificateKey
 */
export function withKey(
  parser: CertificateParser,
  der: Uint8Array,
): { readonly leaf: ParsedCertificate; readonly publicKey: PublicKey; readonly spki: Uint8Array } {
  const leaf = parser.parse(der);
  const { publicKey, spki } = leaf;
  if (publicKey === null) {
    fail(
      "UnsupportedCertificateKey",
      `the key of ${leaf.subjectText} is of a kind that is not accepted`,
    );
  }
  return { leaf, publicKey, spki };
}

/** @throws TypeError */
export function asTrustStore(trust: unknown): TrustStore | null {
  if (trust === null || trust === undefined) return null;
  if (trust instanceof TrustStore) return trust;
  throw new TypeError("hRootStore is not a TrustStore; make one with trustStoreFromPem");
}
