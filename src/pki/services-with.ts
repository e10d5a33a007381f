/**
 * Certificates as the security package needs them, over one provider, with revocation in one way or another.
 */
import type { CryptoProvider } from "../crypto/provider.ts";
import type { CertificateServices } from "../schannel/environment.ts";
import { CertificateParser } from "./certificate.ts";
import { asTrustStore, certificateReading, withKey } from "./certificate-reading.ts";
import { ChainContext, ChainVerifier } from "./chain-verifier.ts";
import { signingKeyOf } from "./private-key.ts";
import type { MakeVerifier } from "./revocation/make-verifier.ts";

/** @param makeVerifier how proofs of revocation are looked at */
export function certificateServicesWith(
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
