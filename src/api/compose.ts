/**
 * Puts together what an entry exports as functions: the security packages behind the SSPI functions, and the loaders,
 * over the provider that the entry chose.
 */
import type { CryptoProvider } from "../crypto/provider.ts";
import { createCertificateServices } from "../pki/certificate-services.ts";
import { makeRevocationVerifier } from "../pki/revocation/revocation-verifier.ts";
import { allFunctions } from "../sspi/all-functions.ts";
import type { SspiFunctions } from "../sspi/package-functions.ts";
import type { Credentials, Initiator, Loaders } from "./function-types.ts";
import { createLoaders } from "./loaders.ts";
import { ACCEPTORS, initiatorOver } from "./packages.ts";

/** All functions of an entry. */
export interface Sspi extends SspiFunctions<Credentials>, Loaders {}

/**
 * The functions that need the list of packages, with the runtime's clock.
 * @param provider cryptography of everything that is done through these functions
 */
export function createInitiator(provider: CryptoProvider): Initiator {
  return initiatorOver(provider, createCertificateServices(provider, makeRevocationVerifier));
}

/**
 * All functions over cryptography of the caller's choice (beyond Windows): a provider that was changed, measured, or
 * written by the caller.
 *
 * @param provider - all cryptography of what is done through the functions
 * @returns functions of the same names, with credentials and contexts of their own
 */
export function createSspi(provider: CryptoProvider): Sspi {
  return {
    ...allFunctions(createInitiator(provider), ACCEPTORS),
    ...createLoaders(provider, Date.now),
  };
}
