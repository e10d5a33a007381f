/**
 * Certificates as the security package needs them, over one provider: the composition of this folder.
 */
import type { CryptoProvider } from "../crypto/provider.ts";
import type { CertificateServices } from "../schannel/environment.ts";
import { makeRevocationVerifier } from "./revocation/revocation-verifier.ts";
import { certificateServicesWith } from "./services-with.ts";

/** All that is built, revocation included. */
export function createCertificateServices(provider: CryptoProvider): CertificateServices {
  return certificateServicesWith(provider, makeRevocationVerifier);
}
