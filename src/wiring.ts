/**
 * Puts together what an entry exports as functions: the security packages behind the face, and the loaders, over the
 * provider that the entry chose.
 */
import { createLoaders, type Loaders } from "./certificates.ts";
import type { CryptoProvider } from "./crypto/provider.ts";
import { createCertificateServices } from "./pki/certificate-services.ts";
import type { SchannelAuthData } from "./schannel/credential-types.ts";
import { SchannelPackage } from "./schannel/schannel-package.ts";
import { createFace } from "./sspi/face.ts";
import type { AcquireArguments, AcquireResult, Face } from "./sspi/face-types.ts";

/** All functions of an entry. */
export interface Sspi extends Face, Loaders {
  /** AcquireCredentialsHandle: an SCH_CREDENTIALS or SCHANNEL_CRED, or nothing, becomes a credential. */
  acquireCredentialsHandle(call: AcquireArguments<SchannelAuthData>): AcquireResult;
}

/**
 * The functions over a provider, with the runtime's clock.
 * @param provider cryptography of everything that is done through these functions
 */
export function createSspi(provider: CryptoProvider): Sspi {
  const clock = Date.now;
  const certificates = createCertificateServices(provider);
  return {
    ...createFace([new SchannelPackage({ provider, certificates, clock })]),
    ...createLoaders(provider, clock),
  };
}
