/**
 * What `sspi.ts` does, for asynchronous entries: the code of revocation is imported when there is something to look at.
 */
import type { CryptoProvider } from "../crypto/provider.ts";
import { createCertificateServices } from "../pki/certificate-services.ts";
import { makeVerifierOnDemand } from "../pki/revocation/on-demand.ts";
import type { Initiator } from "./function-types.ts";
import { initiatorOver } from "./packages.ts";

export function createWebInitiator(provider: CryptoProvider): Initiator {
  return initiatorOver(provider, createCertificateServices(provider, makeVerifierOnDemand));
}
