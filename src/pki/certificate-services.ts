/**
 * Certificates as the security package needs them, over one provider: the composition of this folder.
 */
import type { CryptoProvider } from "../crypto/provider.ts";
import type { LeafCertificate } from "../handshake/peer-identity.ts";
import { fail } from "../protocol/failure.ts";
import type { CertificateServices } from "../schannel/environment.ts";
import { CertificateParser, KeyUsage } from "./certificate.ts";
import { ChainContext, ChainVerifier } from "./chain-verifier.ts";
import { signingKeyOf } from "./private-key.ts";
import { RevocationVerifier } from "./revocation/revocation-verifier.ts";
import { TrustStore } from "./trust-store.ts";

export function createCertificateServices(provider: CryptoProvider): CertificateServices {
  const parser = new CertificateParser(provider);
  const context = new ChainContext(parser);
  return {
    readLeaf(der): LeafCertificate {
      const leaf = parser.parse(der);
      if (leaf.publicKey === null) {
        fail(
          "UnsupportedCertificateKey",
          `the key of ${leaf.subjectText} is of a kind that is not accepted`,
        );
      }
      return {
        publicKey: leaf.publicKey,
        maySign: leaf.allowsUsage(KeyUsage.DigitalSignature),
        mayEncipher: leaf.allowsUsage(KeyUsage.KeyEncipherment),
        notBefore: leaf.notBefore,
        notAfter: leaf.notAfter,
        signatureHash: leaf.signatureHash,
        issuer: leaf.issuer,
      };
    },
    names(der) {
      const { subjectName, issuerName } = parser.parse(der);
      return { subject: subjectName.text, issuer: issuerName.text };
    },
    verifier(trust, { revocation, revocationSources = {} }) {
      const store = asTrustStore(trust);
      return new RevocationVerifier(parser, revocation, revocationSources, (request, judge) =>
        new ChainVerifier(context, store, { judge }).verify(request),
      );
    },
    roots: (trust) => asTrustStore(trust)?.anchors ?? [],
    signingKey(privateKey, leaf) {
      const certificate = parser.parse(leaf);
      if (certificate.publicKey === null) {
        fail(
          "UnsupportedCertificateKey",
          "the certificate's key is of a kind that is not accepted",
        );
      }
      return signingKeyOf(provider, privateKey, certificate.publicKey, certificate.spki);
    },
  };
}

function asTrustStore(trust: unknown): TrustStore | null {
  if (trust === null || trust === undefined) return null;
  if (trust instanceof TrustStore) return trust;
  throw new TypeError("hRootStore is no TrustStore; make one with trustStoreFromPem");
}
