/**
 * Certificates as the security package needs them, over one provider: the composition of this folder.
 */
import type { CryptoProvider } from "../crypto/provider.ts";
import { CertificateParser } from "./certificate.ts";
import { asTrustStore, certificateReading, withKey } from "./certificate-reading.ts";
import { signingKeyOf } from "./files/private-key.ts";
import { ChainContext, ChainVerifier } from "./path/chain-verifier.ts";
import type { MakeVerifier } from "./revocation/make-verifier.ts";
import type { CertificateServices } from "./services.ts";

/**
 * Everything that is built here, over one provider.
 * @param makeVerifier how proofs of revocation are looked at
 */
export function createCertificateServices(
  provider: CryptoProvider,
  makeVerifier: MakeVerifier,
): CertificateServices {
  const parser = new CertificateParser(provider);
  const context = new ChainContext(parser);
  return {
    ...certificateReading(parser),
    checksRevocation: true,
    verifier(trust, { revocation, revocationSources = {} }) {
      const store = asTrustStore(trust);
      return makeVerifier(parser, revocation, revocationSources, (request, judge) =>
        new ChainVerifier(context, store, { judge }).verify(request),
      );
    },
    signingKey(privateKey, leaf) {
      const { publicKey, spki } = withKey(parser, leaf);
      return signingKeyOf(provider, privateKey, publicKey, spki);
    },
  };
}
